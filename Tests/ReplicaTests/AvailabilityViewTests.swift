import Ledger
import Testing

@testable import Replica

@Suite struct `the readers' view` {
    private func item(_ sku: String, title: String = "A thing", price: Int64 = 100) -> Item {
        Item(
            sku: SKU(unchecked: sku),
            title: title,
            attributes: [],
            price: price,
            currency: "EUR",
            state: .active,
            version: 1
        )
    }

    private func location(_ id: String, name: String = "Store", online: Bool = true) -> Location {
        Location(
            id: LocationID(unchecked: id),
            name: name,
            kind: .store,
            priority: 0,
            sellsOnline: online,
            state: .active,
            version: 1
        )
    }

    private func level(_ id: String, onHand: Int64) -> LocatedLevel {
        var level = StockLevel()
        level.onHand = onHand
        return LocatedLevel(place: Place(location(id)), level: level)
    }

    private func name(_ number: Int) -> SKU { SKU(unchecked: "s\(number)") }

    @Test func `no more entries are kept than allowed`() {
        let view = AvailabilityView(countMax: 10, bytesMax: .max)
        for number in 0..<1_000 { view.insert(nil, for: name(number)) }
        #expect(view.count == 10)
        #expect((0..<1_000).count { view.read([name($0)]) != nil } == 10)
    }

    @Test func `no more bytes are kept than allowed, whatever they are of`() {
        let view = AvailabilityView(countMax: .max, bytesMax: 64 << 10)
        let title = String(repeating: "x", count: 400)
        for number in 0..<2_000 {
            let levels = (0..<(number % 7)).map { level("l\($0)", onHand: 1) }
            let item = item("s\(number)", title: title)
            view.insert(ItemView(item: item, levels: levels), for: name(number))
            #expect(view.bytes <= 64 << 10)
        }
        #expect(view.count > 10)
        // Levels that are added later count too.
        let kept = (0..<2_000).map(name).filter(view.contains)
        for turn in 0..<100 {
            view.advance(
                to: Position(UInt64(turn)),
                by: kept.map { .level($0, level("m\(turn)", onHand: 1)) }
            )
            #expect(view.bytes <= 64 << 10)
        }
        #expect(view.count < kept.count)
    }

    @Test func `an entry greater than everything is not kept, and harms no later one`() {
        let view = AvailabilityView(countMax: 10, bytesMax: 4_096)
        let levels = (0..<1_000).map { level("l\($0)", onHand: 1) }
        view.insert(ItemView(item: item("big"), levels: levels), for: "big")
        #expect(view.count == 0)
        #expect(view.bytes == 0)
        view.insert(ItemView(item: item("small"), levels: []), for: "small")
        #expect(view.read(["small"]) != nil)
    }

    @Test func `what is read stays longer than what is not`() {
        let view = AvailabilityView(countMax: 100, bytesMax: .max)
        for number in 0..<100 { view.insert(nil, for: name(number)) }
        var misses = 0
        for number in 100..<5_000 {
            view.insert(nil, for: name(number))
            // Ten are asked for again and again.
            for hot in 0..<10 where view.read([name(hot)]) == nil {
                misses += 1
                view.insert(nil, for: name(hot))
            }
        }
        #expect(misses <= 10)
    }

    @Test func `a repeated entry is counted once`() {
        let view = AvailabilityView(countMax: 3, bytesMax: .max)
        for _ in 0..<50 { view.insert(nil, for: "a") }
        let bytes = view.bytes
        view.insert(ItemView(item: item("a"), levels: [level("l", onHand: 1)]), for: "a")
        view.insert(nil, for: "a")
        #expect(view.bytes == bytes)
        #expect(view.count == 1)
    }

    @Test func `changes reach the entries that are there, and make none`() throws {
        let view = AvailabilityView(countMax: 10, bytesMax: .max)
        view.insert(
            ItemView(item: item("a"), levels: [level("l2", onHand: 1)]),
            for: "a"
        )
        let offer = Offer(
            sku: "a",
            location: "l1",
            price: Money(amount: 7, currency: "EUR"),
            attributes: [],
            version: 1
        )
        view.advance(
            to: Position(9),
            by: [
                .level("a", level("l1", onHand: 5)), .level("a", level("l2", onHand: 6)),
                .level("b", level("l1", onHand: 1)), .offer("a", LocatedOffer(offer)),
                .location(location("l2", name: "Renamed", online: false)),
                .location(location("l9", name: "Elsewhere")),
            ]
        )
        let (items, position) = try #require(view.read(["a"]))
        let found = try #require(items.first.flatMap { $0 })
        #expect(position == Position(9))
        #expect(found.levels.map(\.place.location) == ["l1", "l2"])
        #expect(found.levels.map(\.level.onHand) == [5, 6])
        #expect(found.levels.map(\.place.name) == ["Store", "Renamed"])
        #expect(found.levels.map(\.place.sellsOnline) == [true, false])
        #expect(found.price(at: "l1") == Money(amount: 7, currency: "EUR"))
        #expect(found.price(at: "l2") == Money(amount: 100, currency: "EUR"))
        #expect(view.read(["b"]) == nil)
        view.advance(to: Position(10), by: [.item("a", nil)])
        #expect(try #require(view.read(["a"])).items == [nil])
    }

    @Test func `an answer is of one position, or there is none`() {
        let view = AvailabilityView(countMax: 10, bytesMax: .max)
        view.insert(nil, for: "a")
        #expect(view.read(["a", "b"]) == nil)
        view.insert(nil, for: "b")
        view.advance(to: Position(3), by: [])
        #expect(view.read(["b", "a"])?.position == Position(3))
        view.removeAll(at: Position(4))
        #expect(view.read(["a"]) == nil)
        #expect(view.bytes == 0)
    }
}
