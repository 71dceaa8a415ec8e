import Ledger

/// The point reads of one connection, by statements that are kept.
///
/// Each read sees what was committed before it began, or, within a read transaction, the snapshot of
/// that.
final class RowReader {
    let connection: Connection
    private let begin: Statement
    private let end: Statement
    private let itemKeyBySKU: Statement
    private let itemByKey: Statement
    private let skuByKey: Statement
    private let itemStateByKey: Statement
    private let attributesByItem: Statement
    private let locationKeyByID: Statement
    private let locationByKey: Statement
    private let levelByKey: Statement
    private let levelsByItem: Statement
    private let stockedByLocation: Statement
    private let journalBySequence: Statement
    private let placeBySequence: Statement
    private let reservationByKey: Statement
    private let documentByKey: Statement
    private let offerByKey: Statement
    private let offersByItem: Statement
    private let storeRecordByKey: Statement
    private let kindBySequence: Statement

    init(_ connection: Connection) throws(StoreError) {
        self.connection = connection
        begin = try connection.prepare("BEGIN")
        end = try connection.prepare("ROLLBACK")
        itemKeyBySKU = try connection.prepare("SELECT key, state FROM item WHERE sku = ?1")
        itemByKey = try connection.prepare(
            "SELECT \(ItemColumns.names) FROM item WHERE key = ?1"
        )
        skuByKey = try connection.prepare("SELECT sku FROM item WHERE key = ?1")
        itemStateByKey = try connection.prepare("SELECT state FROM item WHERE key = ?1")
        attributesByItem = try connection.prepare(
            "SELECT name, value FROM item_attribute WHERE item = ?1 ORDER BY name"
        )
        locationKeyByID = try connection.prepare("SELECT key FROM location WHERE id = ?1")
        locationByKey = try connection.prepare(
            "SELECT \(LocationColumns.names) FROM location WHERE key = ?1"
        )
        levelByKey = try connection.prepare(
            "SELECT \(LevelColumns.names) FROM level WHERE key = ?1"
        )
        levelsByItem = try connection.prepare(
            "SELECT \(LevelColumns.names), key FROM level WHERE item = ?1 ORDER BY key"
        )
        stockedByLocation = try connection.prepare(
            """
            SELECT key FROM level WHERE key BETWEEN ?1 AND ?2 AND
                (on_hand <> 0 OR reserved <> 0 OR allotted <> 0 OR unavailable <> 0 OR incoming <> 0)
            ORDER BY key
            """
        )
        journalBySequence = try connection.prepare(
            "SELECT body FROM journal WHERE sequence = ?1"
        )
        placeBySequence = try connection.prepare(
            "SELECT position, log_time FROM journal WHERE sequence = ?1"
        )
        reservationByKey = try connection.prepare(
            "SELECT carrier, body FROM reservation WHERE key = ?1"
        )
        documentByKey = try connection.prepare("SELECT carrier FROM document WHERE key = ?1")
        offerByKey = try connection.prepare("SELECT body FROM offer WHERE key = ?1")
        offersByItem = try connection.prepare(
            "SELECT body, key FROM offer WHERE key & 4294967295 = ?1 ORDER BY key"
        )
        storeRecordByKey = try connection.prepare(
            "SELECT body FROM store_record WHERE \(StoreRecordColumns.isKey)"
        )
        kindBySequence = try connection.prepare("SELECT kind FROM journal WHERE sequence = ?1")
    }

    /// Has all reads until `endReads` in one transaction, which begins with the first of them.
    func beginReads() throws(StoreError) {
        endReads()
        try begin.run()
    }

    /// Ends what `beginReads` began, if it did: a transaction that only reads has nothing to lose.
    func endReads() {
        guard connection.isInTransaction else { return }
        try? end.run()
        precondition(!connection.isInTransaction, "a read transaction ends when it is asked to")
    }

    /// The last row of the journal at or before a time, looked for by halves; 0 if there is none.
    func rows(through time: LogTime, of last: UInt64) throws(StoreError) -> UInt64 {
        var low: UInt64 = 0
        var high = last
        while low < high {
            let middle = low + (high - low + 1) / 2
            guard let place = try journalPlace(middle) else {
                throw StoreError(.corrupt, "the journal's row \(middle) is missing")
            }
            if place.logTime <= time { low = middle } else { high = middle - 1 }
        }
        return low
    }

    // MARK: Catalogue

    func itemKey(_ sku: SKU) throws(StoreError) -> ItemKey? {
        itemKeyBySKU.bind(1, sku.text)
        defer { itemKeyBySKU.reset() }
        guard try itemKeyBySKU.step() else { return nil }
        return ItemKey(UInt32(truncatingIfNeeded: itemKeyBySKU.integer(0)))
    }

    /// An item's key and state at once: a command's line asks for both.
    func itemStanding(
        _ sku: SKU
    ) throws(StoreError) -> (key: ItemKey, state: Item.State)? {
        itemKeyBySKU.bind(1, sku.text)
        defer { itemKeyBySKU.reset() }
        guard try itemKeyBySKU.step() else { return nil }
        let key = ItemKey(UInt32(truncatingIfNeeded: itemKeyBySKU.integer(0)))
        return (key, try Self.state(itemKeyBySKU.integer(1), of: key))
    }

    func item(_ key: ItemKey) throws(StoreError) -> Item? {
        itemByKey.bind(1, key.rawValue)
        defer { itemByKey.reset() }
        guard try itemByKey.step() else { return nil }
        return try ItemColumns.item(itemByKey, attributes: try attributes(key))
    }

    func itemState(_ key: ItemKey) throws(StoreError) -> Item.State? {
        itemStateByKey.bind(1, key.rawValue)
        defer { itemStateByKey.reset() }
        guard try itemStateByKey.step() else { return nil }
        return try Self.state(itemStateByKey.integer(0), of: key)
    }

    private static func state(
        _ number: Int64,
        of key: ItemKey
    ) throws(StoreError) -> Item.State {
        guard let state = UInt8(exactly: number).flatMap({ Item.State(rawValue: $0) }) else {
            throw StoreError(.corrupt, "the item with key \(key.rawValue) has state \(number)")
        }
        return state
    }

    func sku(_ key: ItemKey) throws(StoreError) -> SKU? {
        skuByKey.bind(1, key.rawValue)
        defer { skuByKey.reset() }
        return try skuByKey.step() ? SKU(unchecked: skuByKey.text(0)) : nil
    }

    func attributes(_ key: ItemKey) throws(StoreError) -> [Attribute] {
        attributesByItem.bind(1, key.rawValue)
        defer { attributesByItem.reset() }
        var attributes: [Attribute] = []
        while try attributesByItem.step() {
            attributes.append(
                Attribute(name: attributesByItem.text(0), value: attributesByItem.text(1))
            )
        }
        return attributes
    }

    func locationKey(_ id: LocationID) throws(StoreError) -> LocationKey? {
        locationKeyByID.bind(1, id.text)
        defer { locationKeyByID.reset() }
        guard try locationKeyByID.step() else { return nil }
        return LocationKey(UInt32(truncatingIfNeeded: locationKeyByID.integer(0)))
    }

    func location(_ key: LocationKey) throws(StoreError) -> Location? {
        locationByKey.bind(1, key.rawValue)
        defer { locationByKey.reset() }
        guard try locationByKey.step() else { return nil }
        return try LocationColumns.location(locationByKey)
    }

    // MARK: Levels

    func level(_ key: LevelKey) throws(StoreError) -> StockLevel? {
        levelByKey.bind(1, key.rawValue)
        defer { levelByKey.reset() }
        guard try levelByKey.step() else { return nil }
        return LevelColumns.level(levelByKey)
    }

    /// The stored levels of an item, by key.
    func levels(ofItem item: ItemKey) throws(StoreError) -> [(key: LevelKey, level: StockLevel)] {
        levelsByItem.bind(1, item.rawValue)
        defer { levelsByItem.reset() }
        var levels: [(key: LevelKey, level: StockLevel)] = []
        while try levelsByItem.step() {
            levels.append(
                (
                    LevelKey(rawValue: levelsByItem.unsigned(LevelColumns.count)),
                    LevelColumns.level(levelsByItem)
                )
            )
        }
        return levels
    }

    /// The first stored level of a location that holds stock and that `isTrue` agrees to.
    func firstStocked(
        at location: LocationKey,
        where isTrue: (LevelKey) -> Bool
    ) throws(StoreError) -> LevelKey? {
        stockedByLocation.bind(1, LevelKey(location: location, item: ItemKey(0)).rawValue)
        stockedByLocation.bind(2, LevelKey(location: location, item: ItemKey(.max)).rawValue)
        defer { stockedByLocation.reset() }
        while try stockedByLocation.step() {
            let key = LevelKey(rawValue: stockedByLocation.unsigned(0))
            if isTrue(key) { return key }
        }
        return nil
    }

    // MARK: Journal and reservations

    func journalRow(_ sequence: UInt64) throws(StoreError) -> JournalRow? {
        journalBySequence.bind(1, sequence)
        defer { journalBySequence.reset() }
        guard try journalBySequence.step() else { return nil }
        return try journalBySequence.withBytes(0) { bytes throws(StoreError) in
            try bytes.bytes.journalRow(sequence)
        }
    }

    func journalPlace(
        _ sequence: UInt64
    ) throws(StoreError) -> (position: Position, logTime: LogTime)? {
        placeBySequence.bind(1, sequence)
        defer { placeBySequence.reset() }
        guard try placeBySequence.step() else { return nil }
        return (
            Position(placeBySequence.unsigned(0)),
            LogTime(microseconds: placeBySequence.unsigned(1))
        )
    }

    /// What kind a row of the journal is, without a look into it.
    func journalKind(_ sequence: UInt64) throws(StoreError) -> JournalRow.Kind? {
        kindBySequence.bind(1, sequence)
        defer { kindBySequence.reset() }
        guard try kindBySequence.step() else { return nil }
        return UInt8(exactly: kindBySequence.integer(0)).flatMap(JournalRow.Kind.init(rawValue:))
    }

    /// The journal row that carries the newest state of a changed sale or transfer.
    func documentCarrier(_ key: UInt64) throws(StoreError) -> UInt64? {
        documentByKey.bind(1, key)
        defer { documentByKey.reset() }
        return try documentByKey.step() ? documentByKey.unsigned(0) : nil
    }

    func offer(_ key: LevelKey) throws(StoreError) -> Offer? {
        offerByKey.bind(1, key.rawValue)
        defer { offerByKey.reset() }
        guard try offerByKey.step() else { return nil }
        return try Self.offer(offerByKey, 0)
    }

    /// The stored offers of an item, by key.
    func offers(ofItem item: ItemKey) throws(StoreError) -> [(key: LevelKey, offer: Offer)] {
        offersByItem.bind(1, item.rawValue)
        defer { offersByItem.reset() }
        var offers: [(key: LevelKey, offer: Offer)] = []
        while try offersByItem.step() {
            let key = LevelKey(rawValue: offersByItem.unsigned(1))
            offers.append((key, try Self.offer(offersByItem, 0)))
        }
        return offers
    }

    /// One of the rows that are kept for store agents.
    func storeRecord(_ key: StoreRecordKey) throws(StoreError) -> StoreRecord? {
        StoreRecordColumns.bind(key, storeRecordByKey)
        defer { storeRecordByKey.reset() }
        guard try storeRecordByKey.step() else { return nil }
        return try StoreRecordColumns.record(storeRecordByKey, 0, key)
    }

    /// The offer in a column.
    static func offer(_ row: Statement, _ column: Int32) throws(StoreError) -> Offer {
        try row.withBytes(column) { bytes throws(StoreError) in
            do throws(LedgerCodecError) {
                return try Offer.decode(bytes.bytes)
            } catch {
                throw StoreError(.corrupt, "an offer: \(error)")
            }
        }
    }

    /// Where the newest state of a changed reservation is; nil when it never changed.
    func reservation(_ key: UInt64) throws(StoreError) -> ReservationPlace? {
        reservationByKey.bind(1, key)
        defer { reservationByKey.reset() }
        guard try reservationByKey.step() else { return nil }
        return try ReservationPlace(reservationByKey, carrier: 0, body: 1, key: key)
    }
}

/// Where the newest state of a reservation is.
enum ReservationPlace: Equatable, Sendable {
    /// In the journal row with this sequence.
    case journal(UInt64)
    /// In the `reservation` row itself.
    case body(Reservation)

    init(
        _ row: Statement,
        carrier: Int32,
        body: Int32,
        key: UInt64
    ) throws(StoreError) {
        guard row.isNull(carrier) else {
            self = .journal(row.unsigned(carrier))
            return
        }
        self = try row.withBytes(body) { bytes throws(StoreError) in
            do throws(LedgerCodecError) {
                return .body(try Reservation.decode(bytes.bytes))
            } catch {
                throw StoreError(.corrupt, "reservation \(key): \(error)")
            }
        }
    }
}
