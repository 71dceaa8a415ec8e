import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import Raft
import Replica
import Testing

/// The status of a node, and that of the leader through any node.
@Suite struct StatusCallTests {
    @Test func `the leader's status has everything that an admin must see`() async throws {
        let node = FakeNode()
        node.with { state in
            var leader = NodeStatus.sample
            leader.cluster = "f5c1b9473947f379c5ccc1e6ca6178a5"
            leader.configurationIndex = Position(6)
            leader.isJoint = true
            leader.joining = JoiningStatus(
                node: "n4",
                replacing: "n2",
                round: 3,
                target: Position(8)
            )
            leader.givenUp = GivenUpPromotion(
                node: "n5",
                reason: .tooSlow,
                configurationIndex: Position(4)
            )
            leader.transferTarget = "n3"
            leader.staleness = .milliseconds(2)
            leader.members = [
                MemberStatus(
                    id: "n4",
                    peerAddress: "h:1",
                    isVoter: false,
                    connection: "connected",
                    match: Position(5),
                    mode: "snapshot",
                    silence: .milliseconds(30)
                ),
                MemberStatus(
                    id: "n2",
                    peerAddress: "h:2",
                    isVoter: true,
                    connection: "connecting",
                    match: nil,
                    part: .outgoing
                ),
            ]
            leader.members[0].state = StateOnItsWay(sentBytes: 7, bytes: 9)
            state.leaderStatus = leader
        }
        try await serving(node) { client in
            let status = try await client.leaderStatus()
            #expect(status.nodeID == "n1")
            #expect(status.role == .leader)
            // It has been on its way since the leader said 2.
            #expect(status.stalenessMs > 2)
            #expect(status.clusterID == "f5c1b9473947f379c5ccc1e6ca6178a5")
            #expect(status.configurationPosition == 6)
            #expect(status.joint)
            #expect(!status.removed)
            #expect(status.joining.nodeID == "n4")
            #expect(status.joining.replacingID == "n2")
            #expect(status.joining.round == 3)
            #expect(status.joining.targetPosition == 8)
            #expect(status.givenUp.nodeID == "n5")
            #expect(status.givenUp.reason == .tooSlow)
            #expect(status.givenUp.configurationPosition == 4)
            #expect(status.transferTargetID == "n3")
            #expect(status.members.map(\.part) == [.learner, .outgoing])
            #expect(status.members.map(\.mode) == [.snapshot, .unspecified])
            #expect(status.members.map(\.matchPosition) == [5, 0])
            #expect(status.members.map(\.hasMatchPosition) == [true, false])
            #expect(status.members.map(\.stateSentBytes) == [7, 0])
            #expect(status.members.map(\.stateBytes) == [9, 0])
            #expect(status.members.map(\.hasStateBytes) == [true, false])
            #expect(status.members.map(\.silentMs) == [30, 0])
            #expect(status.members.map(\.hasSilentMs) == [true, false])
            #expect(status.members.map(\.peerAddress) == ["h:1", "h:2"])
        }
    }

    @Test func `without a leader there is no leader's status, but the node's own`() async throws {
        let node = FakeNode()
        node.with { $0.status.isRemoved = true }
        try await serving(node, timeout: .milliseconds(300)) { client in
            let error = await #expect(throws: EstoqueError.self) { try await client.leaderStatus() }
            #expect(error?.reason == .notLeader)
            let own: ProtoGetStatusResponse = try await client.ask(
                ServicePath.getStatus,
                ProtoGetStatusRequest()
            )
            #expect(own.removed)
            #expect(!own.hasJoining && !own.hasGivenUp && !own.hasTransferTargetID)
        }
    }
}
