import Foundation
import Ledger
import NIOCore
import Raft
import Replica
import TestSupport
import Testing

@testable import LedgerHTTP

/// What the operations page asks for every second.
@Suite struct ClusterEndpointTests {
    @Test func `it tells of the node, the leader, the members and the counters`() async throws {
        let node = FakeNode()
        Self.join(node)
        node.with {
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
            let body = try Self.object(response)
            let own = try #require(body["node"] as? [String: Any])
            #expect(own["id"] as? String == "n1")
            #expect(own["role"] as? String == "follower")
            #expect(own["position"] as? Int == 42)
            #expect(own["stalenessMs"] as? Int == 7)
            let leader = try #require(body["leader"] as? [String: Any])
            #expect(leader["id"] as? String == "n2")
            #expect(leader["stalenessMs"] is NSNull)
            let members = try Self.members(body)
            #expect(members.map { $0["id"] as? String } == ["n1", "n2", "n3"])
            #expect(members[0]["lag"] as? Int == 9)
            #expect(members[0]["silentMs"] as? Int == 12)
            // What the leader doesn't know of is what the member says.
            #expect(members[1]["lag"] as? Int == 1)
            let counters = try #require(body["counters"] as? [String: Int])
            #expect(
                counters == ["estoque_requests_total": 12, "estoque_x_total{reason=\"A\"B\"}": 1]
            )
        }
    }

    @Test func `every member tells its own state and age`() async throws {
        let node = FakeNode()
        Self.join(node)
        try await withServer(node) { server in
            let members = try Self.members(try Self.object(try await server.get("/v1/cluster")))
            let states = try members.map { try #require($0["state"] as? [String: Any]) }
            #expect(states.map { $0["id"] as? String } == ["n1", "n2", "n3"])
            #expect(states.map { $0["role"] as? String } == ["follower", "leader", "follower"])
            #expect(states.map { $0["position"] as? Int } == [42, 50, 48])
            #expect(states[0]["stalenessMs"] as? Int == 7)
            #expect(states[1]["stalenessMs"] is NSNull)
            // It was 5 when it was told, and it has been on its way since.
            #expect(try #require(states[2]["stalenessMs"] as? Int) > 5)
            #expect(members.allSatisfy { $0["unansweredMs"] is NSNull })
        }
    }

    @Test func `an age grows while the answer is kept`() async throws {
        let node = FakeNode()
        Self.join(node)
        try await withServer(node, limits: changed { $0.clusterInterval = .hours(1) }) { server in
            var told = 0
            try await eventually("a hundred milliseconds have passed") {
                let members = try Self.members(try Self.object(try await server.get("/v1/cluster")))
                let state = try #require(members[2]["state"] as? [String: Any])
                let age = try #require(state["stalenessMs"] as? Int)
                #expect(age >= told)
                told = age
                return age > 105
            }
        }
        #expect(node.with { $0.statusAsked } == ["n2", "n3"])
    }

    @Test func `an age is a bound at any later moment, and can't overflow`() throws {
        let asked = NIODeadline.uptimeNanoseconds(1_000)
        var report = ClusterWatch.Report(askedAt: asked)
        report.answers["n3"] = Self.status("n3", .follower, 48, staleness: .nanoseconds(5))
        let later = report.status(of: "n3", at: asked + .nanoseconds(7))
        #expect(later?.staleness == .nanoseconds(12))
        let same = report.status(of: "n3", at: asked)
        #expect(same?.staleness == .nanoseconds(5))
        report.answers["n3"]?.staleness = .nanoseconds(.max)
        let endless = report.status(of: "n3", at: asked + .nanoseconds(7))
        #expect(endless?.staleness == .nanoseconds(.max))
        report.answers["n3"]?.staleness = nil
        let unknown = try #require(report.status(of: "n3", at: asked))
        #expect(unknown.staleness == nil)
        #expect(report.status(of: "n4", at: asked)?.id == nil)
    }

    @Test func `who doesn't answer is silent, for as long as it has been asked`() async throws {
        let node = FakeNode()
        Self.join(node)
        node.with { $0.others["n3"] = nil }
        try await withServer(node, limits: changed { $0.clusterInterval = .milliseconds(10) }) {
            server in
            func third() async throws -> [String: Any] {
                try Self.members(try Self.object(try await server.get("/v1/cluster")))[2]
            }
            var longest = 0
            try await eventually("it has been silent for several rounds") {
                let member = try await third()
                #expect(member["state"] is NSNull)
                // The leader's word is all that is known of it.
                #expect(member["lag"] as? Int == 3)
                longest = max(longest, try #require(member["unansweredMs"] as? Int))
                return longest > 40
            }
            node.with {
                $0.others["n3"] = Self.status("n3", .follower, 48, staleness: .milliseconds(5))
            }
            try await eventually("it answers again") {
                let member = try await third()
                return member["state"] is [String: Any] && member["unansweredMs"] is NSNull
            }
        }
    }

    @Test func `without a leader the node tells what it knows`() async throws {
        let node = FakeNode()
        Self.join(node)
        for leader in [nil, "n2"] as [NodeID?] {
            node.with {
                $0.leader = leader
                // It is no leader any more.
                $0.others["n2"] = Self.status("n2", .candidate, 50, staleness: nil)
            }
            try await withServer(node) { server in
                let response = try await server.get("/v1/cluster")
                #expect(response.status == 200)
                #expect(response.body.contains("\"leader\":null"))
                let members = try Self.members(try Self.object(response))
                #expect(members.count == 3)
                #expect(members.allSatisfy { $0["lag"] is NSNull })
                #expect(members.allSatisfy { $0["state"] is [String: Any] })
            }
        }
    }

    @Test func `a single node asks nobody`() async throws {
        let node = FakeNode()
        try await withServer(node) { server in
            let status = try await server.get("/v1/cluster").status
            #expect(status == 200)
        }
        #expect(node.with { $0.statusAsked } == [])
    }

    @Test func `a leader that is no member any more is asked too`() async throws {
        let node = FakeNode()
        Self.join(node)
        node.with { state in state.members.removeAll { $0.id == "n2" } }
        try await withServer(node) { server in
            let body = try Self.object(try await server.get("/v1/cluster"))
            #expect((body["leader"] as? [String: Any])?["id"] as? String == "n2")
        }
        #expect(node.with { $0.statusAsked } == ["n2", "n3"])
    }

    @Test func `waiting for a change or for other nodes counts for no latency`() async throws {
        try await withServer(FakeNode()) { server in
            let poll = try await server.get("/v1/changes:poll?wait=0")
            let read = try await server.get("/v1/availability?sku=a")
            let look = try await server.get("/v1/cluster")
            #expect([poll, read, look].map(\.status) == [200, 200, 200])
            let whole = try Self.object(try await server.get("/v1/cluster"))
            let http = try #require(whole["http"] as? [String: Any])
            let counts = try #require(http["counts"] as? [Int])
            #expect(counts.reduce(0) { $0 + $1 } == 1)
        }
    }

    @Test func `many that look at once ask each member once`() async throws {
        let node = FakeNode()
        Self.join(node)
        // An interval that doesn't end before the test does.
        try await withServer(node, limits: changed { $0.clusterInterval = .hours(1) }) { server in
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<20 {
                    tasks.addTask { try await server.get("/v1/cluster").status }
                }
                for try await status in tasks { #expect(status == 200) }
            }
        }
        #expect(node.with { $0.statusAsked } == ["n2", "n3"])
    }

    @Test func `they are asked again once the interval is over, and no more than allowed`()
        async throws
    {
        let node = FakeNode()
        Self.join(node)
        let limits = changed {
            $0.clusterInterval = .nanoseconds(1)
            $0.clusterMembersMax = 1
        }
        try await withServer(node, limits: limits) { server in
            for _ in 0..<3 { _ = try await server.get("/v1/cluster") }
        }
        #expect(node.with { $0.statusAsked } == ["n2", "n2", "n2"])
    }
}

extension ClusterEndpointTests {
    private static func object(_ response: TestResponse) throws -> [String: Any] {
        let body = try JSONSerialization.jsonObject(with: Data(response.body.utf8))
        return try #require(body as? [String: Any])
    }

    private static func members(_ body: [String: Any]) throws -> [[String: Any]] {
        try #require(body["members"] as? [[String: Any]])
    }

    /// Makes the node the first of three, of which the second leads.
    static func join(_ node: FakeNode) {
        var leader = status("n2", .leader, 50, staleness: nil)
        leader.logLast = Position(51)
        leader.members = [
            member("n1", match: 42, silence: .milliseconds(12)), member("n2", match: nil),
            member("n3", match: 48, silence: .milliseconds(12)),
        ]
        let answers = [
            leader, status("n3", .follower, 48, staleness: .milliseconds(5)),
        ]
        node.with { state in
            state.leader = "n2"
            state.members = ["n1", "n2", "n3"].map { member($0, match: nil) }
            for answer in answers { state.others[answer.id] = answer }
        }
    }

    private static func member(
        _ id: NodeID,
        match: UInt64?,
        silence: TimeAmount? = nil
    ) -> MemberStatus {
        MemberStatus(
            id: id,
            peerAddress: "127.0.0.1:1",
            isVoter: true,
            connection: "connected",
            match: match.map { Position($0) },
            mode: silence == nil ? nil : "replicate",
            silence: silence
        )
    }

    private static func status(
        _ id: NodeID,
        _ role: NodeRole,
        _ position: UInt64,
        staleness: TimeAmount?
    ) -> NodeStatus {
        NodeStatus(
            id: id,
            role: role,
            term: 3,
            leader: "n2",
            commit: Position(position),
            applied: Position(position),
            stored: Position(position),
            logFirst: Position(1),
            logLast: Position(position),
            staleness: staleness,
            isReady: true,
            writeRefusal: nil,
            members: []
        )
    }
}
