import Ledger
import LedgerStore
import Testing

@testable import Replica

@Suite struct NameCacheTests {
    private func entry(_ item: UInt32, _ sku: String, at location: String) -> HistoryEntry {
        let key = LevelKey(location: LocationKey(1), item: ItemKey(item))
        let movement = Movement(key: key, onHand: 1, after: StockLevel())
        let row = JournalRow(
            sequence: 1,
            position: Position(1),
            logTime: LogTime(microseconds: 1),
            kind: .receive,
            cause: .request(
                RequestID(unchecked: "r"),
                digest: 0,
                actor: Actor(unchecked: "a"),
                outcome: .version(1)
            ),
            movements: [movement]
        )
        let named = NamedMovement(
            sku: SKU(unchecked: sku),
            location: LocationID(unchecked: location),
            movement: movement
        )
        return HistoryEntry(row: row, movements: [named])
    }

    @Test func `what has moved is known by name`() {
        let cache = NameCache(namesMax: 10)
        cache.note([entry(1, "tea", at: "lisbon"), entry(2, "mug", at: "lisbon")])
        cache.note([ItemKey(3): SKU(unchecked: "new")], [:])
        #expect(cache.known.skus[ItemKey(2)] == SKU(unchecked: "mug"))
        #expect(cache.known.skus[ItemKey(3)] == SKU(unchecked: "new"))
        #expect(cache.known.locations == [LocationKey(1): LocationID(unchecked: "lisbon")])
    }

    @Test func `when it is full it begins anew, with what comes next`() {
        let cache = NameCache(namesMax: 3)
        for item in 1...5 as ClosedRange<UInt32> {
            cache.note([entry(item, "sku-\(item)", at: "lisbon")])
            let known = cache.known
            #expect(known.skus.count + known.locations.count <= 5)
            #expect(known.skus[ItemKey(item)] == SKU(unchecked: "sku-\(item)"))
        }
        #expect(cache.known.skus[ItemKey(1)] == nil)
    }
}
