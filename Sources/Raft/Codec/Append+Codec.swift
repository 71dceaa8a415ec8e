/// An append's entries leave out their index, which follows from the position before them.
extension Append {
    private static let entryHeaderByteCount = 13

    func encode(into bytes: inout [UInt8]) {
        bytes.appendPosition(previous)
        bytes.appendCounter(commit)
        bytes.appendInteger(UInt32(entries.count))
        for entry in entries {
            bytes.append(entry.kind.rawValue)
            bytes.appendCounter(entry.term)
            bytes.appendPayload(entry.payload)
        }
    }

    init(
        decoding bytes: RawSpan,
        at cursor: inout ByteCursor,
        limits: CodecLimits
    ) throws(CodecError) {
        let previous = try cursor.readPosition(from: bytes)
        let commit: LogIndex = try cursor.readCounter(from: bytes)
        let count = Int(try cursor.readUInt32(from: bytes))
        guard count <= limits.appendEntriesMax else {
            throw .limitExceeded(.appendEntries, found: count)
        }
        guard count * Self.entryHeaderByteCount <= bytes.byteCount - cursor.offset else {
            throw .truncated(at: bytes.byteCount)
        }
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        var index = previous.index
        for _ in 0..<count {
            index = index.next
            let kind = EntryKind(rawValue: try cursor.readUInt8(from: bytes))
            let term: Term = try cursor.readCounter(from: bytes)
            let payload = try cursor.readPayload(from: bytes, limits: limits)
            entries.append(Entry(term: term, index: index, kind: kind, payload: payload))
        }
        self.init(previous: previous, commit: commit, entries: entries)
    }
}
