import TestSupport
import Testing

@testable import Ledger
@testable import LedgerStore

/// What a store of rows does for store agents beside keeping the same as memory.
struct StoreRecordTests {
    @Test func `a file of two versions before is brought up to date when it is opened for writing`()
        throws
    {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.levelSweepChanges = 1...1
        let file = directory.store(limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 3)
        for entry in history.opening() { try twin.apply(entry) }
        try twin.settle()
        let digest = try file.openReader().digest()
        let old = try file.openForWriting()
        try old.execute(
            """
            DROP VIEW stores; DROP VIEW conflicts; DROP TABLE store_record;
            DROP VIEW stock; DROP TABLE level_pending;
            PRAGMA user_version = 3;
            """
        )
        let error = #expect(throws: StoreError.self) { try file.openReader() }
        #expect(error?.code == .unknownSchema)
        // A state that comes from a node of the version before is taken, and brought up to date then.
        try old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(try file.verifyImmutable().ledger == twin.memory.header)

        try file.prepare()
        #expect(try old.integer("PRAGMA user_version") == Schema.version)
        #expect(try old.integer("SELECT count(*) FROM stores") == 0)
        #expect(try old.integer("SELECT count(*) FROM conflicts") == 0)
        #expect(try file.openReader().digest() == digest)
        // Nothing more is done to a file that is up to date.
        try file.prepare()
        try twin.crash()
        try twin.apply(.store(.register(history.locations[0])))
        try twin.settle()
        #expect(try file.openReader().digest() == twin.memory.digest())
    }

    @Test func `an older version is refused`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        try file.prepare()
        try file.openForWriting().execute("PRAGMA user_version = 2")
        let error = #expect(throws: StoreError.self) { try file.prepare() }
        #expect(error?.code == .unknownSchema)
    }

    @Test func `the history of a store tells what its agent told, and was told`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        var twin = try Twin(file)
        var history = RandomHistory(seed: 4)
        for entry in history.opening() { try twin.apply(entry) }
        let store = history.locations[1]
        let before = twin.memory.header.journalSequence
        try twin.apply(.store(.register(store)))
        let unread = UnreadFact(kind: 99, version: 1, payload: [7])
        try twin.apply(.store(.submit(.unknown(unread), at: store)))
        let later = SKU(unchecked: "later")
        let sale = Sell(
            lines: [StockLine(sku: later, location: store, quantity: 1)],
            sale: SaleID(unchecked: "0198c0de-0000-7000-8000-000000000001")
        )
        try twin.apply(.store(.submit(.known(Fact(command: .sell(sale))), at: store, fact: 2)))
        let conflict = try #require(twin.memory.storeRecords(.factConflict).first?.key)
        try twin.apply(
            .store(
                .resolveConflict(
                    ResolveConflict(
                        conflict: conflict,
                        decision: .dismiss,
                        reason: Reference(unchecked: "SEEN")
                    )
                )
            )
        )
        try twin.settle()
        let page = try file.openReader().history(
            HistoryQuery(.location(store), order: .oldestFirst)
        ).page
        let kinds = page.entries.filter { $0.row.sequence > before }.map(\.row.kind)
        let expected: [JournalRow.Kind] = [
            .registerStore, .setAsideFact, .submitFacts, .setAsideFact, .submitFacts,
            .resolveConflict,
        ]
        #expect(kinds == expected)
    }

    @Test func `a search for promises ends after as many rows as it does in memory`() throws {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.traceSegmentRows = 1_000
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: 5)
        for entry in history.opening() { try twin.apply(entry) }
        let (sku, place) = (history.skus[2], history.locations[0])
        try twin.apply(.store(.reserve(.hold(0, sku, place))))
        let item = try #require(twin.memory.itemKey(sku))
        let location = try #require(twin.memory.locationKey(place))
        let key = LevelKey(location: location, item: item)
        for number in 1..<LedgerLimits.promiseRowsMax + 2 {
            let hold = Reserve.hold(number, sku, place)
            try twin.apply(.store(.reserve(hold)))
            try twin.apply(.store(.release(Release(reservation: hold.reservation))))
            if number.isMultiple(of: 700) { try twin.settle() }
            guard number >= LedgerLimits.promiseRowsMax - 2 else { continue }
            let found = try twin.state.promises(at: key, reserved: .max, limit: 9)
            #expect(found == twin.memory.promises(at: key, reserved: .max, limit: 9))
            #expect(found.isEmpty == (number >= LedgerLimits.promiseRowsMax))
        }
    }
}

extension LedgerEntry {
    /// A request of its own.
    fileprivate static func store(_ command: Command) -> LedgerEntry {
        let id = RequestID(unchecked: "store-\(command.label)")
        let request = Request(id: id, actor: Actor(unchecked: "agent"), command: command)
        return .request(request, stamp: LogTime(microseconds: 0))
    }
}

extension Command {
    fileprivate static func register(_ store: LocationID) -> Command {
        .registerStore(RegisterStore(location: store, instance: Reference(unchecked: "database")))
    }

    /// One fact, linked by its number.
    fileprivate static func submit(
        _ content: SubmittedFact.Content,
        at store: LocationID,
        fact sequence: UInt64 = 1
    ) -> Command {
        .submitFacts(
            SubmitFacts(
                location: store,
                epoch: 1,
                firstSequence: sequence,
                previousHash: FactHash(words: (0, 0, 0, sequence - 1)),
                facts: [
                    SubmittedFact(
                        hash: FactHash(words: (0, 0, 0, sequence)),
                        claimedTime: LogTime(microseconds: 5),
                        content: content
                    )
                ]
            )
        )
    }

    /// Tells the commands of these tests apart.
    fileprivate var label: String {
        switch self {
        case .reserve(let command): "reserve-\(command.reservation)"
        case .release(let command): "release-\(command.reservation)"
        case .submitFacts(let command): "submit-\(command.firstSequence)"
        default: "\(kind)"
        }
    }
}

extension Reserve {
    fileprivate static func hold(_ number: Int, _ sku: SKU, _ place: LocationID) -> Reserve {
        Reserve(
            reservation: ReservationID(unchecked: "hold-\(number)"),
            owner: Owner(kind: .customer, reference: Reference(unchecked: "somebody")),
            lines: [StockLine(sku: sku, location: place, quantity: 1)],
            ttl: Milliseconds(600_000)
        )
    }
}
