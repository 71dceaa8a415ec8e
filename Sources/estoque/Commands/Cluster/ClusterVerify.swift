import ArgumentParser
import LedgerAPI
import LedgerClient

/// Checks every node's books.
struct ClusterVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check each node's whole ledger, and that all hold the same.",
        discussion: """
            Every node given with --node checks its own database against the ledger's invariants: \
            each bucket is the sum of its journal, each promise is covered, nothing came back twice, \
            and so on. Then all are asked for a digest at one position of the log. What is wrong is \
            named with the node, the invariant and the place. A big ledger takes minutes; nodes go on \
            serving.

            Exit codes: 0 all is well, 1 something is wrong, 69 a node did not answer.

            Example: estoque cluster verify --node 10.0.0.1:7002,10.0.0.2:7002,10.0.0.3:7002
            """
    )

    @OptionGroup var connection: ConnectionOptions

    /// How long one node may take.
    private static let limitDefault = Duration.seconds(3_600)

    func run() async throws {
        let nodes = try connection.nodes()
        let check = ClusterCheck(
            nodes: nodes,
            limit: connection.chosenTimeout ?? Self.limitDefault
        )
        let result = await check.run { node, progress in
            guard Terminal.errIsTerminal else { return }
            let percent = progress.total > 0 ? progress.done * 100 / progress.total : 0
            Terminal.rewriteLine("\(node): \(progress.phase), \(percent) %")
        }
        if Terminal.errIsTerminal { Terminal.rewriteLine("") }
        Report(json: result.json, tables: result.tables, notes: result.notes)
            .print(as: connection.output)
        if let failure = result.failure { throw failure }
    }
}
