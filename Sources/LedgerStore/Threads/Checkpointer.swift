package import Ledger
import Threads

/// The thread that copies the write-ahead log into the database file, so that the writer never does.
package final class Checkpointer: Sendable {
    private let ending = Monitor<Ending?>(nil)
    private let progress: StoreProgress
    private let thread: PlatformThread

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
        let ending = ending
        let limits = file.limits
        self.progress = progress
        thread = PlatformThread(name: "store-checkpoint", priority: .background) {
            let loop = Loop(
                checkpoint: checkpoint,
                ending: ending,
                progress: progress,
                limits: limits,
                report: report
            )
            loop.run()
        }
    }

    /// Ends the thread after a last checkpoint, or without it when `abandoning`.
    package func stop(abandoning: Bool = false) {
        ending.update { $0 = abandoning ? .abandoned : $0 ?? .checkpointed }
        // It waits for progress, so that is what wakes it.
        progress.monitor.update { _ in }
        thread.join()
    }

    private enum Ending: Sendable {
        case checkpointed
        case abandoned
    }

    private struct Loop {
        let checkpoint: Checkpoint
        let ending: Monitor<Ending?>
        let progress: StoreProgress
        let limits: StoreLimits
        let report: @Sendable (Result<Position, StoreError>) -> Void

        func run() {
            do throws(StoreError) {
                while waitUntilDue() {
                    if let pause = try turn() { self.pause(pause) }
                }
                if ending.current != .abandoned { _ = try turn() }
            } catch {
                report(.failure(error))
            }
        }

        /// Checkpoints, and says how long to wait before it can be of use again.
        private func turn() throws(StoreError) -> Int? {
            do throws(StoreError) {
                // A reader keeps the log from being copied whole; asking again at once would not
                // change that.
                return try checkpoint.run(progress, limits, report)
                    ? nil : limits.checkpointPauseMilliseconds
            } catch {
                // What doesn't fit into the file stays in the log, and the log's bound stops the
                // writer before anything is lost.
                guard error.code == .full || error.code == .busy else { throw error }
                progress.monitor.update { $0.checkpointsWithoutRoom += 1 }
                return limits.retryMilliseconds
            }
        }

        private func pause(_ milliseconds: Int) {
            ending.wait(timeout: .milliseconds(milliseconds)) { $0 == nil ? nil : () }
        }

        /// True when the log is long enough, or has waited long enough; false at the end.
        ///
        /// Replicas write the same pages at the same time. Each goes early by another part, anew each
        /// time, or the disks of all of them would be busy at once, and no majority quick.
        private func waitUntilDue() -> Bool {
            let part = Double.random(in: 0.6...1)
            let pages = Int(Double(limits.walPagesDue) * part)
            let milliseconds = Int(Double(limits.checkpointMilliseconds) * part)
            while ending.current == nil {
                let isLong = progress.monitor.wait(
                    timeout: .milliseconds(milliseconds)
                ) {
                    $0.walPages >= pages || ending.current != nil ? true : nil
                }
                if ending.current != nil { return false }
                if isLong == true { return true }
                let current = progress.monitor.current
                if current.committed > current.durable { return true }
            }
            return false
        }
    }
}
