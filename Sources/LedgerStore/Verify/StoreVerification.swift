import Threads

/// A verification of a store on a thread of its own, while the store's writer goes on.
///
/// It sees one position throughout; meanwhile the write-ahead log can't be emptied, so at three quarters of
/// that one's bound it gives up, as a copy does.
package final class StoreVerification: Sendable {
    private let isCancelled = Monitor(false)
    private let isOver = Monitor(false)
    private let thread: PlatformThread

    /// Starts it; `report` is called once, on its thread.
    package init(
        of file: StoreFile,
        progress: StoreProgress,
        told: @escaping @Sendable (VerifyProgress) -> Void,
        report: @escaping @Sendable (Result<VerifyReport, StoreError>) -> Void
    ) {
        let isCancelled = isCancelled
        let isOver = isOver
        thread = PlatformThread(name: "store-verify", priority: .background) {
            defer { isOver.update { $0 = true } }
            do throws(StoreError) {
                let found = try file.openReader().verify(progress: told) {
                    isCancelled.current || progress.walPages >= file.limits.walPagesMax / 4 * 3
                }
                report(.success(found))
            } catch {
                report(.failure(error))
            }
        }
    }

    /// Whether its report has been given.
    package var hasEnded: Bool { isOver.current }

    /// Asks it to end; it does so soon, and reports that.
    package func cancel() { isCancelled.update { $0 = true } }

    /// Returns after `report` has: the store's files are not in use any more.
    package func join() { thread.join() }
}
