import Foundation
import Ledger
import LedgerHTTP
import NIOCore
import Replica
import TestSupport
import Testing

/// What follows when a location changes, at which there are many items.
@Suite struct `the change of a location` {
    private static let skus = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]

    /// Ten items at one place, of which the last is at another one too.
    private func shop() -> FakeNode {
        let node = FakeNode()
        for sku in Self.skus { node.put(sku, levels: [level("x", onHand: 9)]) }
        node.put("j", levels: [level("x", onHand: 9), level("y", onHand: 5)])
        node.with {
            $0.locations = ["x", "y"]
            $0.locationVersion = 2
        }
        return node
    }

    /// Of those that it looked at before it knew all of them it would look at some for ever.
    @Test(arguments: [true, false])
    func `is told with all its items, though they are more than the feed keeps`(
        servesView: Bool
    ) async throws {
        let node = shop()
        node.with { $0.servesView = servesView }
        let limits = changed { $0.feed.itemsKept = 4 }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?location=x&after=42")
                node.apply(.location("x", sellsOnline: false))
                let events = try await connection.changes(11)
                #expect(events[0].event == "location")
                #expect(events.allSatisfy { $0.position == 43 })
                let items = events.dropFirst()
                    .compactMap { event in
                        Self.skus.first { event.data.hasPrefix("{\"sku\":\"\($0)\"") }
                    }
                #expect(items == Self.skus)
                #expect(items.count == events.dropFirst().count)
                #expect(events.dropFirst().allSatisfy { $0.data.contains("\"available\":0,") })
                node.apply(.stock("a", "x", onHand: 1))
                #expect(try await connection.changes(1)[0].position == 44)
            }
        }
    }

    /// Too many to be told of: by what each names, whether it goes on.
    @Test(arguments: [
        ("", false), ("location=x", false), ("location=y&location=x", false),
        ("location=y", true), ("sku=j&location=y", true), ("sku=j", true),
        ("sku=a&location=x", true), ("sku=none", true),
    ])
    func `with too many items resets only whoever watches it or everything`(
        query: String,
        goesOn: Bool
    ) async throws {
        let node = shop()
        let limits = changed {
            $0.feed.itemsPerLocationMax = 3
            $0.feed.bookmarkInterval = .milliseconds(20)
        }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?after=42&\(query)")
                _ = try await connection.bookmark { $0.id == "42" }
                node.apply(.location("x", sellsOnline: false))
                guard goesOn else {
                    let reset = try await connection.changes(1)[0]
                    #expect(reset.event == "reset" && reset.data.contains("COMPACTED"))
                    #expect(reset.id == "" && reset.position == 43)
                    #expect(try await connection.nextEvent() == nil)
                    return
                }
                var told: [StreamEvent] = []
                while let event = try await connection.nextEvent() {
                    if event.event != "bookmark" { told.append(event) }
                    if event.id == "43" { break }
                }
                switch query {
                case "sku=j":
                    #expect(told.map(\.event) == ["availability"])
                    #expect(told[0].data.contains("\"available\":5,"))
                case "sku=a&location=x":
                    #expect(told.map(\.event).sorted() == ["availability", "location"])
                    let stock = try #require(told.first { $0.event == "availability" })
                    #expect(stock.data.contains("\"available\":0,"))
                case "sku=none": #expect(told.allSatisfy { $0.data.contains("UNKNOWN_ITEM") })
                default: #expect(told == [])
                }
                // The stream stands, and its chain too.
                node.apply(.stock("j", "y", onHand: 7))
                if query.contains("j") || query == "location=y" {
                    let next = try await connection.changes(1)[0]
                    #expect(next.position == 44)
                    #expect(next.prev == told.last?.position ?? 42)
                } else {
                    _ = try await connection.bookmark { $0.id == "44" }
                }
            }
        }
    }

    @Test func `of which too much is named resets everybody`() async throws {
        let node = shop()
        let limits = changed { $0.feed.itemsPerLocationMax = 1 }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?after=42&sku=a&sku=b&location=y")
                node.apply(.location("x", sellsOnline: false))
                #expect(try await connection.changes(1)[0].event == "reset")
            }
        }
    }

    @Test func `leaves cursors behind it that nothing is missing after`() async throws {
        let node = shop()
        let limits = changed { $0.feed.itemsPerLocationMax = 3 }
        try await withServer(node, limits: limits) { server in
            try await server.connect { connection in
                _ = try await connection.follow("?after=42&sku=a")
                node.apply(.location("x", sellsOnline: false))
                #expect(try await connection.changes(1)[0].id == "43")
                let whole: [(String, Int)] = [
                    // Somebody watched it.
                    ("sku=a", 1), ("sku=a&location=x", 2), ("location=y", 0),
                    ("sku=b&location=y", 0),
                ]
                for (query, count) in whole {
                    let poll = try await server.get("/v1/changes:poll?wait=0&after=42&\(query)")
                    #expect(poll.status == 200)
                    #expect(poll.body.components(separatedBy: "\"event\":").count == count + 1)
                }
                for query in ["", "location=x", "sku=b", "sku=a&sku=b", "sku=b&location=x"] {
                    let poll = try await server.get("/v1/changes:poll?wait=0&after=42&\(query)")
                    #expect(poll.status == 410)
                    #expect(poll.body.contains("\"oldest\":43"))
                    let next = try await server.get("/v1/changes:poll?wait=0&after=43&\(query)")
                    #expect(next.status == 200)
                }
            }
        }
    }

    @Test func `answers a poll that waits for too much with 410`() async throws {
        let node = shop()
        let limits = changed { $0.feed.itemsPerLocationMax = 3 }
        try await withServer(node, limits: limits) { server in
            try await server.connect { poll in
                try await poll.send(
                    "GET /v1/changes:poll?after=42&wait=60s HTTP/1.1\r\nHost: t\r\n\r\n"
                )
                try await eventually("it waits") {
                    try await server.get("/metrics").body.contains("estoque_feed_watchers 1\n")
                }
                node.apply(.location("x", sellsOnline: false))
                let response = try await poll.response()
                #expect(response.status == 410)
                #expect(response.body.contains("\"oldest\":43"))
            }
        }
    }
}
