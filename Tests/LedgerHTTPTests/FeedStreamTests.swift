import Ledger
import LedgerHTTP
import NIOCore
import Replica
import Testing

/// A shop with three items in two places.
private func shop() -> FakeNode {
    let node = FakeNode()
    node.put("a", levels: [level("x", onHand: 9), level("y", onHand: 3)])
    node.put("b", levels: [level("x", onHand: 200)])
    node.put("c", price: 5, levels: [level("y", onHand: 0)])
    node.with { $0.locations = ["x", "y"] }
    return node
}

@Suite struct `the stream of changes` {
    @Test func `begins with the state of each item asked for, then tells what changes`()
        async throws
    {
        let node = shop()
        try await withServer(node) { server in
            try await server.connect { connection in
                let head = try await connection.follow("?sku=a&sku=nothing&sku=b&sku=a")
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(head.contains("content-type: text/event-stream"))
                #expect(head.contains("cache-control: no-store"))
                let first = try await connection.changes(3)
                #expect(first.map(\.event) == ["availability", "availability", "availability"])
                #expect(
                    first[0].data == """
                        {"sku":"a","status":"IN_STOCK","available":12,"availableCapped":false,\
                        "price":{"amount":1999,"currency":"EUR"},"version":12,"position":42,"prev":0}
                        """
                )
                #expect(first[1].data.contains("UNKNOWN_ITEM"))
                #expect(first[2].data.contains("\"available\":100,\"availableCapped\":true"))
                // Only who has all of a position may come back with it.
                #expect(first.map(\.id) == [nil, nil, "42"])
                #expect(first.map(\.prev) == [0, 42, 42])

                node.apply(.stock("c", "y", onHand: 7))
                node.apply(.stock("a", "x", onHand: 2))
                let change = try await connection.changes(1)[0]
                #expect(change.data.contains("\"available\":5"))
                #expect((change.id, change.prev, change.position) == ("44", 42, 44))
            }
        }
    }

    @Test func `comes in chunks over http 1.1`() async throws {
        try await withServer(shop()) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/changes?sku=a HTTP/1.1\r\nHost: t\r\n\r\n")
                let head = try await connection.text(until: "\r\n\r\n")
                #expect(head?.contains("transfer-encoding: chunked") == true)
                let size = try await connection.text(until: "\r\n").flatMap { Int($0, radix: 16) }
                let chunk = try await connection.text(until: "\r\n")
                #expect(chunk?.utf8.count == size)
                #expect(chunk?.hasPrefix("retry: ") == true)
            }
        }
    }

    @Test func `goes on behind a cursor with the last change of each key`() async throws {
        let node = shop()
        for units in 1...3 { node.apply(.stock("a", "x", onHand: Int64(units))) }
        node.apply(.stock("b", "x", onHand: 1))
        node.apply(.stock("a", "y", onHand: 0))
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&sku=b&after=42")
                let events = try await connection.changes(2)
                #expect(events.map(\.position) == [46, 47])
                #expect(events.map(\.prev) == [42, 46])
                #expect(events[1].data.contains("\"available\":3"))
            }
        }
    }

    @Test func `tells each change in order when it is asked for the log`() async throws {
        let node = shop()
        for units in 1...3 { node.apply(.stock("a", "x", onHand: Int64(units))) }
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&mode=log&after=43")
                var events = try await connection.changes(2)
                for units in 4...40 { node.apply(.stock("a", "x", onHand: Int64(units))) }
                events += try await connection.changes(37)
                #expect(events.map(\.position) == Array(44...82))
                #expect(events.map(\.prev) == Array(43...81))
                #expect(events.last?.data.contains("\"available\":43") == true)
            }
        }
    }

    @Test func `the header of a browser that comes back wins over the url`() async throws {
        let node = shop()
        node.apply(.stock("a", "x", onHand: 1))
        node.apply(.stock("a", "x", onHand: 2))
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow(
                    "?sku=a&mode=log&after=42",
                    headers: ["Last-Event-ID: 43"]
                )
                #expect(try await connection.changes(1).map(\.position) == [44])
            }
        }
    }

    @Test func `an id comes with the last event of a position only`() async throws {
        let node = shop()
        let position = node.apply(
            .stock("a", "x", onHand: 1),
            .stock("b", "x", onHand: 1),
            .price("a", 7)
        )
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?mode=log&after=42")
                let events = try await connection.changes(5)
                #expect(
                    events.map(\.event).sorted()
                        == ["availability", "availability", "availability", "item", "price"]
                )
                #expect(events.dropLast().allSatisfy { $0.id == nil })
                #expect(events.last?.id == "\(position.rawValue)")
            }
        }
    }

    @Test func `at a location it tells of that location`() async throws {
        let node = shop()
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&sku=c&location=y")
                let first = try await connection.changes(3)
                #expect(
                    first[0].data.hasPrefix(
                        "{\"sku\":\"a\",\"location\":\"y\",\"status\":\"LOW_STOCK\""
                    )
                )
                #expect(first[2].event == "location")
                node.apply(.stock("a", "x", onHand: 77))
                node.apply(.stock("b", "y", onHand: 5))
                node.apply(.stock("c", "y", onHand: 50))
                let change = try await connection.changes(1)[0]
                #expect(
                    change.data.hasPrefix(
                        "{\"sku\":\"c\",\"location\":\"y\",\"status\":\"IN_STOCK\",\"available\":50"
                    )
                )
            }
            try await server.connect { connection in
                _ = try await connection.follow("?location=y&after=42&mode=log")
                let events = try await connection.changes(2)
                #expect(events.map(\.position) == [44, 45])
            }
        }
    }

    @Test func `a location that stops selling changes the availability of all items there`()
        async throws
    {
        let node = shop()
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&sku=b&sku=c&location=x")
                _ = try await connection.changes(4)
                node.with { $0.locationVersion = 2 }
                node.apply(.location("x", sellsOnline: false))
                let events = try await connection.changes(3)
                #expect(events[0].event == "location")
                #expect(events[1...].allSatisfy { $0.data.contains("OUT_OF_STOCK") })
                #expect(events.allSatisfy { $0.position == 43 })
            }
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a&after=42")
                let event = try await connection.changes(1)[0]
                #expect(event.data.contains("\"available\":3"))
            }
        }
    }

    @Test func `an item's price changes its availability too`() async throws {
        let node = shop()
        try await withServer(node) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=c")
                _ = try await connection.changes(1)
                node.apply(.price("c", 6))
                let events = try await connection.changes(3)
                #expect(Set(events.map(\.event)) == ["item", "price", "availability"])
                #expect(events.allSatisfy { $0.data.contains("{\"amount\":6,") })
            }
        }
    }

    @Test func `bookmarks tell how far it is and how old at most`() async throws {
        let node = shop()
        let limits = changed { $0.feed.bookmarkInterval = .milliseconds(20) }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a")
                let first = try await connection.bookmark()
                #expect(first.id == "42" && first.data.contains("\"node\":\"n1\""))
                node.skipPosition()
                let next = try await connection.bookmark { $0.position == 43 }
                #expect((next.number("stalenessMs") ?? 0) >= 7)
                node.with { $0.stamp.staleness = nil }
                let unknown = try await connection.bookmark { $0.number("stalenessMs") == nil }
                #expect(unknown.data.contains("\"stalenessMs\":null"))
            }
        }
    }

    @Test func `a claim about the age is not renewed while nothing can be read`() async throws {
        let node = shop()
        let limits = changed {
            $0.feed.bookmarkInterval = .milliseconds(20)
            $0.feed.retry = .milliseconds(10)
        }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?sku=a")
                _ = try await connection.bookmark { ($0.number("stalenessMs") ?? 0) >= 7 }
                node.with { $0.books.feed.isBroken = true }
                node.skipPosition()
                let old = try await connection.bookmark { ($0.number("stalenessMs") ?? 0) > 300 }
                #expect(old.position == 42)
                node.with { $0.books.feed.isBroken = false }
                _ = try await connection.bookmark {
                    $0.position == 43 && ($0.number("stalenessMs") ?? 999) < 300
                }
            }
        }
    }
}
