import Ledger
import LedgerHTTP
import NIOCore
import Replica
import TestSupport
import Testing

@Suite struct `a stream's life` {
    private func shop() -> FakeNode {
        let node = FakeNode()
        node.put("a", levels: [level("x", onHand: 9)])
        node.put("b", levels: [level("x", onHand: 9)])
        return node
    }

    @Test func `a cursor behind what is kept is gone, and told where to begin`() async throws {
        let node = shop()
        for units in 0..<40 { node.apply(.stock("a", "x", onHand: Int64(units))) }
        let limits = changed { $0.feed.recordsMax = 8 }
        try await withServer(node, limits: limits) { server in
            try await server.feedReaches(82)
            for target in ["/v1/changes?sku=a&after=50", "/v1/changes:poll?sku=a&after=50"] {
                let response = try await server.get(target)
                #expect(response.status == 410)
                #expect(response.body.contains("urn:estoque:problem:feed-compacted"))
                #expect(response.body.contains("\"oldest\":74"))
                #expect(response.body.contains("\"snapshot\":\"/v1/changes\""))
                #expect(response.body.contains("begin anew without a cursor, which tells"))
            }
            // Without a cursor these are told nothing of the present state.
            for query in ["after=73", "location=x&after=73", "sku=a&mode=log&after=73"] {
                let body = try await server.get("/v1/changes:poll?\(query)").body
                #expect(body.contains("\"snapshot\":\"/v1/items\""))
                #expect(body.contains("read /v1/items, then go on after the Estoque-Position"))
            }
            let kept = try await server.get("/v1/changes:poll?sku=a&after=74&mode=log")
            #expect(kept.status == 200)
            #expect(kept.body.hasSuffix("\"next\":82}\n"))
        }
    }

    @Test func `what happened shortly before the start can be caught up with`() async throws {
        let node = shop()
        for units in 0..<10 { node.apply(.stock("a", "x", onHand: Int64(units))) }
        let limits = changed { $0.feed.refillPositions = 5 }
        try await withServer(node, limits: limits) { server in
            try await server.feedReaches(52)
            #expect(try await server.get("/v1/changes:poll?sku=a&after=46").status == 410)
            #expect(try await server.get("/v1/changes:poll?sku=a&after=47").status == 200)
        }
    }

    @Test func `a cursor ahead of the node waits for it`() async throws {
        let node = shop()
        let limits = changed { $0.feed.bookmarkInterval = .milliseconds(20) }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&after=44")
                let waiting = try await connection.bookmark { $0.position == 42 }
                #expect(waiting.id == nil)
                node.apply(.stock("a", "x", onHand: 1))
                node.apply(.stock("a", "x", onHand: 2))
                let there = try await connection.bookmark { $0.id != nil }
                #expect(there.id == "44")
                node.apply(.stock("a", "x", onHand: 3))
                let events = try await connection.changes(1)
                #expect((events[0].position, events[0].prev) == (45, 44))
            }
        }
    }

    @Test func `but not for ever`() async throws {
        let limits = changed {
            $0.feed.bookmarkInterval = .milliseconds(20)
            $0.feed.aheadMax = .milliseconds(50)
        }
        try await withServer(shop(), limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&after=1000")
                let reset = try await connection.changes(1)[0]
                #expect(reset.event == "reset" && reset.data.contains("AHEAD"))
                #expect(reset.id == "")
                #expect(try await connection.nextEvent() == nil)
            }
        }
    }

    @Test func `over the limit there is a quick 503`() async throws {
        let limits = changed { $0.feed.watchersMax = 2 }
        try await withServer(shop(), limits: limits) { server in
            try await server.connect { first in
                _ = try await first.follow("?sku=a")
                try await server.connect { second in
                    _ = try await second.follow("")
                    for target in ["/v1/changes?sku=b", "/v1/changes:poll?sku=b"] {
                        let response = try await server.get(target)
                        #expect(response.status == 503)
                        #expect(response.headers["retry-after"] == "1")
                        #expect(response.body.contains("urn:estoque:problem:overloaded"))
                    }
                    // The connection of one that was turned away is good for other questions.
                    try await server.connect { other in
                        _ = try await other.request("/v1/changes")
                        #expect(try await other.request("/v1/items/a").status == 200)
                    }
                }
            }
            try await eventually("those who leave make room") {
                try await server.get("/v1/changes:poll?sku=b").status == 200
            }
            let metrics = try await server.get("/metrics").body
            #expect(metrics.contains("\nestoque_feed_watchers_rejected_total 3\n"))
        }
    }

    @Test func `ends at its age with a cursor to go on from`() async throws {
        let node = shop()
        let limits = changed {
            $0.feed.streamAgeMax = .milliseconds(60)
            $0.feed.bookmarkInterval = .milliseconds(20)
        }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a")
                var last: StreamEvent?
                while let event = try await connection.nextEvent() { last = event }
                #expect(last?.event == "bookmark" && last?.id == "42")
            }
            #expect(
                try await server.get("/metrics").body
                    .contains("\nestoque_feed_streams_aged_total 1\n")
            )
        }
    }

    @Test func `ends in order when the node shuts down, and a poll is answered`() async throws {
        try await withServer(shop()) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/changes?sku=a HTTP/1.1\r\nHost: t\r\n\r\n")
                _ = try await connection.text(until: "\r\n\r\n")
                try await server.connect { poll in
                    try await poll.send(
                        "GET /v1/changes:poll?sku=a&after=42&wait=60s HTTP/1.1\r\nHost: t\r\n\r\n"
                    )
                    try await eventually("both are there") {
                        try await server.get("/metrics").body.contains("estoque_feed_watchers 2\n")
                    }
                    await server.shutDown()
                    #expect(try await poll.response().body == "{\"events\":[],\"next\":42}\n")
                }
                #expect(try await connection.text(until: "\r\n0\r\n\r\n") != nil)
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test func `whoever lags behind a feed that begins anew is reset`() async throws {
        let node = shop()
        let limits = changed { $0.feed.lagMax = 10 }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a")
                _ = try await connection.changes(1)
                // A state from elsewhere: far ahead, and nobody says what changed.
                node.with { $0.stamp.position = Position(1_000) }
                let reset = try await connection.changes(1)[0]
                #expect(reset.event == "reset" && reset.data.contains("COMPACTED"))
                #expect(reset.id == "" && reset.position == 1_000)
                #expect(try await connection.nextEvent() == nil)
            }
            #expect(try await server.get("/v1/changes:poll?sku=a&after=42").status == 410)
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a")
                #expect(try await connection.changes(1)[0].id == "1000")
            }
        }
    }

    @Test func `a client that goes away is forgotten`() async throws {
        try await withServer(shop()) { server in
            for _ in 0..<3 {
                try await server.connect { connection in
                    _ = try await connection.follow("?sku=a")
                    _ = try await connection.changes(1)
                }
            }
            try await eventually("nobody follows") {
                try await server.get("/metrics").body.contains("\nestoque_feed_watchers 0\n")
            }
        }
    }
}
