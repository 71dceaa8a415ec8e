package import Raft

/// The durable log: one ordered stream of frames in segment files, written by one owner.
///
/// This is the synchronous part, which a simulation drives directly; ``LogWriter`` puts it on a
/// thread. Writing and syncing are apart: what ``appendGroup(of:startingAt:)`` wrote becomes durable with
/// ``sync()``, and ``durableTicket`` says how far.
///
/// Invariant: what readers see is what was written, and the index is never ahead of the disk.
package final class LogStore {
    /// Whose log this is.
    package let identity: LogIdentity
    /// Reads entries, from any thread.
    package let reader: LogReader
    /// What the log held when it was opened.
    package let recovered: RecoveredLog
    /// The bounds it was opened with.
    package let limits: LogLimits

    /// Term and vote as last written.
    package private(set) var hardState: HardState
    /// The last batch that was written.
    package private(set) var writtenTicket = Ticket.zero
    /// The last batch that is durable.
    package private(set) var durableTicket = Ticket.zero
    /// What was done since the log was opened.
    package private(set) var counters = LogCounters()

    let supply: SegmentSupply
    private let directory: LogDirectory
    private let lock: any FileLock
    private let index: SharedIndex
    private var terms: LogTerms
    private var oldestSegment: UInt64
    private var builder: FrameBuilder
    private var frames: FrameWriter

    init(
        identity: LogIdentity,
        limits: LogLimits,
        directory: LogDirectory,
        lock: any FileLock,
        mark: SyncedMark,
        outcome: Recovery.Outcome
    ) {
        let salt = LogSalt(incarnation: identity.incarnation)
        let replay = outcome.replay
        self.identity = identity
        self.limits = limits
        self.directory = directory
        self.lock = lock
        hardState = replay.hardState
        terms = replay.index.terms
        oldestSegment = replay.oldestSegment
        index = SharedIndex(replay.index)
        reader = LogReader(index: index, salt: salt)
        builder = FrameBuilder(salt: salt, terms: terms, hardState: hardState)
        supply = SegmentSupply(directory: directory, limits: limits, prepared: outcome.prepared)
        frames = FrameWriter(
            after: outcome,
            mark: mark,
            incarnation: identity.incarnation,
            segmentBytes: limits.segmentBytes
        )
        recovered = RecoveredLog(
            hardState: hardState,
            base: terms.base,
            lastIndex: terms.last,
            termRuns: terms.runs,
            configurationIndexes: replay.configurations,
            report: outcome.report
        )
    }

    /// The last index that was written.
    package var lastIndex: LogIndex { terms.last }

    /// The position after which the log begins.
    package var base: LogPosition { terms.base }

    /// The failure that ended all writing (rule 17).
    package var failure: LogError? { frames.failure }

    /// Why the next segment could not be prepared, if so: an early sign of a full disk.
    package var spaceWarning: FileSystemError? { supply.failure }

    // MARK: Writing

    /// Writes the persist commands from `start` on, as many as fit into one group, in one write.
    ///
    /// Stops before another kind of command. What was written can be read at once, and is durable
    /// after ``sync()``. A batch that installs a snapshot goes alone, and is durable at once.
    ///
    /// - Returns: The position after the last command that was written.
    /// - Throws: ``LogError/noSpace(_:)`` with ``failure`` still `nil` if there is no room for the
    ///   next segment; nothing was written then, and the same call can be made again later. Any
    ///   other error has ended all writing.
    package func appendGroup(
        of commands: [LogCommand],
        startingAt start: Int
    ) throws(LogError) -> Int {
        try frames.checkAlive()
        if case .persist(let batch) = commands[start], let install = batch.install {
            try write(batch, installing: install)
            return start + 1
        }
        builder.begin(after: terms, hardState: hardState, ticket: writtenTicket)
        var next = start
        while next < commands.count, case .persist(let batch) = commands[next],
            batch.install == nil
        {
            let size = try checkedSize(of: batch)
            guard next == start || builder.payloadBytes + size <= limits.groupPayloadMax else {
                break
            }
            do { try builder.append(batch) } catch { throw frames.fail(error) }
            next += 1
        }
        guard next > start else { return next }
        builder.pad()
        try makeRoom(for: builder.frameBytes, reserve: limits.reservedBytes)
        try write()
        return next
    }

    private func checkedSize(of batch: PersistBatch) throws(LogError) -> Int {
        let size = batch.sizeEstimate
        guard size <= limits.batchBytesMax else {
            throw frames.fail(.tooLarge(bytes: size, limit: limits.batchBytesMax))
        }
        return size
    }

    /// Writes all batches, in one write or several; they are durable after ``sync()``.
    ///
    /// On a full disk some may have been written: see ``writtenTicket``.
    package func append(_ batches: [PersistBatch]) throws(LogError) {
        let commands = batches.map { LogCommand.persist($0) }
        var next = 0
        while next < commands.count {
            next = try appendGroup(of: commands, startingAt: next)
        }
    }

    /// Makes all that was written durable.
    package func sync() throws(LogError) {
        guard try frames.sync() else { return }
        durableTicket = writtenTicket
        counters.syncs += 1
        if frames.end >= limits.prepareAheadBytes { supply.prepareAhead(frames.segment + 1) }
    }

    /// Makes the synced mark durable too: for times when there is nothing else to do.
    package func settle() throws(LogError) { try frames.syncMark() }

    /// Whether ``settle()`` has something to do.
    package var isUnsettled: Bool { frames.hasUnsyncedMark }

    // MARK: Moving the beginning

    /// Deletes the segments whose entries are all at or below `index`, except the one being written.
    ///
    /// Durable when it returns. The deleted entries must not be needed for anything any more.
    ///
    /// - Returns: The position after which the log begins now; `nil` if nothing could be deleted.
    /// - Throws: As ``appendGroup(of:startingAt:)`` does.
    package func compact(through index: LogIndex) throws(LogError) -> LogPosition? {
        try frames.checkAlive()
        guard let plan = self.index.withLock({ $0.compaction(through: index) }) else { return nil }
        builder.begin(after: terms, hardState: hardState, ticket: writtenTicket)
        builder.append(compaction: plan.base, oldestSegment: plan.oldestSegment)
        builder.pad()
        try makeRoom(for: builder.frameBytes, reserve: 0)
        try write()
        try sync()
        try removeSegments(below: plan.oldestSegment)
        return plan.base
    }

    /// Drops the whole log and lets it begin after `base`: the position of an installed snapshot.
    ///
    /// Durable when it returns. Term and vote stay.
    package func reset(to base: LogPosition) throws(LogError) {
        try frames.checkAlive()
        // Its segment's number is part of the frame, so room comes first.
        try makeRoom(for: limits.reservedBytes, reserve: 0)
        builder.begin(after: terms, hardState: hardState, ticket: writtenTicket)
        builder.append(reset: base, oldestSegment: frames.segment)
        builder.pad()
        try write()
        try sync()
        try removeSegments(below: frames.segment)
    }

    /// Writes a batch that lets the log begin after a snapshot, in one frame with all else it has.
    ///
    /// Durable when it returns. If the log keeps what follows the snapshot, it keeps of what comes
    /// before it the entries of the segments that are still needed.
    private func write(
        _ batch: PersistBatch,
        installing install: SnapshotInstall
    ) throws(LogError) {
        // The estimate is of a batch's ordinary parts; the snapshot's own is small.
        let size = try checkedSize(of: batch) + 256
        try makeRoom(for: size, reserve: 0)
        builder.begin(after: terms, hardState: hardState, ticket: writtenTicket)
        var oldest = oldestSegment
        if !install.keepsSuffix {
            oldest = frames.segment
            builder.append(reset: install.last, oldestSegment: oldest)
        } else if terms.term(at: install.last.index) != install.last.term {
            throw frames.fail(.outOfOrder("the log does not hold the snapshot's \(install.last)"))
        } else if let plan = index.withLock({ $0.compaction(through: install.last.index) }) {
            oldest = plan.oldestSegment
            builder.append(compaction: plan.base, oldestSegment: oldest)
        }
        do { try builder.append(batch) } catch { throw frames.fail(error) }
        builder.pad()
        precondition(builder.frameBytes <= size, "room was made for the frame")
        try write()
        try sync()
        try removeSegments(below: oldest)
    }

    private func removeSegments(below oldest: UInt64) throws(LogError) {
        do {
            try directory.removeSegments(oldestSegment..<oldest)
        } catch {
            throw frames.fail(LogError(error))
        }
        oldestSegment = oldest
    }

    /// Ends the log in good order: what was written is durable, and so is the proof of it.
    ///
    /// The directory can be opened again afterwards. A log that has failed writes nothing here.
    package func close() throws(LogError) {
        defer {
            supply.close()
            lock.release()
            frames.fail(.poisoned(by: "the log was closed"))
        }
        guard failure == nil else { return }
        try sync()
        try settle()
    }
}

// MARK: - One frame

extension LogStore {
    /// Sees to it that the next frame has a segment with room for it.
    private func makeRoom(for frameBytes: Int, reserve: Int) throws(LogError) {
        if frames.needsSegment(for: frameBytes, reserve: reserve) {
            try sync()
            let file = try frames.beginSegment(
                from: supply,
                hardState: hardState,
                terms: terms,
                oldestSegment: oldestSegment
            )
            let number = frames.segment
            index.withLock { $0.beginSegment(number, file: file) }
            counters.segments += 1
        }
        try frames.makeSpace(for: frameBytes)
    }

    /// Writes the frame that was built, and lets it take effect.
    private func write() throws(LogError) {
        let offset = try frames.write(&builder)
        terms = builder.terms
        hardState = builder.hardState
        writtenTicket = builder.ticket
        counters.batches += builder.batchCount
        counters.entries += builder.entryCount
        counters.groups += 1
        counters.bytes += builder.frameBytes
        publish(builder.changes, frameOffset: offset)
    }

    /// Lets readers see what a frame changed.
    private func publish(_ changes: [FrameBuilder.Change], frameOffset: Int) {
        guard !changes.isEmpty else { return }
        index.withLock { index in
            for change in changes {
                switch change {
                case .reset(let base): index.reset(to: base)
                case .compact(let base, let oldest): index.compact(to: base, oldestSegment: oldest)
                case .truncate(let from): index.truncate(from: from)
                case .append(let term, var place):
                    place.offset += UInt32(frameOffset)
                    index.append(term, at: place)
                }
            }
        }
    }
}

extension LogLimits {
    /// Room that batches leave in a segment, so that compaction can be written on a full disk.
    fileprivate var reservedBytes: Int { min(4096, segmentBytes / 8) }

    /// What a group may grow to: never more than fits into a fresh segment.
    fileprivate var groupPayloadMax: Int {
        let room = segmentBytes - SegmentHeader.byteCount - Frame.headerBytes - reservedBytes
        return min(groupBytesMax, room - Frame.alignment)
    }
}

extension PersistBatch {
    /// About how many bytes its parts take.
    fileprivate var sizeEstimate: Int {
        entries.reduce(128) { $0 + EntryRecord.headerBytes + 1 + $1.payload.count }
    }
}
