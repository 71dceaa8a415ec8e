import Dispatch
import Ledger
import LedgerStore
import NIOPosix
import Raft
import Synchronization
import Threads

/// The database as the loop uses it: transactions go to the writer's thread, checkpoints, digests and
/// copies have threads of their own beside it.
///
/// Its file can be exchanged for another while the node runs: everything that has it open is closed,
/// and opened again on the new one. What the threads report carries the number of the epoch, so
/// that nothing of the old file is taken for something of the new.
final class NodeStore: Sendable {
    private let file: StoreFile
    private let reports: DiskReports
    private let readers: NIOThreadPool
    private let state: Mutex<State>
    /// Threads with a reader each, for pages of the books.
    let books: ReaderPool

    private struct State {
        /// Nil while the file is exchanged, and after the end.
        var threads: Threads?
        var epoch: StoreEpoch
        var copy: StoreCopy?
        var verification: StoreVerification?
        var isClosed = false
    }

    private struct Threads {
        let writer: StoreWriter
        let checkpointer: Checkpointer
        let progress: StoreProgress
    }

    init(
        _ file: StoreFile,
        header: StoreHeader,
        limits: NodeLimits,
        reports: DiskReports
    ) throws(StoreError) {
        self.file = file
        self.reports = reports
        readers = NIOThreadPool(numberOfThreads: 1)
        readers.start()
        let epoch = StoreEpoch(number: 1)
        let threads = try Self.threads(file, header, epoch, readers, reports)
        state = Mutex(State(threads: threads, epoch: epoch))
        books = ReaderPool(file, threads: limits.bookThreads, jobsMax: limits.bookReadsMax)
    }

    private static func threads(
        _ file: StoreFile,
        _ header: StoreHeader,
        _ epoch: StoreEpoch,
        _ readers: NIOThreadPool,
        _ reports: DiskReports
    ) throws(StoreError) -> Threads {
        let progress = StoreProgress(header)
        let number = epoch.number
        let writer = try StoreWriter(file, progress: progress) { event in
            switch event {
            case .committed(let generation, let position):
                if epoch.takeBoundary(generation) { digest(file, epoch, on: readers, reports) }
                reports.send { $0.stored(generation, through: position, epoch: number) }
            case .stalled(let error):
                reports.send { $0.storeStalled(error, epoch: number) }
            case .failed(let error):
                reports.send { $0.storeFailed(error, epoch: number) }
            }
        }
        do throws(StoreError) {
            let checkpointer = try Checkpointer(file, progress: progress) { result in
                switch result {
                case .success(let position):
                    reports.send { $0.checkpointed(through: position, epoch: number) }
                case .failure(let error):
                    reports.send { $0.storeFailed(error, epoch: number) }
                }
            }
            return Threads(writer: writer, checkpointer: checkpointer, progress: progress)
        } catch {
            writer.stop(abandoning: true)
            throw error
        }
    }

    /// Queues a transaction; behind one that a boundary closed, a digest is computed.
    func write(_ generation: Generation, boundary: Position?) {
        state.withLock { state in
            if boundary != nil { state.epoch.addBoundary(generation.number) }
            state.threads?.writer.enqueue(generation, mayJoinNext: boundary == nil)
        }
    }

    // MARK: - Copies

    /// Begins a copy of the database into a new file; false when there is none to be copied now.
    ///
    /// `report` is called on the copy's own thread, which it may keep busy.
    func copy(
        to path: String,
        report: @escaping @Sendable (Result<StoreHeader, StoreError>) -> Void
    ) -> Bool {
        state.withLock { state in
            guard let threads = state.threads else { return false }
            state.copy = StoreCopy(
                of: file,
                to: path,
                progress: threads.progress,
                report: report
            )
            return true
        }
    }

    /// Begins a verification on a thread of its own; nil when one is under way.
    func verify(
        told: @escaping @Sendable (VerifyProgress) -> Void,
        report: @escaping @Sendable (Result<VerifyReport, StoreError>) -> Void
    ) -> StoreVerification? {
        state.withLock { state in
            guard let threads = state.threads, state.verification?.hasEnded != false
            else { return nil }
            let verification = StoreVerification(
                of: file,
                progress: threads.progress,
                told: told,
                report: report
            )
            state.verification = verification
            return verification
        }
    }

    // MARK: - Exchange and end

    /// Closes everything that has the file open; what was not written of it is not.
    ///
    /// Digests and copies under way are given up. Blocks until it is done; does nothing if it is done
    /// already.
    func closeForExchange() {
        let (threads, copy, verification) = state.withLock {
            state -> (Threads?, StoreCopy?, StoreVerification?) in
            guard let threads = state.threads else { return (nil, nil, nil) }
            state.epoch.end()
            state.epoch = StoreEpoch(number: state.epoch.number + 1)
            defer { state.threads = nil }
            return (threads, state.copy, state.verification)
        }
        verification?.cancel()
        copy?.cancel()
        verification?.join()
        threads?.writer.stop(abandoning: true)
        threads?.checkpointer.stop(abandoning: true)
        books.suspend()
        waitForReaders()
    }

    /// Opens the file that is there now, on another thread, and gives the loop its state.
    func reopen(after install: SnapshotInstall) {
        readers.submit { [self] poolState in
            guard case .active = poolState else { return }
            let epoch = state.withLock { $0.epoch }
            do throws(StoreError) {
                let header = try file.prepare()
                let threads = try Self.threads(file, header, epoch, readers, reports)
                let isWanted = state.withLock { state in
                    guard !state.isClosed else { return false }
                    state.threads = threads
                    return true
                }
                guard isWanted else {
                    threads.writer.stop()
                    threads.checkpointer.stop()
                    return
                }
                let installed = HandedOver(try file.openState())
                books.resume()
                reports.send { $0.stateExchanged(installed, install.last) }
            } catch {
                reports.send { $0.storeFailed(error, epoch: epoch.number) }
            }
        }
    }

    /// Writes what is queued and closes; calls back on another thread.
    func close(_ done: @escaping @Sendable () -> Void) {
        readers.submit { [self] _ in
            let (threads, copy, verification) = state.withLock { state in
                state.isClosed = true
                state.epoch.end()
                defer { state.threads = nil }
                return (state.threads, state.copy, state.verification)
            }
            verification?.cancel()
            copy?.cancel()
            verification?.join()
            books.stop()
            threads?.writer.stop()
            threads?.checkpointer.stop()
            readers.shutdownGracefully { _ in done() }
        }
    }

    /// The readers are one thread, so behind this nothing that was begun before is left.
    private func waitForReaders() {
        let isDone = DispatchSemaphore(value: 0)
        readers.submit { _ in isDone.signal() }
        isDone.wait()
    }

    // MARK: - Digests

    /// Called by the writer between two transactions; it waits until the reader has begun its own,
    /// so that the digest is of the state exactly here, however long it then takes.
    private static func digest(
        _ file: StoreFile,
        _ epoch: StoreEpoch,
        on readers: NIOThreadPool,
        _ reports: DiskReports
    ) {
        let hasBegun = DispatchSemaphore(value: 0)
        readers.submit { state in
            guard case .active = state, !epoch.hasEnded else {
                hasBegun.signal()
                return
            }
            do throws(StoreError) {
                let reader = try file.openReader()
                let digest = try reader.snapshot { (reader) throws(StoreError) in
                    // The first read is what begins SQLite's read transaction.
                    _ = try reader.header()
                    hasBegun.signal()
                    return try reader.digest { epoch.hasEnded }
                }
                reports.send { $0.digested(digest) }
            } catch {
                hasBegun.signal()
                // Whoever waits for it is told by the loop, which knows of the end.
                guard error.code != .cancelled else { return }
                reports.send { $0.storeFailed(error, epoch: epoch.number) }
            }
        }
        hasBegun.wait()
    }
}

/// The time during which one file is the database, and the generations in it that a boundary closed.
private final class StoreEpoch: Sendable {
    let number: UInt64
    private let ended = Atomic(false)
    private let boundaries = Mutex<Set<UInt64>>([])

    init(number: UInt64) {
        self.number = number
    }

    var hasEnded: Bool { ended.load(ordering: .relaxed) }

    func end() { ended.store(true, ordering: .relaxed) }

    func addBoundary(_ generation: UInt64) {
        boundaries.withLock { _ = $0.insert(generation) }
    }

    func takeBoundary(_ generation: UInt64) -> Bool {
        boundaries.withLock { $0.remove(generation) != nil }
    }
}

extension SQLiteLedgerState: ReplicaState {}
