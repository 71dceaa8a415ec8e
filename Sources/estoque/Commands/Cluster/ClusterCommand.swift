import ArgumentParser
import LedgerClient

/// The noun `cluster`.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "The nodes and how they stand.",
        subcommands: [ClusterStatus.self]
    )
}

/// Shows the members.
struct ClusterStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the members: role, term, position, lag, connection, staleness.",
        discussion: """
            Every node given with --node is asked what it knows of itself and of the others; what \
            only a node itself can know (its term and staleness) is left out for those that are \
            not asked. Exit code 69 when none answers.

            Example: estoque cluster status --node 10.0.0.1:7001,10.0.0.2:7001,10.0.0.3:7001
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let addresses = try connection.nodes()
        // Who looks at a cluster in trouble wants to see soon what is left of it.
        let timeout = min(connection.timeout, .seconds(2))
        let asked = try await connection.withClient { client in
            await withTaskGroup(of: (Int, AskedNode).self) { group in
                for (index, address) in addresses.enumerated() {
                    group.addTask {
                        (
                            index,
                            await AskedNode.ask(address, through: client, timeout: timeout)
                        )
                    }
                }
                var asked: [(Int, AskedNode)] = []
                for await answer in group { asked.append(answer) }
                return asked.sorted { $0.0 < $1.0 }.map(\.1)
            }
        }
        let view = ClusterView(asked)
        guard !view.reports.isEmpty else {
            let reasons = asked.compactMap { node in
                node.failure.map { "\(node.address): \($0)" }
            }
            throw CommandFailure(
                "unavailable: no node answers: \(reasons.joined(separator: "; "))",
                isUnavailable: true
            )
        }
        Report(json: view.json, tables: [view.table], notes: view.notes)
            .print(as: connection.output)
    }
}
