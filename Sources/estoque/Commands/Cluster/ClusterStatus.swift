import ArgumentParser
import LedgerClient

/// Shows the members.
struct ClusterStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Show the members: role, term, position, lag, staleness, connection; and what goes on.",
        discussion: """
            Every node given with --node is asked what it knows of itself, and the leader (through \
            any of them) what it knows of the others; what only a node itself can know (its term and \
            staleness) is left out for those that are not asked. Below the table: the cluster's \
            id, which a new node needs to join, and any change of members that is going on. JSON has \
            all of it. Exit code 69 when none answers.

            Example: estoque cluster status --node 10.0.0.1:7002,10.0.0.2:7002,10.0.0.3:7002
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let look = try await connection.withClusterAdmin { admin in await admin.look() }
        guard !look.reports.isEmpty else { throw look.silence }
        let view = ClusterView(look)
        Report(json: view.json, tables: [view.table], notes: view.notes)
            .print(as: connection.output)
    }
}

extension ConnectionOptions {
    /// Connects as an admin for the time of `body`.
    func withClusterAdmin<Value>(
        _ body: (ClientClusterAdmin) async throws -> Value
    ) async throws -> Value {
        let addresses = try nodes()
        // Who looks at a cluster in trouble wants to see soon what is left of it.
        let patience = min(timeout, .seconds(2))
        return try await withClient { client in
            try await body(
                ClientClusterAdmin(client: client, addresses: addresses, patience: patience)
            )
        }
    }
}
