import Threads

/// A few threads with a reader each, for pages of the books: short reads that never run on a loop.
///
/// A reader is opened when its thread gets its first job. The pool can let go of the file for a while,
/// so that it can be exchanged: `suspend` returns when no reader has it open any more.
package final class ReaderPool: Sendable {
    /// What is run with a thread's reader, or with why there is none.
    package typealias Job = @Sendable (Result<StoreReader, StoreError>) -> Void

    private struct State: Sendable {
        var jobs: [Job] = []
        var openReaders = 0
        var isSuspended = false
        var isStopping = false
    }

    private let state = Monitor(State())
    private let threads: [PlatformThread]
    private let jobsMax: Int

    /// Starts the threads; at most `jobsMax` jobs wait for them.
    package init(_ file: StoreFile, threads: Int, jobsMax: Int) {
        let state = state
        self.jobsMax = jobsMax
        self.threads = (0..<threads).map { _ in
            PlatformThread(name: "store-reader", priority: .modest) { Self.serve(file, state) }
        }
    }

    /// Queues a job; false when too many wait, or the pool has no file now.
    package func run(_ job: @escaping Job) -> Bool {
        state.update { state in
            guard !state.isSuspended, !state.isStopping, state.jobs.count < jobsMax
            else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Lets go of the file: jobs that wait fail, and those that run come to their end.
    package func suspend() {
        let waiting = state.update { state in
            state.isSuspended = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in waiting { job(.failure(StoreError(.cancelled, "the file is exchanged"))) }
        state.wait { $0.openReaders == 0 ? () : nil }
    }

    /// Goes on, with the file that is there now.
    package func resume() {
        state.update { $0.isSuspended = false }
    }

    /// Ends the threads; jobs that wait fail.
    package func stop() {
        suspend()
        state.update { $0.isStopping = true }
        for thread in threads { thread.join() }
    }

    private enum Step {
        case job(Job)
        case letGo
        case end
    }

    private static func serve(_ file: StoreFile, _ state: Monitor<State>) {
        var reader: StoreReader?
        while true {
            let isOpen = reader != nil
            let step = state.wait { state -> Step? in
                if let job = state.jobs.first {
                    state.jobs.removeFirst()
                    // Counted before the lock is let go, so that `suspend` waits for it.
                    if !isOpen { state.openReaders += 1 }
                    return .job(job)
                }
                if state.isSuspended, isOpen { return .letGo }
                return state.isStopping ? .end : nil
            }
            switch step {
            case .job(let job): reader = run(job, reader, file)
            case .letGo: reader = nil
            case .end: return
            }
            if reader == nil { state.update { $0.openReaders -= 1 } }
        }
    }

    /// Runs a job; gives the reader for the next one, none if there is none or it has failed.
    private static func run(
        _ job: Job,
        _ reader: StoreReader?,
        _ file: StoreFile
    ) -> StoreReader? {
        do throws(StoreError) {
            var reader = reader
            if reader == nil { reader = try file.openReader() }
            if let reader { job(.success(reader)) }
            return reader
        } catch {
            job(.failure(error))
            return nil
        }
    }
}
