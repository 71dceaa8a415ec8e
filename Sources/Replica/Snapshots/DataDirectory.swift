/// The names in a node's data directory.
///
/// ```
/// DATA/log/…                segments, hard state, the directory's identity
/// DATA/ledger.sqlite        the ledger, with the position it holds
/// DATA/peers                the incarnation of each member's directory, as first met
/// DATA/incoming.sqlite      a state that is being brought here
/// DATA/incoming.progress    how much of it is here durably
/// DATA/install              there while the incoming state takes the place of the ledger
/// DATA/copies/…             copies of the ledger for other nodes
/// ```
package struct DataDirectory: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package var log: String { path + "/log" }
    package var database: String { path + "/ledger.sqlite" }
    package var peers: String { path + "/peers" }
    package var incoming: String { path + "/incoming.sqlite" }
    package var progress: String { path + "/incoming.progress" }
    package var marker: String { path + "/install" }
    package var copies: String { path + "/copies" }

    /// A file that gets its name once it is whole and durable.
    package static func draft(of path: String) -> String { path + ".tmp" }
}
