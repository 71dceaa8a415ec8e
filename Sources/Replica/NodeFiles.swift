import Foundation
import Ledger
import LedgerStore
import Logging
import Raft
import RaftLog
import RaftTransport

/// A node's data directory, opened: what was found there, and the threads that write it.
///
/// ```
/// DATA/log/…           segments, hard state, the directory's identity
/// DATA/ledger.sqlite   the ledger, with the position it holds
/// DATA/peers           the incarnation of each member's directory, as first met
/// ```
struct NodeFiles: Sendable {
    let clusterID: ClusterID
    let incarnation: UInt64
    let restored: RestoredState
    let appliedTerm: Term
    let log: NodeLog
    let storeFile: StoreFile
    let store: NodeStore
    let reports: DiskReports

    /// Opens log and database and checks that they belong together and to this node.
    static func open(
        _ settings: NodeSettings,
        logger: Logger
    ) throws(NodeStartError) -> NodeFiles {
        let described =
            settings.clusterID
            ?? ClusterID(founding: settings.clusterName, members: settings.members)
        let directory = settings.dataDirectory
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true
            )
        } catch {
            throw .dataDirectory(path: directory, reason: error.localizedDescription)
        }
        let logStore = try openLog(settings, described)
        note(logStore.recovered.report, logger)

        let reports = DiskReports()
        let storeFile = StoreFile(
            path: directory + "/ledger.sqlite",
            cluster: described.description
        )
        do {
            let header = try storeFile.prepare()
            let restored = try RestoredState(
                log: logStore,
                applied: LogIndex(header.ledger.position.rawValue),
                membership: header.membership,
                founding: try foundation(settings)
            )
            let store = try NodeStore(storeFile, header: header, reports: reports)
            return NodeFiles(
                clusterID: described,
                incarnation: logStore.identity.incarnation,
                restored: restored,
                appliedTerm: Term(header.term),
                log: NodeLog(logStore, reports: reports),
                storeFile: storeFile,
                store: store,
                reports: reports
            )
        } catch let error as StoreError {
            throw .store(error.description)
        } catch let error as NodeStartError {
            throw error
        } catch {
            throw .store("\(error)")
        }
    }

    private static func openLog(
        _ settings: NodeSettings,
        _ described: ClusterID
    ) throws(NodeStartError) -> LogStore {
        do throws(LogError) {
            return try LogStore.open(
                fileSystem: PosixFileSystem(),
                directory: settings.dataDirectory + "/log",
                cluster: described.log,
                node: settings.id,
                newIncarnation: .random(in: .min ... .max)
            )
        } catch {
            if case .wrongCluster(_, let found, _) = error {
                throw .otherCluster(
                    path: settings.dataDirectory,
                    found: ClusterID(found).description,
                    described: described.description
                )
            }
            throw .log(error.description)
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
}
