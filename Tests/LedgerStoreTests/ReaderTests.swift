import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// Readers on connections of their own.
struct ReaderTests {
    private func filled(_ directory: TemporaryDirectory) throws -> (Twin, RandomHistory) {
        var twin = try Twin(directory.store())
        var history = RandomHistory(seed: 21)
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<200 { try twin.apply(history.next()) }
        try twin.settle()
        return (twin, history)
    }

    @Test func `a snapshot stays as it was while the writer goes on`() throws {
        let directory = try TemporaryDirectory()
        var (twin, history) = try filled(directory)
        let before = twin.memory
        let reader = try twin.file.openReader()
        #expect(try reader.pin().ledger == before.header)
        for _ in 0..<5 {
            for _ in 0..<40 { try twin.apply(history.next()) }
            try twin.settle()
            #expect(try reader.digest() == before.digest())
            let again = try reader.snapshot { reader throws(StoreError) in
                try reader.header().ledger
            }
            #expect(again == before.header)
        }
        try reader.unpin()
        #expect(try reader.digest() == twin.memory.digest())
    }

    @Test func `rows are found by every name they have`() throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory)
        let memory = twin.memory
        let reader = try twin.file.openReader()
        var levelCount = 0
        for sku in history.skus {
            let found = try reader.item(sku)
            #expect(found?.key == memory.itemKey(sku))
            #expect(found?.item == found.flatMap { memory.item($0.key) })
            guard let key = found?.key else { continue }
            let levels = try reader.levels(ofItem: key)
            levelCount += levels.count
            for (levelKey, level) in levels {
                #expect(level == memory.level(levelKey))
                #expect(try reader.level(levelKey) == level)
            }
        }
        #expect(levelCount >= (history.skus.count - 1) * (history.locations.count - 1))
        for id in history.locations {
            let found = try reader.location(id)
            #expect(found?.key == memory.locationKey(id))
            #expect(found?.location == found.flatMap { memory.location($0.key) })
        }
        #expect(try reader.locations().map(\.key.rawValue) == [1, 2, 3])
        #expect(try reader.item(SKU(unchecked: "no-such")) == nil)
        #expect(try reader.level(LevelKey(rawValue: 99)) == StockLevel())
    }

    @Test func `pages of items and ranges of the journal join without a gap`() throws {
        let directory = try TemporaryDirectory()
        let (twin, _) = try filled(directory)
        let reader = try twin.file.openReader()
        var keys: [UInt32] = []
        while true {
            let page = try reader.items(after: ItemKey(keys.last ?? 0), limit: 2)
            guard !page.isEmpty else { break }
            #expect(page.count <= 2)
            keys += page.map(\.key.rawValue)
        }
        #expect(keys == Array(1...twin.memory.header.lastItemKey))
        var rows: [JournalRow] = []
        while true {
            let page = try reader.journal(UInt64(rows.count) + 1...UInt64.max, limit: 37)
            guard !page.isEmpty else { break }
            rows += page
        }
        #expect(rows == twin.memory.journal)
        #expect(try reader.journal(5...7, limit: 100).map(\.sequence) == [5, 6, 7])
        var digester = LedgerDigester()
        try reader.visit(&digester)
        #expect(try reader.digest() == digester.finalize())
    }

    @Test func `people can read it with any tool`() throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory)
        let connection = try twin.file.openForReading(cacheBytes: 1 << 20)
        let stock = try connection.prepare("SELECT sku, location, available FROM stock")
        var count = 0
        while try stock.step() {
            guard let item = twin.memory.itemKey(SKU(unchecked: stock.text(0))),
                let location = twin.memory.locationKey(LocationID(unchecked: stock.text(1)))
            else {
                Issue.record("an unknown name")
                continue
            }
            let level = twin.memory.level(LevelKey(location: location, item: item))
            #expect(stock.integer(2) == level.available)
            count += 1
        }
        #expect(count >= (history.skus.count - 1) * (history.locations.count - 1))
        let catalogue = try connection.prepare(
            "SELECT count(*), sum(json_valid(attributes)) FROM catalogue"
        )
        #expect(try catalogue.step())
        #expect(catalogue.integer(0) == catalogue.integer(1))
        let history2 = try connection.prepare(
            "SELECT count(*) FROM history WHERE kind = 'RESERVE' AND time LIKE '2023-%Z'"
        )
        #expect(try history2.step())
        let reserves = twin.memory.journal.count { $0.kind == .reserve }
        #expect(history2.integer(0) == Int64(reserves))
    }
}
