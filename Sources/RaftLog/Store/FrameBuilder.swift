import Raft

/// Encodes batches into one frame and checks that they follow from the log.
///
/// The bytes are kept from frame to frame. They begin with room for a segment header, which is
/// written only with the first frame of a segment, so that both leave in one write.
struct FrameBuilder {
    /// What a frame changes in the index, once it is written.
    enum Change {
        case reset(LogPosition)
        case compact(LogPosition, oldestSegment: UInt64)
        case truncate(LogIndex)
        /// The place is relative to the frame's start.
        case append(Term, OffsetIndex.Place)
    }

    private let salt: LogSalt
    private(set) var bytes: [UInt8] = []
    private(set) var changes: [Change] = []
    /// The log's terms after the batches so far.
    private(set) var terms: LogTerms
    /// Term and vote after the batches so far.
    private(set) var hardState: HardState
    /// The ticket of the last batch.
    private(set) var ticket: Ticket
    private(set) var batchCount = 0
    private(set) var entryCount = 0

    /// Where the frame begins in the bytes.
    static let frameStart = SegmentHeader.byteCount
    private static let payloadStart = frameStart + Frame.headerBytes

    init(salt: LogSalt, terms: LogTerms, hardState: HardState) {
        self.salt = salt
        self.terms = terms
        self.hardState = hardState
        ticket = .zero
    }

    /// Begins a frame after a log that is known by its terms, its hard state and its last ticket.
    mutating func begin(after terms: LogTerms, hardState: HardState, ticket: Ticket) {
        self.terms = terms
        self.hardState = hardState
        self.ticket = ticket
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: repeatElement(0, count: Self.payloadStart))
        changes.removeAll(keepingCapacity: true)
        batchCount = 0
        entryCount = 0
    }

    /// How long the payload is so far.
    var payloadBytes: Int { bytes.count - Self.payloadStart }
    /// How long the frame is.
    var frameBytes: Int { bytes.count - Self.frameStart }

    /// Appends a batch; what its snapshot does to the log must have been appended before.
    mutating func append(_ batch: PersistBatch) throws(LogError) {
        guard batch.ticket > ticket else {
            throw .outOfOrder("ticket \(batch.ticket) follows ticket \(ticket)")
        }
        ticket = batch.ticket
        batchCount += 1
        if let new = batch.hardState { try append(new) }
        if let from = batch.truncateFrom { try truncate(from) }
        for entry in batch.entries { try append(entry) }
    }

    private mutating func append(_ new: HardState) throws(LogError) {
        guard new.term >= hardState.term else {
            throw .outOfOrder("term \(new.term) follows term \(hardState.term)")
        }
        hardState = new
        FramePart.encode(new, into: &bytes)
    }

    private mutating func truncate(_ from: LogIndex) throws(LogError) {
        guard from > terms.base.index, from <= terms.last.next else {
            throw .outOfOrder(
                "truncation from \(from) in a log of \(terms.base.index)…\(terms.last)"
            )
        }
        terms.truncate(from: from)
        changes.append(.truncate(from))
        FramePart.encode(truncation: from, into: &bytes)
    }

    private mutating func append(_ entry: Entry) throws(LogError) {
        guard entry.index == terms.last.next, entry.term >= terms.lastTerm ?? .zero else {
            throw .outOfOrder("entry \(entry.index)@\(entry.term) follows entry \(terms.last)")
        }
        terms.append(entry.term)
        let range = FramePart.encode(entry, into: &bytes, salt: salt)
        let offset = range.lowerBound - Self.frameStart
        changes.append(.append(entry.term, OffsetIndex.Place(offset..<offset + range.count)))
        entryCount += 1
    }

    /// Says where the log begins now.
    mutating func append(compaction base: LogPosition, oldestSegment: UInt64) {
        FramePart.encode(compaction: base, oldestSegment: oldestSegment, into: &bytes)
        terms.compact(to: base)
        changes.append(.compact(base, oldestSegment: oldestSegment))
    }

    /// Begins the log anew.
    mutating func append(reset base: LogPosition, oldestSegment: UInt64) {
        FramePart.encode(reset: base, oldestSegment: oldestSegment, into: &bytes)
        terms.reset(to: base)
        changes.append(.reset(base))
    }

    /// Pads the payload to where the next frame may begin.
    mutating func pad() {
        let surplus = bytes.count % Frame.alignment
        guard surplus > 0 else { return }
        bytes.append(contentsOf: repeatElement(0, count: Frame.alignment - surplus))
    }

    /// Completes the frame for its place in a segment, with the segment's header if it is the first.
    mutating func seal(
        at offset: Int,
        of segment: UInt64,
        sequence: UInt64,
        durableSequence: UInt64,
        header: (SegmentHeader, incarnation: UInt64)?
    ) {
        let frame = Frame(
            offset: offset,
            payloadBytes: payloadBytes,
            sequence: sequence,
            durableSequence: durableSequence
        )
        frame.seal(&bytes, from: Self.frameStart, segment: segment, salt: salt)
        if let header { header.0.encode(into: &bytes, salt: salt, incarnation: header.incarnation) }
    }
}
