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

    /// The level, all zeros when it was never written.
    public func level(_ key: LevelKey) -> StockLevel { levels[key] ?? StockLevel() }

    /// Stores a level.
    public mutating func setLevel(_ level: StockLevel, key: LevelKey) { levels[key] = level }

    /// The item's levels that were ever written, by key.
    public func levels(ofItem key: ItemKey) -> [(key: LevelKey, level: StockLevel)] {
        levels.filter { $0.key.item == key }.sorted { $0.key < $1.key }
            .map { (key: $0.key, level: $0.value) }
    }

    /// Whether a bucket of the item is not zero anywhere.
    public func holdsStock(item: ItemKey) -> Bool {
        levels.contains { $0.key.item == item && $0.value.holdsStock }
    }

    /// Whether a bucket is not zero at the location.
    public func holdsStock(location: LocationKey) -> Bool {
        levels.contains { $0.key.location == location && $0.value.holdsStock }
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
        journal.append(row)
    }
}

extension InMemoryLedgerState {
    /// Shows every row to the visitor: items, locations, levels, reservations, the journal, each in
    /// the order of its keys, then the header.
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
        for (_, stored) in reservations.sorted(by: { $0.key < $1.key }) {
            visitor.visit(stored.reservation)
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
