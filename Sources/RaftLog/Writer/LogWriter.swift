package import Raft
import Threads

/// The log on a thread of its own, with group commit.
///
/// While one group is at the disk, the next one gathers: everything queued meanwhile leaves in one
/// write and one sync. Commands are done strictly in order (rule 13), and the first failure ends
/// all writing (rule 17).
package final class LogWriter: Sendable {
    /// Reads entries, from any thread.
    package let reader: LogReader
    /// Whose log this is.
    package let identity: LogIdentity
    /// What the log held when it was opened.
    package let recovered: RecoveredLog

    private let queue: Monitor<CommandQueue>
    private let thread: PlatformThread
    private let preparer: PlatformThread
    private let supply: SegmentSupply

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - store: An open log, which nobody else touches any more.
    ///   - exchange: What is done to the state machine's files when a batch installs a snapshot.
    ///   - report: Called on the writer's thread, with no lock held. It must not block, nor call
    ///     ``close()``.
    package init(
        _ store: sending LogStore,
        exchange: (any SnapshotExchange)? = nil,
        report: @escaping @Sendable (LogEvent) -> Void
    ) {
        reader = store.reader
        identity = store.identity
        recovered = store.recovered
        let supply = store.supply
        let queue = Monitor(CommandQueue())
        self.supply = supply
        self.queue = queue
        preparer = PlatformThread(name: "log-prepare", priority: .background) {
            supply.prepareUntilClosed()
        }
        thread = PlatformThread(name: "log-writer") {
            LogWriterLoop(store: store, queue: queue, exchange: exchange, report: report).run()
        }
    }

    deinit { stop() }

    /// Queues a batch to be written; does not wait.
    package func submit(_ batch: PersistBatch) {
        queue.update { $0.append(CollectionOfOne(.persist(batch))) }
    }

    /// Queues batches to be written, in order; does not wait.
    package func submit(_ batches: [PersistBatch]) { submit(batches.map { .persist($0) }) }

    /// Queues the deletion of whole segments at or below `index`, after what is queued already.
    package func compact(through index: LogIndex) { submit([.compact(through: index)]) }

    /// Queues the log's new beginning after a snapshot's position, after what is queued already.
    package func reset(to base: LogPosition) { submit([.reset(to: base)]) }

    /// Queues commands, in order; does not wait.
    ///
    /// After a failure or the end they are dropped.
    package func submit(_ commands: [LogCommand]) {
        guard !commands.isEmpty else { return }
        queue.update { $0.append(commands) }
    }

    /// How long the oldest command that is not done has waited, at most; `nil` if there is none.
    ///
    /// Past an election timeout a leader must not trust its own disk (rule 18).
    package var oldestPendingAge: Duration? {
        queue.update { $0.oldestSince }.map { .now - $0 }
    }

    /// What was done so far.
    package var metrics: LogMetrics {
        var metrics = queue.update { $0.metrics }
        metrics.isShortOfSpace = metrics.isShortOfSpace || supply.failure != nil
        return metrics
    }

    /// Does what is queued, closes the log and ends the thread; returns when the directory is free.
    ///
    /// What waits for space on a full disk is given up.
    package func close() {
        stop()
        thread.join()
        preparer.join()
    }

    private func stop() { queue.update { $0.isClosing = true } }
}
