import Ledger
import LedgerStore
import Logging
import NIOCore
import Raft
import RaftLog
import RaftTransport

/// The log and the database beside the loop: what they report, and when a transaction closes.
extension ReplicaLoop {
    func logBecameDurable(_ ticket: Ticket) {
        guard !isStopped else { return }
        isLogFull = false
        // The core wants the new state before it hears that its installation is durable.
        if let exchange, ticket >= exchange.ticket {
            self.exchange?.durableTicket = ticket
            return
        }
        step(.storageDone(ticket))
    }

    func logFailed(_ ticket: Ticket, _ reason: String) {
        guard !isStopped else { return }
        logger.critical("log failed", metadata: ["log.error": "\(reason)"])
        step(.storageFailed(ticket))
    }

    func logWaitsForSpace(_ reason: String) {
        isLogFull = true
        logger.error("log disk full", metadata: ["log.error": "\(reason)"])
    }

    /// SQLite has everything up to `position`, in one transaction with the position itself.
    func stored(_ generation: UInt64, through position: Position, epoch: UInt64) {
        guard !isStopped, epoch == storeEpoch else { return }
        isStoreFull = false
        storedPosition = max(storedPosition, position)
        core.state.committed(through: generation)
        noteStored()
        considerPause()
    }

    func storeStalled(_ error: StoreError, epoch: UInt64) {
        guard epoch == storeEpoch else { return }
        isStoreFull = error.code == .full
        logger.error("database can't be written now", metadata: ["store.error": "\(error)"])
    }

    /// Everything up to `position` survives a loss of power without the log.
    func checkpointed(through position: Position, epoch: UInt64) {
        guard !isStopped, epoch == storeEpoch else { return }
        checkpointedPosition = max(checkpointedPosition, position)
        compactLog()
    }

    func storeFailed(_ error: StoreError, epoch: UInt64) {
        guard epoch == storeEpoch else { return }
        stopAfter(.state("\(error)"))
    }

    func digested(_ digest: LedgerDigest) {
        digests.add(digest, keeping: limits.digestsKept)
    }

    /// One transaction in 20 ms, or after some thousand entries, whichever is first.
    func sealIfDue() {
        guard exchange == nil else { return }
        let entries = core.unsealedEntries
        if entries > 0, !core.state.isBacklogFull {
            let now = SystemClock.monotonic()
            let waited = now.nanoseconds(since: lastSeal)
            if entries >= limits.sealEntries
                || waited >= UInt64(limits.sealMilliseconds) * 1_000_000
            {
                lastSeal = now
                core.seal()
            }
        }
        writeSealed()
        considerPause()
    }

    private func writeSealed() {
        for (generation, boundary) in core.takeSealed() {
            noteSealed(generation.position)
            store.write(generation, boundary: boundary)
        }
    }

    /// The database may lag only so far behind the answers.
    func considerPause() {
        let unstored =
            core.appliedIndex.rawValue
            - min(
                storedPosition.rawValue,
                core.appliedIndex.rawValue
            )
        let mustPause = unstored >= UInt64(limits.unstoredEntriesMax)
        let mayResume = unstored <= UInt64(limits.unstoredEntriesMax / 2)
        if isApplyPaused ? mayResume : mustPause {
            isApplyPaused.toggle()
            step(.applyPaused(isApplyPaused))
        }
    }

    // MARK: - Reading the log

    func load(_ request: LoadRequest) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        log.read(
            from: request.from,
            through: request.through,
            bytesMax: request.payloadBytesMax,
            then: { [eventLoop] entries in
                eventLoop.execute {
                    bound.value.step(
                        .entriesLoaded(
                            LoadedEntries(
                                peer: request.peer,
                                from: request.from,
                                entries: entries
                            )
                        )
                    )
                }
            },
            orFail: { [eventLoop] error in
                eventLoop.execute { bound.value.stopAfter(.state(error.description)) }
            }
        )
    }

    func loadToApply(_ range: ClosedRange<LogIndex>) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        log.read(
            from: range.lowerBound,
            through: range.upperBound,
            bytesMax: 8 << 20,
            then: { [eventLoop] entries in
                eventLoop.execute { bound.value.step(.entriesToApply(entries)) }
            },
            orFail: { [eventLoop] error in
                eventLoop.execute { bound.value.stopAfter(.state(error.description)) }
            }
        )
    }

    // MARK: - Digests

    func whenDigested(
        _ position: Position,
        deadline: NIODeadline,
        _ completion: @escaping BoundaryDigests.Completion
    ) {
        digests.wait(for: position, deadline: deadline, completion)
    }

    // MARK: - The end

    /// Stops because going on could break a promise; the owner ends the process.
    func stopAfter(_ halt: ReplicaHalt) {
        guard !isStopped else { return }
        logger.critical("node halts", metadata: ["halt": "\(halt)"])
        failEverything()
        onHalt(halt)
    }

    /// Stops in good order: what is applied reaches the database before the files close.
    func stop(_ done: @escaping @Sendable () -> Void) {
        guard !isStopped else {
            done()
            return
        }
        if exchange == nil {
            core.seal()
            writeSealed()
        }
        failEverything()
        network.shutdown().whenComplete { [log, store, snapshots] _ in
            snapshots.close {
                store.close {
                    log.close {
                        done()
                    }
                }
            }
        }
    }

    private func failEverything() {
        isStopped = true
        ticker?.cancel()
        for submission in submissions.removeAll() {
            submission.done(submission.index, .result(.unknown))
        }
        let readers = self.readers
        self.readers = [:]
        for reader in readers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            reader.value(.notReady)
        }
        let admins = self.admins
        self.admins = [:]
        for admin in admins.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            admin.value(.unknown)
        }
        failFetches()
        digests.failAll()
        shared.tail.expire(now: .distantFuture)
        marks.expire(now: .distantFuture)
        abandonStatusQueries()
        publishStatus()
    }
}
