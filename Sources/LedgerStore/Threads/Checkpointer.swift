package import Ledger

/// The thread that copies the write-ahead log into the database file, so that the writer never does.
package final class Checkpointer: Sendable {
    private let isStopping = Monitor(false)
    private let progress: StoreProgress
    private let thread: WorkerThread

    /// Starts the thread.
    ///
    /// `report` is called on it with the error that ends it, or each time that
    /// more is durable; it must not block.
    package init(
        _ file: StoreFile,
        progress: StoreProgress,
        report: @escaping @Sendable (Result<Position, StoreError>) -> Void
    ) throws(StoreError) {
        let checkpoint = try Checkpoint(file)
        let isStopping = isStopping
        let limits = file.limits
        self.progress = progress
        thread = WorkerThread(name: "store-checkpoint") {
            let loop = Loop(
                checkpoint: checkpoint,
                isStopping: isStopping,
                progress: progress,
                limits: limits,
                report: report
            )
            loop.run()
        }
    }

    /// Ends the thread after a last checkpoint.
    package func stop() {
        isStopping.update { $0 = true }
        // It waits for progress, so that is what wakes it.
        progress.monitor.update { _ in }
        thread.join()
    }

    private struct Loop {
        let checkpoint: Checkpoint
        let isStopping: Monitor<Bool>
        let progress: StoreProgress
        let limits: StoreLimits
        let report: @Sendable (Result<Position, StoreError>) -> Void

        func run() {
            do throws(StoreError) {
                while waitUntilDue() {
                    guard try !checkpoint.run(progress, limits, report) else { continue }
                    // A reader keeps the log from being copied whole; asking again at once would
                    // not change that.
                    isStopping.wait(milliseconds: limits.checkpointPauseMilliseconds) {
                        $0 ? () : nil
                    }
                }
                _ = try checkpoint.run(progress, limits, report)
            } catch {
                report(.failure(error))
            }
        }

        /// True when the log is long enough, or has waited long enough; false at the end.
        private func waitUntilDue() -> Bool {
            while !isStopping.current {
                let isLong = progress.monitor.wait(milliseconds: limits.checkpointMilliseconds) {
                    $0.walPages >= limits.walPagesDue || isStopping.current ? true : nil
                }
                if isStopping.current { return false }
                if isLong == true { return true }
                let current = progress.monitor.current
                if current.committed > current.durable { return true }
            }
            return false
        }
    }
}
