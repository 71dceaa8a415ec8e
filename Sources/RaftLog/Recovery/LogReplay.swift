import Raft

/// The state of a log while recovery repeats what was written, frame by frame.
struct LogReplay {
    /// Term and vote so far.
    private(set) var hardState: HardState
    /// The entries so far.
    private(set) var index: OffsetIndex
    /// The last frame.
    private(set) var sequence: UInt64
    /// The oldest segment that is needed.
    private(set) var oldestSegment: UInt64
    /// Where configurations are.
    private(set) var configurations: [LogIndex] = []
    private var segment: UInt64

    /// Begins with what the header of the oldest segment knows.
    init(_ header: SegmentHeader, file: any LogFile) {
        hardState = header.hardState
        sequence = header.firstSequence - 1
        oldestSegment = header.oldestSegment
        segment = header.number
        index = OffsetIndex(terms: LogTerms(base: header.base, last: header.last))
        index.beginSegment(header.number, file: file)
    }

    /// Goes on in the next segment; `false` if that does not continue this log.
    mutating func enter(_ header: SegmentHeader, file: any LogFile, previousEnd: Int) -> Bool {
        guard header.number == segment + 1, header.firstSequence == sequence + 1,
            header.previousEnd == previousEnd, header.hardState == hardState,
            header.base == index.terms.base, header.last.index == index.terms.last,
            header.oldestSegment == oldestSegment
        else { return false }
        segment = header.number
        index.beginSegment(header.number, file: file)
        return true
    }

    /// Repeats a frame; gives a complaint if it does not follow from what was before.
    mutating func apply(_ frame: Frame, of bytes: [UInt8]) -> String? {
        guard frame.sequence == sequence + 1 else {
            return "frame \(frame.sequence) follows frame \(sequence)"
        }
        sequence = frame.sequence
        var cursor = RecordCursor(
            bytes,
            from: frame.payload.lowerBound,
            to: frame.payload.upperBound
        )
        while let part = FramePart.decode(&cursor) {
            if case .end = part { return nil }
            if let complaint = apply(part) { return complaint }
        }
        return "a part of unknown kind or length"
    }

    private mutating func apply(_ part: FramePart) -> String? {
        let terms = index.terms
        switch part {
        case .end:
            break
        case .hardState(let new):
            guard new.term >= hardState.term else {
                return "term \(new.term) follows \(hardState.term)"
            }
            hardState = new
        case .truncation(let from):
            guard from > terms.base.index, from <= terms.last.next else {
                return "truncation from \(from) in a log of \(terms.base.index)…\(terms.last)"
            }
            index.truncate(from: from)
            while let last = configurations.last, last >= from { configurations.removeLast() }
        case .entry(let record):
            guard record.index == terms.last.next, record.term >= terms.lastTerm ?? .zero else {
                return "entry \(record.index)@\(record.term) follows entry \(terms.last)"
            }
            index.append(record.term, at: OffsetIndex.Place(record.range))
            if record.kind == .configuration { configurations.append(record.index) }
        case .compaction(let base, let oldest):
            guard base.index >= terms.base.index, base.index <= terms.last, isReached(oldest) else {
                return "compaction to \(base) in a log of \(terms.base.index)…\(terms.last)"
            }
            index.compact(to: base, oldestSegment: oldest)
            oldestSegment = oldest
            configurations.removeAll { $0 <= base.index }
        case .reset(let base, let oldest):
            guard oldest == segment else { return "a reset in segment \(segment) names \(oldest)" }
            index.reset(to: base)
            oldestSegment = oldest
            configurations = []
        }
        return nil
    }

    private func isReached(_ oldest: UInt64) -> Bool {
        oldest >= oldestSegment && oldest <= segment
    }
}

extension OffsetIndex.Place {
    /// The place of a record; segments are smaller than 4 GiB.
    init(_ range: Range<Int>) {
        self.init(offset: UInt32(range.lowerBound), byteCount: UInt32(range.count))
    }
}
