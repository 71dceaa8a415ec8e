import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import SwiftProtobuf
import Testing

/// Changes of the cluster go from node to node only while they certainly were not begun.
@Suite struct ClusterChangeTests {
    private static let delay = Milliseconds(1)
    private static let accepted = ProtoChangeMembersResponse.with {
        $0.configurationPosition = 12
    }.wireBytes

    private static let status = ProtoGetStatusResponse.with {
        $0.nodeID = "n1"
        $0.role = .leader
        $0.configurationPosition = 9
        $0.members = [
            .with {
                $0.nodeID = "n2"
                $0.part = .voter
            },
            .with {
                $0.nodeID = "n3"
                $0.part = .outgoing
            },
            .with {
                $0.nodeID = "n4"
                $0.part = .learner
            },
        ]
        $0.joining = .with {
            $0.nodeID = "n4"
            $0.replacingID = "n2"
        }
    }

    /// Nobody knows, as a node says it, and as a proxy does that lost its node.
    private static let unknowns = [
        GRPCStatus(.changeUnknown), GRPCStatus(.unavailable, "the connection was reset"),
    ]

    @Test func `a change isn't begun again without the time for it, so its refusal stays clear`()
        async throws
    {
        let busy = Problem(
            cluster: .termNotOpen,
            "",
            configuration: nil,
            retryDelay: Self.delay
        )
        let node = try await FakeNode.start(
            reads: [ServicePath.removeMember: { _ in .failure(GRPCStatus(busy)) }]
        )
        var options = ClientOptions()
        options.lastAttemptMin = options.timeout
        try await withClient(of: [node], options: options) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(.remove("n3"))
            }
            #expect(error?.reason == .termNotOpen)
            #expect(error?.isOutcomeUnknown == false)
            #expect(node.reads.count == 1)
        }
    }

    @Test(arguments: [
        Problem.notLeader(hint: nil, retryDelay: delay), .notReady(retryDelay: delay),
        Problem(cluster: .termNotOpen, "", configuration: nil, retryDelay: delay),
        Problem(cluster: .leadershipMoving, "", configuration: nil, retryDelay: delay),
    ])
    func `a node that did nothing is left for another`(problem: Problem) async throws {
        let first = try await FakeNode.start(
            reads: [ServicePath.removeMember: { _ in .failure(GRPCStatus(problem)) }]
        )
        let second = try await FakeNode.start(
            reads: [ServicePath.removeMember: { _ in .success(Self.accepted) }]
        )
        try await withClient(of: [first, second]) { client in
            let position = try await client.change(.remove("n3"), expecting: Position(9))
            #expect(position == Position(12))
            #expect(first.reads == second.reads)
            let request = try ProtoRemoveMemberRequest(serializedBytes: second.reads[0])
            #expect(request.nodeID == "n3")
            #expect(request.expectedConfiguration == 9)
        }
    }

    @Test func `a node that isn't there is passed over`() async throws {
        let gone = try await FakeNode.start()
        await gone.stop()
        let here = try await FakeNode.start(
            reads: [ServicePath.promoteMember: { _ in .success(Self.accepted) }]
        )
        try await withClient(of: [here], knowing: [gone.address, here.address]) { client in
            let position = try await client.change(.promote("n4"))
            #expect(position == Position(12))
        }
    }

    @Test(arguments: unknowns)
    func `what may have been begun is not asked for again; the status is looked at`(
        end: GRPCStatus
    ) async throws {
        let answers: [String: @Sendable (Int) -> Result<[UInt8], GRPCStatus>] = [
            ServicePath.addMember: { _ in .failure(end) },
            ServicePath.getStatus: { _ in .success(Self.status.wireBytes) },
        ]
        let first = try await FakeNode.start(reads: answers)
        let second = try await FakeNode.start(reads: answers)
        try await withClient(of: [first, second]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(.add("n4", at: "h:1", asLearner: false))
            }
            #expect(error?.isOutcomeUnknown == true)
            #expect(error?.reason == .outcomeUnknown)
            #expect(error?.message.contains("n1, shows it") == true)
            #expect(error?.problem.metadata["configuration_position"] == "9")
            let changes = (first.reads + second.reads).filter {
                (try? ProtoAddMemberRequest(serializedBytes: $0))?.peerAddress == "h:1"
            }
            #expect(changes.count == 1)
        }
    }

    @Test(
        arguments: [
            (.add("n4", at: "h:1", asLearner: true), true),
            (.add("n9", at: "h:1", asLearner: true), false),
            (.promote("n4"), true), (.promote("n9"), false), (.remove("n3"), true),
            (.remove("n9"), true), (.remove("n2"), false), (.demote("n4"), true),
            (.demote("n3"), true), (.demote("n2"), false),
            (.replace("n2", with: "n4", at: nil), true),
            (.replace("n3", with: "n4", at: nil), true),
            (.replace("n2", with: "n9", at: nil), false),
        ] as [(MemberChange, Bool)]
    )
    func `the status shows a change that is begun or done`(
        change: MemberChange,
        isSeen: Bool
    ) async throws {
        var answers: [String: @Sendable (Int) -> Result<[UInt8], GRPCStatus>] = [
            ServicePath.getStatus: { _ in .success(Self.status.wireBytes) }
        ]
        for path in [
            ServicePath.addMember, ServicePath.removeMember, ServicePath.replaceMember,
            ServicePath.promoteMember, ServicePath.demoteMember,
        ] {
            answers[path] = { _ in .failure(GRPCStatus(.changeUnknown)) }
        }
        let node = try await FakeNode.start(reads: answers)
        try await withClient(of: [node]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(change)
            }
            #expect(error?.problem.metadata["change_seen"] == String(isSeen))
        }
    }

    @Test func `a refusal is final`() async throws {
        let refusal = Problem(
            cluster: .quorumAtRisk,
            "too few",
            configuration: nil,
            retryDelay: Self.delay
        )
        let node = try await FakeNode.start(
            reads: [ServicePath.demoteMember: { _ in .failure(GRPCStatus(refusal)) }]
        )
        try await withClient(of: [node]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.change(.demote("n2"))
            }
            #expect(error?.reason == .quorumAtRisk)
            #expect(error?.code == .failedPrecondition)
            #expect(error?.isOutcomeUnknown == false)
            #expect(node.reads.count == 1)
        }
    }
}
