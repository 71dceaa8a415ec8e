import Ledger
package import LedgerStore
package import Raft
package import RaftLog

/// The exchange of the ledger's database for a state that was brought here.
///
/// Database and log can't change in one write, so a marker decides. Once it is there, the install is
/// going to happen; a start after a crash does whatever is left of it.
///
/// ```
/// marker ─▶ database closed ─▶ renamed ─▶ old -wal and -shm removed ─▶ log begins anew ─▶ no marker ─▶ opened
///   └ until here: as if nothing had been   └ the incoming file is gone: the new one is in its place
/// ```
///
/// While the marker is there nobody has the new database open for writing, so a `-wal` beside it can
/// only be the old one's. Everything of the old database stays until the new one has its name.
package final class StateExchange: SnapshotExchange {
    private let fileSystem: any FileSystem
    private let directory: DataDirectory
    private let close: @Sendable () -> Void
    private let reopen: @Sendable (SnapshotInstall) -> Void

    /// `close` closes everything that has the present database open, and returns when that is done;
    /// `reopen` opens the new one, and need not be done when it returns.
    package init(
        fileSystem: any FileSystem,
        directory: DataDirectory,
        close: @escaping @Sendable () -> Void,
        reopen: @escaping @Sendable (SnapshotInstall) -> Void
    ) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.close = close
        self.reopen = reopen
    }

    package func exchange(_ install: SnapshotInstall) throws(LogError) {
        do {
            // Else it has been renamed before the disk was found full.
            if try fileSystem.exists(directory.incoming) {
                let progress = try IncomingProgress.read(fileSystem, directory.progress)
                guard let state = progress?.description, state.last == install.last else {
                    throw LogError.exchange("the state at \(install.last.index) is not here")
                }
                let marker = InstallMarker(
                    state: state,
                    keepsSuffix: install.keepsSuffix,
                    configuration: install.configuration
                )
                try marker.write(to: directory, fileSystem)
            } else if try InstallMarker.read(directory, fileSystem)?.install != install {
                throw LogError.exchange("the state at \(install.last.index) is gone")
            }
            close()
            try Self.moveFiles(directory, fileSystem)
        } catch {
            throw Self.logError(error)
        }
    }

    package func settle(_ install: SnapshotInstall) throws(LogError) {
        do throws(FileSystemError) {
            try InstallMarker.remove(from: directory, fileSystem)
        } catch {
            throw LogError.exchange(error.description)
        }
        reopen(install)
    }

    private static func logError(_ error: any Error) -> LogError {
        switch error {
        case let error as LogError: error
        case let error as FileSystemError where error.reason == .noSpace: .noSpace(error)
        default: .exchange("\(error)")
        }
    }

    /// Gives the incoming state the database's name, and removes what belongs to the old one.
    fileprivate static func moveFiles(
        _ directory: DataDirectory,
        _ fileSystem: any FileSystem
    ) throws(FileSystemError) {
        if try fileSystem.exists(directory.incoming) {
            try fileSystem.rename(directory.incoming, to: directory.database)
            try fileSystem.syncDirectory(directory.path)
        }
        for path in StoreFile.companions(of: directory.database) + [directory.progress]
        where try fileSystem.exists(path) {
            try fileSystem.remove(path)
        }
        try fileSystem.syncDirectory(directory.path)
    }
}

// MARK: - After a crash

extension StateExchange {
    /// What a start found to be done.
    package enum Completion: Equatable {
        case nothing
        /// The install was completed: the log was changed, and must be opened again.
        case completed(LogPosition)
        /// The incoming state was damaged before it took any place: everything is as before.
        case undone(LogPosition)
    }

    /// Does what is left of an install that a crash interrupted; nobody has the database open.
    package static func complete(
        _ directory: DataDirectory,
        _ fileSystem: any FileSystem,
        _ log: LogStore,
        verify: (_ path: String) throws(StoreError) -> StoreHeader
    ) throws -> Completion {
        let draft = DataDirectory.draft(of: directory.marker)
        if try fileSystem.exists(draft) { try fileSystem.remove(draft) }
        guard let marker = try InstallMarker.read(directory, fileSystem) else { return .nothing }
        guard try isUsable(marker, directory, fileSystem) else {
            for path in [directory.progress, directory.incoming]
            where try fileSystem.exists(path) {
                try fileSystem.remove(path)
            }
            try InstallMarker.remove(from: directory, fileSystem)
            return .undone(marker.state.last)
        }
        try moveFiles(directory, fileSystem)
        let header = try verify(directory.database)
        guard header.ledger.position.rawValue == marker.state.last.index.rawValue,
            header.term == marker.state.last.term.rawValue
        else {
            throw NodeStartError.damaged(
                path: directory.database,
                reason: "it is at position \(header.ledger.position), and not at the "
                    + "\(marker.state.last.index) of the snapshot that was being installed"
            )
        }
        try install(marker, log)
        try InstallMarker.remove(from: directory, fileSystem)
        return .completed(marker.state.last)
    }

    /// Whether the incoming state, if it has not been renamed yet, is what had been verified.
    private static func isUsable(
        _ marker: InstallMarker,
        _ directory: DataDirectory,
        _ fileSystem: any FileSystem
    ) throws -> Bool {
        guard try fileSystem.exists(directory.incoming) else { return true }
        let file = try fileSystem.open(directory.incoming, create: false)
        let state = marker.state
        guard try file.size() == Int(state.byteCount) else { return false }
        let checksum = try SnapshotDescription.checksum(of: file, byteCount: state.byteCount)
        return checksum == state.checksum
    }

    /// Lets the log begin after the snapshot, unless it does so already.
    private static func install(_ marker: InstallMarker, _ log: LogStore) throws {
        let last = marker.state.last
        guard marker.keepsSuffix ? log.base.index <= last.index : log.base.index < last.index
        else { return }
        // The batch that was interrupted may have carried the term of the snapshot's last entry.
        // A higher term without a vote promises nothing.
        let isBehind = log.hardState.term < last.term
        let batch = PersistBatch(
            ticket: 1,
            install: marker.install,
            hardState: isBehind ? HardState(term: last.term, vote: nil) : nil
        )
        try log.append([batch])
        try log.sync()
    }
}
