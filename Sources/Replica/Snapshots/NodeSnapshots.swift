import Ledger
import LedgerStore
import NIOPosix
import Raft
import RaftLog
import Synchronization

/// The files of states on their way, as the loop uses them: what blocks runs on a thread of its own
/// and calls back there.
final class NodeSnapshots: Sendable {
    private let fileSystem: any FileSystem
    private let directory: DataDirectory
    private let worker: NIOThreadPool
    private let incoming: Mutex<IncomingSnapshot>

    init(
        fileSystem: any FileSystem,
        directory: DataDirectory,
        storeFile: StoreFile,
        limits: SnapshotLimits
    ) {
        self.fileSystem = fileSystem
        self.directory = directory
        worker = NIOThreadPool(numberOfThreads: 1)
        worker.start()
        let arrived = StoreFile(
            path: directory.incoming,
            cluster: storeFile.cluster,
            limits: storeFile.limits
        )
        incoming = Mutex(
            IncomingSnapshot(
                fileSystem: fileSystem,
                directory: directory,
                limits: limits,
                inspection: IncomingSnapshot.Inspection(
                    verify: { (_) throws(StoreError) in try arrived.verifyImmutable() },
                    freeBytes: { () throws(StoreError) in try arrived.freeBytes() }
                )
            )
        )
    }

    /// The directory of copies for others.
    var copies: String { directory.copies }

    /// Where copies are made; removed and made anew on each start.
    static func prepareCopies(
        _ directory: DataDirectory,
        _ fileSystem: any FileSystem
    ) throws(FileSystemError) {
        try fileSystem.createDirectory(directory.copies)
        for name in try fileSystem.list(directory.copies) {
            try fileSystem.remove(directory.copies + "/" + name)
        }
    }

    // MARK: - Copies for others

    /// What a copy is that was just made; to be called where blocking is allowed.
    func describe(
        _ path: String,
        _ header: StoreHeader
    ) throws -> (SnapshotDescription, LoggedConfiguration) {
        let file = try fileSystem.open(path, create: false)
        let byteCount = UInt64(try file.size())
        guard let configuration = Membership.decode(header.membership) else {
            throw StoreError(.corrupt, "the membership beside the position can't be read")
        }
        let description = SnapshotDescription(
            last: LogPosition(
                index: LogIndex(header.ledger.position.rawValue),
                term: Term(header.term)
            ),
            byteCount: byteCount,
            checksum: try SnapshotDescription.checksum(of: file, byteCount: byteCount)
        )
        return (description, configuration)
    }

    /// Reads a piece of a copy; gives nil for what can't be read, or is beyond its end.
    func read(
        _ path: String,
        of description: SnapshotDescription,
        from offset: UInt64,
        bytesMax: UInt64,
        then done: @escaping @Sendable (SnapshotChunk?) -> Void
    ) {
        worker.submit { [fileSystem] state in
            guard case .active = state else { return }
            guard let file = try? fileSystem.open(path, create: false) else { return done(nil) }
            done(
                SnapshotChunk.read(file, of: description, from: offset, bytesMax: bytesMax)
            )
        }
    }

    /// Deletes copies; what can't be deleted now is on the next start.
    func remove(_ paths: [String]) {
        guard !paths.isEmpty else { return }
        worker.submit { [fileSystem] _ in
            for path in paths { try? fileSystem.remove(path) }
        }
    }

    // MARK: - A state for this node

    func begin(
        _ fetch: SnapshotFetch,
        then done: @escaping @Sendable (IncomingSnapshot.Outcome) -> Void
    ) {
        worker.submit { [self] state in
            guard case .active = state else { return }
            done(incoming.withLock { $0.begin(fetch) })
        }
    }

    func take(
        _ chunk: SnapshotChunk,
        of position: LogPosition,
        then done: @escaping @Sendable (IncomingSnapshot.Outcome) -> Void
    ) {
        worker.submit { [self] state in
            guard case .active = state else { return }
            done(incoming.withLock { $0.take(chunk, of: position) })
        }
    }

    /// Removes what is here of a state that is not being brought any more; what can't be removed now is
    /// replaced by the next one.
    func dropIncoming() {
        worker.submit { [self] state in
            guard case .active = state else { return }
            incoming.withLock { try? $0.drop() }
        }
    }

    /// Ends the thread after what it is doing; calls back on another thread.
    func close(_ done: @escaping @Sendable () -> Void) {
        worker.shutdownGracefully { _ in done() }
    }
}
