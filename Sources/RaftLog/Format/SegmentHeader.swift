import Raft

/// The first bytes of a segment: what recovery must know if all older segments are gone.
///
/// It is written together with the segment's first frame, after everything before it was synced.
/// A valid header therefore proves that every frame below ``firstSequence`` was durable.
struct SegmentHeader: Hashable {
    /// The segment's number, also its file's name.
    var number: UInt64
    /// The sequence of its first frame.
    var firstSequence: UInt64
    /// Where the frames of the segment before it end.
    var previousEnd: Int
    /// The term and vote when it was begun.
    var hardState: HardState
    /// The entry after which the log began, when the segment was begun.
    var base: LogPosition
    /// The last entry when the segment was begun.
    var last: LogPosition
    /// The oldest segment that was still needed.
    var oldestSegment: UInt64

    /// The size of every header; frames begin here.
    static let byteCount = 192

    /// Writes the header over the first bytes of `bytes`.
    func encode(into bytes: inout [UInt8], salt: LogSalt, incarnation: UInt64) {
        var header: [UInt8] = []
        header.reserveCapacity(Self.byteCount)
        header.append(integer: Self.magic)
        header.append(integer: UInt32(0))
        header.append(integer: formatVersion)
        header.append(integer: replicationGroup)
        header.append(integer: UInt32(0))
        for field in [
            number, incarnation, firstSequence, UInt64(previousEnd), base.index.rawValue,
            base.term.rawValue, last.index.rawValue, last.term.rawValue, oldestSegment,
        ] {
            header.append(integer: field)
        }
        header.append(hardState: hardState)
        header.append(contentsOf: repeatElement(0, count: Self.byteCount - header.count))
        let seed = salt.place(segment: number, offset: 0)
        header.store(integer: Checksum.of(header, 8..<Self.byteCount, seed: seed), at: 4)
        bytes.replaceSubrange(0..<Self.byteCount, with: header)
    }

    /// Reads the header at the start of a segment; `nil` if it is not valid there.
    ///
    /// - Throws: ``LogError/unsupportedFormat(file:version:)`` if a newer version wrote it.
    static func decode(
        _ bytes: [UInt8],
        number: UInt64,
        salt: LogSalt,
        incarnation: UInt64,
        file: String
    ) throws(LogError) -> Self? {
        guard bytes.count >= byteCount else { return nil }
        var cursor = RecordCursor(bytes, to: byteCount)
        guard cursor.integer() == magic, let checksum: UInt32 = cursor.integer(),
            let version: UInt16 = cursor.integer()
        else { return nil }
        let seed = salt.place(segment: number, offset: 0)
        guard checksum == Checksum.of(bytes, 8..<byteCount, seed: seed) else {
            // A torn header has an older version, or none.
            guard version <= formatVersion else {
                throw .unsupportedFormat(file: file, version: version)
            }
            return nil
        }
        guard cursor.integer() == replicationGroup, cursor.integer() == UInt32(0),
            cursor.integer() == number, cursor.integer() == incarnation,
            let firstSequence = cursor.counter(), firstSequence > 0,
            let previousEnd = cursor.counter(),
            let base = cursor.position(), let last = cursor.position(), base.index <= last.index,
            let oldestSegment = cursor.counter(), let hardState = cursor.hardState()
        else { return nil }
        return Self(
            number: number,
            firstSequence: firstSequence,
            previousEnd: Int(previousEnd),
            hardState: hardState,
            base: base,
            last: last,
            oldestSegment: oldestSegment
        )
    }

    private static let magic: UInt32 = 0x4753_5145  // "EQSG"
}

extension [UInt8] {
    /// Appends term and vote; a vote of no bytes is no vote.
    mutating func append(hardState: HardState) {
        append(integer: hardState.term.rawValue)
        append(UInt8(hardState.vote?.name.utf8.count ?? 0))
        if let vote = hardState.vote { append(contentsOf: vote.name.utf8) }
    }

    /// Appends index and term.
    mutating func append(position: LogPosition) {
        append(integer: position.index.rawValue)
        append(integer: position.term.rawValue)
    }
}

extension RecordCursor {
    /// The next term and vote, or `nil` if they are not valid.
    mutating func hardState() -> HardState? {
        guard let term = counter(), let count: UInt8 = integer(),
            let name = take(Int(count))
        else { return nil }
        guard count > 0 else { return HardState(term: Term(term)) }
        guard let vote = NodeID(String(decoding: name, as: UTF8.self)) else { return nil }
        return HardState(term: Term(term), vote: vote)
    }

    /// The next index and term.
    mutating func position() -> LogPosition? {
        guard let index = counter(), let term = counter() else { return nil }
        return LogPosition(index: LogIndex(index), term: Term(term))
    }
}
