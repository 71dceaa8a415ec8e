import AgentCore
import ArgumentParser
import Ledger
import LedgerClient
import Logging
import RaftTransport

/// The settings of a store's agent, checked.
struct StoreConfiguration {
    var location: LocationID
    var data: String
    var nodes: [NodeAddress]
    var rpc: PeerAddress
    var http: PeerAddress
    var settings: AgentSettings
    var takesOver: Bool
    var logLevel: Logger.Level
    var logsJSON: Bool
}

/// The flags of a store's agent.
struct StoreOptions: ParsableArguments {
    /// What is done about a sale beyond the rights while the store is cut off.
    enum Policy: String, ExpressibleByArgument, CaseIterable {
        case block
        case overdraw
    }

    @Option(
        name: .long,
        help: "The store's location.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID

    @Option(
        name: .long,
        help: "The directory for the agent's database; made if it isn't there."
    )
    var data: String

    @Option(
        name: .long,
        parsing: .singleValue,
        help: ArgumentHelp(
            "A node's gRPC address; several with commas between, or the flag several times.",
            valueName: "host:port"
        ),
        transform: NodeList.init
    )
    var node: [NodeList]

    @Option(
        name: .customLong("rpc-address"),
        help: ArgumentHelp(
            "Where tills speak gRPC; others than this machine need its address in the shop's network.",
            valueName: "host:port"
        )
    )
    var rpcAddress = "127.0.0.1:7070"

    @Option(
        name: .customLong("http-address"),
        help: ArgumentHelp("Where tills speak HTTP, and find their page.", valueName: "host:port")
    )
    var httpAddress = "127.0.0.1:8090"

    @Option(
        name: .long,
        help: "Cut off, a sale beyond what is allotted is refused (block), or marked (overdraw)."
    )
    var policy: Policy = .block

    @Option(
        name: .customLong("on-shortage"),
        help: ArgumentHelp(
            "Units of an item at which more are asked for, and to which; for those that aren't sold. "
                + "Others by the hours that they last: 2 and 8.",
            valueName: "low/high"
        )
    )
    var onShortage = "2/8"

    @Option(
        name: .long,
        help: "After so long without an answer the cluster counts as out of reach."
    )
    var patience = DurationArgument(.seconds(10))

    @Flag(
        name: .customLong("take-over"),
        help: "Take the store over from another agent, if this database is new: it is fenced then."
    )
    var takeOver = false

    @Option(
        name: .customLong("log-level"),
        help: "trace, debug, info, notice, warning, error or critical."
    )
    var logLevel = "notice"

    @Option(name: .customLong("log-format"), help: "text or json.")
    var logFormat = "text"

    /// Everything that is wrong is named with its flag.
    func resolve() throws -> StoreConfiguration {
        var nodes: [NodeAddress] = []
        for address in node.flatMap(\.addresses) where !nodes.contains(address) {
            nodes.append(address)
        }
        guard (1...Self.nodesMax).contains(nodes.count) else {
            throw ValidationError("--node must name 1 to \(Self.nodesMax) nodes")
        }
        guard !data.isEmpty else { throw ValidationError("--data must not be empty") }
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError(
                "--log-level '\(logLevel)' is not one of "
                    + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        guard ["text", "json"].contains(logFormat) else {
            throw ValidationError("--log-format '\(logFormat)' is neither text nor json")
        }
        guard (Self.patienceMin...Self.patienceMax).contains(patience.duration) else {
            throw ValidationError("--patience must be between 1s and 60s")
        }
        let rpc = try NodeConfiguration.address(rpcAddress, "--rpc-address")
        let http = try NodeConfiguration.address(httpAddress, "--http-address")
        guard rpc != http || rpc.port == 0 else {
            throw ValidationError("--rpc-address and --http-address must not be the same")
        }
        var settings = AgentSettings()
        settings.policy = policy == .block ? .block : .overdraw
        settings.callTimeout = Milliseconds(
            UInt64(patience.duration / Duration.milliseconds(1))
        )
        (settings.marks.lowMin, settings.marks.highMin) = try marks()
        return StoreConfiguration(
            location: location,
            data: data,
            nodes: nodes,
            rpc: rpc,
            http: http,
            settings: settings,
            takesOver: takeOver,
            logLevel: level,
            logsJSON: logFormat == "json"
        )
    }

    private static let nodesMax = 16
    private static let patienceMin = Duration.seconds(1)
    private static let patienceMax = Duration.seconds(60)

    private func marks() throws -> (low: Quantity, high: Quantity) {
        let parts = onShortage.split(separator: "/", omittingEmptySubsequences: false)
        let max = AllotmentMarks().highMax
        guard parts.count == 2, let low = Quantity(parts[0]), let high = Quantity(parts[1]),
            low >= 0, low < high, high <= max
        else {
            throw ValidationError(
                "--on-shortage '\(Printable.text(onShortage))' must be LOW/HIGH, such as 2/8: "
                    + "0 ≤ LOW < HIGH ≤ \(max)"
            )
        }
        return (low, high)
    }
}
