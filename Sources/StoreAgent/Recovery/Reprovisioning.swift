import AgentCore
package import Ledger
package import LedgerClient
import LedgerStore

/// Gives a store a new database, which takes it over with the next epoch.
///
/// The old directory is put aside, and never deleted: should it be readable after all, its facts can be
/// salvaged. When it is interrupted, the same again goes on: the new database is made first, and has its
/// name from then on.
package struct Reprovisioning: Sendable {
    /// What came of it.
    package struct Report: Equatable, Sendable {
        /// The store as the ledger has it now.
        package var agent: StoreAgent
        /// Where the old directory is now; nil: there was none.
        package var aside: String?
    }

    private let directory: AgentDirectory
    private let location: LocationID

    /// Of the directory of a store.
    package init(_ directory: AgentDirectory, of location: LocationID) {
        self.directory = directory
        self.location = location
    }

    /// Refuses while the old database is in use, makes the new one, and has the ledger know it.
    ///
    /// - Parameter client: Speaks for whoever does it.
    /// - Returns: What came of it.
    /// - Throws: What is wrong with the disk, or why the ledger said no.
    package func run(_ client: EstoqueClient) async throws -> Report {
        try refuseInUse()
        let instance = try newInstance()
        let applied = try await client.registerStore(
            RegisterStore(location: location, instance: instance, takeover: true)
        )
        let aside = try directory.putAside()
        try directory.next.move(to: directory)
        return Report(agent: applied.value, aside: aside?.path)
    }

    /// An old database that can't be read is in nobody's hands; one that is locked is.
    private func refuseInUse() throws(StoreError) {
        guard directory.hasDatabase else { return }
        do throws(StoreError) {
            _ = try directory.openExisting(location)
        } catch {
            guard error.code == .busy else { return }
            throw StoreError(.busy, "\(directory.path) is in use: stop its agent first")
        }
    }

    private func newInstance() throws(StoreError) -> Reference {
        let rows = try directory.next.open(location)
        guard case .head(let head)? = try rows.record(.head)
        else {
            throw StoreError(.corrupt, "\(directory.next.path) doesn't say whose it is")
        }
        return head.instance
    }
}
