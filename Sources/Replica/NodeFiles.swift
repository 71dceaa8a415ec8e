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
            let restored = try restore(settings, logStore, header)
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

    /// Joins what the log has to where the database stands.
    private static func restore(
        _ settings: NodeSettings,
        _ log: LogStore,
        _ header: StoreHeader
    ) throws(NodeStartError) -> RestoredState {
        let recovered = log.recovered
        let applied = LogIndex(header.ledger.position.rawValue)
        guard applied <= recovered.lastIndex else {
            throw .restore(
                "the database is at position \(applied), but the log ends at "
                    + "\(recovered.lastIndex): the log directory was replaced or lost. Remove the "
                    + "data directory and let the node join anew under another name"
            )
        }
        guard applied >= recovered.base.index else {
            throw .restore(
                "the database is at position \(applied), but the log begins after "
                    + "\(recovered.base.index): the database was replaced or lost"
            )
        }
        let configuration: LoggedConfiguration
        if header.membership.isEmpty {
            configuration = LoggedConfiguration(
                index: 0,
                configuration: try foundation(settings)
            )
        } else {
            guard let stored = Membership.decode(header.membership) else {
                throw .store("the membership beside the position can't be read")
            }
            configuration = stored
        }
        return RestoredState(
            hardState: recovered.hardState,
            snapshot: recovered.base,
            configuration: configuration,
            laterConfigurations: try later(than: configuration.index, log),
            termRuns: recovered.termRuns,
            lastIndex: recovered.lastIndex,
            tail: [],
            appliedIndex: applied
        )
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

    private static func later(
        than index: LogIndex,
        _ log: LogStore
    ) throws(NodeStartError) -> [LoggedConfiguration] {
        var configurations: [LoggedConfiguration] = []
        for place in log.recovered.configurationIndexes where place > index {
            do {
                let entries = try log.reader.entries(
                    from: place,
                    through: place,
                    payloadBytesMax: 1 << 20
                )
                guard let payload = entries.first?.payload else { continue }
                configurations.append(
                    LoggedConfiguration(
                        index: place,
                        configuration: try Configuration(payload: payload)
                    )
                )
            } catch {
                throw .log("the configuration at \(place) can't be read: \(error)")
            }
        }
        return configurations
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
