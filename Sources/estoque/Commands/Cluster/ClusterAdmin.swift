import Ledger
import LedgerAPI
import LedgerClient

/// A cluster as its admin's commands see it.
protocol ClusterAdmin: Sendable {
    /// What each node that was given says of itself.
    func nodes() async -> [AskedNode]
    /// What the leader says, whichever node passes it on; nil when there is none, or nobody answers.
    func leaderReport() async -> NodeReport?
    func change(
        _ change: MemberChange,
        expecting configuration: Position?,
        timeout: Duration
    ) async throws(EstoqueError) -> Position
    func transferLeadership(
        to node: String?,
        timeout: Duration
    ) async throws(EstoqueError) -> String
}

extension ClusterAdmin {
    /// What each node that was given says, and what the leader does.
    func look() async -> ClusterLook {
        async let leader = leaderReport()
        let asked = await nodes()
        return await ClusterLook(asked: asked, leader: leader)
    }
}

/// What was seen of a cluster at one time.
struct ClusterLook: Sendable {
    var asked: [AskedNode]
    /// What the leader says of itself and of the others.
    var leader: NodeReport?

    /// Everything that was said, the leader's word first.
    var reports: [NodeReport] { (leader.map { [$0] } ?? []) + asked.compactMap(\.report) }

    /// The failure to tell of when nobody says anything.
    var silence: CommandFailure {
        let reasons = asked.compactMap { node in
            node.failure.map { "\(node.address): \($0)" }
        }
        return CommandFailure(
            "unavailable: no node answers: \(reasons.joined(separator: "; "))",
            isUnavailable: true
        )
    }
}

/// A node that was asked, with its report or why there is none.
struct AskedNode: Sendable {
    var address: NodeAddress
    var report: NodeReport?
    var failure: String?
}

/// The cluster behind some addresses.
struct ClientClusterAdmin: ClusterAdmin {
    let client: EstoqueClient
    let addresses: [NodeAddress]
    /// How long one node may take to tell how it stands.
    let patience: Duration

    /// How long a leader may take to tell how it stands, through another node; then the nodes themselves are
    /// asked, who know nearly as much.
    private static let leaderPatience = Duration.milliseconds(500)

    func nodes() async -> [AskedNode] {
        await withTaskGroup(of: (Int, AskedNode).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await ask(address)) }
            }
            var asked: [(Int, AskedNode)] = []
            for await answer in group { asked.append(answer) }
            return asked.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    func leaderReport() async -> NodeReport? {
        let status = try? await client.leaderStatus(timeout: min(patience, Self.leaderPatience))
        return status.map(NodeReport.init)
    }

    func change(
        _ change: MemberChange,
        expecting configuration: Position?,
        timeout: Duration
    ) async throws(EstoqueError) -> Position {
        try await client.change(change, expecting: configuration, timeout: timeout)
    }

    func transferLeadership(
        to node: String?,
        timeout: Duration
    ) async throws(EstoqueError) -> String {
        try await client.transferLeadership(to: node, timeout: timeout)
    }

    private func ask(_ address: NodeAddress) async -> AskedNode {
        do throws(EstoqueError) {
            let answer: ProtoGetStatusResponse = try await client.ask(
                ServicePath.getStatus,
                ProtoGetStatusRequest(),
                of: address,
                timeout: patience
            )
            return AskedNode(address: address, report: NodeReport(answer))
        } catch {
            return AskedNode(address: address, failure: "\(error.reason): \(error.explanation)")
        }
    }
}
