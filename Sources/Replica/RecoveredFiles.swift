import Foundation
import Ledger
import LedgerStore
import Logging
import Raft
import RaftLog
import RaftTransport

/// What a data directory holds, after whatever a crash interrupted was completed or undone.
///
/// See ``DataDirectory`` for the files. The log is the truth and the database its shadow: each has a
/// position, and they must join.
struct RecoveredFiles: Sendable {
    let directory: DataDirectory
    let clusterID: ClusterID
    let incarnation: UInt64
    let restored: RestoredState
    /// Where the database stands.
    let header: StoreHeader
    let storeFile: StoreFile

    /// Brings a directory to order and checks it; makes it if there is none.
    static func recover(
        _ settings: NodeSettings,
        fileSystem: any FileSystem = PosixFileSystem(),
        logger: Logger
    ) throws(NodeStartError) -> sending (LogStore, RecoveredFiles) {
        let clusterID =
            settings.clusterID
            ?? ClusterID(founding: settings.clusterName, members: settings.members)
        let directory = DataDirectory(path: settings.dataDirectory)
        let storeFile = StoreFile(
            path: directory.database,
            cluster: clusterID.description,
            limits: settings.limits.store
        )
        try make(directory)
        do {
            var log = try openLog(settings, clusterID)
            note(log.recovered.report, logger)
            let completion = try StateExchange.complete(directory, fileSystem, log) {
                (_) throws(StoreError) in try storeFile.verifyImmutable()
            }
            note(completion, logger)
            if case .completed = completion {
                try log.close()
                log = try openLog(settings, clusterID)
            }
            try NodeSnapshots.prepareCopies(directory, fileSystem)
            let header = try storeFile.prepare()
            let found = RecoveredFiles(
                directory: directory,
                clusterID: clusterID,
                incarnation: log.identity.incarnation,
                restored: try RestoredState(
                    log: log,
                    applied: LogIndex(header.ledger.position.rawValue),
                    membership: header.membership,
                    founding: try foundation(settings)
                ),
                header: header,
                storeFile: storeFile
            )
            return (log, found)
        } catch let error as NodeStartError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch let error as LogError {
            throw .log(error.description)
        } catch {
            throw .dataDirectory(path: directory.path, reason: "\(error)")
        }
    }

    private static func make(_ directory: DataDirectory) throws(NodeStartError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory.path,
                withIntermediateDirectories: true
            )
        } catch {
            throw .dataDirectory(path: directory.path, reason: error.localizedDescription)
        }
    }

    private static func openLog(
        _ settings: NodeSettings,
        _ clusterID: ClusterID
    ) throws -> sending LogStore {
        do throws(LogError) {
            return try LogStore.open(
                fileSystem: settings.logFileSystem,
                directory: DataDirectory(path: settings.dataDirectory).log,
                cluster: clusterID.log,
                node: settings.id,
                newIncarnation: .random(in: .min ... .max),
                limits: settings.limits.log
            )
        } catch {
            guard case .wrongCluster(_, let found, _) = error else { throw error }
            throw NodeStartError.otherCluster(
                path: settings.dataDirectory,
                found: ClusterID(found).description,
                described: clusterID.description
            )
        }
    }

    /// Who the members are before the log says so: those that the cluster begins with, or nobody
    /// as long as the node waits to be added.
    private static func foundation(
        _ settings: NodeSettings
    ) throws(NodeStartError) -> Configuration {
        guard !settings.isJoining else { return .empty }
        let addresses = settings.members.compactMap {
            MemberAddress(id: $0.id, text: $0.address.description)
        }
        guard addresses.count == settings.members.count else {
            throw .badMembers("an address is too long, or not printable")
        }
        guard
            let first = Configuration(
                voters: settings.members.map(\.id),
                addresses: addresses
            )
        else { throw .badMembers("they are no configuration") }
        return first
    }

    private static func note(_ report: RecoveryReport, _ logger: Logger) {
        if let torn = report.tornTail {
            logger.notice(
                "cut off an interrupted write at the log's end",
                metadata: [
                    "log.file": "\(torn.file)", "log.offset": "\(torn.offset)",
                    "log.bytes": "\(torn.byteCount)",
                ]
            )
        }
    }

    private static func note(_ completion: StateExchange.Completion, _ logger: Logger) {
        switch completion {
        case .nothing: break
        case .completed(let position):
            logger.notice(
                "completed an interrupted install of a snapshot",
                metadata: ["snapshot.index": "\(position.index)"]
            )
        case .undone(let position):
            logger.warning(
                "a snapshot that was to be installed is damaged; went back to the state before",
                metadata: ["snapshot.index": "\(position.index)"]
            )
        }
    }
}
