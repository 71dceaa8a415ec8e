import Ledger
import LedgerHTTP
import NIOCore
import Replica
import TestSupport
import Testing

@Suite struct `the poll of changes` {
    private func shop() -> FakeNode {
        let node = FakeNode()
        node.put("a", levels: [level("x", onHand: 9)])
        return node
    }

    @Test func `begins with the state, then waits for what changes`() async throws {
        let node = shop()
        try await withServer(node) { server in
            let first = try await server.get("/v1/changes:poll?sku=a")
            #expect(first.status == 200)
            #expect(
                first.body == """
                    {"events":[{"event":"availability","data":{"sku":"a","status":"IN_STOCK",\
                    "available":9,"availableCapped":false,"price":{"amount":1999,"currency":"EUR"},\
                    "version":7,"position":42,"prev":0}}],"next":42}

                    """
            )
            #expect(first.headers["cache-control"] == "private, no-store")
            try await server.connect { connection in
                try await connection.send(
                    "GET /v1/changes:poll?sku=a&after=42&wait=60s HTTP/1.1\r\nHost: t\r\n\r\n"
                )
                try await eventually("it waits") {
                    try await server.get("/metrics").body.contains("\nestoque_feed_watchers 1\n")
                }
                node.apply(.stock("a", "x", onHand: 1))
                let answer = try await connection.response()
                #expect(answer.body.contains("\"available\":1,"))
                #expect(answer.body.hasSuffix("\"position\":43,\"prev\":42}}],\"next\":43}\n"))
                #expect(answer.headers["estoque-position"] == "43")
                // The connection goes on.
                #expect(try await connection.request("/v1/items/a").status == 200)
            }
        }
    }

    @Test func `is answered empty when its wait is over`() async throws {
        let node = shop()
        try await withServer(node) { server in
            let late = try await server.get("/v1/changes:poll?sku=a&after=42&wait=30ms")
            #expect(late.body == "{\"events\":[],\"next\":42}\n")
            let ahead = try await server.get("/v1/changes:poll?sku=a&after=99&wait=30ms")
            #expect(ahead.body == "{\"events\":[],\"next\":99}\n")
        }
    }

    @Test func `a long answer ends behind a whole position`() async throws {
        let node = shop()
        for units in 0..<3 {
            node.apply(
                .stock("a", "x", onHand: Int64(units)),
                .stock("a", "y", onHand: 1),
                .stock("a", "z", onHand: 1)
            )
        }
        let limits = changed { $0.feed.pollEventsMax = 4 }
        try await withServer(node, limits: limits) { server in
            try await server.feedReaches(45)
            let page = try await server.get("/v1/changes:poll?sku=a&after=42&mode=log")
            #expect(page.body.components("\"event\":") == 6)
            #expect(page.body.hasSuffix("\"next\":44}\n"))
            let rest = try await server.get("/v1/changes:poll?sku=a&after=44&mode=log")
            #expect(rest.body.components("\"event\":") == 3)
            #expect(rest.body.hasSuffix("\"next\":45}\n"))
        }
    }

    @Test(arguments: [
        ("/v1/changes?skus=a", "skus is not a parameter"),
        ("/v1/changes?sku=a%20b", "sku must be 1 to 64"),
        ("/v1/changes?mode=all", "mode must be latest or log"),
        ("/v1/changes?mode=log&mode=log", "mode is given more than once"),
        ("/v1/changes?after=x", "after must be a position"),
        ("/v1/changes?after=1&after=2", "after is given more than once"),
        ("/v1/changes?wait=1s", "wait is not a parameter"),
        ("/v1/changes?consistency=stale", "consistency is not a parameter"),
        ("/v1/changes:poll?wait=61s", "wait must be 60s at most"),
        ("/v1/changes:poll?wait=soon", "wait must be"),
        ("/v1/changes?sku=1&sku=2&location=3&location=4", "pairs"),
        ("/v1/changes?sku=1&sku=2&sku=3&sku=4", "sku at most 3 are allowed"),
    ])
    func `what is wrong with a question is named`(target: String, detail: String) async throws {
        let limits = changed { $0.feed.keysMax = 3 }
        try await withServer(shop(), limits: limits) { server in
            try await server.feedReaches(42)
            let response = try await server.get(target)
            #expect(response.status == 400)
            #expect(response.body.contains(detail), "\(response.body)")
        }
    }

    @Test func `other methods are refused`() async throws {
        try await withServer(shop()) { server in
            for method in ["POST", "HEAD", "DELETE"] {
                let response = try await server.get("/v1/changes", method: method)
                #expect(response.status == 405)
                #expect(response.headers["allow"] == "GET, OPTIONS")
            }
            #expect(try await server.get("/v1/changes", method: "OPTIONS").status == 204)
        }
    }
}

extension String {
    /// How often a text stands in this one.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
