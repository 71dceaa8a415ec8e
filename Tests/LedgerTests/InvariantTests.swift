import Ledger
import Testing

/// The invariants of the design: that lively ledgers keep them, and that the audit would notice.
@Suite struct InvariantTests {
    /// Rows that the audit is shown; a test damages them first.
    struct Books {
        var items: [(Item, ItemKey)] = []
        var locations: [(Location, LocationKey)] = []
        var levels: [(StockLevel, LevelKey)] = []
        var offers: [(Offer, LevelKey)] = []
        var reservations: [Reservation] = []
        var sales: [Sale] = []
        var transfers: [Transfer] = []
        var records: [(StoreRecord, StoreRecordKey)] = []
        var journal: [JournalRow] = []
        var header = LedgerHeader()

        func violated() -> Set<Int> {
            var audit = LedgerAudit()
            for (item, key) in items { audit.visit(item, key: key) }
            for (location, key) in locations { audit.visit(location, key: key) }
            for (level, key) in levels { audit.visit(level, key: key) }
            for (offer, key) in offers { audit.visit(offer, key: key) }
            for reservation in reservations { audit.visit(reservation) }
            for sale in sales { audit.visit(sale) }
            for transfer in transfers { audit.visit(transfer) }
            for (record, key) in records { audit.visit(record, key: key) }
            for row in journal { audit.visit(row) }
            audit.visit(header)
            return Set(audit.finish().map(\.invariant))
        }
    }

    /// Books of a ledger in which everything happened at least once.
    private func books() throws -> Books {
        var scene = Scene.stocked()
        scene.run(
            .receive(.line(5, .pear)),
            .reserve(.first, .line(4), .line(1, .pear)),
            .fulfill(.first, .line(1)),
            .confirm(.first),
            .reserve(.second, .line(2), owner: .agent, ttl: 5)
        )
        scene.run(.reserve(.third, .line(1)), .sell(.line(1)), .adjust(.line(-1)))
        scene.pass(milliseconds: 10)
        scene.run(.extend(.third, ttl: 9_000))
        #expect(scene.send(.sell(.line(100))).outcome.isRefusal)
        #expect(LedgerAudit.check(scene.state) == [])
        var books = Books()
        scene.state.visit(&books)
        #expect(books.violated() == [])
        return books
    }

    /// The same seeds every time, and new ones, which a failure names.
    static let seeds: [UInt64] =
        Array(20...25) + (0..<2).map { _ in UInt64.random(in: 1_000...1_000_000_000) }

    @Test(arguments: seeds)
    func `a lively ledger keeps all invariants, after every step`(seed: UInt64) {
        var scene = Scene()
        for command in CommandGenerator.opening { scene.send(command) }
        var generator = CommandGenerator(seed: seed)
        for step in 0..<120 {
            scene.clock = UInt64(Int64(scene.clock) + generator.clockStep())
            _ = scene.send(generator.request())
            #expect(LedgerAudit.check(scene.state) == [], "step \(step)")
        }
    }

    @Test func `invariant 1: what is promised is the sum of what is open`() throws {
        var books = try books()
        books.levels[0].0.reserved += 1
        #expect(books.violated().contains(1))
        books = try self.books()
        books.levels[0].0.allotted += 1
        #expect(books.violated().contains(1))
        books = try self.books()
        books.reservations.removeAll { $0.id == .first }
        #expect(books.violated() == [1])
    }

    @Test func `invariant 2: every bucket is the sum of its movements`() throws {
        var books = try books()
        books.levels[0].0.onHand += 1
        #expect(books.violated() == [2, 6])
        books = try self.books()
        books.levels.removeFirst()
        #expect(books.violated().contains(2))
        books = try self.books()
        let row = try #require(books.journal.firstIndex { $0.kind == .receive })
        books.journal[row].movements[0].after.unavailable += 1
        #expect(books.violated() == [2])
    }

    @Test func `invariant 3: requested is open, fulfilled and released, each at least zero`()
        throws
    {
        var books = try books()
        let index = try #require(books.reservations.firstIndex { $0.id == .first })
        books.reservations[index].lines[0].released = 100
        #expect(books.violated().contains(3))
        books = try self.books()
        books.reservations[index].lines[0].released = -1
        #expect(books.violated().contains(3))
    }

    @Test func `invariant 4: promises never take more than there is, facts may`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(10)), .adjust(.line(-3)), .receive(.line(1)))
        #expect(scene.level().available == -2)
        #expect(LedgerAudit.check(scene.state) == [])
        var books = Books()
        scene.state.visit(&books)
        // The same books, had the correction been a sale.
        let row = try #require(books.journal.firstIndex { $0.kind == .adjust })
        books.journal[row].kind = .sell
        #expect(books.violated() == [4])
    }

    @Test func `invariant 6: goods come and go by their own kinds of rows only`() throws {
        let kinds: [(JournalRow.Kind, JournalRow.Kind)] = [
            (.receive, .sell), (.receive, .release), (.sell, .receive), (.fulfill, .sell),
            (.reserve, .fulfill), (.reserve, .extend), (.adjust, .confirm),
        ]
        for (was, claimed) in kinds {
            var books = try books()
            let row = try #require(books.journal.firstIndex { $0.kind == was })
            books.journal[row].kind = claimed
            #expect(books.violated().contains(6), "\(was) as \(claimed)")
        }
    }

    @Test func `invariant 8: one request id, one answer`() throws {
        var books = try books()
        let last = try #require(books.journal.indices.last)
        books.journal[last].cause = books.journal[0].cause
        #expect(books.violated().contains(8))
    }

    @Test func `invariant 9: no hold outlives its expiry`() throws {
        var books = try books()
        books.header.logTime = LogTime(microseconds: 10_000_000_000)
        #expect(books.violated() == [9])
    }

    @Test func `invariant 9: nothing expires before its time`() throws {
        var books = try books()
        let row = try #require(books.journal.firstIndex { $0.kind == .expire })
        guard case .expiry(var reservation) = books.journal[row].cause else { return }
        reservation.expireTime = LogTime(microseconds: .max)
        books.journal[row].cause = .expiry(reservation)
        #expect(books.violated().contains(9))
    }

    @Test func `invariant 9: log time rises with every entry`() throws {
        var books = try books()
        books.journal[3].logTime = books.journal[2].logTime
        #expect(books.violated() == [9])
        books = try self.books()
        books.journal[3].position = books.journal[4].position
        #expect(books.violated() == [9])
        books = try self.books()
        books.header.position = Position(1)
        #expect(books.violated().contains(9))
    }

    @Test func `invariant 10: each change has its row`() throws {
        var books = try books()
        let index = try #require(books.reservations.firstIndex { $0.id == .third })
        books.reservations[index].expireTime = LogTime(microseconds: 99_000_000_000)
        #expect(books.violated() == [10])
        books = try self.books()
        books.items[0].0.version += 1
        #expect(books.violated() == [10])
        books = try self.books()
        books.locations[1].0.version += 1
        #expect(books.violated() == [10])
        books = try self.books()
        books.journal.remove(at: 5)
        #expect(books.violated().contains(10))
        books = try self.books()
        books.header.journalSequence += 1
        #expect(books.violated() == [10])
        books = try self.books()
        books.header.lastItemKey += 1
        #expect(books.violated() == [10])
    }

    @Test func `invariant 10: a correction has a reason, and a refusal moves nothing`() throws {
        var books = try books()
        let adjusted = try #require(books.journal.firstIndex { $0.kind == .adjust })
        books.journal[adjusted].reason = nil
        #expect(books.violated() == [10])
        books = try self.books()
        let refused = try #require(books.journal.indices.last)
        let still = Movement(key: books.levels[0].1, onHand: -1, after: books.levels[0].0)
        books.journal[refused].movements = [still]
        #expect(books.violated().contains(10))
    }

    @Test func `a swap leaves both reservations explained`() throws {
        var scene = Scene.stocked()
        scene.run(
            .reserve(.first, .line(4)),
            .fulfill(.first, .line(1)),
            .reserve(.second, .line(9), replaces: .first)
        )
        #expect(try scene.reservation(.first).state == .fulfilled)
        #expect(LedgerAudit.check(scene.state) == [])
        let row = try #require(scene.state.journal.last)
        #expect(row.document == Reference(unchecked: "first"))
        #expect(row.movements.count == 1)
        #expect(row.movements[0].reserved == 6)
    }
}

extension InvariantTests.Books: LedgerVisitor {
    mutating func visit(_ item: Item, key: ItemKey) { items.append((item, key)) }
    mutating func visit(_ location: Location, key: LocationKey) {
        locations.append((location, key))
    }
    mutating func visit(_ level: StockLevel, key: LevelKey) { levels.append((level, key)) }
    mutating func visit(_ offer: Offer, key: LevelKey) { offers.append((offer, key)) }
    mutating func visit(_ reservation: Reservation) { reservations.append(reservation) }
    mutating func visit(_ sale: Sale) { sales.append(sale) }
    mutating func visit(_ transfer: Transfer) { transfers.append(transfer) }
    mutating func visit(_ record: StoreRecord, key: StoreRecordKey) {
        records.append((record, key))
    }
    mutating func visit(_ row: JournalRow) { journal.append(row) }
    mutating func visit(_ header: LedgerHeader) { self.header = header }
}
