import Ledger
import LedgerAPI
import LedgerClient
import Synchronization

@testable import estoque

/// A cluster that shows one status after the other, the last one again and again.
final class FakeAdmin: ClusterAdmin {
    struct Asked: Equatable, Sendable {
        var change: MemberChange
        var expecting: Position?
    }

    private struct State {
        var shown: [NodeReport?]
        var asked: [Asked] = []
        var transfers: [String?] = []
    }

    private let state: Mutex<State>
    /// What each node says when no leader does.
    private let reports: [NodeReport]
    private let answer: Result<Position, EstoqueError>

    /// - Parameters:
    ///   - shown: What the leader says, time after time; nil where there is none.
    ///   - nodes: What the nodes say of themselves.
    ///   - answer: What a change is answered with.
    init(
        _ shown: [NodeReport?],
        nodes: [NodeReport] = [],
        answer: Result<Position, EstoqueError> = .success(Position(10))
    ) {
        state = Mutex(State(shown: shown))
        reports = nodes
        self.answer = answer
    }

    var asked: [Asked] { state.withLock { $0.asked } }
    var transfers: [String?] { state.withLock { $0.transfers } }

    func leaderReport() async -> NodeReport? {
        state.withLock { state in
            state.shown.count > 1 ? state.shown.removeFirst() : state.shown.first ?? nil
        }
    }

    func nodes() async -> [AskedNode] {
        let address = NodeAddress(host: "h", port: 1)
        return reports.map { AskedNode(address: address, report: $0) }
    }

    func change(
        _ change: MemberChange,
        expecting configuration: Position?,
        timeout: Duration
    ) async throws(EstoqueError) -> Position {
        state.withLock { $0.asked.append(Asked(change: change, expecting: configuration)) }
        return try answer.get()
    }

    func transferLeadership(
        to node: String?,
        timeout: Duration
    ) async throws(EstoqueError) -> String {
        state.withLock { $0.transfers.append(node) }
        _ = try answer.get()
        return node ?? "n2"
    }

    /// Has a task done by the real run, quietly.
    func run(
        _ task: AdminTask,
        limit: Duration = .seconds(60),
        isWaiting: Bool = true
    ) async -> estoque.AdminResult {
        var run = AdminRun(
            task,
            on: self,
            limit: limit,
            isWaiting: isWaiting,
            progress: ChangeProgress(.silent)
        )
        return await run.run()
    }
}

extension NodeReport {
    /// What a leader says: `parts` are the members, such as `["n1": .voter]`.
    static func leading(
        _ parts: KeyValuePairs<String, NodeReport.Part>,
        by node: String = "n1",
        configuration: UInt64,
        commit: UInt64 = 100,
        term: UInt64 = 3,
        joining: NodeReport.Joining? = nil
    ) -> NodeReport {
        var report = NodeReport(
            node: node,
            role: "leader",
            term: term,
            leader: node,
            commit: commit,
            applied: commit,
            stored: commit,
            logFirst: 1,
            logLast: commit,
            stalenessMilliseconds: 40,
            isReady: true,
            writeRefusal: "",
            members: parts.map { peer, part in
                NodeReport.Peer(
                    node: peer,
                    address: "\(peer):1",
                    isVoter: part != .learner,
                    connection: peer == node ? "self" : "connected",
                    match: 80,
                    part: part,
                    mode: peer == node ? nil : "replicate"
                )
            },
            cluster: "f5c1b947",
            configuration: configuration
        )
        report.isJoint = parts.contains { [.incoming, .outgoing].contains($0.value) }
        report.joining = joining
        return report
    }

    func changed(_ body: (inout NodeReport) -> Void) -> NodeReport {
        var report = self
        body(&report)
        return report
    }
}
