import Ledger
import NIOCore
import NIOPosix
import Replica
import Testing

@testable import LedgerHTTP

/// A connection that takes bytes only when it is told to.
private final class FakeClient: FeedClient {
    var canTakeMore = true
    var text = ""
    var hasEnded = false
    var onSend: (() -> Void)?
    var replies: [Reply] = []

    func beginStream(_ freshness: Freshness?, socketBytes: Int) {}
    func send(_ bytes: ByteBuffer) {
        text += String(buffer: bytes)
        onSend?()
    }
    func endStream() { hasEnded = true }
    func answer(_ reply: Reply) { replies.append(reply) }

    var events: [StreamEvent] {
        text.split(separator: "\n\n").compactMap { StreamEvent(String($0)) }
            .filter { $0.event != "bookmark" }
    }
}

/// A hub with a ring of its own, all on one loop.
private struct HubFixture {
    let ring = FeedRing(recordsMax: 10_000)
    let metrics = FeedMetrics()
    let hub: FeedHub
    var position: UInt64 = 0

    init(_ limits: FeedLimits, on eventLoop: any EventLoop) {
        let node = FakeNode()
        node.with { $0.stamp.position = Position(0) }
        for number in 0..<10 { node.put("s\(number)", levels: [level("x", onHand: 1)]) }
        hub = FeedHub(
            eventLoop: eventLoop,
            node: node,
            limits: limits,
            ring: ring,
            metrics: metrics,
            wakeSource: {}
        )
    }

    mutating func change(_ sku: String) {
        position += 1
        let item = Item(
            sku: SKU(unchecked: sku),
            title: "T",
            attributes: [],
            price: 1,
            currency: "EUR",
            state: .active,
            version: position
        )
        let view = ItemView(item: item, levels: [level("x", onHand: Int64(position))])
        let facts = StockFacts(item.sku, view, whole: true, at: "x")
        ring.append(
            [FeedRecord(.stock(facts), at: Position(position))],
            through: Position(position)
        )
    }

    func follow(_ query: String, _ client: FakeClient) throws -> Watcher {
        let request = try FeedRequest(
            isPoll: false,
            query: Array(query.utf8)[...],
            lastEventID: nil,
            limits: hub.limits
        )
        let watcher = Watcher(request, client: client)
        try hub.open(watcher)
        return watcher
    }
}

@Suite struct `slow watchers` {
    /// Runs a test on a loop, where hubs live.
    private func onLoop(_ body: @escaping @Sendable (any EventLoop) throws -> Void) async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        try await eventLoop.submit { try body(eventLoop) }.get()
    }

    @Test func `get of each key the last change, and no gap`() async throws {
        try await onLoop { eventLoop in
            var limits = FeedLimits()
            limits.pendingMax = 10
            var fixture = HubFixture(limits, on: eventLoop)
            let (slow, quick) = (FakeClient(), FakeClient())
            let watcher = try fixture.follow("after=0", slow)
            _ = try fixture.follow("after=0&mode=log", quick)
            slow.canTakeMore = false
            for number in 0..<100 {
                fixture.change("s\(number % 3)")
                fixture.hub.run()
            }
            #expect(watcher.pending.count <= 10)
            #expect(quick.events.count == 100)
            #expect(slow.events.isEmpty)
            slow.canTakeMore = true
            fixture.hub.flush(watcher)
            // Between two times of making room, some wait although they are needless.
            let events = slow.events
            #expect(events.suffix(3).map(\.position) == [98, 99, 100])
            #expect(events.last?.id == "100")
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.position == $1.prev })
            #expect(events.first?.prev == 0)
            #expect(fixture.metrics.snapshot.resets.allSatisfy { $0 == 0 })
            #expect(fixture.metrics.snapshot.conflatedSlow > 50)
            fixture.hub.remove(watcher)
        }
    }

    @Test func `get nothing twice when a write makes room at once`() async throws {
        try await onLoop { eventLoop in
            var limits = FeedLimits()
            limits.writeBytes = 200
            var fixture = HubFixture(limits, on: eventLoop)
            let client = FakeClient()
            let watcher = try fixture.follow("after=0&mode=log", client)
            client.canTakeMore = false
            for _ in 0..<20 {
                fixture.change("s1")
                fixture.hub.run()
            }
            client.canTakeMore = true
            // The channel says so in the middle of the write.
            let hub = fixture.hub
            client.onSend = { hub.flush(watcher) }
            hub.flush(watcher)
            client.onSend = nil
            #expect(client.events.map(\.position) == Array(1...20))
            #expect(client.events.map(\.prev) == Array(0...19))
        }
    }

    @Test func `that would need too much are reset, and others are not`() async throws {
        try await onLoop { eventLoop in
            var limits = FeedLimits()
            limits.pendingMax = 8
            var fixture = HubFixture(limits, on: eventLoop)
            let (slow, quick) = (FakeClient(), FakeClient())
            let watcher = try fixture.follow("after=0&mode=log", slow)
            _ = try fixture.follow("after=0&mode=log", quick)
            slow.canTakeMore = false
            for _ in 0..<20 {
                fixture.change("s1")
                fixture.hub.run()
            }
            #expect(slow.hasEnded)
            #expect(watcher.state == .over && watcher.pending.isEmpty && watcher.client == nil)
            #expect(slow.events.map(\.event) == ["reset"])
            #expect(slow.events[0].data.contains("SLOW"))
            #expect(quick.events.count == 20)
            #expect(fixture.metrics.watchers == 1)
        }
    }

    @Test func `a hub that is slow itself leaves out what is needless`() async throws {
        try await onLoop { eventLoop in
            var fixture = HubFixture(FeedLimits(), on: eventLoop)
            let (latest, log) = (FakeClient(), FakeClient())
            _ = try fixture.follow("sku=s1&sku=s2&after=0", latest)
            _ = try fixture.follow("sku=s1&sku=s2&after=0&mode=log", log)
            for number in 0..<50 { fixture.change("s\(number % 5)") }
            fixture.hub.run()
            #expect(latest.events.map(\.position) == [47, 48])
            #expect(log.events.count == 20)
            #expect(latest.events.map(\.prev) == [0, 47])
        }
    }

    @Test func `a hub that the ring has overtaken resets its watchers`() async throws {
        try await onLoop { eventLoop in
            let fixture = HubFixture(FeedLimits(), on: eventLoop)
            let client = FakeClient()
            _ = try fixture.follow("sku=s1&after=0", client)
            fixture.ring.clear(at: Position(500))
            fixture.hub.run()
            #expect(client.events.map(\.event) == ["reset"])
            #expect(client.hasEnded)
        }
    }

    @Test func `a change costs only the watchers that it concerns`() async throws {
        try await onLoop { eventLoop in
            var fixture = HubFixture(FeedLimits(), on: eventLoop)
            let clients = (0..<10).map { _ in FakeClient() }
            for (number, client) in clients.enumerated() {
                _ = try fixture.follow("sku=s\(number)&after=0", client)
            }
            fixture.change("s4")
            fixture.hub.run()
            #expect(clients.map(\.events.count) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
            // All that are told of it share its bytes.
            let news = fixture.ring.news(from: 1)?.items ?? []
            let once = news[0].record.encoded(.whole).bytes
            let again = news[0].record.encoded(.whole).bytes
            #expect(once.storageCapacity == again.storageCapacity)
            let places = [once, again].map { bytes in
                bytes.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
            }
            #expect(places[0] == places[1])
        }
    }
}
