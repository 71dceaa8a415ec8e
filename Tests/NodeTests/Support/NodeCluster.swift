import Ledger
import Logging
import NIOCore
import NIOPosix
import Raft
import RaftTransport
import Synchronization
import TestSupport
import Testing

@testable import Replica

/// Real nodes in this process: event loops, sockets on loopback, files in a directory of their own.
actor NodeCluster {
    let ids: [NodeID]
    private let directory: TemporaryDirectory
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    private let members: [(id: NodeID, address: PeerAddress)]
    private let change: @Sendable (inout NodeSettings) -> Void
    private var nodes: [NodeID: ReplicaNode] = [:]
    private var nextRequest = 0
    /// Why nodes have halted.
    let halts = Halts()

    init(
        _ count: Int,
        change: @escaping @Sendable (inout NodeSettings) -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory()
        let ports = try freePorts(count)
        members = try (0..<count).map { place in
            let id = try #require(NodeID("n\(place + 1)"))
            return (id, PeerAddress(host: "127.0.0.1", port: ports[place]))
        }
        ids = members.map(\.id)
        self.change = change
    }

    /// Runs a test on a cluster whose nodes have all been started, and stops them.
    static func run(
        _ count: Int = 3,
        change: @escaping @Sendable (inout NodeSettings) -> Void = { _ in },
        _ body: (NodeCluster) async throws -> Void
    ) async throws {
        let cluster = try NodeCluster(count, change: change)
        do {
            for id in cluster.ids { try await cluster.start(id) }
            try await body(cluster)
        } catch {
            await cluster.shutdown()
            throw error
        }
        await cluster.shutdown()
    }

    nonisolated func data(_ id: NodeID) -> String { "\(directory.path)/\(id)" }

    func settings(_ id: NodeID) throws -> NodeSettings {
        let address = try #require(members.first { $0.id == id }).address
        var settings = NodeSettings(
            id: id,
            dataDirectory: data(id),
            peerListen: address,
            members: members,
            clusterName: "test"
        )
        change(&settings)
        return settings
    }

    func start(_ id: NodeID) async throws {
        var logger = Logger(label: "node.\(id)")
        logger.logLevel = .critical
        nodes[id] = try await ReplicaNode.start(
            try settings(id),
            on: group.next(),
            logger: logger
        ) { [halts] halt in
            halts.add(id, halt)
        }
    }

    func stop(_ id: NodeID) async {
        await nodes.removeValue(forKey: id)?.shutdown()
    }

    func node(_ id: NodeID) throws -> ReplicaNode { try #require(nodes[id]) }

    private func shutdown() async {
        for id in ids { await stop(id) }
        try? await group.shutdownGracefully()
    }

    /// The node that leads, once one does that all running ones know.
    func leader() async throws -> NodeID {
        var found: NodeID?
        try await eventually("a leader") {
            found = nodes.values.first { $0.status.role == .leader }?.status.id
            return found != nil && nodes.values.allSatisfy { $0.status.leader == found }
        }
        return try #require(found)
    }

    // MARK: - Requests

    func submit(
        _ command: Command,
        at id: NodeID,
        within limit: TimeAmount = .seconds(30)
    ) async throws -> SubmitResult {
        nextRequest += 1
        let request = Request("request-\(nextRequest)", command)
        let node = try node(id)
        return await withCheckedContinuation { continuation in
            node.submit([request], deadline: .now() + limit) { _, result in
                continuation.resume(returning: result)
            }
        }
    }

    /// Has an item and a place, and so many units received one by one, all acknowledged.
    func fill(_ count: Int, at id: NodeID, item: String = "tea") async throws {
        for command in [Command.item(item), .place("s1")] {
            _ = try #require(try await submit(command, at: id).answer)
        }
        let node = try node(id)
        let first = nextRequest + 1
        nextRequest += count
        let results = Mutex<(answered: Int, other: [SubmitResult])>((0, []))
        await withCheckedContinuation { continuation in
            for number in first..<first + count {
                node.submit(
                    [Request("request-\(number)", .receive(1, item, at: "s1"))],
                    deadline: .now() + .seconds(60)
                ) { _, result in
                    let isDone = results.withLock { results in
                        if result.answer == nil {
                            results.other.append(result)
                        } else {
                            results.answered += 1
                        }
                        return results.answered + results.other.count == count
                    }
                    if isDone { continuation.resume() }
                }
            }
        }
        let other = results.withLock { $0.other }
        #expect(other.isEmpty, "\(other.prefix(3))")
    }

    func digest(_ id: NodeID, at position: Position?) async throws -> LedgerDigest {
        let node = try node(id)
        return try await withCheckedContinuation { continuation in
            node.digest(at: position, deadline: .now() + .seconds(60)) {
                continuation.resume(returning: $0)
            }
        }.get()
    }

    /// Expects all running nodes to have the same ledger at one position.
    func expectEqualDigests(_ sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let leader = try await leader()
        let expected = try await digest(leader, at: nil)
        for id in ids where nodes[id] != nil && id != leader {
            let found = try await digest(id, at: expected.position)
            #expect(found == expected, "\(id)", sourceLocation: sourceLocation)
        }
    }

    /// A number that a node publishes; it may lag a moment.
    func metric(_ name: String, of id: NodeID) throws -> Double {
        try #require(try node(id).metrics.samples.first { $0.name == name }, "\(name)").value
    }

    /// Waits until a node's published number is as it should be; it may lag a moment.
    func waitForMetric(
        _ name: String,
        of id: NodeID,
        _ isSo: (Double) -> Bool
    ) async throws {
        let node = try node(id)
        try await eventually("\(name) of \(id)") {
            node.metrics.samples.first { $0.name == name }.map { isSo($0.value) } ?? false
        }
    }
}

/// What nodes said when they stopped for good.
final class Halts: Sendable {
    private let list = Mutex<[(NodeID, ReplicaHalt)]>([])

    func add(_ id: NodeID, _ halt: ReplicaHalt) { list.withLock { $0.append((id, halt)) } }

    var all: [(NodeID, ReplicaHalt)] { list.withLock { $0 } }
}

extension SubmitResult {
    var answer: Answer? {
        if case .answered(let answer) = self { answer } else { nil }
    }
}
