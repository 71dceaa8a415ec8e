import ArgumentParser
import Foundation
import Ledger
import LedgerClient

/// Which cluster, and how long to wait for it.
struct ConnectionOptions: ParsableArguments {
    /// The variable of the environment that stands in for `--node`.
    static let nodeVariable = "ESTOQUE_NODE"
    private static let nodeDefault = "127.0.0.1:7001"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A node's gRPC address; several with commas between, then the next is asked when one fails.",
            discussion: "Default: $ESTOQUE_NODE, or 127.0.0.1:7001.",
            valueName: "host:port"
        ),
        transform: NodeList.init
    )
    var node: NodeList?

    @Option(
        name: .customLong("timeout"),
        help: ArgumentHelp(
            "How long to try, such as 500ms or 1m.",
            discussion:
                "Default: 5s; for imports 30s without any answer; for changes of the cluster 10m.",
            valueName: "duration"
        ),
        transform: Arguments.positiveDuration
    )
    var chosenTimeout: Duration?

    @Option(name: .long, help: "table for people, json for programs.")
    var output: OutputFormat = .table

    /// How long a command tries.
    var timeout: Duration { chosenTimeout ?? .seconds(5) }

    /// The nodes asked for: from the flag, from the environment, or the one that runs here.
    func nodes() throws -> [NodeAddress] {
        if let node { return node.addresses }
        let variable = ProcessInfo.processInfo.environment[Self.nodeVariable] ?? ""
        do {
            return try Arguments.nodes(variable.isEmpty ? Self.nodeDefault : variable)
        } catch {
            throw ValidationError("\(Self.nodeVariable): \(error)")
        }
    }

    /// Connects for the time of `body`; what the client throws becomes the command's failure.
    func withClient<Value>(
        actor: Ledger.Actor = CommandLineActor.fallback,
        attemptTimeout: Duration = ClientOptions().attemptTimeout,
        _ body: (EstoqueClient) async throws -> Value
    ) async throws -> Value {
        var options = ClientOptions()
        options.timeout = timeout
        options.attemptTimeout = min(attemptTimeout, timeout)
        options.connectTimeout = min(options.connectTimeout, timeout)
        let client = EstoqueClient(nodes: try nodes(), actor: actor, options: options)
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            guard let error = error as? EstoqueError else { throw error }
            throw CommandFailure(error)
        }
    }
}

/// Addresses of nodes, with commas between.
struct NodeList: Sendable {
    /// At least one, each once.
    var addresses: [NodeAddress]

    /// Reads `HOST:PORT,HOST:PORT`.
    init(_ text: String) throws { addresses = try Arguments.nodes(text) }
}

/// Who the journal says has asked, when nobody says otherwise.
enum CommandLineActor {
    static let fallback = Ledger.Actor(unchecked: "cli")

    /// The user's name, where it can stand in the journal.
    static func current(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Ledger.Actor {
        environment["USER"].flatMap { Ledger.Actor($0) } ?? fallback
    }
}
