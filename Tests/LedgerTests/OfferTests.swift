import Ledger
import Testing

/// Offers, and edits of some fields only.
@Suite struct OfferTests {
    private func offer(_ scene: Scene, at location: LocationKey = LocationKey(1)) -> Offer? {
        scene.state.offer(LevelKey(location: location, item: ItemKey(1)))
    }

    private let red = Attribute(name: "red", value: "yes")

    @Test func `an offer says what is different at one location`() throws {
        var scene = Scene.stocked()
        let answer = scene.send(.offer(90, attributes: [red, Attribute(name: "a", value: "b")]))
        let offer = try #require(self.offer(scene))
        #expect(answer.outcome == .offer(offer))
        #expect(offer.price == Money(amount: 90, currency: "EUR"))
        #expect(offer.attributes.map(\.name) == ["a", "red"])
        #expect(offer.version == 1)
        #expect(scene.changes.offers == [LevelKey(location: LocationKey(1), item: ItemKey(1))])
        #expect(self.offer(scene, at: LocationKey(2)) == nil)
        #expect(scene.level().version == 1)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `only the fields that are named change, and absent ones are cleared`() throws {
        var scene = Scene.stocked()
        scene.run(
            .offer(90, attributes: [red]),
            .offer(nil, fields: .price, expected: 1)
        )
        #expect(offer(scene)?.price == nil)
        #expect(offer(scene)?.attributes == [red])
        scene.run(.offer(80, fields: [.price, .attributes]))
        #expect(offer(scene)?.price?.amount == 80)
        #expect(offer(scene)?.attributes == [])
        scene.run(.offer(nil, attributes: [red], fields: .attributes))
        #expect(offer(scene)?.price?.amount == 80)
        #expect(offer(scene)?.attributes == [red])
        scene.run(.offer(nil))
        #expect(offer(scene)?.price == nil)
        #expect(offer(scene)?.attributes == [])
        #expect(offer(scene)?.version == 5)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `each field of an item can be edited alone`() throws {
        var scene = Scene.stocked()
        var expected = try #require(scene.state.item(ItemKey(1)))
        let edit = UpsertItem(
            sku: .apple,
            title: "New",
            attributes: [red],
            price: 7,
            currency: "USD",
            state: .active
        )
        for fields in [.title, .attributes, .price, .state] as [UpsertItem.Fields] {
            var part = edit
            part.fields = fields
            scene.run(.upsertItem(part))
            switch fields {
            case .title: expected.title = "New"
            case .attributes: expected.attributes = [red]
            case .price: (expected.price, expected.currency) = (7, "USD")
            default: break
            }
            expected.version += 1
            #expect(scene.state.item(ItemKey(1)) == expected)
        }
        scene.run(.upsertItem(UpsertItem(sku: .apple, title: "Whole")))
        #expect(scene.state.item(ItemKey(1))?.currency == "")
    }

    @Test func `each field of a location can be edited alone`() throws {
        var scene = Scene.stocked()
        var expected = try #require(scene.state.location(LocationKey(1)))
        let edit = UpsertLocation(
            id: .north,
            name: "New",
            kind: .warehouse,
            priority: 3,
            sellsOnline: false,
            state: .draining
        )
        typealias Fields = UpsertLocation.Fields
        for fields in [.name, .kind, .priority, .sellsOnline, .state] as [Fields] {
            var part = edit
            part.fields = fields
            scene.run(.upsertLocation(part))
            switch fields {
            case .name: expected.name = "New"
            case .kind: expected.kind = .warehouse
            case .priority: expected.priority = 3
            case .sellsOnline: expected.sellsOnline = false
            default: expected.state = .draining
            }
            expected.version += 1
            #expect(scene.state.location(LocationKey(1)) == expected)
        }
    }

    @Test func `the state that is not named does not count`() throws {
        var scene = Scene.stocked()
        scene.run(
            .upsertItem(UpsertItem(sku: .apple, title: "A", state: .archived, fields: .title)),
            .upsertLocation(UpsertLocation(id: .north, name: "A", state: .closed, fields: .name))
        )
        #expect(scene.state.item(ItemKey(1))?.state == .active)
        #expect(scene.state.location(LocationKey(1))?.state == .active)
    }
}
