/// A ledger in memory, for tests and simulation; a value, so that a copy is a snapshot.
///
/// The order of its dictionaries reaches nothing: they are only looked up, and where all of their
/// rows are visited, in the order of keys.
public struct InMemoryLedgerState: LedgerState, Sendable {
    /// Memory doesn't fail.
    public typealias Failure = Never

    private struct StoredReservation: Sendable {
        var reservation: Reservation
        /// 1, 2, 3, … in the order in which they were first stored.
        let creation: UInt64
    }

    /// The counters and clocks.
    public var header = LedgerHeader()

    private var itemKeys: [SKU: ItemKey] = [:]
    private var items: [Item] = []
    private var locationKeys: [LocationID: LocationKey] = [:]
    private var locations: [Location] = []
    private var levels: [LevelKey: StockLevel] = [:]
    private var reservations: [ReservationID: StoredReservation] = [:]
    private var expiries = ExpiryQueue()
    private var openHoldCounts: [Owner: Int] = [:]
    /// The rows of the journal, by sequence less one.
    public private(set) var journal: [JournalRow] = []
    /// Where in the journal a request was answered.
    private var answeredAt: [RequestID: Int] = [:]
    /// Rows from the beginning of the journal whose answers are forgotten.
    private var forgottenRows = 0
    private var offers: [LevelKey: Offer] = [:]
    private var transfers: [TransferID: Transfer] = [:]
    /// Where in the journal a sale was made.
    private var soldAt: [SaleID: Int] = [:]
    /// The sales of which something came back.
    private var changedSales: [SaleID: Sale] = [:]
    private var storeRecords: [StoreRecordKey: StoreRecord] = [:]

    /// An empty ledger, before the first entry.
    public init() {}

    /// The key of a SKU.
    public func itemKey(_ sku: SKU) -> ItemKey? { itemKeys[sku] }

    /// The item with this key.
    public func item(_ key: ItemKey) -> Item? {
        let index = Int(key.rawValue) - 1
        return items.indices.contains(index) ? items[index] : nil
    }

    /// Creates an item under the next key, or replaces the one with this key.
    public mutating func setItem(_ item: Item, key: ItemKey) {
        let index = Int(key.rawValue) - 1
        precondition((0...items.count).contains(index), "keys are given without gaps")
        if index == items.count {
            items.append(item)
            itemKeys[item.sku] = key
        } else {
            precondition(items[index].sku == item.sku, "a SKU never changes")
            items[index] = item
        }
    }

    /// The key of a location.
    public func locationKey(_ id: LocationID) -> LocationKey? { locationKeys[id] }

    /// The location with this key.
    public func location(_ key: LocationKey) -> Location? {
        let index = Int(key.rawValue) - 1
        return locations.indices.contains(index) ? locations[index] : nil
    }

    /// Creates a location under the next key, or replaces the one with this key.
    public mutating func setLocation(_ location: Location, key: LocationKey) {
        let index = Int(key.rawValue) - 1
        precondition((0...locations.count).contains(index), "keys are given without gaps")
        if index == locations.count {
            locations.append(location)
            locationKeys[location.id] = key
        } else {
            precondition(locations[index].id == location.id, "a location's id never changes")
            locations[index] = location
        }
    }

    /// The first of the locations at which lines may be placed.
    public func onlineLocations(limit: Int) -> [OnlineLocation] {
        let online = locations.enumerated().compactMap { index, location in
            OnlineLocation(location, key: LocationKey(UInt32(index + 1)))
        }
        return Array(online.sorted(by: OnlineLocation.isTriedBefore).prefix(limit))
    }

    /// The level, all zeros when it was never written.
    public func level(_ key: LevelKey) -> StockLevel { levels[key] ?? StockLevel() }

    /// Stores a level.
    public mutating func setLevel(_ level: StockLevel, key: LevelKey) { levels[key] = level }

    /// The item's levels that were ever written, by key.
    public func levels(ofItem key: ItemKey) -> [(key: LevelKey, level: StockLevel)] {
        levels.filter { $0.key.item == key }.sorted { $0.key < $1.key }
            .map { (key: $0.key, level: $0.value) }
    }

    /// Whether a bucket of the item is not zero anywhere, but for some levels.
    public func holdsStock(item: ItemKey, besides ignored: Set<LevelKey>) -> Bool {
        levels.contains {
            $0.key.item == item && $0.value.holdsStock && !ignored.contains($0.key)
        }
    }

    /// Whether a bucket is not zero at the location, but for some levels.
    public func holdsStock(location: LocationKey, besides ignored: Set<LevelKey>) -> Bool {
        levels.contains {
            $0.key.location == location && $0.value.holdsStock && !ignored.contains($0.key)
        }
    }

    /// The reservation as it was last stored.
    public func reservation(_ id: ReservationID) -> Reservation? {
        reservations[id]?.reservation
    }

    /// Stores a reservation, and keeps the order of expiry and the counts of open holds.
    public mutating func setReservation(_ reservation: Reservation, previous: Reservation?) {
        let stored = reservations[reservation.id]
        precondition(stored?.reservation == previous, "what was read before is what is stored")
        let creation = stored?.creation ?? UInt64(reservations.count) + 1
        reservations[reservation.id] =
            StoredReservation(reservation: reservation, creation: creation)
        let opened = (reservation.isOpen ? 1 : 0) - (previous?.isOpen == true ? 1 : 0)
        if opened != 0 { openHoldCounts[reservation.owner, default: 0] += opened }
        queueExpiry(of: reservation, previous, creation)
    }

    private mutating func queueExpiry(
        of reservation: Reservation,
        _ previous: Reservation?,
        _ creation: UInt64
    ) {
        let moved = previous?.state != .held || previous?.expireTime != reservation.expireTime
        if reservation.state == .held, moved {
            expiries.insert(
                ExpiryQueue.Place(
                    time: reservation.expireTime,
                    creation: creation,
                    id: reservation.id
                )
            )
        }
        // The top can only have become stale if it is this one's.
        guard previous?.state == .held, expiries.first?.id == reservation.id else { return }
        expiries.prune { [reservations] place in
            let current = reservations[place.id]?.reservation
            return current?.state != .held || current?.expireTime != place.time
        }
    }

    /// The hold that expires first, if it does so by `time`.
    public func nextExpired(at time: LogTime) -> Reservation? {
        guard let first = expiries.first, first.time <= time else { return nil }
        return reservations[first.id]?.reservation
    }

    /// When the next hold expires.
    public var earliestExpiry: LogTime? { expiries.first?.time }

    /// How many HELD or CONFIRMED reservations the owner has.
    public func openHolds(of owner: Owner) -> Int { openHoldCounts[owner] ?? 0 }

    /// What a request was answered the first time.
    public func rememberedAnswer(_ id: RequestID) -> RememberedAnswer? {
        guard let index = answeredAt[id],
            case .request(_, let digest, _, let outcome) = journal[index].cause
        else { return nil }
        let row = journal[index]
        return RememberedAnswer(
            digest: digest,
            answer: Answer(position: row.position, logTime: row.logTime, outcome: outcome)
        )
    }

    /// Appends the next row of the journal.
    public mutating func append(_ row: consuming JournalRow) {
        precondition(row.sequence == UInt64(journal.count) + 1, "the journal has no gaps")
        if case .request(let id, _, _, _) = row.cause { answeredAt[id] = journal.count }
        if let id = row.saleID { soldAt[id] = journal.count }
        journal.append(row)
    }

    /// How many answers are kept.
    public var rememberedAnswerCount: Int { answeredAt.count }

    /// Forgets the oldest answers, a bounded number of rows at a time.
    public mutating func forgetAnswers(through horizon: LogTime) {
        let end = min(journal.count, forgottenRows + LedgerLimits.answersForgottenPerEntryMax)
        while forgottenRows < end, journal[forgottenRows].logTime <= horizon {
            if case .request(let id, _, _, _) = journal[forgottenRows].cause,
                answeredAt[id] == forgottenRows
            {
                answeredAt[id] = nil
            }
            forgottenRows += 1
        }
    }
}

extension InMemoryLedgerState {
    /// What is different about an item at one location.
    public func offer(_ key: LevelKey) -> Offer? { offers[key] }

    /// Stores an offer.
    public mutating func setOffer(_ offer: Offer, key: LevelKey) { offers[key] = offer }

    /// The sale as it is now.
    public func sale(_ id: SaleID) -> Sale? {
        changedSales[id] ?? soldAt[id].flatMap { journal[$0].madeSale }
    }

    /// The row that makes it is known by what it says itself.
    public mutating func createSale(_ id: SaleID) {
        precondition(soldAt[id] == nil, "a sale is made once")
    }

    /// Stores a sale of which something came back.
    public mutating func setSale(_ sale: Sale) {
        precondition(soldAt[sale.id] != nil, "only what was sold comes back")
        changedSales[sale.id] = sale
    }

    /// The transfer as it was last stored.
    public func transfer(_ id: TransferID) -> Transfer? { transfers[id] }

    /// Stores a transfer.
    public mutating func setTransfer(_ transfer: Transfer) { transfers[transfer.id] = transfer }
}

extension InMemoryLedgerState {
    /// A row that is kept for store agents.
    public func storeRecord(_ key: StoreRecordKey) -> StoreRecord? { storeRecords[key] }

    /// Stores or forgets such a row.
    public mutating func setStoreRecord(_ record: StoreRecord?, key: StoreRecordKey) {
        storeRecords[key] = record
    }

    /// Those of a kind, by key.
    public func storeRecords(
        _ kind: StoreRecordKey.Kind
    ) -> [(key: StoreRecordKey, record: StoreRecord)] {
        storeRecords.filter { $0.key.kind == kind }.sorted { $0.key < $1.key }
            .map { (key: $0.key, record: $0.value) }
    }

    /// The reservations that hold units of a level, found from the newest row of the journal back.
    public func promises(at level: LevelKey, reserved: Quantity, limit: Int) -> [Reservation] {
        var search = PromiseSearch(level: level, reserved: reserved, limit: limit)
        for row in journal.reversed() where row.takes(at: level) {
            guard let id = row.reservation?.id else { continue }
            let isDone = search.isDone(after: reservation(id)) { line in
                guard let item = itemKey(line.sku), let location = locationKey(line.location)
                else { return nil }
                return LevelKey(location: location, item: item)
            }
            if isDone { break }
        }
        return search.found
    }
}

extension InMemoryLedgerState {
    /// Shows every row to the visitor, each kind in the order of its keys.
    public func visit(_ visitor: inout some LedgerVisitor) {
        for (index, item) in items.enumerated() {
            visitor.visit(item, key: ItemKey(UInt32(index + 1)))
        }
        for (index, location) in locations.enumerated() {
            visitor.visit(location, key: LocationKey(UInt32(index + 1)))
        }
        for (key, level) in levels.sorted(by: { $0.key < $1.key }) {
            visitor.visit(level, key: key)
        }
        for (key, offer) in offers.sorted(by: { $0.key < $1.key }) {
            visitor.visit(offer, key: key)
        }
        for (_, stored) in reservations.sorted(by: { $0.key < $1.key }) {
            visitor.visit(stored.reservation)
        }
        for (_, sale) in changedSales.sorted(by: { $0.key < $1.key }) { visitor.visit(sale) }
        for (_, transfer) in transfers.sorted(by: { $0.key < $1.key }) { visitor.visit(transfer) }
        for (key, record) in storeRecords.sorted(by: { $0.key < $1.key }) {
            visitor.visit(record, key: key)
        }
        for row in journal { visitor.visit(row) }
        visitor.visit(header)
    }

    /// The digest of everything in it.
    public func digest() -> LedgerDigest {
        var digester = LedgerDigester()
        visit(&digester)
        return digester.finalize()
    }
}
