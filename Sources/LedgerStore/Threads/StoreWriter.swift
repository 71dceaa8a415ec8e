package import Ledger
import Threads

/// The thread that writes generations behind the answers.
///
/// It is thin: what is written, and how, is `GenerationWriter`'s. When it falls behind, generations
/// that wait go into one transaction, up to a boundary or a bound: the more there are, the less each
/// costs.
package final class StoreWriter: Sendable {
    /// What the writer reports, on its own thread.
    package enum Event: Equatable, Sendable {
        /// Everything up to this generation is committed. The next transaction begins after this
        /// was reported: a reader that pins its snapshot meanwhile sees exactly this position.
        case committed(generation: UInt64, position: Position)
        /// The disk is full, or another process holds the file. Nothing is lost: the transaction is
        /// tried again until it succeeds. Reported once for each transaction.
        case stalled(StoreError)
        /// The store can't go on, and neither can the node: nothing more is written.
        case failed(StoreError)
    }

    private struct Queue: Sendable {
        var waiting: [Waiting] = []
        var isStopping = false
        var isAbandoned = false
    }

    private struct Waiting: Sendable {
        var generation: Generation
        var mayJoinNext: Bool
    }

    private let queue = Monitor(Queue())
    private let thread: PlatformThread

    /// Starts the thread; `report` must not block.
    package init(
        _ file: StoreFile,
        progress: StoreProgress,
        report: @escaping @Sendable (Event) -> Void
    ) throws(StoreError) {
        let writer = try file.openWriter()
        let queue = queue
        let limits = file.limits
        thread = PlatformThread(name: "store-writer", priority: .background) {
            let loop = Loop(
                writer: writer,
                queue: queue,
                progress: progress,
                limits: limits,
                report: report
            )
            loop.run()
        }
    }

    /// Hands over the next generation, in the order in which they were sealed.
    ///
    /// With `mayJoinNext`, the next one may be in the same transaction. Without, the transaction ends
    /// exactly here, so that whoever reads between it and the next sees exactly this position.
    package func enqueue(_ generation: Generation, mayJoinNext: Bool = false) {
        queue.update {
            $0.waiting.append(Waiting(generation: generation, mayJoinNext: mayJoinNext))
        }
    }

    /// Ends the thread once everything that was handed over is committed, and waits for that.
    ///
    /// With `abandoning`, what is not begun is not written: the log has it.
    package func stop(abandoning: Bool = false) {
        queue.update {
            $0.isStopping = true
            if abandoning { $0.isAbandoned = true }
        }
        thread.join()
    }

    private struct Loop {
        let writer: GenerationWriter
        let queue: Monitor<Queue>
        let progress: StoreProgress
        let limits: StoreLimits
        let report: @Sendable (Event) -> Void

        func run() {
            while let batch = nextBatch() {
                guard write(batch) else { return }
            }
        }

        /// What goes into one transaction; nil when there is nothing more to do.
        private func nextBatch() -> [Generation]? {
            queue.wait { queue -> [Generation]?? in
                if queue.isAbandoned { return .some(nil) }
                if queue.waiting.isEmpty { return queue.isStopping ? .some(nil) : nil }
                let count = Self.batchCount(queue.waiting, limits)
                defer { queue.waiting.removeFirst(count) }
                return queue.waiting.prefix(count).map(\.generation)
            }
        }

        private static func batchCount(_ waiting: [Waiting], _ limits: StoreLimits) -> Int {
            var entries = 0
            for (index, next) in waiting.enumerated() {
                entries += next.generation.journal.rows.count
                if index > 0, entries > limits.transactionEntriesMax { return index }
                if !next.mayJoinNext { return index + 1 }
            }
            return waiting.count
        }

        /// Writes a batch, as often as it takes; false when the thread is to end.
        private func write(_ batch: [Generation]) -> Bool {
            guard let last = batch.last else { return true }
            waitForCheckpoint()
            var hasReported = false
            while !queue.current.isAbandoned {
                do throws(StoreError) {
                    try writer.write(batch)
                    let pages = writer.walPages
                    progress.monitor.update {
                        $0.committed = last.position
                        $0.walPages = pages
                    }
                    report(.committed(generation: last.number, position: last.position))
                    return true
                } catch {
                    guard error.code == .full || error.code == .busy else {
                        report(.failed(error))
                        return false
                    }
                    if !hasReported { report(.stalled(error)) }
                    hasReported = true
                    queue.wait(timeout: .milliseconds(limits.retryMilliseconds)) {
                        $0.isAbandoned ? () : nil
                    }
                }
            }
            return false
        }

        /// At the hard bound of the write-ahead log, the checkpointer comes first.
        private func waitForCheckpoint() {
            while progress.walPages >= limits.walPagesMax, !queue.current.isAbandoned {
                progress.monitor.wait(timeout: .milliseconds(limits.retryMilliseconds)) {
                    $0.walPages < limits.walPagesMax ? () : nil
                }
            }
        }
    }
}
