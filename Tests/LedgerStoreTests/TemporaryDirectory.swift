import LedgerStore
import TestSupport

extension TemporaryDirectory {
    /// A store's file inside.
    func store(cluster: String = "test", limits: StoreLimits = StoreLimits()) -> StoreFile {
        StoreFile(path: path("ledger.db"), cluster: cluster, limits: limits)
    }
}
