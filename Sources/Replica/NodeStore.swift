import Dispatch
import Ledger
import LedgerStore
import NIOPosix
import Synchronization

/// The database as the loop uses it: transactions go to the writer's thread, checkpoints and
/// digests have threads of their own beside it.
final class NodeStore: Sendable {
    private let file: StoreFile
    private let reports: DiskReports
    private let writer: StoreWriter
    private let checkpointer: Checkpointer
    private let readers: NIOThreadPool
    private let boundaries: Boundaries

    init(_ file: StoreFile, header: StoreHeader, reports: DiskReports) throws(StoreError) {
        self.file = file
        self.reports = reports
        let readers = NIOThreadPool(numberOfThreads: 1)
        readers.start()
        self.readers = readers
        let boundaries = Boundaries()
        self.boundaries = boundaries
        let progress = StoreProgress(header)
        writer = try StoreWriter(file, progress: progress) { event in
            switch event {
            case .committed(let generation, let position):
                if boundaries.take(generation) {
                    Self.digest(file, on: readers, reports)
                }
                reports.send { $0.stored(generation, through: position) }
            case .stalled(let error):
                reports.send { $0.storeStalled(error) }
            case .failed(let error):
                reports.send { $0.storeFailed(error) }
            }
        }
        checkpointer = try Checkpointer(file, progress: progress) { result in
            switch result {
            case .success(let position):
                reports.send { $0.checkpointed(through: position) }
            case .failure(let error):
                reports.send { $0.storeFailed(error) }
            }
        }
    }

    /// Queues a transaction; behind one that a boundary closed, a digest is computed.
    func write(_ generation: Generation, boundary: Position?) {
        if boundary != nil { boundaries.add(generation.number) }
        writer.enqueue(generation, mayJoinNext: boundary == nil)
    }

    /// Writes what is queued and closes; calls back on another thread.
    func close(_ done: @escaping @Sendable () -> Void) {
        readers.submit { [writer, checkpointer, readers] _ in
            writer.stop()
            checkpointer.stop()
            readers.shutdownGracefully { _ in done() }
        }
    }

    /// Called by the writer between two transactions; it waits until the reader has begun its own,
    /// so that the digest is of the state exactly here, however long it then takes.
    private static func digest(
        _ file: StoreFile,
        on readers: NIOThreadPool,
        _ reports: DiskReports
    ) {
        let hasBegun = DispatchSemaphore(value: 0)
        readers.submit { state in
            guard case .active = state else {
                hasBegun.signal()
                return
            }
            do throws(StoreError) {
                let reader = try file.openReader()
                let digest = try reader.snapshot { (reader) throws(StoreError) in
                    // The first read is what begins SQLite's read transaction.
                    _ = try reader.header()
                    hasBegun.signal()
                    return try reader.digest()
                }
                reports.send { $0.digested(digest) }
            } catch {
                hasBegun.signal()
                reports.send { $0.storeFailed(error) }
            }
        }
        hasBegun.wait()
    }
}

/// The generations that a boundary closed, by number.
private final class Boundaries: Sendable {
    private let numbers = Mutex<Set<UInt64>>([])

    func add(_ number: UInt64) {
        numbers.withLock { _ = $0.insert(number) }
    }

    func take(_ number: UInt64) -> Bool {
        numbers.withLock { $0.remove(number) != nil }
    }
}

extension SQLiteLedgerState: ReplicaState {}
