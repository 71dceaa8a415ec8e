import Raft

/// Reads a log from its oldest segment to its end, and mends what a crash left there.
///
/// At the first place that is not valid it decides between two stories. A crash tore the last
/// write: then nothing after that place proves that the write had been synced, and it is cut off.
/// Or something that was synced is gone: then the proof is there (a later frame or segment, or the
/// synced mark), and the log is refused. Zeros are space that was prepared and never written.
struct Recovery {
    /// What is to be known about the segment that the log ends in.
    struct LastSegment {
        var number: UInt64
        var file: any LogFile
        var bytes: [UInt8]
        var header: SegmentHeader
        /// Where its frames start, by sequence from `header.firstSequence`.
        var frameOffsets: [Int] = []
        /// The highest frame that its frames prove to have been durable.
        var provenSequence: UInt64 = 0
        /// Where its last valid frame ends.
        var end = SegmentHeader.byteCount
    }

    /// A log ready to be written on.
    struct Outcome {
        var replay: LogReplay
        var last: LastSegment
        var prepared: (UInt64, any LogFile)?
        var report: RecoveryReport
    }

    let directory: LogDirectory
    let identity: LogIdentity
    let salt: LogSalt
    let segmentBytes: Int
    /// Known mistake: whatever is not valid is taken for a torn tail.
    let takesDamageForTornTail: Bool

    /// Reads, judges and mends.
    func run(mark: inout SyncedMark) throws(LogError) -> Outcome {
        do {
            let numbers = try directory.segmentNumbers()
            let run = Self.lastUnbrokenRun(of: numbers)
            var outcome = try scan(run)
            let rest = run.filter { $0 > outcome.last.number }
            if !takesDamageForTornTail { try judge(outcome, rest: rest, mark: mark) }
            try checkBeginning(outcome.replay, numbers: numbers, run: run)
            try mend(&outcome, rest: rest, mark: &mark)
            try directory.removeSegments(numbers.filter { $0 < outcome.replay.oldestSegment })
            try directory.fileSystem.syncDirectory(directory.path)
            outcome.report.segments = outcome.replay.index.segments.count
            return outcome
        } catch let error as FileSystemError {
            throw LogError(error)
        } catch let error as LogError {
            throw error
        } catch {
            throw .disk(FileSystemError(.read, directory.path, .other("\(error)")))
        }
    }

    /// The numbers without a gap that end with the highest.
    private static func lastUnbrokenRun(of numbers: [UInt64]) -> ArraySlice<UInt64> {
        var start = max(0, numbers.count - 1)
        while start > 0, numbers[start - 1] == numbers[start] - 1 { start -= 1 }
        return numbers[start...]
    }

    private func read(_ number: UInt64) throws -> (file: any LogFile, bytes: [UInt8]) {
        let file = try directory.fileSystem.open(directory.segmentPath(number), create: false)
        return (file, try file.read(at: 0, count: try file.size()))
    }

    private func header(_ bytes: [UInt8], _ number: UInt64) throws(LogError) -> SegmentHeader? {
        try SegmentHeader.decode(
            bytes,
            number: number,
            salt: salt,
            incarnation: identity.incarnation,
            file: directory.segmentPath(number)
        )
    }

    private func damaged(_ file: String, _ offset: Int, _ detail: String) -> LogError {
        .damaged(LogDamage(file: file, offset: offset, detail: detail))
    }
}

// MARK: - Reading

extension Recovery {
    /// Repeats all segments up to the first place that is not valid.
    private func scan(_ run: ArraySlice<UInt64>) throws -> Outcome {
        guard let first = run.first else {
            throw damaged(directory.path, 0, "all segments are missing")
        }
        let (file, bytes) = try read(first)
        guard let header = try header(bytes, first) else {
            throw damaged(file.path, 0, "the header of the oldest segment fails its check")
        }
        var outcome = Outcome(
            replay: LogReplay(header, file: file),
            last: LastSegment(number: first, file: file, bytes: bytes, header: header),
            report: RecoveryReport()
        )
        try scanFrames(&outcome)
        for number in run.dropFirst() {
            let (file, bytes) = try read(number)
            guard let header = try self.header(bytes, number) else { break }
            let previous = outcome.last
            guard outcome.replay.enter(header, file: file, previousEnd: previous.end) else {
                throw damaged(
                    previous.file.path,
                    previous.end,
                    "the log ends here, but segment \(number) continues it elsewhere"
                )
            }
            outcome.last = LastSegment(number: number, file: file, bytes: bytes, header: header)
            try scanFrames(&outcome)
        }
        return outcome
    }

    private func scanFrames(_ outcome: inout Outcome) throws(LogError) {
        while let frame = Frame.decode(
            outcome.last.bytes,
            at: outcome.last.end,
            segment: outcome.last.number,
            salt: salt
        ) {
            if let complaint = outcome.replay.apply(frame, of: outcome.last.bytes) {
                throw damaged(outcome.last.file.path, frame.offset, complaint)
            }
            outcome.last.frameOffsets.append(frame.offset)
            outcome.last.provenSequence = frame.durableSequence
            outcome.last.end = frame.end
            outcome.report.frames += 1
        }
    }
}

// MARK: - Judging

extension Recovery {
    /// Refuses a log that had durable frames beyond the place where reading ended.
    private func judge(
        _ outcome: Outcome,
        rest: [UInt64],
        mark: SyncedMark
    ) throws {
        let sequence = outcome.replay.sequence
        let last = outcome.last
        guard mark.sequence <= sequence else {
            throw damaged(
                last.file.path,
                last.end,
                "frame \(sequence + 1) is not valid, but \(mark.sequence) frames were synced"
            )
        }
        var proof = lateFrame(in: last.bytes, from: last.end, segment: last.number, sequence)
        for number in rest where proof == nil {
            let bytes = try read(number).bytes
            let isLater = try header(bytes, number).map { $0.firstSequence > sequence + 1 }
            if isLater == true { proof = "segment \(number)" }
            proof = proof ?? lateFrame(in: bytes, from: 0, segment: number, sequence)
        }
        guard let proof else { return }
        throw damaged(
            last.file.path,
            last.end,
            "frame \(sequence + 1) is not valid, but \(proof) was written after it was synced"
        )
    }

    /// A frame that could only be written after frame `sequence + 1` was durable.
    private func lateFrame(
        in bytes: [UInt8],
        from start: Int,
        segment: UInt64,
        _ sequence: UInt64
    ) -> String? {
        guard start < bytes.count, let end = bytes.lastNonZero(in: start..<bytes.count) else {
            return nil
        }
        for offset in stride(from: start, through: end, by: Frame.alignment) {
            if let frame = Frame.decode(bytes, at: offset, segment: segment, salt: salt),
                frame.durableSequence > sequence
            {
                return "frame \(frame.sequence)"
            }
        }
        return nil
    }

    /// Refuses a log whose beginning is missing.
    private func checkBeginning(
        _ replay: LogReplay,
        numbers: [UInt64],
        run: ArraySlice<UInt64>
    ) throws(LogError) {
        guard let first = run.first else { return }
        let isWanted = { (number: UInt64) in number >= replay.oldestSegment }
        guard first <= replay.oldestSegment,
            !numbers.prefix(upTo: run.startIndex).contains(where: isWanted)
        else {
            throw damaged(
                directory.path,
                0,
                "the segments from \(replay.oldestSegment) to before \(first) are missing"
            )
        }
        guard replay.index.isComplete else {
            throw damaged(
                directory.segmentPath(first),
                0,
                "the entries after \(replay.index.terms.base) are missing"
            )
        }
    }
}

// MARK: - Mending

extension Recovery {
    /// Makes sure that everything valid is durable, and everything else is zero or gone.
    private func mend(
        _ outcome: inout Outcome,
        rest: [UInt64],
        mark: inout SyncedMark
    ) throws {
        let last = outcome.last
        // A frame may have been read from a cache whose sync had failed: the kernel would never
        // write it again by itself. What nothing proves to be durable is therefore rewritten.
        let proven = max(mark.sequence, last.provenSequence, last.header.firstSequence - 1)
        let unproven =
            if last.header.firstSequence > proven {
                0
            } else {
                last.frameOffsets.dropFirst(Int(proven - last.header.firstSequence) + 1).first
                    ?? last.end
            }
        if unproven < last.end {
            let bytes = last.bytes.span.bytes.extracting(unproven..<last.end)
            try last.file.write(bytes, at: unproven)
            outcome.report.rewrittenBytes = last.end - unproven
        }
        let afterEnd = min(last.end, last.bytes.count)..<last.bytes.count
        if let torn = last.bytes.lastNonZero(in: afterEnd) {
            try last.file.writeZeros(from: last.end, to: torn + 1)
            outcome.report.tornTail = RecoveryReport.TornTail(
                file: last.file.path,
                offset: last.end,
                byteCount: torn + 1 - last.end
            )
        }
        try last.file.sync()
        try mark.write(outcome.replay.sequence)
        try mark.sync()
        for number in rest { try keepOrRemove(number, &outcome) }
    }

    /// Keeps a segment that was prepared in full; one that a crash left half written goes.
    private func keepOrRemove(_ number: UInt64, _ outcome: inout Outcome) throws {
        let (file, bytes) = try read(number)
        if let end = bytes.lastNonZero(in: 0..<bytes.count), outcome.report.tornTail == nil {
            outcome.report.tornTail = RecoveryReport.TornTail(
                file: file.path,
                offset: 0,
                byteCount: end + 1
            )
        }
        let isNext = number == outcome.last.number + 1
        if isNext, bytes.count == segmentBytes, bytes.isZero(0..<bytes.count) {
            try file.sync()
            outcome.prepared = (number, file)
        } else {
            try directory.removeSegments([number])
        }
    }
}
