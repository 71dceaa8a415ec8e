import Raft

/// One thing that a frame says; recovery repeats them in order.
enum FramePart {
    /// The new term and vote.
    case hardState(HardState)
    /// Every entry from here on is dropped.
    case truncation(LogIndex)
    /// An entry, described by its record.
    case entry(EntryRecord)
    /// The log begins after `base` now; segments below `oldestSegment` are no longer needed.
    case compaction(base: LogPosition, oldestSegment: UInt64)
    /// The whole log is dropped and begins again after `base`, a snapshot's position.
    case reset(base: LogPosition, oldestSegment: UInt64)
    /// Nothing follows but padding.
    case end

    private enum Code {
        static let padding: UInt8 = 0
        static let hardState: UInt8 = 1
        static let truncation: UInt8 = 2
        static let entry: UInt8 = 3
        static let compaction: UInt8 = 4
        static let reset: UInt8 = 5
    }

    /// Reads the next part, `end` after the last; `nil` if the bytes make no sense.
    static func decode(_ cursor: inout RecordCursor) -> Self? {
        guard cursor.remaining > 0 else { return .end }
        switch cursor.integer(UInt8.self) {
        case Code.hardState:
            return cursor.hardState().map { .hardState($0) }
        case Code.truncation:
            return cursor.counter().map { .truncation(LogIndex($0)) }
        case Code.entry:
            return EntryRecord.decode(&cursor).map { .entry($0) }
        case Code.compaction:
            guard let base = cursor.position(), let oldest = cursor.counter() else {
                return nil
            }
            return .compaction(base: base, oldestSegment: oldest)
        case Code.reset:
            guard let base = cursor.position(), let oldest = cursor.counter() else {
                return nil
            }
            return .reset(base: base, oldestSegment: oldest)
        case Code.padding:
            let rest = cursor.offset..<cursor.end
            guard cursor.bytes.isZero(rest), cursor.skip(rest.count) else { return nil }
            return .end
        default:
            return nil
        }
    }

    /// Appends a part that says term and vote.
    static func encode(_ hardState: HardState, into bytes: inout [UInt8]) {
        bytes.append(Code.hardState)
        bytes.append(hardState: hardState)
    }

    /// Appends a part that truncates.
    static func encode(truncation index: LogIndex, into bytes: inout [UInt8]) {
        bytes.append(Code.truncation)
        bytes.append(integer: index.rawValue)
    }

    /// Appends a part that carries an entry, and tells where its record is in `bytes`.
    static func encode(_ entry: Entry, into bytes: inout [UInt8], salt: LogSalt) -> Range<Int> {
        bytes.append(Code.entry)
        let start = bytes.count
        EntryRecord.encode(entry, into: &bytes, salt: salt)
        return start..<bytes.count
    }

    /// Appends a part that moves the log's beginning.
    static func encode(
        compaction base: LogPosition,
        oldestSegment: UInt64,
        into bytes: inout [UInt8]
    ) {
        bytes.append(Code.compaction)
        bytes.append(position: base)
        bytes.append(integer: oldestSegment)
    }

    /// Appends a part that begins the log anew.
    static func encode(
        reset base: LogPosition,
        oldestSegment: UInt64,
        into bytes: inout [UInt8]
    ) {
        bytes.append(Code.reset)
        bytes.append(position: base)
        bytes.append(integer: oldestSegment)
    }
}
