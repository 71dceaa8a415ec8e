import ArgumentParser
import LedgerClient

/// The load generator.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how many reservations a cluster acknowledges, and how fast.",
        discussion: """
            Callers in a closed loop reserve one unit each, with a new id each, wait for the \
            answer and reserve the next. By default three nodes are started on this machine and \
            ended afterwards; --node names the nodes of a cluster that runs already.

            Modes:
              unary    a call for each reservation, as a till makes it
              session  callers share streams; what they ask at the same time goes together
              batch    calls with --batch reservations each, as an import makes them

            After a second of warm-up it counts for --duration. Then it checks the books: every \
            acknowledged reservation is in the ledger and nothing else is, nowhere is more \
            reserved than there is, and all nodes have the same digest. The exit code is 0 only \
            if they balance.

            Examples:
              estoque bench
              estoque bench --mode session --clients 256 --duration 10s
              estoque bench --mode batch --batch 64 --clients 4 --hot --output json
              estoque bench --node 10.0.0.1:7001,10.0.0.2:7001,10.0.0.3:7001

            In a running cluster, items named bench-… stay behind; their holds end after ten \
            minutes.
            """
    )

    @Option(name: .long, help: "Start this many nodes on this machine (default: 3).")
    var local: Int?

    @Option(name: .long, help: "HOST:PORT,… for gRPC: use a cluster that runs.")
    var node: String?

    @Option(name: .long, help: "Where the local nodes keep their files (default: temporary).")
    var data: String?

    @Option(name: .long, help: "unary, session or batch.")
    var mode = BenchMode.unary

    @Option(name: .long, help: "Callers at once (default: 64; with --mode batch: 4).")
    var clients: Int?

    @Option(name: .long, help: "Reservations in a call of --mode batch (default: 64).")
    var batch: Int?

    @Flag(name: .long, help: "Everyone wants the same SKU at the same location.")
    var hot = false

    @Option(name: .long, help: "Different SKUs.")
    var skus = 1_000

    @Option(name: .long, help: "Locations, each with all the SKUs.")
    var locations = 10

    @Option(
        name: .long,
        help: "Reservations a second at most, all callers together (default: as many as it gets)."
    )
    var rate: Int?

    @Option(name: .long, help: "The measured part: 500ms, 5s, 2m.")
    var duration = DurationArgument(.seconds(5))

    @Option(
        name: .long,
        help: """
            HTTP/2 connections to the leader, or with --spread to each node (default: one for \
            each 1000 clients).
            """
    )
    var connections: Int?

    @Flag(name: .long, help: "Ask all nodes in turn; followers forward to the leader.")
    var spread = false

    @Option(name: .long, help: "table or json.")
    var output = BenchOutput.table

    /// The plan, or what is wrong with the flags.
    func plan() throws -> BenchPlan {
        var plan = BenchPlan()
        plan.mode = mode
        plan.clients = clients ?? (mode == .batch ? 4 : 64)
        if let batch {
            guard mode == .batch else {
                throw ValidationError("--batch is for --mode batch")
            }
            plan.batch = batch
        } else if mode == .batch {
            plan.batch = 64
        }
        plan.isHot = hot
        plan.skus = skus
        plan.locations = locations
        plan.duration = duration.duration
        plan.rate = rate
        // One costs the nodes least, as long as it has room for every caller's stream.
        let callsPerConnection = 1_000
        plan.connections =
            connections ?? (max(1, plan.clients) + callsPerConnection - 1) / callsPerConnection
        plan.isSpread = spread
        try plan.validate()
        return plan
    }

    func validate() throws {
        _ = try plan()
        _ = try addresses()
        if let local {
            guard node == nil else { throw ValidationError("either --local or --node, not both") }
            try BenchPlan.check(local, "--local", BenchPlan.Bounds.nodes)
        }
        guard data == nil || node == nil else {
            throw ValidationError("--data is for nodes that are started here, not for --node")
        }
    }

    private func addresses() throws -> [NodeAddress]? {
        try node?.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let address = NodeAddress(String(text)) else {
                throw ValidationError("--node: '\(text)' must be HOST:PORT")
            }
            return address
        }
    }

    func run() async throws {
        let bench = BenchRun(
            plan: try plan(),
            addresses: try addresses(),
            localNodes: local ?? 3,
            directory: data
        )
        let report = try await bench.run()
        switch output {
        case .json: Terminal.out(try report.json())
        case .table: Terminal.out(report.table)
        }
        guard report.booksBalance else {
            throw CommandFailure("the books do not balance")
        }
    }
}

/// How results are printed.
enum BenchOutput: String, CaseIterable, ExpressibleByArgument, Sendable {
    case table
    case json
}
