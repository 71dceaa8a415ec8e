import Ledger
import LedgerStore
import Logging
import NIOCore
import Raft
import RaftLog
import Threads

/// States on their way between nodes: copies for others, one that is brought here, and its exchange for
/// the present one.
extension ReplicaLoop {
    /// What the core has asked for in this turn.
    func moveSnapshots() {
        for peer in effects.takeSnapshots { takeSnapshot(for: peer) }
        for (peer, position, offset) in effects.readChunks {
            readPiece(position, offset, for: peer)
        }
        if let fetch = effects.beginFetch { begin(fetch) }
        for (position, chunk) in effects.writeChunks { take(chunk, of: position) }
    }

    /// Drops copies that nobody uses any more, and log that nobody needs any more.
    func tidySnapshots() {
        let now = SystemClock.monotonic()
        snapshots.remove(shelf.expire(now: now, limits.snapshots))
        // Whoever waits for a copy isn't given up while it is made.
        for peer in shelf.making?.peers ?? [] { step(.snapshotBeingTaken(peer: peer)) }
        if core.isFetching || exchange != nil {
            incomingSeenAt = now
        } else if let seen = incomingSeenAt,
            now.nanoseconds(since: seen) >= limits.snapshots.incomingIdleMilliseconds * 1_000_000
        {
            incomingSeenAt = nil
            snapshots.dropIncoming()
        }
        guard
            now.nanoseconds(since: compaction.triedAt) >= limits.compactionMilliseconds * 1_000_000
        else { return }
        compactLog()
    }

    // MARK: - Copies for others

    private func takeSnapshot(for peer: NodeID) {
        let now = SystemClock.monotonic()
        let base = core.raftStatus.snapshot.index
        if let copy = shelf.offer(after: base, now: now, limits.snapshots) {
            offer(copy, to: [peer])
            return
        }
        // The core asks again; meanwhile the disk has a rest.
        guard !shelf.join(peer), shelf.mayBegin(now: now, limits.snapshots) else { return }
        let path = shelf.begin(
            for: peer,
            floor: LogIndex(storedPosition.rawValue),
            in: snapshots.copies
        )
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let hasBegun = store.copy(to: path) { [snapshots, eventLoop] result in
            let described = Result {
                try snapshots.describe(path, try result.get())
            }
            eventLoop.execute { bound.value.copyEnded(path, described) }
        }
        if !hasBegun { _ = shelf.fail(now: now) }
    }

    private func copyEnded(
        _ path: String,
        _ result: Result<(SnapshotDescription, LoggedConfiguration), any Error>
    ) {
        guard !isStopped else { return }
        let now = SystemClock.monotonic()
        switch result {
        case .success(let (description, configuration)):
            let copy = SnapshotShelf.Copy(
                description: description,
                configuration: configuration,
                path: path,
                takenAt: now,
                usedAt: now
            )
            counters.snapshotsTaken += 1
            counters.snapshotBytesCopied += description.byteCount
            logger.info(
                "took a copy of the state",
                metadata: [
                    "snapshot.index": "\(description.last.index)",
                    "snapshot.bytes": "\(description.byteCount)",
                ]
            )
            offer(copy, to: shelf.end(copy))
        case .failure(let error):
            counters.snapshotsFailed += 1
            logger.warning("could not take a copy of the state", metadata: ["error": "\(error)"])
            _ = shelf.fail(now: now)
        }
    }

    private func offer(_ copy: SnapshotShelf.Copy, to peers: [NodeID]) {
        for peer in peers {
            step(.snapshotTaken(peer: peer, copy.description.last, copy.configuration))
        }
    }

    private func readPiece(_ position: LogPosition, _ offset: UInt64, for peer: NodeID) {
        let now = SystemClock.monotonic()
        guard let copy = shelf.use(at: position, now: now) else {
            step(.chunkRead(peer: peer, position, nil))
            return
        }
        statesOnTheirWay[peer] = StateOnItsWay(
            sentBytes: offset,
            bytes: copy.description.byteCount
        )
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        snapshots.read(
            copy.path,
            of: copy.description,
            from: offset,
            bytesMax: core.snapshotChunkBytes
        ) { [eventLoop] chunk in
            eventLoop.execute {
                let loop = bound.value
                guard !loop.isStopped else { return }
                loop.counters.snapshotBytesSent += UInt64(chunk?.bytes.count ?? 0)
                loop.step(.chunkRead(peer: peer, position, chunk))
            }
        }
    }

    // MARK: - A state for this node

    private func begin(_ fetch: SnapshotFetch) {
        logger.info(
            "fetching a copy of the state",
            metadata: ["peer": "\(fetch.leader)", "snapshot.index": "\(fetch.last.index)"]
        )
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        snapshots.begin(fetch) { [eventLoop] outcome in
            eventLoop.execute { bound.value.fetchWent(fetch.last, outcome) }
        }
    }

    private func take(_ chunk: SnapshotChunk, of position: LogPosition) {
        counters.snapshotBytesReceived += UInt64(chunk.bytes.count)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        snapshots.take(chunk, of: position) { [eventLoop] outcome in
            eventLoop.execute { bound.value.fetchWent(position, outcome) }
        }
    }

    private func fetchWent(_ position: LogPosition, _ outcome: IncomingSnapshot.Outcome) {
        guard !isStopped else { return }
        switch outcome {
        case .wanted(let offset):
            step(.chunkWritten(position, offset: offset))
        case .complete:
            step(.fetchCompleted(position))
        case .failed(let reason):
            logger.warning(
                "could not fetch a copy of the state",
                metadata: ["snapshot.index": "\(position.index)", "error": "\(reason)"]
            )
            step(.fetchFailed(position))
        }
    }

    // MARK: - The exchange

    /// The log's writer is about to exchange the files: the old state is let go before.
    func beginExchangeIfDue() {
        for batch in effects.persist {
            guard let install = batch.install else { continue }
            do throws(StoreError) {
                core.state = try SQLiteLedgerState.placeholder()
            } catch {
                stopAfter(.state("\(error)"))
                return
            }
            exchange = Exchange(ticket: batch.ticket, last: install.last)
            storeEpoch += 1
            marks.reset()
            shared.publish(storedCompleteAsOf: nil, isStored: false)
            snapshots.remove(shelf.removeAll())
            digests.failAll()
            failFetches()
            shared.view.removeAll(at: Position(core.appliedIndex.rawValue))
            publishStatus()
        }
    }

    /// The files are exchanged, and this is the state in them.
    func stateExchanged(_ installed: HandedOver<SQLiteLedgerState>, _ last: LogPosition) {
        guard !isStopped, let exchange, exchange.last == last, let state = installed.take()
        else { return }
        self.exchange = nil
        core.finishInstall(state)
        // The file that was renamed had been made durable before.
        storedPosition = Position(last.index.rawValue)
        checkpointedPosition = storedPosition
        isStoreFull = false
        counters.snapshotsInstalled += 1
        shared.view.removeAll(at: storedPosition)
        shared.tail.reset(to: core.state.header)
        logger.notice(
            "installed a copy of the state",
            metadata: ["snapshot.index": "\(last.index)"]
        )
        considerPause()
        if let ticket = exchange.durableTicket { step(.storageDone(ticket)) }
        scheduleTurn()
    }

    // MARK: - Compaction

    /// Lets go of log that neither this node nor a live peer needs, and of more at the bound of bytes.
    func compactLog() {
        compaction.triedAt = SystemClock.monotonic()
        let allowed = LogIndex(checkpointedPosition.rawValue)
        guard !isStopped, exchange == nil, !compaction.isRunning, allowed > 0 else { return }
        let needed = [allowed, core.neededByPeers, shelf.floor].compactMap { $0 }
        let plan = LogCompaction(
            wanted: needed.min() ?? allowed,
            allowed: allowed,
            keptBytes: limits.logBytesKept,
            bytesMax: limits.logBytesMax
        )
        guard plan != compaction.last else { return }
        compaction.last = plan
        compaction.isRunning = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        log.compact(
            plan,
            then: { [eventLoop] byteCount in
                eventLoop.execute {
                    bound.value.compaction.isRunning = false
                    bound.value.compaction.logBytes = byteCount
                }
            },
            orFail: { [eventLoop] error in
                eventLoop.execute { bound.value.stopAfter(.state(error.description)) }
            }
        )
    }
}

/// The exchange of the state that is under way.
struct Exchange {
    /// The write that it is part of.
    var ticket: Ticket
    /// The position of the new state.
    var last: LogPosition
    /// The newest write that is durable, told to the core only once the new state is there.
    var durableTicket: Ticket?
}

/// The last look at what may go of the log.
struct CompactionProgress {
    var last: LogCompaction?
    var isRunning = false
    var triedAt = NodeInstant(nanoseconds: 0)
    /// What the log's segments took on the disk then.
    var logBytes = 0
}
