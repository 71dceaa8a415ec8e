import ArgumentParser
import Ledger
import LedgerAPI
import Synchronization
import Testing

@testable import LedgerClient
@testable import estoque

private struct Broken: Error {}

/// A row at a position that moved an item.
private func row(
    _ position: UInt64,
    _ sku: String = "TEA",
    at location: String = "store-7"
) throws -> JournalEntry {
    var proto = ProtoJournalEntry()
    proto.sequence = position
    proto.position = position
    proto.logTimeUs = 1_000_000
    proto.kind = "SELL"
    var movement = ProtoMovement()
    movement.sku = sku
    movement.locationID = location
    movement.change.onHand = -2
    movement.balance.onHand = 8
    movement.balance.reserved = 3
    proto.movements = [movement]
    proto.answer.position = position
    proto.answer.version = 1
    return try #require(JournalEntry(proto))
}

private func edit(_ kind: String, _ document: String) throws -> JournalEntry {
    var proto = ProtoJournalEntry()
    proto.position = 1
    proto.kind = kind
    proto.document = document
    proto.answer.version = 1
    return try #require(JournalEntry(proto))
}

@Suite struct `estoque watch` {
    private let nodes = ["a:1", "b:2"].compactMap { NodeAddress($0) }

    @Test func `goes on at the next node where the first one broke off`() async throws {
        let asked = Mutex<[String]>([])
        let shown = Mutex<[UInt64]>([])
        let rows = try (1...6).map { try row($0) }
        let follower = WatchFollower(after: Position(1), limit: 4) { entries in
            shown.withLock { $0 += entries.map(\.position.rawValue) }
        } counts: { _ in
            true
        } notes: { _ in
        }
        try await follower.follow(nodes, patience: .seconds(5)) { node, position, take in
            asked.withLock { $0.append("\(node) \(position?.rawValue ?? 0)") }
            let end: UInt64 = node.host == "a" ? 3 : 6
            for row in rows where row.position > (position ?? Position(0)) {
                guard row.position.rawValue <= end else { break }
                if !take([row], row.position) { return }
            }
            throw Broken()
        }
        #expect(shown.withLock { $0 } == [2, 3, 4, 5])
        #expect(asked.withLock { $0 } == ["a:1 1", "b:2 3"])
    }

    @Test func `a node that says nothing is given up`() async throws {
        let asked = Mutex<[String]>([])
        let only = try row(1)
        var follower = WatchFollower(after: nil, limit: 1) { _ in
        } counts: { _ in
            true
        } notes: { _ in
        }
        follower.silenceMax = .milliseconds(30)
        try await follower.follow(nodes, patience: .seconds(60)) { node, _, take in
            asked.withLock { $0.append(node.host) }
            if node.host == "a" { try await Task.sleep(for: .seconds(3_600)) }
            _ = take([only], only.position)
        }
        #expect(asked.withLock { $0 } == ["a", "b"])
    }

    @Test func `when no node has anything for long, it ends with the reason`() async throws {
        var follower = WatchFollower(after: nil, limit: nil) { _ in
        } counts: { _ in
            true
        } notes: { _ in
        }
        follower.silenceMax = .milliseconds(30)
        await #expect(throws: Broken.self) {
            try await follower.follow(nodes, patience: .milliseconds(50)) { _, _, _ in
                throw Broken()
            }
        }
    }

    @Test func `shows what is asked for, and of a row only that`() throws {
        let filter = WatchFilter(
            skus: [SKU(unchecked: "TEA")],
            locations: [LocationID(unchecked: "store-7")]
        )
        #expect(filter.part(of: try row(1)) != nil)
        #expect(filter.part(of: try row(1, "MUG")) == nil)
        #expect(filter.part(of: try row(1, at: "store-8")) == nil)
        var both = try row(1)
        both.movements += try row(1, "MUG").movements
        #expect(filter.part(of: both)?.movements.count == 1)
        #expect(filter.part(of: try edit("UPSERT_ITEM", "TEA")) != nil)
        #expect(filter.part(of: try edit("UPSERT_ITEM", "MUG")) == nil)
        #expect(filter.part(of: try edit("UPSERT_LOCATION", "store-7")) != nil)
        #expect(filter.part(of: try edit("SELL", "TEA")) == nil)
        let all = WatchFilter(skus: [], locations: [])
        #expect(all.part(of: try edit("SET_OFFER", "")) != nil)
    }

    @Test func `prints a line for each movement, or a line of JSON`() throws {
        let table = WatchPrinter(output: .table, colour: false)
        let line = table.text(try row(17))
        #expect(line.hasPrefix("       17  1970-01-01T00:00:01.000Z  SELL"))
        #expect(
            line.hasSuffix(
                "TEA@store-7                                      -2          8          3"
            )
        )
        #expect(table.header?.hasPrefix(" POSITION  TIME") == true)
        let json = WatchPrinter(output: .json, colour: false)
        #expect(json.header == nil)
        let text = json.text(try row(17))
        #expect(text.hasPrefix("{\"sequence\":17,\"position\":17,") && !text.contains("\n"))
    }

    @Test func `what it can't understand is refused`() {
        #expect(throws: (any Error).self) { try WatchCommand.parse(["--after", "soon"]) }
        #expect(throws: (any Error).self) { try WatchCommand.parse(["--limit", "0"]) }
        #expect(throws: (any Error).self) { try WatchCommand.parse(["--sku", "a b"]) }
        #expect(throws: Never.self) {
            try WatchCommand.parse([
                "--sku", "a", "--sku", "b", "--after", "7", "--node", "a:1,b:2",
            ])
        }
    }
}
