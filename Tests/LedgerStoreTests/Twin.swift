import Ledger
import LedgerStore
import Testing

/// A ledger in SQLite beside one in memory, fed with the same entries; every answer is compared.
///
/// Generations are sealed, written and reported when the test says so, and a crash drops whatever
/// was not written: the log is then replayed from the position that the file holds.
struct Twin {
    let file: StoreFile
    var memory = InMemoryLedgerState()
    var state: SQLiteLedgerState
    var writer: GenerationWriter
    /// Sealed and not written.
    var sealed: [Generation] = []
    /// Written and not reported.
    var written: UInt64 = 0
    private(set) var log: [(entry: LedgerEntry, applied: Applied)] = []

    init(_ file: StoreFile) throws {
        self.file = file
        state = try file.openState()
        writer = try file.openWriter()
    }

    mutating func apply(_ entry: LedgerEntry) throws {
        let position = Position(UInt64(log.count + 1))
        var expectedChanges = LedgerChanges()
        let expected = LedgerRules.apply(
            entry,
            at: position,
            to: &memory,
            changes: &expectedChanges
        )
        var changes = LedgerChanges()
        let applied = try LedgerRules.apply(
            entry,
            at: position,
            to: &state,
            changes: &changes
        )
        try #require(applied == expected)
        try #require(changes == expectedChanges)
        log.append((entry, expected))
    }

    mutating func seal() {
        sealed.append(state.seal(term: 3, membership: [1, 2, UInt8(log.count & 0xFF)]))
    }

    /// Writes so many of the sealed generations in one transaction.
    mutating func writeNext(_ count: Int = 1) throws {
        let batch = Array(sealed.prefix(count))
        sealed.removeFirst(batch.count)
        try writer.write(batch)
        written = batch.last?.number ?? written
    }

    mutating func report() {
        state.committed(through: written)
    }

    mutating func settle() throws {
        seal()
        while !sealed.isEmpty { try writeNext() }
        report()
    }

    /// Loses what was not written, and replays the log behind what was.
    mutating func crash() throws {
        let last = writer.header
        sealed = []
        written = 0
        state = try file.openState()
        writer = try file.openWriter()
        try #require(writer.header == last)
        try #require(state.header == last.ledger)
        let position = Int(state.header.position.rawValue)
        for (index, old) in log.enumerated().dropFirst(position) {
            var changes = LedgerChanges()
            let applied = try LedgerRules.apply(
                old.entry,
                at: Position(UInt64(index + 1)),
                to: &state,
                changes: &changes
            )
            try #require(applied == old.applied)
        }
    }

    /// Asks both for everything there is to ask.
    mutating func compareAll(_ history: RandomHistory) throws {
        try #require(state.header == memory.header)
        try #require(state.earliestExpiry == memory.earliestExpiry)
        for sku in history.skus {
            let key = try state.itemKey(sku)
            try #require(key == memory.itemKey(sku))
            guard let key else { continue }
            try #require(try state.item(key) == memory.item(key))
            try #require(try state.holdsStock(item: key) == memory.holdsStock(item: key))
            try compareLevels(of: key)
        }
        for id in history.locations {
            let key = try state.locationKey(id)
            try #require(key == memory.locationKey(id))
            guard let key else { continue }
            try #require(try state.location(key) == memory.location(key))
            try #require(
                try state.holdsStock(location: key) == memory.holdsStock(location: key)
            )
        }
        for id in history.reservationIDs {
            try #require(try state.reservation(id) == memory.reservation(id))
        }
        for id in history.requestIDs {
            try #require(try newAnswer(id) == memory.rememberedAnswer(id).flatMap(ifNew))
        }
        for id in history.saleIDs { try #require(try state.sale(id) == memory.sale(id)) }
        for id in history.transferIDs {
            try #require(try state.transfer(id) == memory.transfer(id))
        }
        try #require(state.onlineLocations(limit: 9) == memory.onlineLocations(limit: 9))
        for owner in history.owners {
            try #require(try state.openHolds(of: owner) == memory.openHolds(of: owner))
        }
        let far = LogTime(microseconds: .max)
        try #require(try state.nextExpired(at: far) == memory.nextExpired(at: far))
    }

    private mutating func newAnswer(_ id: RequestID) throws -> RememberedAnswer? {
        try state.rememberedAnswer(id).flatMap(ifNew)
    }

    /// Old answers may be remembered by one and forgotten by the other.
    private func ifNew(_ remembered: RememberedAnswer) -> RememberedAnswer? {
        let horizon = memory.header.logTime.earlier(by: LedgerLimits.answerRetention)
        return remembered.answer.logTime > horizon ? remembered : nil
    }

    private mutating func compareLevels(of item: ItemKey) throws {
        let levels = try state.levels(ofItem: item)
        try #require(levels.map(\.key) == levels.map(\.key).sorted())
        var seen: Set<LevelKey> = []
        for (key, level) in levels {
            try #require(seen.insert(key).inserted)
            try #require(level == memory.level(key))
        }
        let offers = try state.offers(ofItem: item)
        try #require(offers.map(\.key) == offers.map(\.key).sorted())
        for (key, offer) in offers { try #require(offer == memory.offer(key)) }
        for location in 1...4 as ClosedRange<UInt32> {
            let key = LevelKey(location: LocationKey(location), item: item)
            let isFound = offers.contains { $0.key == key }
            try #require(isFound == (memory.offer(key) != nil))
            try #require(try state.level(key) == memory.level(key))
            try #require(try state.offer(key) == memory.offer(key))
            if memory.level(key) != StockLevel() { try #require(seen.contains(key)) }
        }
    }
}
