import Foundation
import Ledger
import LedgerStore
import Logging
import Raft
import RaftLog
import RaftTransport

/// A node's data directory, opened: what was found there, and the threads that write it.
struct NodeFiles: Sendable {
    let found: RecoveredFiles
    let log: NodeLog
    let store: NodeStore
    let snapshots: NodeSnapshots
    let reports: DiskReports

    /// Opens log and database, checks that they belong together and to this node, and starts their
    /// threads.
    static func open(
        _ settings: NodeSettings,
        logger: Logger
    ) throws(NodeStartError) -> NodeFiles {
        let (logStore, found) = try RecoveredFiles.recover(settings, logger: logger)
        let reports = DiskReports()
        let store: NodeStore
        do throws(StoreError) {
            store = try NodeStore(
                found.storeFile,
                header: found.header,
                limits: settings.limits,
                reports: reports
            )
        } catch {
            throw .store(error)
        }
        let exchange = StateExchange(
            fileSystem: PosixFileSystem(),
            directory: found.directory,
            close: { store.closeForExchange() },
            reopen: { store.reopen(after: $0) }
        )
        return NodeFiles(
            found: found,
            log: NodeLog(logStore, exchange: exchange, reports: reports),
            store: store,
            snapshots: NodeSnapshots(
                fileSystem: PosixFileSystem(),
                directory: found.directory,
                storeFile: found.storeFile,
                limits: settings.limits.snapshots
            ),
            reports: reports
        )
    }
}
