import AgentCore
import Ledger
import LedgerStore
import StoreAgent
import Testing

@Suite("Rows in a file")
struct RowsTests {
    private static let shop = LocationID(unchecked: "shop")
    private static let instance = Reference(unchecked: "0123")

    static func open(
        _ folder: Folder,
        location: LocationID = shop
    ) throws -> SQLiteAgentRows {
        try AgentFile.open(folder.file(), location: location, instance: instance)
    }

    @Test("Whatever is written, the file says what memory says", arguments: 1...12 as ClosedRange)
    func equalsMemory(seed: UInt64) throws {
        let folder = Folder()
        let file = try Self.open(folder)
        var memory = InMemoryAgentRows(location: Self.shop, instance: Self.instance)
        var samples = RowSamples(seed: seed)
        var last: UInt64 = 0
        var first: UInt64 = 1
        for _ in 0..<40 {
            var writes = AgentWrites()
            for _ in 0..<samples.next(8) {
                let kind = AgentKey.Kind.allCases[samples.next(AgentKey.Kind.allCases.count)]
                let name = kind == .head ? AgentKey.head.name : "N\(samples.next(12))"
                let key = AgentKey(kind, name)
                let isGone = kind != .head && samples.next(4) == 0
                writes.records.updateValue(
                    isGone ? nil : samples.record(kind, name),
                    forKey: key
                )
            }
            for _ in 0..<samples.next(4) {
                last += 1
                writes.facts.append(samples.fact(last))
            }
            if samples.next(3) == 0, last > first {
                // A fact gets another link, and says what it said.
                let again = first + UInt64(samples.next(Int(last - first)))
                if again < writes.facts.first?.sequence ?? .max, var row = memory.fact(again) {
                    row.epoch += 1
                    row.hash = samples.hash()
                    writes.facts.insert(row, at: 0)
                }
            }
            if samples.next(6) == 0 { writes.cleared = [.allotment, .nextItem] }
            if samples.next(6) == 0 { writes.promotesCopy = true }
            if samples.next(7) == 0, last > first + 3 {
                first += 2
                writes.forgottenThrough = first - 1
            }
            memory.commit(writes)
            try file.commit(writes)
            try Self.expectEqual(file, memory, last)
        }
        let after = folder.afterDeath()
        try Self.expectEqual(try Self.reopen(after), memory, last)
    }

    /// Opens the file without its checks: these rows are random.
    private static func reopen(_ folder: Folder) throws -> SQLiteAgentRows {
        try SQLiteAgentRows(unchecked: folder.file())
    }

    private static func expectEqual(
        _ file: SQLiteAgentRows,
        _ memory: InMemoryAgentRows,
        _ last: UInt64
    ) throws {
        for kind in AgentKey.Kind.allCases {
            #expect(
                try file.records(kind, after: nil, limit: 100)
                    == memory.records(kind, after: nil, limit: 100)
            )
            #expect(
                try file.records(kind, after: "N3", limit: 2)
                    == memory.records(kind, after: "N3", limit: 2)
            )
        }
        for text in ["", "tea", "N1", "TEA green", "ä", "%", "pot black tea"] {
            #expect(
                try file.items(matching: text, limit: 5)
                    == memory.items(matching: text, limit: 5),
                "\(text)"
            )
        }
        #expect(try file.facts(after: 0, limit: 500) == memory.facts(after: 0, limit: 500))
        #expect(
            try file.facts(after: last / 2, limit: 3) == memory.facts(after: last / 2, limit: 3)
        )
        for sequence in 0...last + 1 {
            #expect(try file.fact(sequence) == memory.fact(sequence))
            let request = RequestID(unchecked: "till-\(sequence)")
            #expect(try file.fact(answering: request) == memory.fact(answering: request))
            let sale = SaleID(unchecked: "sale-till-\(sequence)")
            #expect(try file.fact(selling: sale) == memory.fact(selling: sale))
        }
    }

    @Test("A file of another store, program or version is refused, saying why")
    func refusesOthers() throws {
        let folder = Folder()
        do { _ = try Self.open(folder) }
        let other = #expect(throws: StoreError.self) {
            _ = try Self.open(folder, location: LocationID(unchecked: "other"))
        }
        #expect(other?.message.contains("is of shop, not of other") == true)
        #expect(other?.code == .notAStore)

        let foreign = Folder()
        try Connection(path: foreign.file(), mode: .write, busyMilliseconds: 0)
            .execute("CREATE TABLE t (x)")
        let program = #expect(throws: StoreError.self) { _ = try Self.open(foreign) }
        #expect(program?.message.contains("is not a store agent's database") == true)

        try Connection(path: folder.file(), mode: .write, busyMilliseconds: 0)
            .execute("PRAGMA user_version = 2")
        let version = #expect(throws: StoreError.self) { _ = try Self.open(folder) }
        #expect(version?.message.contains("has schema 2; this program knows 1") == true)
    }

    @Test("A damaged file is refused")
    func refusesDamage() throws {
        let folder = Folder()
        do {
            let rows = try Self.open(folder)
            var writes = AgentWrites()
            var samples = RowSamples(seed: 3)
            for number in 0..<400 {
                let key = AgentKey(.item, "N\(number)")
                writes.records[key] = .some(samples.record(.item, key.name))
            }
            try rows.commit(writes)
        }
        var bytes = Folder.read(folder.file())
        #expect(bytes.count > 8_192)
        for index in 4_096..<bytes.count { bytes[index] ^= 0x5A }
        Folder.write(bytes, to: folder.file())
        let damage = #expect(throws: StoreError.self) { _ = try Self.open(folder) }
        #expect(damage?.code == .corrupt)
    }

    @Test("An outbox that isn't what the head says is refused")
    func refusesHoles() throws {
        let folder = Folder()
        do {
            let rows = try Self.open(folder)
            guard case .head(var head)? = try rows.record(.head) else { return }
            head.sequence = 2
            var writes = AgentWrites()
            writes.records[.head] = .some(.head(head))
            try rows.commit(writes)
        }
        let hole = #expect(throws: StoreError.self) { _ = try Self.open(folder) }
        #expect(hole?.message.contains("is not what its head says") == true)
    }

    @Test("Two processes can't have one file")
    func isExclusive() throws {
        let folder = Folder()
        let first = try Self.open(folder)
        var writes = AgentWrites()
        writes.records[AgentKey(.stale, "A")] = .some(.number(1))
        try first.commit(writes)
        let busy = #expect(throws: StoreError.self) {
            _ = try AgentFile.open(
                folder.file(),
                location: Self.shop,
                instance: Self.instance,
                busyMilliseconds: 0
            )
        }
        #expect(busy?.code == .busy)
    }

    @Test("Bytes that are cut off or too long make no record")
    func refusesBytes() {
        var samples = RowSamples(seed: 9)
        for kind in AgentKey.Kind.allCases {
            let bytes = samples.record(kind, "N1").encoded()
            #expect(throws: AgentCodecError.self) { _ = try AgentRecord(kind, bytes + [0]) }
            for end in 0..<bytes.count {
                #expect(throws: AgentCodecError.self) {
                    _ = try AgentRecord(kind, Array(bytes[..<end]))
                }
            }
        }
    }
}
