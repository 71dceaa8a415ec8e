import Raft

/// An entry on disk, with a checksum of its own so that it can be read alone.
///
///     checksum  payload bytes  term  index  kind  payload
///     u32       u32            u64   u64    u8    …
struct EntryRecord {
    /// The entry's term.
    var term: Term
    /// The entry's index.
    var index: LogIndex
    /// What the payload means.
    var kind: EntryKind
    /// Where the whole record is.
    var range: Range<Int>

    /// The size of everything before the payload.
    static let headerBytes = 25

    /// Reads the fixed part and goes past the payload; the frame's checksum has covered both.
    static func decode(_ cursor: inout RecordCursor) -> Self? {
        let start = cursor.offset
        guard cursor.skip(4), let payloadBytes: UInt32 = cursor.integer(),
            let term = cursor.counter(), let index = cursor.counter(),
            let kind: UInt8 = cursor.integer(), cursor.skip(Int(payloadBytes))
        else { return nil }
        return Self(
            term: Term(term),
            index: LogIndex(index),
            kind: EntryKind(rawValue: kind),
            range: start..<cursor.offset
        )
    }

    /// Reads a whole entry and checks it against its checksum; `nil` if it is not valid.
    static func decodeEntry(_ bytes: [UInt8], _ range: Range<Int>, salt: LogSalt) -> Entry? {
        var cursor = RecordCursor(bytes, from: range.lowerBound, to: range.upperBound)
        guard let checksum: UInt32 = cursor.integer(), cursor.remaining > 0 else { return nil }
        let covered = cursor.offset..<cursor.end
        guard checksum == Checksum.of(bytes, covered, seed: salt.directory) else { return nil }
        cursor = RecordCursor(bytes, from: range.lowerBound, to: range.upperBound)
        guard let record = decode(&cursor), record.range == range else { return nil }
        let payload = bytes[range.lowerBound + headerBytes..<range.upperBound]
        return Entry(
            term: record.term,
            index: record.index,
            kind: record.kind,
            payload: Array(payload)
        )
    }

    /// Appends an entry's record.
    static func encode(_ entry: Entry, into bytes: inout [UInt8], salt: LogSalt) {
        let start = bytes.count
        bytes.append(integer: UInt32(0))
        bytes.append(integer: UInt32(entry.payload.count))
        bytes.append(integer: entry.term.rawValue)
        bytes.append(integer: entry.index.rawValue)
        bytes.append(entry.kind.rawValue)
        bytes.append(contentsOf: entry.payload)
        let checksum = Checksum.of(bytes, start + 4..<bytes.count, seed: salt.directory)
        bytes.store(integer: checksum, at: start)
    }
}
