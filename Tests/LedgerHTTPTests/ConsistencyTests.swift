import Ledger
import LedgerHTTP
import NIOCore
import Replica
import TestSupport
import Testing

@Suite struct `levels of consistency` {
    @Test func `a bound that holds is answered from the view and not cached`() async throws {
        let node = FakeNode()
        node.put("a")
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/availability?sku=a&consistency=bounded&max_staleness=2s"
            )
            #expect(response.status == 200)
            #expect(response.headers["cache-control"] == "private, no-store")
            #expect(node.asked.isEmpty)
        }
    }

    @Test(arguments: [TimeAmount.milliseconds(501), nil])
    func `a bound that does not hold is refused with the age`(age: TimeAmount?) async throws {
        let node = FakeNode()
        node.with { $0.stamp.staleness = age }
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/availability?sku=a&consistency=bounded&max_staleness=500"
            )
            #expect(response.status == 503)
            #expect(response.headers["retry-after"] == "1")
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:stale\""))
            #expect(
                response.body.contains(age == nil ? "\"stalenessMs\":null" : "\"stalenessMs\":50")
            )
            #expect((response.headers["estoque-staleness-ms"] == "unknown") == (age == nil))
        }
    }

    @Test func `a position that was reached is answered from the view`() async throws {
        let node = FakeNode()
        try await withServer(node) { server in
            let path = "/v1/availability?sku=a&consistency=session&min_position="
            let reached = try await server.get(path + "42")
            #expect(reached.status == 200)
            #expect(node.asked.isEmpty)
            let waited = try await server.get(path + "43")
            #expect(waited.status == 200)
            #expect(node.asked == [.session(minPosition: Position(43))])
        }
    }

    @Test func `a linearizable read always asks the node`() async throws {
        let node = FakeNode()
        node.put("a")
        try await withServer(node) { server in
            let response = try await server.get("/v1/items/a?consistency=linearizable")
            #expect(response.status == 200)
            #expect(response.headers["cache-control"] == "private, no-store")
            #expect(node.asked == [.linearizable])
        }
    }

    @Test func `a stale read of what is not in view asks the node`() async throws {
        let node = FakeNode()
        node.put("a")
        node.with { $0.servesView = false }
        try await withServer(node) { server in
            let response = try await server.get("/v1/items/a")
            #expect(response.status == 200)
            #expect(response.headers["cache-control"]?.hasPrefix("public") == true)
            #expect(node.asked == [.stale])
        }
    }

    @Test(arguments: [
        (ReadFailure.sessionAhead(applied: Position(17)), "session-ahead", "1"),
        (.noQuorum, "no-quorum", "1"),
        (.notReady, "not-ready", "5"),
        (.overloaded, "overloaded", "1"),
        (.tooStale(age: .milliseconds(3)), "stale", "1"),
    ])
    func `each failure of the node has its problem`(
        failure: ReadFailure,
        type: String,
        retryAfter: String
    ) async throws {
        let node = FakeNode()
        node.with {
            $0.servesView = false
            $0.behaviour = .fails(failure)
        }
        try await withServer(node) { server in
            let response = try await server.get("/v1/availability?sku=a")
            #expect(response.status == 503)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.headers["retry-after"] == retryAfter)
            #expect(response.headers["estoque-node"] == "n1")
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:\(type)\""))
            #expect(response.body.contains("\"status\":503"))
        }
    }

    @Test func `time spent between the node and the client counts as age`() async throws {
        let node = FakeNode()
        node.put("a")
        node.with {
            $0.servesView = false
            $0.behaviour = .holds
        }
        try await withServer(node) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/items/a HTTP/1.1\r\nHost: t\r\n\r\n")
                try await eventually("the read reaches the node") { !node.asked.isEmpty }
                node.with { $0.stamp.staleness = .nanoseconds(7_000_001) }
                node.releaseHeld()
                let response = try await connection.response()
                let staleness = try #require(
                    response.headers["estoque-staleness-ms"].flatMap { Int($0) }
                )
                #expect(staleness >= 8)
            }
        }
    }

    @Test func `too many waiting reads are refused at once`() async throws {
        let node = FakeNode()
        node.with {
            $0.servesView = false
            $0.behaviour = .holds
        }
        try await withServer(node, limits: changed { $0.waitingReadsMax = 1 }) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/items/a HTTP/1.1\r\nHost: t\r\n\r\n")
                try await eventually("the read waits") { !node.asked.isEmpty }
                let refused = try await server.get("/v1/items/a")
                #expect(refused.status == 503)
                #expect(refused.body.contains("urn:estoque:problem:overloaded"))
                node.releaseHeld()
                #expect(try await connection.response().status == 404)
            }
            node.with { $0.behaviour = .answers }
            #expect(try await server.get("/v1/items/a").status == 404)
        }
    }

    @Test(arguments: [
        ("consistency=linearizable", "no-quorum"), ("consistency=stale", "overloaded"),
    ])
    func `a node that never answers is not waited for`(query: String, type: String) async throws {
        let node = FakeNode()
        node.with {
            $0.servesView = false
            $0.behaviour = .holds
        }
        try await withServer(node, limits: changed { $0.readTimeout = .milliseconds(20) }) {
            server in
            try await server.connect { connection in
                let response = try await connection.request("/v1/items/a?\(query)")
                #expect(response.status == 503)
                #expect(response.body.contains(type))
                // What comes too late must not be taken for the next answer.
                node.releaseHeld()
                let next = try await connection.request("/livez")
                #expect(next.body == "ok\n")
            }
        }
    }
}
