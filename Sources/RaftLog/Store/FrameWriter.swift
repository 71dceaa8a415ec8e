import Raft

/// Puts sealed frames into segment files, in order, and knows how far they are durable.
///
/// Invariants: a segment begins only after everything before it was synced; no byte of a frame is
/// written twice; after the first failure nothing is written any more (rule 17).
struct FrameWriter {
    /// The failure that ended all writing.
    private(set) var failure: LogError?
    /// The last frame that was written.
    private(set) var sequence: UInt64
    /// The last frame that is durable.
    private(set) var durableSequence: UInt64
    /// The number of the segment that is being written.
    private(set) var segment: UInt64
    /// Where the next frame goes in it.
    private(set) var end: Int

    private let incarnation: UInt64
    private let segmentBytes: Int
    private var file: any LogFile
    /// How much of the file has space on the disk.
    private var fileBytes: Int
    /// To be written with the segment's first frame; `nil` after that.
    private var header: SegmentHeader?
    private var mark: SyncedMark

    /// Goes on where recovery found the end.
    init(after outcome: Recovery.Outcome, mark: SyncedMark, incarnation: UInt64, segmentBytes: Int)
    {
        sequence = outcome.replay.sequence
        durableSequence = sequence
        segment = outcome.last.number
        end = outcome.last.end
        file = outcome.last.file
        fileBytes = outcome.last.bytes.count
        self.mark = mark
        self.incarnation = incarnation
        self.segmentBytes = segmentBytes
    }

    /// Whether the synced mark was written and not synced.
    var hasUnsyncedMark: Bool { mark.isUnsynced && failure == nil }

    /// Fails with the first failure, if there was one.
    func checkAlive() throws(LogError) {
        if let failure { throw .poisoned(by: failure.description) }
    }

    /// Ends all writing; the first failure stays.
    @discardableResult
    mutating func fail(_ error: LogError) -> LogError {
        failure = failure ?? error
        return error
    }

    /// Ends all writing, unless what failed was to find space: then nothing was written yet.
    private mutating func failUnlessFull(_ error: FileSystemError) -> LogError {
        error.reason == .noSpace ? .noSpace(error) : fail(.disk(error))
    }
}

// MARK: - Segments

extension FrameWriter {
    /// Whether a frame must go into a new segment, so that `reserve` bytes stay free in this one.
    func needsSegment(for frameBytes: Int, reserve: Int) -> Bool {
        end > SegmentHeader.byteCount && end + frameBytes > segmentBytes - reserve
    }

    /// Goes on in a new segment; its header is written with the first frame.
    ///
    /// - Returns: The segment's file.
    mutating func beginSegment(
        from supply: SegmentSupply,
        hardState: HardState,
        terms: LogTerms,
        oldestSegment: UInt64
    ) throws(LogError) -> any LogFile {
        precondition(durableSequence == sequence, "a segment proves that all before it is durable")
        do {
            file = try supply.take(segment + 1)
        } catch {
            throw failUnlessFull(error)
        }
        segment += 1
        header = SegmentHeader(
            number: segment,
            firstSequence: sequence + 1,
            previousEnd: end,
            hardState: hardState,
            base: terms.base,
            last: LogPosition(index: terms.last, term: terms.lastTerm ?? .zero),
            oldestSegment: oldestSegment
        )
        end = SegmentHeader.byteCount
        fileBytes = segmentBytes
        return file
    }

    /// Lengthens the segment for a frame that is larger than what is left of it.
    ///
    /// With zeros first: if they find no space, nothing of the frame was written.
    mutating func makeSpace(for frameBytes: Int) throws(LogError) {
        let needed = end + frameBytes
        guard needed > fileBytes else { return }
        do {
            try file.writeZeros(from: fileBytes, to: needed)
        } catch {
            throw failUnlessFull(error)
        }
        fileBytes = needed
    }
}

// MARK: - Frames

extension FrameWriter {
    /// Seals the frame that was built for the place where it goes, and writes it.
    ///
    /// - Returns: Where in the segment it is.
    mutating func write(_ builder: inout FrameBuilder) throws(LogError) -> Int {
        let offset = end
        builder.seal(
            at: offset,
            of: segment,
            sequence: sequence + 1,
            durableSequence: durableSequence,
            header: header.map { ($0, incarnation) }
        )
        let isFirst = header != nil
        do {
            try file.write(
                builder.bytes.span.bytes.extracting((isFirst ? 0 : FrameBuilder.frameStart)...),
                at: isFirst ? 0 : offset
            )
        } catch {
            throw fail(LogError(error))
        }
        header = nil
        end += builder.frameBytes
        sequence += 1
        return offset
    }

    /// Makes everything that was written durable, and marks it as such.
    ///
    /// - Returns: Whether there was anything to do.
    mutating func sync() throws(LogError) -> Bool {
        try checkAlive()
        guard durableSequence < sequence else { return false }
        do {
            try file.sync()
            durableSequence = sequence
            try mark.write(sequence)
        } catch {
            throw fail(LogError(error))
        }
        return true
    }

    /// Makes the mark durable.
    mutating func syncMark() throws(LogError) {
        try checkAlive()
        do { try mark.sync() } catch { throw fail(LogError(error)) }
    }
}
