import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import Raft
import Replica
import Testing

/// An admin's calls: what the node is asked, and what the caller is told.
@Suite struct ClusterCallTests {
    static let changes: [(MemberChange, Position?, AdminRequest)] = [
        (
            .add("n4", at: "10.0.0.4:7001", asLearner: false), nil,
            .change(.add("n4", address: "10.0.0.4:7001", asLearner: false), expecting: nil)
        ),
        (
            .add("n4", at: "[::1]:7001", asLearner: true), Position(0),
            .change(.add("n4", address: "[::1]:7001", asLearner: true), expecting: Position(0))
        ),
        (.remove("n2"), Position(7), .change(.remove("n2"), expecting: Position(7))),
        (
            .replace("n2", with: "n4", at: "h:1"), nil,
            .change(.replace("n2", with: "n4", address: "h:1"), expecting: nil)
        ),
        (.promote("n4"), nil, .change(.promote("n4"), expecting: nil)),
        (.demote("n2"), Position(9), .change(.demote("n2"), expecting: Position(9))),
    ]

    @Test(arguments: changes)
    func `a change is handed to the node, and its place in the log comes back`(
        change: MemberChange,
        expecting: Position?,
        request: AdminRequest
    ) async throws {
        let node = FakeNode()
        node.with { $0.result = .accepted(Position(12)) }
        try await serving(node) { client in
            let position = try await client.change(change, expecting: expecting)
            #expect(position == Position(12))
            #expect(node.with { $0.asked } == [request])
        }
    }

    @Test(arguments: [nil, "n3"])
    func `leadership goes to whom the leader says`(target: String?) async throws {
        let node = FakeNode()
        node.with { $0.result = .transferring(to: "n3") }
        try await serving(node) { client in
            let answer = try await client.transferLeadership(to: target)
            #expect(answer == "n3")
            #expect(
                node.with { $0.asked } == [.transferLeadership(to: target.flatMap { NodeID($0) })]
            )
        }
    }

    @Test(arguments: [
        (MemberChange.add("", at: "h:1", asLearner: false), ["node_id"]),
        (.add("two words", at: "h", asLearner: false), ["node_id", "peer_address"]),
        (.add("n4", at: "", asLearner: false), ["peer_address"]),
        (.add("n4", at: "h:0", asLearner: false), ["peer_address"]),
        (.add(String(repeating: "n", count: 65), at: "h:1", asLearner: false), ["node_id"]),
        (.remove(""), ["node_id"]), (.promote("é"), ["node_id"]), (.demote("\n"), ["node_id"]),
        (.replace("", with: "", at: nil), ["node_id", "new_node_id", "new_peer_address"]),
        (.replace("n2", with: "n2", at: "h:1"), ["new_node_id"]),
        (.replace("n2", with: "n4", at: nil), ["new_peer_address"]),
    ])
    func `what is malformed is named by its fields, and nobody is asked`(
        change: MemberChange,
        fields: [String]
    ) async throws {
        let node = FakeNode()
        try await serving(node) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(change)
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.reason == .malformed)
            #expect(Set(error?.problem.violations.map(\.field) ?? []) == Set(fields))
            #expect(error?.isOutcomeUnknown == false)
            #expect(node.with { $0.asked }.isEmpty)
        }
    }

    @Test func `a learner takes a voter's place without an address`() async throws {
        let node = FakeNode()
        node.with { state in
            state.result = .accepted(Position(12))
            state.status.members = [
                MemberStatus(
                    id: "n4",
                    peerAddress: "h:1",
                    isVoter: false,
                    connection: "connected",
                    match: nil
                )
            ]
        }
        try await serving(node) { client in
            _ = try await client.change(.replace("n2", with: "n4", at: nil))
            #expect(
                node.with { $0.asked } == [
                    .change(.replace("n2", with: "n4", address: ""), expecting: nil)
                ]
            )
        }
    }

    @Test(arguments: AdminRefusal.Reason.allCases)
    func `a refusal comes with its reason, its words and its place`(
        reason: AdminRefusal.Reason
    ) async throws {
        let node = FakeNode()
        node.with {
            $0.result = .refused(AdminRefusal(reason, "why", configuration: Position(12)))
        }
        // What passes by itself is asked for again; a short while will do here.
        try await serving(node, timeout: .milliseconds(300)) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(.remove("n2"))
            }
            #expect(error?.reason.rawValue == reason.rawValue)
            #expect(error?.message == "why")
            #expect(error?.problem.metadata["configuration_position"] == "12")
            #expect(error?.isOutcomeUnknown == false)
            #expect(error?.refused == nil)
            let passes = error?.code == .unavailable
            #expect(passes == [.termNotOpen, .transferring].contains(reason))
            #expect((node.with { $0.asked }.count > 1) == passes)
        }
    }

    @Test func `no leader is said in time, and the change can be asked for again`() async throws {
        let node = FakeNode()
        try await serving(node, timeout: .milliseconds(400)) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(.remove("n2"))
            }
            #expect(error?.code == .unavailable)
            #expect(error?.reason == .notLeader)
            #expect(error?.isOutcomeUnknown == false)
            // The node has less time than the caller waits.
            let left = try #require(node.with { $0.timeLeft.first })
            #expect(left <= .milliseconds(300))
        }
    }

    @Test(arguments: [
        (true, 3, "was removed"), (true, 0, "was removed"), (false, 0, "waits to be added"),
    ])
    func `a node outside the cluster says so`(
        isRemoved: Bool,
        members: Int,
        words: String
    ) async throws {
        let node = FakeNode()
        node.with { state in
            state.status.leader = nil
            state.status.isRemoved = isRemoved
            state.status.members = (0..<members).map { number in
                MemberStatus(
                    id: NodeID("n\(number)") ?? "?",
                    peerAddress: "h:1",
                    isVoter: true,
                    connection: "connected",
                    match: nil
                )
            }
        }
        try await serving(node, timeout: .seconds(1)) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(.remove("n2"))
            }
            #expect(error?.reason == .notLeader)
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test func `an unknown outcome ends it, with what the leader shows`() async throws {
        let node = FakeNode()
        node.with { state in
            state.result = .unknown
            var leader = NodeStatus.sample
            leader.configurationIndex = Position(12)
            leader.joining = JoiningStatus(
                node: "n4",
                replacing: nil,
                round: 1,
                target: Position(9)
            )
            state.leaderStatus = leader
        }
        try await serving(node) { client in
            for (target, isSeen) in [("n4", "true"), ("n5", "false")] {
                let error = await #expect(throws: EstoqueError.self) {
                    try await client.change(.add(target, at: "h:1", asLearner: false))
                }
                #expect(error?.isOutcomeUnknown == true)
                #expect(error?.reason == .outcomeUnknown)
                #expect(error?.problem.metadata["change_seen"] == isSeen)
                #expect(error?.problem.metadata["configuration_position"] == "12")
            }
            #expect(node.with { $0.asked }.count == 2, "asked for once each")
        }
    }

    @Test func `an unknown outcome says so when no leader tells anything`() async throws {
        let node = FakeNode()
        node.with { $0.result = .unknown }
        try await serving(node, timeout: .milliseconds(300)) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.transferLeadership(to: "n2")
            }
            #expect(error?.isOutcomeUnknown == true)
            #expect(error?.problem.metadata["change_seen"] == nil)
            #expect(node.with { $0.asked }.count == 1)
        }
    }
}
