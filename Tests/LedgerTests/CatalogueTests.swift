import Ledger
import Testing

@Suite struct CatalogueTests {
    @Test func `an item is created with the next key and version 1, then edited`() throws {
        var scene = Scene()
        #expect(scene.send(.item(.apple, expected: 0)).outcome == .version(1))
        #expect(scene.changes.items == [ItemKey(1)])
        #expect(scene.send(.item(.pear)).outcome == .version(1))
        #expect(scene.changes.items == [ItemKey(2)])
        #expect(scene.send(.item(.apple, expected: 1)).outcome == .version(2))
        #expect(scene.changes.items == [ItemKey(1)])
        #expect(scene.state.header.lastItemKey == 2)
        let item = try #require(scene.state.item(ItemKey(1)))
        #expect(item.sku == .apple)
        #expect(item.version == 2)
        #expect(scene.state.journal.last?.document == Reference(unchecked: "apple"))
    }

    @Test func `attributes are kept in the order of their bytes`() throws {
        var scene = Scene()
        let names = ["size", "colour", "é", "e\u{301}", "Z"]
        scene.run(
            .upsertItem(
                UpsertItem(
                    sku: .apple,
                    title: "Apple",
                    attributes: names.map { Attribute(name: $0, value: $0) }
                )
            )
        )
        let item = try #require(scene.state.item(ItemKey(1)))
        #expect(
            item.attributes.map { Array($0.name.utf8) }
                == ["Z", "colour", "e\u{301}", "size", "é"].map { Array($0.utf8) }
        )
    }

    @Test func `a location is created with the next key and version 1, then edited`() throws {
        var scene = Scene()
        #expect(scene.send(.location(.north, expected: 0)).outcome == .version(1))
        #expect(scene.changes.locations == [LocationKey(1)])
        #expect(scene.send(.location(.south)).outcome == .version(1))
        #expect(
            scene.send(.location(.north, state: .draining, expected: 1)).outcome == .version(2)
        )
        let location = try #require(scene.state.location(LocationKey(1)))
        #expect(location.state == .draining)
        #expect(scene.state.header.lastLocationKey == 2)
    }

    @Test func `what is empty can be archived and closed, and opened again`() {
        var scene = Scene.stocked()
        scene.run(.sell(.line(10)), .item(.apple, state: .archived))
        scene.run(.location(.north, state: .closed))
        #expect(scene.send(.receive(.line(1))).outcome == .refused(.locationClosed(.north)))
        scene.run(.location(.north))
        #expect(scene.send(.receive(.line(1))).outcome == .refused(.itemArchived(.apple)))
        scene.run(.item(.apple), .receive(.line(1)))
        #expect(scene.level().onHand == 1)
    }

    @Test func `the catalogue is bounded`() {
        var scene = Scene.stocked()
        scene.state.header.lastItemKey = LedgerLimits.itemsMax
        scene.state.header.lastLocationKey = LedgerLimits.locationsMax
        guard case .malformed(let item)? = scene.send(.item(.unknown)).outcome.refusal,
            case .malformed(let place)? = scene.send(.location(.unknown)).outcome.refusal
        else {
            Issue.record("there is no room")
            return
        }
        #expect(item.field == "sku")
        #expect(place.field == "id")
        #expect(scene.send(.item(.apple)).outcome == .version(2))
    }
}
