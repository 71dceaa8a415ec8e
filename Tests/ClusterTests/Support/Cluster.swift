import Foundation
import Ledger
import LedgerAPI
import LedgerClient
import Synchronization
import TestSupport
import Testing

/// Some nodes as processes of their own, on loopback, and a client of each.
final class Cluster: Sendable {
    /// One node: what stays the same when its process is started again.
    struct Node: Hashable, Sendable {
        let name: String
        let directory: String
        let peerPort: Int
        let rpcPort: Int
        let httpPort: Int

        var rpc: NodeAddress { NodeAddress(host: "127.0.0.1", port: rpcPort) }
        var data: String { directory + "/" + name }
    }

    let directory: TemporaryDirectory
    /// Those that the cluster begins with.
    let nodes: [Node]
    /// Those that may join it; they don't run at first.
    let spares: [Node]
    private let ports: ReservedPorts
    private let clients: [Node: EstoqueClient]
    private let processes = Mutex<[Node: ChildProcess]>([:])

    private init(size: Int, spares: Int) throws {
        let directory = try TemporaryDirectory()
        let ports = try ReservedPorts(count: 3 * (size + spares))
        let all = (0..<size + spares).map { index in
            Node(
                name: "n\(index + 1)",
                directory: directory.path,
                peerPort: ports.ports[3 * index],
                rpcPort: ports.ports[3 * index + 1],
                httpPort: ports.ports[3 * index + 2]
            )
        }
        nodes = Array(all[..<size])
        self.spares = Array(all[size...])
        clients = Dictionary(
            uniqueKeysWithValues: all.map { node in
                (node, EstoqueClient(nodes: [node.rpc], actor: Actor(unchecked: "auditor")))
            }
        )
        self.directory = directory
        self.ports = ports
    }

    /// Runs a test with a cluster that serves, and ends every process of it, whatever happens.
    static func run(
        size: Int = 3,
        spares: Int = 0,
        _ body: (Cluster) async throws -> Void
    ) async throws {
        let cluster = try Cluster(size: size, spares: spares)
        let result: Result<Void, any Error>
        do {
            for node in cluster.nodes { try cluster.start(node) }
            for node in cluster.nodes { try await cluster.waitUntilServing(node) }
            result = .success(try await body(cluster))
        } catch {
            Issue.record("\(error)\n\(cluster.logTails)")
            result = .failure(error)
        }
        for node in cluster.everyone { cluster.kill(node) }
        for client in cluster.clients.values { await client.close() }
        try result.get()
    }

    /// Members and those that may become some.
    var everyone: [Node] { nodes + spares }

    // MARK: - Processes

    /// The flags of a node, as an operator would give them; one that joins is told the cluster's id.
    func arguments(_ node: Node, joining cluster: String? = nil) -> [String] {
        [
            "node", "start", "--id", node.name, "--data", node.data,
            "--peer-address", "127.0.0.1:\(node.peerPort)",
            "--rpc-address", "127.0.0.1:\(node.rpcPort)",
            "--http-address", "127.0.0.1:\(node.httpPort)",
            "--members", members, "--log-level", "info",
        ] + (cluster.map { ["--join", "--cluster-id", $0] } ?? [])
    }

    var members: String {
        nodes.map { "\($0.name)=127.0.0.1:\($0.peerPort)" }.joined(separator: ",")
    }

    /// Starts a node that does not run.
    func start(_ node: Node, joining cluster: String? = nil) throws {
        let process = try ChildProcess(
            Estoque.path(),
            arguments(node, joining: cluster),
            output: directory.path(node.name + ".log")
        )
        processes.withLock { $0[node] = process }
    }

    /// Those whose process was started and not killed; some may stand still.
    var running: [Node] {
        let started = processes.withLock { Set($0.keys) }
        return everyone.filter { started.contains($0) }
    }

    func process(_ node: Node) throws -> ChildProcess {
        try #require(processes.withLock { $0[node] }, "\(node.name) was never started")
    }

    /// SIGKILL; returns when the process is gone.
    func kill(_ node: Node) {
        processes.withLock { $0.removeValue(forKey: node) }?.kill()
    }

    func pause(_ node: Node) throws { try process(node).send(SIGSTOP) }
    func resume(_ node: Node) throws { try process(node).send(SIGCONT) }

    /// The last lines of each node's log.
    var logTails: String {
        everyone.map { node in
            let log =
                (try? String(contentsOfFile: directory.path(node.name + ".log"), encoding: .utf8))
                ?? ""
            let tail = log.split(separator: "\n").suffix(20).joined(separator: "\n")
            return "--- \(node.name)\n\(tail)\n"
        }.joined()
    }

    // MARK: - Questions

    /// A client that knows this node alone.
    func client(of node: Node) throws -> EstoqueClient { try #require(clients[node]) }

    /// A client that asks this node first and then the others, until its patience ends.
    func roamingClient(
        from first: Int,
        actor: String,
        patience: Duration = .seconds(5)
    ) -> EstoqueClient {
        var options = ClientOptions()
        options.timeout = patience
        options.attemptTimeout = min(patience, .seconds(1))
        let order = everyone.indices.map { everyone[($0 + first) % everyone.count].rpc }
        return EstoqueClient(nodes: order, actor: Actor(unchecked: actor), options: options)
    }

    func status(_ node: Node) async throws -> ProtoGetStatusResponse {
        try await client(of: node).ask(
            ServicePath.getStatus,
            ProtoGetStatusRequest(),
            of: node.rpc,
            timeout: .seconds(1)
        )
    }

    /// The node that leads, once it and a majority of its voters agree on that.
    func leader() async throws -> Node {
        try await eventually("a leader that a majority follows", within: .seconds(30)) {
            let running = everyone.filter { node in processes.withLock { $0[node] != nil } }
            var statuses: [ProtoGetStatusResponse] = []
            for node in running {
                if let status = try? await status(node) { statuses.append(status) }
            }
            let elected = statuses.first { leader in
                let voters = leader.members.filter(\.voter).map(\.nodeID)
                let supporters = statuses.filter { status in
                    voters.contains(status.nodeID) && status.term == leader.term
                        && status.leaderID == leader.nodeID
                }
                return leader.role == .leader && supporters.count > voters.count / 2
            }
            return elected.flatMap { leader in running.first { $0.name == leader.nodeID } }
        }
    }

    /// Waits until a node has its state and knows a leader.
    func waitUntilServing(_ node: Node) async throws {
        let process = try process(node)
        try await eventually("\(node.name) serves", within: .seconds(30)) {
            try #require(process.ending() == nil, "\(node.name) has ended")
            guard let status = try? await status(node) else { return false }
            return status.ready && status.hasLeaderID
        }
    }

    /// Waits until a node has applied whatever was committed when this was asked.
    func waitUntilCaughtUp(_ node: Node) async throws {
        try await waitUntilServing(node)
        let goal = try await eventually("the leader tells what is committed", within: .seconds(30))
        {
            try? await status(leader()).commitPosition
        }
        try await eventually("\(node.name) has applied \(goal)", within: .seconds(60)) {
            guard let status = try? await status(node) else { return false }
            return status.appliedPosition >= goal
        }
    }

    /// The digest of everything, at a new position or at one that another node has told.
    func digest(_ node: Node, at position: UInt64? = nil) async throws -> ProtoGetDigestResponse {
        var question = ProtoGetDigestRequest()
        if let position { question.position = position }
        return try await client(of: node).ask(
            ServicePath.getDigest,
            question,
            of: node.rpc,
            timeout: .seconds(20)
        )
    }
}
