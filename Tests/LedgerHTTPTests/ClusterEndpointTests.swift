import Foundation
import Ledger
import NIOCore
import Raft
import Replica
import Testing

@testable import LedgerHTTP

/// What the operations page asks for every second.
@Suite struct ClusterEndpointTests {
    @Test func `it tells of the node, the leader, the members and the counters`() async throws {
        let node = FakeNode()
        node.with {
            $0.leaderStatus = Self.leader()
            $0.samples = [
                .init("estoque_requests_total", .counter, 12, help: "R."),
                .init("estoque_gauge", .gauge, 3, help: "G."),
                .init("estoque_x_total", .counter, 1, help: "X.", labels: [("reason", "A\"B")]),
            ]
        }
        try await withServer(node) { server in
            let response = try await server.get("/v1/cluster")
            #expect(response.status == 200)
            #expect(response.headers["cache-control"] == "no-store")
            let body = try #require(
                try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any]
            )
            let own = try #require(body["node"] as? [String: Any])
            #expect(own["id"] as? String == "n1")
            #expect(own["role"] as? String == "follower")
            #expect(own["position"] as? Int == 42)
            #expect(own["stalenessMs"] as? Int == 7)
            let leader = try #require(body["leader"] as? [String: Any])
            #expect(leader["id"] as? String == "n2")
            #expect(leader["stalenessMs"] is NSNull)
            let members = try #require(body["members"] as? [[String: Any]])
            #expect(members.map { $0["id"] as? String } == ["n1", "n2"])
            #expect(members[0]["lag"] as? Int == 9)
            #expect(members[0]["silentMs"] as? Int == 12)
            #expect(members[1]["lag"] is NSNull)
            let counters = try #require(body["counters"] as? [String: Int])
            #expect(
                counters == ["estoque_requests_total": 12, "estoque_x_total{reason=\"A\"B\"}": 1]
            )
        }
    }

    @Test func `without a leader the node tells what it knows`() async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get("/v1/cluster")
            #expect(response.status == 200)
            #expect(response.body.contains("\"leader\":null"))
        }
    }

    @Test func `waiting for a change counts for no latency`() async throws {
        try await withServer(FakeNode()) { server in
            let poll = try await server.get("/v1/changes:poll?wait=0")
            let read = try await server.get("/v1/availability?sku=a")
            #expect(poll.status == 200)
            #expect(read.status == 200)
            let body = try await server.get("/v1/cluster").body
            let whole = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
            let http = try #require(whole?["http"] as? [String: Any])
            let counts = try #require(http["counts"] as? [Int])
            #expect(counts.reduce(0) { $0 + $1 } == 1)
        }
    }

    @Test func `many that look at once ask the leader once`() async throws {
        let node = FakeNode()
        node.with { $0.leaderStatus = Self.leader() }
        // An interval that doesn't end before the test does.
        try await withServer(node, limits: changed { $0.clusterInterval = .hours(1) }) { server in
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<20 {
                    tasks.addTask { try await server.get("/v1/cluster").status }
                }
                for try await status in tasks { #expect(status == 200) }
            }
        }
        #expect(node.with { $0.leaderAsked } == 1)
    }

    @Test func `it is asked again once the interval is over`() async throws {
        let node = FakeNode()
        try await withServer(node, limits: changed { $0.clusterInterval = .nanoseconds(1) }) {
            server in
            for _ in 0..<3 { _ = try await server.get("/v1/cluster") }
        }
        #expect(node.with { $0.leaderAsked } == 3)
    }

    static func leader() -> NodeStatus {
        NodeStatus(
            id: "n2",
            role: .leader,
            term: 3,
            leader: "n2",
            commit: Position(50),
            applied: Position(50),
            stored: Position(50),
            logFirst: Position(1),
            logLast: Position(51),
            staleness: nil,
            isReady: true,
            writeRefusal: nil,
            members: [
                MemberStatus(
                    id: "n1",
                    peerAddress: "127.0.0.1:1",
                    isVoter: true,
                    connection: "connected",
                    match: Position(42),
                    mode: "replicate",
                    silence: .milliseconds(12)
                ),
                MemberStatus(
                    id: "n2",
                    peerAddress: "127.0.0.1:2",
                    isVoter: true,
                    connection: "self",
                    match: nil
                ),
            ]
        )
    }
}
