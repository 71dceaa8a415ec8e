import Ledger
import NIOCore
import Raft
import RaftTransport
import TestSupport
import Testing

@testable import Replica

/// Nodes that ask each other how they are.
@Suite(.serialized) struct StatusQueryTests {
    /// No answer to wait for comes near to it.
    private static let long = TimeAmount.minutes(5)

    private static func ask(
        _ cluster: NodeCluster,
        _ asked: NodeID,
        of node: NodeID
    ) async throws -> NodeStatus? {
        let asked = try await cluster.node(asked)
        return await withCheckedContinuation { continuation in
            asked.status(of: node, deadline: .now() + Self.long) {
                continuation.resume(returning: $0)
            }
        }
    }

    @Test func `every node is told by every other how it is and how old its state is`() async throws
    {
        try await NodeCluster.run { cluster in
            let leader = try await cluster.leader()
            try await cluster.fill(10, at: leader)
            let end = try await cluster.node(leader).status.applied
            for here in cluster.ids {
                for other in cluster.ids {
                    var found: NodeStatus?
                    try await eventually("\(other) tells \(here) of all that was done") {
                        found = try await Self.ask(cluster, here, of: other)
                        return (found?.applied ?? Position(0)) >= end && found?.staleness != nil
                    }
                    #expect(found?.id == other)
                    #expect(found?.role == (other == leader ? .leader : .follower))
                }
            }
        }
    }

    @Test func `a node that is gone, or that never was, is not waited for`() async throws {
        try await NodeCluster.run { cluster in
            let leader = try await cluster.leader()
            let others = cluster.ids.filter { $0 != leader }
            try await eventually("the others are connected") {
                try await Self.ask(cluster, others[0], of: others[1]) != nil
            }
            await cluster.stop(others[1])
            try await eventually("it has gone") {
                try await Self.ask(cluster, others[0], of: others[1]) == nil
            }
            let stranger = try await Self.ask(cluster, others[0], of: "n9")
            #expect(stranger == nil)
        }
    }

    /// Who is cut off from the leader alone still tells the others, and what they are told is true.
    @Test func `the age of a node that is cut off from its leader grows for whoever asks it`()
        async throws
    {
        try await NodeCluster.run { cluster in
            let leader = try await cluster.leader()
            let others = cluster.ids.filter { $0 != leader }
            try await eventually("the other is fresh") {
                try await Self.ask(cluster, others[0], of: others[1])?.staleness != nil
            }
            let away = try await cluster.node(others[1])
            let cut = await withCheckedContinuation { continuation in
                away.onLoop { loop in
                    loop.network.cut(.inbound, leader)
                    loop.network.cut(.outbound, leader)
                    continuation.resume(returning: NIODeadline.now())
                }
            }
            try await eventually("it is half a second old") {
                let asked = NIODeadline.now()
                let told = try #require(try await Self.ask(cluster, others[0], of: others[1]))
                let now = NIODeadline.now()
                let age = try #require(told.aged(since: asked, at: now).staleness)
                #expect(age >= now - cut)
                return age > .milliseconds(500)
            }
        }
    }
}
