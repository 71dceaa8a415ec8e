import Ledger
package import LedgerStore
package import Raft
package import RaftLog

/// A state that is being brought here, in a file beside the present one.
///
/// Its bytes come in order; some megabytes at a time they are made durable and noted, so that a
/// transfer goes on where it was cut off, after a restart too. When the last byte is here the whole is
/// verified. Confined to one thread that may block.
package final class IncomingSnapshot {
    /// What became of a piece.
    package enum Outcome: Equatable {
        /// The state is wanted from this offset on: the piece was taken, or must come again.
        case wanted(offset: UInt64)
        /// All of it is here, verified and durable.
        case complete
        /// It can't be had; nothing of it is left.
        case failed(String)
    }

    /// What is asked of the disk beside ``FileSystem``.
    package struct Inspection {
        /// Verifies the file as a store of this cluster.
        package var verify: (_ path: String) throws(StoreError) -> StoreHeader
        /// The room that the disk has.
        package var freeBytes: () throws(StoreError) -> Int

        package init(
            verify: @escaping (_ path: String) throws(StoreError) -> StoreHeader,
            freeBytes: @escaping () throws(StoreError) -> Int
        ) {
            self.verify = verify
            self.freeBytes = freeBytes
        }
    }

    private let fileSystem: any FileSystem
    private let directory: DataDirectory
    private let limits: SnapshotLimits
    private let inspection: Inspection

    private var fetch: SnapshotFetch?
    private var files: Files?
    private var offset: UInt64 = 0
    private var badPieces = 0

    private struct Files {
        let state: any LogFile
        let progressFile: any LogFile
        var progress: IncomingProgress
    }

    package init(
        fileSystem: any FileSystem,
        directory: DataDirectory,
        limits: SnapshotLimits,
        inspection: Inspection
    ) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.limits = limits
        self.inspection = inspection
    }

    /// Begins to bring a state here, or goes on with it; what is here of another is dropped.
    package func begin(_ fetch: SnapshotFetch) -> Outcome {
        self.fetch = fetch
        badPieces = 0
        do {
            try resume(fetch.last)
            return .wanted(offset: offset)
        } catch {
            return give(up: "\(error)")
        }
    }

    /// Takes the next piece.
    package func take(_ chunk: SnapshotChunk, of position: LogPosition) -> Outcome {
        guard let fetch, fetch.last == position else {
            return .failed("nothing is being brought here from \(position)")
        }
        do {
            guard try isAcceptable(chunk, position) else {
                badPieces += 1
                guard badPieces < limits.badPiecesMax else {
                    return give(up: "\(badPieces) pieces in a row were not what was sent")
                }
                return .wanted(offset: offset)
            }
            badPieces = 0
            try append(chunk)
            guard offset == chunk.totalBytes else { return .wanted(offset: offset) }
            try finish(fetch)
            // Closing a file takes all locks that the process has on it: so not later, when it is
            // SQLite's.
            files = nil
            self.fetch = nil
            return .complete
        } catch {
            return give(up: "\(error)")
        }
    }

    /// Removes what is here of a state that is not being brought any more.
    func drop() throws(FileSystemError) {
        fetch = nil
        try removeFiles()
    }

    /// Forgets what is here, on the disk too.
    private func give(up reason: String) -> Outcome {
        fetch = nil
        do throws(FileSystemError) {
            try removeFiles()
        } catch {
            return .failed("\(reason); and then: \(error)")
        }
        return .failed(reason)
    }

    // MARK: - Pieces

    /// Whether a piece can be written; a state that turns out to be another begins anew.
    private func isAcceptable(_ chunk: SnapshotChunk, _ position: LogPosition) throws -> Bool {
        let sum = chunk.bytes.withUnsafeBytes { CheckedRecord.checksum($0) }
        guard sum == chunk.checksum, !chunk.bytes.isEmpty else { return false }
        let description = SnapshotDescription(
            last: position,
            byteCount: chunk.totalBytes,
            checksum: chunk.totalChecksum
        )
        if let files, files.progress.description != description {
            // Another node's copy: the same ledger, but not the same bytes.
            try removeFiles()
        }
        guard chunk.offset == offset else { return false }
        if files == nil { try createFiles(description) }
        return true
    }

    private func append(_ chunk: SnapshotChunk) throws {
        guard var files else { return }
        try files.state.write(chunk.bytes.span.bytes, at: Int(chunk.offset))
        offset = chunk.end
        let isLast = offset == chunk.totalBytes
        if isLast || offset - files.progress.durableBytes >= limits.incomingSyncBytes {
            try files.state.sync()
            files.progress.durableBytes = offset
            try files.progress.write(to: files.progressFile)
        }
        self.files = files
    }

    private func finish(_ fetch: SnapshotFetch) throws {
        guard let files else { return }
        let description = files.progress.description
        let checksum = try SnapshotDescription.checksum(
            of: files.state,
            byteCount: description.byteCount
        )
        guard try files.state.size() == Int(description.byteCount),
            checksum == description.checksum
        else { throw IncomingError.wrongChecksum }
        let header = try inspection.verify(directory.incoming)
        guard header.ledger.position.rawValue == fetch.last.index.rawValue,
            header.term == fetch.last.term.rawValue
        else {
            throw IncomingError.otherPosition("\(header.ledger.position)", header.term)
        }
        guard Membership.decode(header.membership) == fetch.configuration else {
            throw IncomingError.otherMembers
        }
    }

    // MARK: - Files

    private func resume(_ position: LogPosition) throws(FileSystemError) {
        files = nil
        offset = 0
        let progress = try IncomingProgress.read(fileSystem, directory.progress)
        guard let progress, progress.description.last == position, progress.durableBytes > 0,
            try fileSystem.exists(directory.incoming)
        else {
            try removeFiles()
            return
        }
        let state = try fileSystem.open(directory.incoming, create: false)
        guard try state.size() >= Int(progress.durableBytes) else {
            try removeFiles()
            return
        }
        // What is behind the durable part may be anything, and is written again. Of a whole state the
        // last byte is asked for again, since it is the last piece that has everything verified.
        offset = min(progress.durableBytes, progress.description.byteCount - 1)
        files = Files(
            state: state,
            progressFile: try fileSystem.open(directory.progress, create: false),
            progress: progress
        )
    }

    private func createFiles(_ description: SnapshotDescription) throws {
        let needed = description.byteCount.addingReportingOverflow(limits.incomingReserveBytes)
        guard description.byteCount <= limits.incomingBytesMax else {
            throw IncomingError.tooLarge(description.byteCount, limit: limits.incomingBytesMax)
        }
        let room = UInt64(clamping: try inspection.freeBytes())
        guard !needed.overflow, needed.partialValue <= room else {
            throw IncomingError.noRoom(description.byteCount, room: room)
        }
        let state = try fileSystem.open(directory.incoming, create: true)
        try state.truncate(to: 0)
        let progressFile = try fileSystem.open(directory.progress, create: true)
        try progressFile.truncate(to: 0)
        try fileSystem.syncDirectory(directory.path)
        files = Files(
            state: state,
            progressFile: progressFile,
            progress: IncomingProgress(description: description, durableBytes: 0)
        )
    }

    private func removeFiles() throws(FileSystemError) {
        files = nil
        offset = 0
        for path in [directory.progress, directory.incoming] where try fileSystem.exists(path) {
            try fileSystem.remove(path)
        }
        try fileSystem.syncDirectory(directory.path)
    }
}

/// Why a state that was brought here is of no use.
enum IncomingError: Error, CustomStringConvertible {
    case wrongChecksum
    case otherPosition(String, UInt64)
    case otherMembers
    case tooLarge(UInt64, limit: UInt64)
    case noRoom(UInt64, room: UInt64)

    var description: String {
        switch self {
        case .wrongChecksum: "the whole is not what was sent"
        case .otherPosition(let position, let term):
            "it is at position \(position) of term \(term), which is not what was offered"
        case .otherMembers: "it has other members than were offered"
        case .tooLarge(let bytes, let limit): "it has \(bytes) bytes, more than \(limit)"
        case .noRoom(let bytes, let room):
            "it has \(bytes) bytes, and the disk has room for \(room)"
        }
    }
}
