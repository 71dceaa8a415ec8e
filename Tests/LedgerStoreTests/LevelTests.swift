import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// Levels whose changes wait before their own rows are written.
struct LevelTests {
    /// None waits; a sweep of a few commands, of many; all wait.
    private static let sweeps = [1, 7, 60, 500, 1_000_000]

    private static func limits(_ sweep: Int) -> StoreLimits {
        var limits = StoreLimits()
        limits.levelsMax = 1
        limits.levelSweepChanges = sweep...sweep
        return limits
    }

    @Test(arguments: sweeps)
    func `a reader sees each level as it is, whether it looks often or rarely`(sweep: Int) throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: Self.limits(sweep)))
        let often = try twin.file.openReader()
        let rarely = try twin.file.openReader()
        var history = RandomHistory(seed: 61)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 1...120 {
            for _ in 0..<8 { try twin.apply(history.next()) }
            try twin.settle()
            try expectLevels(twin.memory, in: often, history)
            try often.snapshot { reader throws(StoreError) in
                // What it keeps is bounded like what waits.
                #expect(try reader.overlay().keys.count <= 2 * sweep + 200)
            }
            if step.isMultiple(of: 30) {
                try expectLevels(twin.memory, in: rarely, history)
                #expect(try rarely.digest() == twin.memory.digest())
            }
            if step == 60 { try twin.crash() }
        }
        #expect(try often.digest() == twin.memory.digest())
        try expectList(twin.memory, in: often)
    }

    /// The whole table, in small pages.
    private func expectList(_ memory: InMemoryLedgerState, in reader: StoreReader) throws {
        var count = 0
        var token: String?
        repeat {
            let page = try reader.list(.levels, pageSize: 4, pageToken: token).list
            guard case .levels(let views) = page.rows else { break }
            for view in views {
                guard let item = memory.itemKey(view.sku),
                    let location = memory.locationKey(view.location)
                else {
                    Issue.record("an unknown name")
                    continue
                }
                #expect(view.level == memory.level(LevelKey(location: location, item: item)))
            }
            count += views.count
            token = page.nextPageToken
        } while token != nil
        #expect(count > 10)
    }

    private func expectLevels(
        _ memory: InMemoryLedgerState,
        in reader: StoreReader,
        _ history: RandomHistory
    ) throws {
        for sku in history.skus {
            guard let item = memory.itemKey(sku) else { continue }
            for (key, level) in try reader.levels(ofItem: item) {
                try #require(level == memory.level(key))
                try #require(try reader.level(key) == level)
            }
        }
    }

    @Test(arguments: sweeps)
    func `people see each level as it is`(sweep: Int) throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: Self.limits(sweep)))
        var history = RandomHistory(seed: 62)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 1...400 {
            try twin.apply(history.next())
            if step.isMultiple(of: 5) { try twin.settle() }
        }
        try twin.settle()
        let connection = try twin.file.openForReading(cacheBytes: 1 << 20)
        let stock = try connection.prepare("SELECT sku, location, on_hand, version FROM stock")
        var versions: Set<UInt64> = []
        var count: Int64 = 0
        while try stock.step() {
            let item = twin.memory.itemKey(SKU(unchecked: stock.text(0)))
            let location = twin.memory.locationKey(LocationID(unchecked: stock.text(1)))
            let key = LevelKey(location: try #require(location), item: try #require(item))
            let level = twin.memory.level(key)
            #expect(stock.integer(2) == level.onHand)
            #expect(stock.unsigned(3) == level.version)
            versions.insert(level.version)
            count += 1
        }
        #expect(count == (try connection.integer("SELECT count(*) FROM level")))
        #expect(versions.contains { $0 > 3 })
    }

    @Test func `changes that wait are bounded by a sweep, whatever changes`() throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: Self.limits(100)))
        var history = RandomHistory(seed: 63)
        for entry in history.opening() { try twin.apply(entry) }
        try twin.settle()
        let connection = try twin.file.openForReading(cacheBytes: 1 << 20)
        var most: Int64 = 0
        for step in 0..<200 {
            for _ in 0..<10 { try twin.apply(history.next()) }
            try twin.settle()
            most = max(most, try connection.integer("SELECT count(*) FROM level_pending"))
            // What waited before an end is settled in the first sweep after it.
            if step == 100 { try twin.crash() }
        }
        #expect(most > 50)
        // What a few transactions bring comes on top.
        #expect(most < 100 + 60)
        // As many rows as wait, and the bound, stay in memory.
        #expect(twin.state.levels.count < 100 + 60)
    }

    @Test func `a reader keeps no more than what waits, twice`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        try file.prepare()
        let connection = try file.openForWriting()
        let reader = try file.openForReading(cacheBytes: 1 << 20)
        let overlay = try LevelOverlay(reader)
        for number in 1...20_000 as ClosedRange<UInt64> {
            try connection.execute(
                "INSERT INTO level_pending VALUES (\(number), \(number % 7_000), 1,2,0,0,0,0,0,\(number))"
            )
            if number > 500 {
                try connection.execute("DELETE FROM level_pending WHERE number <= \(number - 500)")
            }
            guard number.isMultiple(of: 50) else { continue }
            try overlay.refresh()
            #expect(overlay.keys.count <= 2 * 500 + 50)
            #expect(overlay.newest(LevelKey(rawValue: number % 7_000))?.version == number)
        }
        #expect(overlay.newest(LevelKey(rawValue: 15_000 % 7_000)) == nil)
    }

    @Test func `a location holds what came to it, wherever its levels are written`() throws {
        let apple = StockLine(
            sku: SKU(unchecked: "apple"),
            location: LocationID(unchecked: "north"),
            quantity: 5
        )
        for sweep in Self.sweeps {
            let directory = try TemporaryDirectory()
            var twin = try Twin(directory.store(limits: Self.limits(sweep)))
            var number = 0
            func apply(_ command: Command) throws {
                number += 1
                let id = RequestID(unchecked: "request-\(number)")
                let request = Request(id: id, actor: Actor(unchecked: "me"), command: command)
                let stamp = LogTime(microseconds: 1_700_000_000_000_000 + UInt64(number))
                try twin.apply(.request(request, stamp: stamp))
            }
            func expectStock(_ isThere: Bool) throws {
                // It is the first location.
                let isFound = try twin.state.holdsStock(location: LocationKey(1), besides: [])
                #expect(isFound == isThere)
            }
            try apply(.upsertItem(UpsertItem(sku: apple.sku, title: "Apple")))
            try apply(.upsertLocation(UpsertLocation(id: apple.location, name: "North")))
            for _ in 0..<9 {
                let comes = Command.receive(Receive(lines: [apple]))
                let goes = Command.sell(Sell(lines: [apple]))
                for (command, isThere) in [(comes, true), (goes, false)] {
                    try apply(command)
                    try expectStock(isThere)
                    twin.seal()
                    try expectStock(isThere)
                    try twin.settle()
                    try expectStock(isThere)
                }
            }
        }
    }

    @Test func `a level that is written without a look at it is what it was made`() throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: Self.limits(200)))
        var history = RandomHistory(seed: 66)
        for entry in history.opening() { try twin.apply(entry) }
        let reader = try twin.file.openReader()
        var checked = 0
        for step in 1...60 {
            for _ in 0..<10 { try twin.apply(history.next()) }
            try twin.settle()
            let keys = try reader.snapshot { reader throws(StoreError) in
                try reader.overlay().keys
            }
            // Its own row is up to date, so that memory need not have it, and changes of it are not dropped.
            guard let key = keys.first(where: { twin.state.levels.peek($0) == nil }) else {
                continue
            }
            var level = twin.memory.level(key)
            level.onHand += Int64(step)
            level.version += 1
            twin.state.setLevel(level, key: key)
            twin.memory.setLevel(level, key: key)
            try twin.settle()
            #expect(try reader.level(key) == level)
            #expect(try twin.state.level(key) == level)
            checked += 1
        }
        #expect(checked > 5)
    }

    @Test func `a sweep takes each level that waits, and what it supersedes is taken`() {
        var generator = SplitMix(seed: 64)
        var pending = PendingLevels()
        var waiting: Set<LevelKey> = []
        /// Number of the first change of each level that waits.
        var changed: [LevelKey: UInt64] = [:]
        var last: UInt64 = 0
        var taken = 0
        for _ in 0..<400 {
            let count = Int(generator.next() % 20)
            for _ in 0..<count {
                let item = ItemKey(UInt32(generator.next() % 50_000) + 1)
                let key = LevelKey(
                    location: LocationKey(UInt32(generator.next() % 9) + 1),
                    item: item
                )
                last += 1
                // What waits already keeps the number of its first change.
                if waiting.insert(key).inserted {
                    pending.insert(key, number: last)
                    changed[key] = last
                }
            }
            let slice = pending.take(after: count, sweepChanges: 300, lastNumber: last)
            for key in slice.keys {
                #expect(waiting.remove(key) != nil)
                changed[key] = nil
            }
            #expect(Set(pending.keys) == waiting)
            #expect(changed.values.allSatisfy { $0 > slice.supersedes })
            // Nothing waits for much longer than a sweep.
            #expect(slice.supersedes + 300 + 20 >= last)
            taken += slice.keys.count
        }
        #expect(taken > 1_000)
    }

    @Test func `a file of the version before keeps its levels`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store(limits: Self.limits(1))
        var twin = try Twin(file)
        var history = RandomHistory(seed: 65)
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<100 { try twin.apply(history.next()) }
        try twin.settle()
        let old = try file.openForWriting()
        #expect(try old.integer("SELECT count(*) FROM level_pending") == 0)
        try old.execute(
            "DROP VIEW stock; DROP TABLE level_pending; PRAGMA user_version = 4"
        )
        try file.prepare()
        #expect(try old.integer("PRAGMA user_version") == Schema.version)
        try twin.crash()
        for _ in 0..<100 { try twin.apply(history.next()) }
        try twin.settle()
        #expect(try file.openReader().digest() == twin.memory.digest())
        #expect(try old.integer("SELECT count(*) FROM stock") > 0)
    }
}
