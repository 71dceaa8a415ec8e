import Threads

/// A copy of a store, made on a thread of its own while the store's writer goes on.
///
/// It is at exactly one position, which its own header tells. It is made at a bounded rate; while it
/// is made, the write-ahead log grows, so from a quarter of that one's bound the copy hurries, and at
/// three quarters it gives up: the writer never waits for it.
package final class StoreCopy: Sendable {
    private let isCancelled = Monitor(false)
    private let thread: PlatformThread

    /// Starts to copy `file` into a new file at `path`; what is there already is replaced.
    ///
    /// `report` is called once, on the copy's own thread, which it may keep busy: with what the copy
    /// is at, or with why there is none; then nothing is left at `path`.
    package init(
        of file: StoreFile,
        to path: String,
        progress: StoreProgress,
        report: @escaping @Sendable (Result<StoreHeader, StoreError>) -> Void
    ) {
        let isCancelled = isCancelled
        thread = PlatformThread(name: "store-copy", priority: .background) {
            let loop = Loop(file: file, path: path, progress: progress, isCancelled: isCancelled)
            do throws(StoreError) {
                report(.success(try loop.run()))
            } catch {
                Directory.removeIfThere(path)
                report(.failure(error))
            }
        }
    }

    /// Puts an end to it, and returns after `report` has: the store's files are not in use any more.
    package func cancel() {
        isCancelled.update { $0 = true }
        thread.join()
    }

    private struct Loop {
        let file: StoreFile
        let path: String
        let progress: StoreProgress
        let isCancelled: Monitor<Bool>

        func run() throws(StoreError) -> StoreHeader {
            Directory.removeIfThere(path)
            let session = try CopySession(file, to: path)
            let start = ContinuousClock.now
            while true {
                try check()
                if try session.step() { return session.header }
                pause(session.copiedBytes, since: start)
            }
        }

        private func check() throws(StoreError) {
            guard !isCancelled.current else {
                throw StoreError(.cancelled, "the copy was cancelled")
            }
            let pages = progress.walPages
            guard pages < file.limits.walPagesMax / 4 * 3 else {
                throw StoreError(
                    .cancelled,
                    "the write-ahead log has grown to \(pages) pages while the copy was made"
                )
            }
        }

        private func pause(_ bytes: Int, since start: ContinuousClock.Instant) {
            guard progress.walPages < file.limits.walPagesMax / 4 else { return }
            let seconds = Double(bytes) / Double(file.limits.copyBytesPerSecond)
            let early = start + .seconds(seconds) - ContinuousClock.now
            guard early >= .milliseconds(1) else { return }
            isCancelled.wait(timeout: early) { $0 ? () : nil }
        }
    }
}
