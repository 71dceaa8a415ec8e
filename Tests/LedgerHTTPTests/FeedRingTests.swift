import Ledger
import NIOCore
import Replica
import TestSupport
import Testing

@testable import LedgerHTTP

@Suite struct `the ring of changes` {
    private func record(_ sku: SKU, _ position: UInt64, at location: LocationID = "x") -> FeedRecord
    {
        let view = ItemView(
            item: Item(
                sku: sku,
                title: "T",
                attributes: [],
                price: 1,
                currency: "EUR",
                state: .active,
                version: position
            ),
            levels: [level(location.text, onHand: 5)]
        )
        let facts = StockFacts(sku, view, whole: true, at: location)
        return FeedRecord(.stock(facts), at: Position(position))
    }

    private func positions(_ search: FeedRing.Search) -> [UInt64]? {
        guard case .found(let events, _) = search else { return nil }
        return events.map(\.record.position.rawValue)
    }

    private func search(
        _ ring: FeedRing,
        _ skus: [SKU] = [],
        at places: [LocationID] = [],
        after cursor: UInt64,
        _ mode: FeedMode = .log
    ) -> FeedRing.Search {
        ring.search(FeedFilter(skus: skus, places: places), after: Position(cursor), mode)
    }

    @Test func `keeps a number of records and knows what it has lost`() {
        let ring = FeedRing(recordsMax: 3)
        for position in 1...5 as ClosedRange<UInt64> {
            ring.append([record("a", position)], through: Position(position))
        }
        #expect(ring.count == 3)
        #expect(ring.standing.floor == Position(2))
        #expect(positions(search(ring, ["a"], after: 2)) == [3, 4, 5])
        guard case .compacted = search(ring, ["a"], after: 1) else {
            Issue.record("the second record is lost")
            return
        }
        guard case .ahead = search(ring, ["a"], after: 6) else {
            Issue.record("nothing is known of the sixth position")
            return
        }
        #expect(ring.news(from: 2) == nil)
        #expect(ring.news(from: 3)?.items.map(\.number) == [3, 4, 5])
    }

    @Test func `an item's last record is told from those that it makes needless`() {
        let ring = FeedRing(recordsMax: 10)
        ring.append(
            [record("a", 1), record("b", 1), record("a", 2), record("a", 3, at: "y")],
            through: Position(3)
        )
        let items = ring.news(from: 1)?.items ?? []
        #expect(items.map(\.wholeIsLast) == [false, true, false, true])
        #expect(items.map(\.placedIsLast) == [false, true, true, true])
    }

    @Test func `what began anew has lost everything before`() {
        let ring = FeedRing(recordsMax: 10)
        ring.append([record("a", 1)], through: Position(1))
        ring.clear(at: Position(50))
        #expect(ring.news(from: 2) == nil)
        guard case .compacted = search(ring, ["a"], after: 49) else {
            Issue.record("nothing before is known")
            return
        }
        #expect(positions(search(ring, ["a"], after: 50)) == [])
    }

    private func isCompacted(_ search: FeedRing.Search, from floor: UInt64) -> Bool {
        guard case .compacted(let standing) = search else { return false }
        return standing.floor == Position(floor)
    }

    @Test func `a gap is one for those whom it concerns, and before it only`() {
        let ring = FeedRing(recordsMax: 10)
        ring.append([record("a", 1)], through: Position(1))
        let gap = FeedGap(location: "x", told: ["a"], position: Position(2))
        ring.append([record("a", 2)], gaps: [gap], through: Position(2))
        ring.append([record("b", 3, at: "y")], through: Position(3))
        #expect(isCompacted(search(ring, after: 1), from: 2))
        #expect(isCompacted(search(ring, at: ["y", "x"], after: 1), from: 2))
        #expect(isCompacted(search(ring, ["a", "b"], after: 1), from: 2))
        #expect(positions(search(ring, ["a"], after: 1)) == [2])
        #expect(positions(search(ring, at: ["y"], after: 1)) == [3])
        #expect(positions(search(ring, after: 2)) == [3])
        #expect(ring.standing.floor == Position(0))
        // Of those who read the ring, each is told of it once.
        #expect(ring.news(from: 2)?.gaps.map(\.position) == [Position(2)])
        #expect(ring.news(from: 3)?.gaps.isEmpty == true)
    }

    @Test func `the oldest of too many gaps is forgotten with all before it`() {
        let ring = FeedRing(recordsMax: 100, gapsMax: 2)
        for position in 1...4 as ClosedRange<UInt64> {
            let gap = FeedGap(location: "x", told: [], position: Position(position))
            ring.append([record("a", position)], gaps: [gap], through: Position(position))
        }
        #expect(ring.standing.floor == Position(2))
        #expect(ring.news(from: 3)?.gaps.map(\.position) == [Position(3), Position(4)])
        #expect(ring.count == 2)
        #expect(positions(search(ring, at: ["y"], after: 2)) == [])
        #expect(isCompacted(search(ring, at: ["y"], after: 1), from: 2))
        #expect(isCompacted(search(ring, after: 3), from: 4))
        ring.clear(at: Position(9))
        #expect(positions(search(ring, after: 9)) == [])
    }

    @Test func `a gap goes with the last record before it`() {
        let ring = FeedRing(recordsMax: 2)
        let gap = FeedGap(location: "x", told: [], position: Position(1))
        ring.append([record("a", 1)], gaps: [gap], through: Position(1))
        #expect(isCompacted(search(ring, after: 0), from: 1))
        for position in 2...3 as ClosedRange<UInt64> {
            ring.append([record("a", position)], through: Position(position))
        }
        #expect(ring.standing.floor == Position(1))
        #expect(ring.news(from: 2)?.gaps.isEmpty == true)
    }

    /// The search along keys finds what looking through all records finds.
    @Test(arguments: 0..<40) func `a search finds what a naive one finds`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let ring = FeedRing(recordsMax: Int.random(in: 5...60, using: &random))
        let skus: [SKU] = ["a", "b", "c", "d"]
        let places: [LocationID] = ["x", "y", "z"]
        var all: [FeedRecord] = []
        var position: UInt64 = 0
        for _ in 0..<100 {
            position += UInt64.random(in: 0...2, using: &random)
            let sku = skus[Int.random(in: 0..<skus.count, using: &random)]
            let place = places[Int.random(in: 0..<places.count, using: &random)]
            all.append(record(sku, max(position, 1), at: place))
        }
        ring.append(all, through: Position(max(position, 1)))
        let floor = ring.standing.floor.rawValue
        for _ in 0..<50 {
            let wanted = Array(
                skus.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
            )
            let at = Array(
                places.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
            )
            let cursor = UInt64.random(in: floor...max(position, 1), using: &random)
            let naive = all.filter { record in
                record.position.rawValue > cursor
                    && (wanted.isEmpty || record.sku.map(wanted.contains) == true)
                    && (at.isEmpty || record.location.map(at.contains) == true)
            }
            let found = positions(search(ring, wanted, at: at, after: cursor))
            #expect(found == naive.map(\.position.rawValue))
            var last: [String: UInt64] = [:]
            for record in naive {
                let place = at.isEmpty ? "" : record.location?.text ?? ""
                last["\(record.sku?.text ?? "")@\(place)"] = record.position.rawValue
            }
            let latest = positions(search(ring, wanted, at: at, after: cursor, .latest))
            #expect(latest == last.values.sorted())
        }
    }
}

@Suite struct `items of the feed` {
    @Test func `are told each movement at its own position`() {
        var items = FeedItems(itemsMax: 10)
        var view = ItemView(
            item: Item(
                sku: "a",
                title: "T",
                attributes: [],
                price: 1,
                currency: "EUR",
                state: .active,
                version: 1
            ),
            levels: [level("x", onHand: 5)]
        )
        items.set(FeedItems.Known(view: view, asOf: Position(10)), for: "a")
        var after = StockLevel()
        after.onHand = 8
        // What the item was read with is not told again.
        let wasThere = items.apply(after, of: "a", at: "x", Position(10))
        #expect(wasThere)
        #expect(items["a"]?.view == view)
        let isTold = items.apply(after, of: "a", at: "x", Position(11))
        #expect(isTold)
        view.levels[0].level = after
        #expect(items["a"]?.view == view)
        // Whatever isn't known is read anew.
        let knowsPlace = items.apply(after, of: "a", at: "y", Position(12))
        let knowsItem = items.apply(after, of: "b", at: "x", Position(12))
        #expect(!knowsPlace && !knowsItem)
    }

    @Test func `that nobody needs are forgotten`() {
        var items = FeedItems(itemsMax: 4)
        items.set(FeedItems.Known(view: nil, asOf: Position(1)), for: "kept")
        for number in 0..<20 {
            items.set(
                FeedItems.Known(view: nil, asOf: Position(1)),
                for: SKU(unchecked: "\(number)")
            )
            _ = items["kept"]
            #expect(items.count <= 4)
        }
        #expect(items["kept"] != nil)
        #expect(items["0"] == nil)
    }
}
