import Ledger
import Testing

@Suite struct DigestTests {
    @Test func `equal histories have equal digests, another one a different digest`() {
        let first = RandomHistory(seed: 5, steps: 200).scene.state.digest()
        let second = RandomHistory(seed: 5, steps: 200).scene.state.digest()
        let third = RandomHistory(seed: 6, steps: 200).scene.state.digest()
        #expect(first == second)
        #expect(first.description == second.description)
        #expect(first.description != third.description)
        #expect(first.description.count == 16)
    }

    @Test func `the order in which rows are shown doesn't matter`() {
        let journal = RandomHistory(seed: 5, steps: 100).scene.state.journal
        var forward = LedgerDigester()
        var backward = LedgerDigester()
        for row in journal { forward.visit(row) }
        for row in journal.reversed() {
            var bytes: [UInt8] = []
            row.encode(into: &bytes)
            backward.visit(encodedRow: bytes.span.bytes)
        }
        #expect(forward.finalize() == backward.finalize())
    }

    @Test func `a level that is all zeros counts as one that was never written`() {
        var scene = Scene.stocked()
        let before = scene.state.digest()
        scene.force(.pear, at: .south) { $0 = StockLevel() }
        #expect(scene.state.digest() == before)
        scene.force(.pear, at: .south) { $0.version = 1 }
        #expect(scene.state.digest().levels != before.levels)
    }

    @Test func `each part tells its own difference`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(1)))
        let before = scene.state.digest()

        var other = scene
        other.force { $0.onHand += 1 }
        #expect(other.state.digest().levels != before.levels)
        #expect(other.state.digest().items == before.items)

        other = scene
        let held = try scene.reservation(.first)
        var changed = held
        changed.version += 1
        other.state.setReservation(changed, previous: held)
        #expect(other.state.digest().reservations != before.reservations)
        #expect(other.state.digest().levels == before.levels)

        other = scene
        var item = try #require(scene.state.item(ItemKey(1)))
        item.title += "s"
        other.state.setItem(item, key: ItemKey(1))
        #expect(other.state.digest().items != before.items)

        other = scene
        other.state.header.lastLocationKey += 1
        #expect(other.state.digest().header != before.header)
        #expect(other.state.digest().description != before.description)
    }

    @Test func `sales, transfers and offers have parts of their own`() throws {
        var scene = Scene.stocked()
        scene.run(.sell(as: .sale, .line(2)), .back(.back(1)), .create(.of(1)), .offer())
        let before = scene.state.digest()

        var other = scene
        var sale = try #require(scene.state.sale(.sale))
        sale.lines[0].returned = 2
        other.state.setSale(sale)
        var was = before
        was.sales = other.state.digest().sales
        #expect(was != before)
        #expect(other.state.digest() == was)
        #expect(was.description != before.description)

        other = scene
        var transfer = try #require(scene.state.transfer(.haul))
        transfer.state = .cancelled
        other.state.setTransfer(transfer)
        was = before
        was.transfers = other.state.digest().transfers
        #expect(was != before)
        #expect(other.state.digest() == was)
        #expect(was.description != before.description)

        other = scene
        let key = LevelKey(location: LocationKey(1), item: ItemKey(1))
        var offer = try #require(scene.state.offer(key))
        offer.price = nil
        other.state.setOffer(offer, key: key)
        was = before
        was.offers = other.state.digest().offers
        #expect(was != before)
        #expect(other.state.digest() == was)
        #expect(was.description != before.description)
    }

    @Test func `the same row under another key is another row`() {
        var level = StockLevel()
        level.onHand = 1
        var first = LedgerDigester()
        first.visit(level, key: LevelKey(rawValue: 1))
        var second = LedgerDigester()
        second.visit(level, key: LevelKey(rawValue: 2))
        #expect(first.finalize() != second.finalize())
    }
}
