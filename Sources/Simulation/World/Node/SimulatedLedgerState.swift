import Ledger
import Replica

/// The digest of a ledger exactly after the entry at a position.
struct DigestMark: Equatable, Sendable {
    let position: Position
    let digest: UInt64
}

/// What a simulated state machine's disk keeps of a transaction: where it ended.
///
/// The rows at that position are found again from an earlier copy and the committed log, which gives
/// the same ones: that equal positions have equal digests is checked at every single entry.
struct StoredPoint: Equatable, Sendable {
    var position = Position(0)
    var term: UInt64 = 0
    var membership: [UInt8] = []
}

/// A replica's ledger in memory, which notes its digest after each entry.
///
/// The digest is a sum over rows, so it is kept up to date row by row: what a row was is taken away,
/// what it became is added.
struct SimulatedLedgerState: ReplicaState {
    typealias Failure = Never

    private(set) var rows = InMemoryLedgerState()
    private var added = LedgerDigester()
    private var removed = LedgerDigester()
    private var marks: [DigestMark] = []
    private var lastMarked = Position(0)

    init() {}

    var header: LedgerHeader {
        get { rows.header }
        set {
            if newValue.position != rows.header.position { mark() }
            rows.header = newValue
        }
    }

    /// Notes the digest as it is now: the entry at the header's position is complete.
    mutating func mark() {
        guard rows.header.position > lastMarked else { return }
        lastMarked = rows.header.position
        marks.append(DigestMark(position: lastMarked, digest: digest.combined))
    }

    /// The marks since the last call.
    mutating func takeMarks() -> [DigestMark] {
        defer { marks.removeAll(keepingCapacity: true) }
        return marks
    }

    var digest: LedgerDigest {
        var sum = added
        sum.visit(rows.header)
        var digest = sum.finalize()
        let gone = removed.finalize()
        digest.items &-= gone.items
        digest.locations &-= gone.locations
        digest.levels &-= gone.levels
        digest.reservations &-= gone.reservations
        digest.offers &-= gone.offers
        digest.sales &-= gone.sales
        digest.transfers &-= gone.transfers
        digest.stores &-= gone.stores
        return digest
    }

    mutating func seal(term: UInt64, membership: [UInt8]) -> StoredPoint {
        StoredPoint(position: rows.header.position, term: term, membership: membership)
    }

    func levels(ofItem key: ItemKey) -> [(key: LevelKey, level: StockLevel)] {
        rows.levels(ofItem: key)
    }
}

// MARK: - Rows

extension SimulatedLedgerState {
    func itemKey(_ sku: SKU) -> ItemKey? { rows.itemKey(sku) }
    func item(_ key: ItemKey) -> Item? { rows.item(key) }

    mutating func setItem(_ item: Item, key: ItemKey) {
        if let old = rows.item(key) { removed.visit(old, key: key) }
        added.visit(item, key: key)
        rows.setItem(item, key: key)
    }

    func locationKey(_ id: LocationID) -> LocationKey? { rows.locationKey(id) }
    func location(_ key: LocationKey) -> Location? { rows.location(key) }

    mutating func setLocation(_ location: Location, key: LocationKey) {
        if let old = rows.location(key) { removed.visit(old, key: key) }
        added.visit(location, key: key)
        rows.setLocation(location, key: key)
    }

    func level(_ key: LevelKey) -> StockLevel { rows.level(key) }

    mutating func setLevel(_ level: StockLevel, key: LevelKey) {
        removed.visit(rows.level(key), key: key)
        added.visit(level, key: key)
        rows.setLevel(level, key: key)
    }

    func holdsStock(item: ItemKey, besides ignored: Set<LevelKey>) -> Bool {
        rows.holdsStock(item: item, besides: ignored)
    }

    func holdsStock(location: LocationKey, besides ignored: Set<LevelKey>) -> Bool {
        rows.holdsStock(location: location, besides: ignored)
    }

    func onlineLocations(limit: Int) -> [OnlineLocation] { rows.onlineLocations(limit: limit) }

    func offer(_ key: LevelKey) -> Offer? { rows.offer(key) }

    mutating func setOffer(_ offer: Offer, key: LevelKey) {
        if let old = rows.offer(key) { removed.visit(old, key: key) }
        added.visit(offer, key: key)
        rows.setOffer(offer, key: key)
    }

    func sale(_ id: SaleID) -> Sale? { rows.sale(id) }
    mutating func createSale(_ id: SaleID) { rows.createSale(id) }

    /// The digest has only the sales of which something came back.
    mutating func setSale(_ sale: Sale) {
        if let old = rows.sale(sale.id), old.version > 1 { removed.visit(old) }
        added.visit(sale)
        rows.setSale(sale)
    }

    func transfer(_ id: TransferID) -> Transfer? { rows.transfer(id) }

    mutating func setTransfer(_ transfer: Transfer) {
        if let old = rows.transfer(transfer.id) { removed.visit(old) }
        added.visit(transfer)
        rows.setTransfer(transfer)
    }

    func storeRecord(_ key: StoreRecordKey) -> StoreRecord? { rows.storeRecord(key) }

    mutating func setStoreRecord(_ record: StoreRecord?, key: StoreRecordKey) {
        if let old = rows.storeRecord(key) { removed.visit(old, key: key) }
        if let record { added.visit(record, key: key) }
        rows.setStoreRecord(record, key: key)
    }

    func promises(at level: LevelKey, reserved: Quantity, limit: Int) -> [Reservation] {
        rows.promises(at: level, reserved: reserved, limit: limit)
    }

    mutating func forgetAnswers(through horizon: LogTime) {
        rows.forgetAnswers(through: horizon)
    }

    func reservation(_ id: ReservationID) -> Reservation? { rows.reservation(id) }

    mutating func setReservation(_ reservation: Reservation, previous: Reservation?) {
        if let previous { removed.visit(previous) }
        added.visit(reservation)
        rows.setReservation(reservation, previous: previous)
    }

    func nextExpired(at time: LogTime) -> Reservation? { rows.nextExpired(at: time) }
    var earliestExpiry: LogTime? { rows.earliestExpiry }
    func openHolds(of owner: Owner) -> Int { rows.openHolds(of: owner) }

    func rememberedAnswer(_ id: RequestID) -> RememberedAnswer? {
        rows.rememberedAnswer(id)
    }

    mutating func append(_ row: JournalRow) {
        added.visit(row)
        rows.append(row)
    }
}
