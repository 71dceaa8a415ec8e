/// Rows over those of a ledger: writes are kept aside, reads see them, and all are kept or dropped.
///
/// Besides the rows themselves it notes the writes in their order, and commits them in that order, so
/// that the ledger below sees exactly the calls that it would have seen without it.
struct StagedState<Base: LedgerState>: LedgerRows {
    typealias Failure = Base.Failure

    private enum Write {
        case header(LedgerHeader)
        case item(Item, ItemKey)
        case location(Location, LocationKey)
        case level(StockLevel, LevelKey)
        case offer(Offer, LevelKey)
        case reservation(Reservation, previous: Reservation?)
        case newSale(SaleID)
        case sale(Sale)
        case transfer(Transfer)
        case storeRecord(StoreRecord?, StoreRecordKey)
        case row(JournalRow)
    }

    /// The ledger, as it was but for what was committed.
    private(set) var base: Base
    private var writes: [Write] = []

    private var stagedHeader: LedgerHeader
    private var itemKeys: [SKU: ItemKey] = [:]
    private var items: [ItemKey: Item] = [:]
    private var locationKeys: [LocationID: LocationKey] = [:]
    private var locations: [LocationKey: Location] = [:]
    private var levels: [LevelKey: StockLevel] = [:]
    private var offers: [LevelKey: Offer] = [:]
    private var reservations: [ReservationID: Reservation] = [:]
    private var openHoldDeltas: [Owner: Int] = [:]
    private var sales: [SaleID: Sale] = [:]
    /// The sale that the next row makes.
    private var expectedSale: SaleID?
    private var transfers: [TransferID: Transfer] = [:]
    private var storeRecords: [StoreRecordKey: StoreRecord?] = [:]

    /// Takes the ledger over; it is found in `base` afterwards.
    init(over base: consuming Base) {
        stagedHeader = base.header
        self.base = base
    }

    /// Does to the ledger what was done here.
    mutating func commit() throws(Failure) {
        for write in writes { try commit(write) }
        writes = []
    }

    private mutating func commit(_ write: Write) throws(Failure) {
        switch write {
        case .header(let header): base.header = header
        case .item(let item, let key): base.setItem(item, key: key)
        case .location(let location, let key): base.setLocation(location, key: key)
        case .level(let level, let key): base.setLevel(level, key: key)
        case .offer(let offer, let key): base.setOffer(offer, key: key)
        case .reservation(let reservation, let previous):
            // A ledger may rely on a row being read before it is changed.
            if previous != nil { _ = try base.reservation(reservation.id) }
            base.setReservation(reservation, previous: previous)
        case .newSale(let id): base.createSale(id)
        case .sale(let sale):
            _ = try base.sale(sale.id)
            base.setSale(sale)
        case .transfer(let transfer):
            _ = try base.transfer(transfer.id)
            base.setTransfer(transfer)
        case .storeRecord(let record, let key):
            _ = try base.storeRecord(key)
            base.setStoreRecord(record, key: key)
        case .row(let row): base.append(row)
        }
    }
}

// MARK: - Catalogue

extension StagedState {
    var header: LedgerHeader {
        get { stagedHeader }
        set {
            stagedHeader = newValue
            writes.append(.header(newValue))
        }
    }

    mutating func itemKey(_ sku: SKU) throws(Failure) -> ItemKey? {
        if let key = itemKeys[sku] { return key }
        return try base.itemKey(sku)
    }

    mutating func item(_ key: ItemKey) throws(Failure) -> Item? {
        if let item = items[key] { return item }
        return try base.item(key)
    }

    mutating func itemState(_ key: ItemKey) throws(Failure) -> Item.State? {
        if let item = items[key] { return item.state }
        return try base.itemState(key)
    }

    mutating func setItem(_ item: Item, key: ItemKey) {
        itemKeys[item.sku] = key
        items[key] = item
        writes.append(.item(item, key))
    }

    mutating func locationKey(_ id: LocationID) throws(Failure) -> LocationKey? {
        if let key = locationKeys[id] { return key }
        return try base.locationKey(id)
    }

    mutating func location(_ key: LocationKey) throws(Failure) -> Location? {
        if let location = locations[key] { return location }
        return try base.location(key)
    }

    mutating func locationState(_ key: LocationKey) throws(Failure) -> Location.State? {
        if let location = locations[key] { return location.state }
        return try base.locationState(key)
    }

    mutating func setLocation(_ location: Location, key: LocationKey) {
        locationKeys[location.id] = key
        locations[key] = location
        writes.append(.location(location, key))
    }

    mutating func onlineLocations(limit: Int) throws(Failure) -> [OnlineLocation] {
        guard !locations.isEmpty else { return try base.onlineLocations(limit: limit) }
        // As many more as may have been changed here.
        var found = try base.onlineLocations(limit: limit + locations.count)
        found.removeAll { locations[$0.key] != nil }
        for (key, location) in locations {
            if let online = OnlineLocation(location, key: key) { found.append(online) }
        }
        found.sort(by: OnlineLocation.isTriedBefore)
        return Array(found.prefix(limit))
    }

    mutating func offer(_ key: LevelKey) throws(Failure) -> Offer? {
        if let offer = offers[key] { return offer }
        return try base.offer(key)
    }

    mutating func setOffer(_ offer: Offer, key: LevelKey) {
        offers[key] = offer
        writes.append(.offer(offer, key))
    }
}

// MARK: - Stock

extension StagedState {
    mutating func level(_ key: LevelKey) throws(Failure) -> StockLevel {
        if let level = levels[key] { return level }
        return try base.level(key)
    }

    mutating func setLevel(_ level: StockLevel, key: LevelKey) {
        levels[key] = level
        writes.append(.level(level, key))
    }

    mutating func holdsStock(
        item: ItemKey,
        besides ignored: Set<LevelKey>
    ) throws(Failure) -> Bool {
        if holdsStock(besides: ignored, where: { $0.item == item }) { return true }
        return try base.holdsStock(item: item, besides: ignored.union(levels.keys))
    }

    mutating func holdsStock(
        location: LocationKey,
        besides ignored: Set<LevelKey>
    ) throws(Failure) -> Bool {
        if holdsStock(besides: ignored, where: { $0.location == location }) { return true }
        return try base.holdsStock(location: location, besides: ignored.union(levels.keys))
    }

    private func holdsStock(
        besides ignored: Set<LevelKey>,
        where isMeant: (LevelKey) -> Bool
    ) -> Bool {
        levels.contains { key, level in
            isMeant(key) && !ignored.contains(key) && level.holdsStock
        }
    }

    mutating func reservation(_ id: ReservationID) throws(Failure) -> Reservation? {
        if let reservation = reservations[id] { return reservation }
        return try base.reservation(id)
    }

    mutating func setReservation(_ reservation: Reservation, previous: Reservation?) {
        let opened = (reservation.isOpen ? 1 : 0) - (previous?.isOpen == true ? 1 : 0)
        if opened != 0 { openHoldDeltas[reservation.owner, default: 0] += opened }
        reservations[reservation.id] = reservation
        writes.append(.reservation(reservation, previous: previous))
    }

    mutating func openHolds(of owner: Owner) throws(Failure) -> Int {
        try base.openHolds(of: owner) + (openHoldDeltas[owner] ?? 0)
    }

    mutating func sale(_ id: SaleID) throws(Failure) -> Sale? {
        if let sale = sales[id] { return sale }
        return try base.sale(id)
    }

    mutating func createSale(_ id: SaleID) {
        expectedSale = id
        writes.append(.newSale(id))
    }

    mutating func setSale(_ sale: Sale) {
        sales[sale.id] = sale
        writes.append(.sale(sale))
    }

    mutating func transfer(_ id: TransferID) throws(Failure) -> Transfer? {
        if let transfer = transfers[id] { return transfer }
        return try base.transfer(id)
    }

    mutating func setTransfer(_ transfer: Transfer) {
        transfers[transfer.id] = transfer
        writes.append(.transfer(transfer))
    }

    mutating func storeRecord(_ key: StoreRecordKey) throws(Failure) -> StoreRecord? {
        if let record = storeRecords[key] { return record }
        return try base.storeRecord(key)
    }

    mutating func setStoreRecord(_ record: StoreRecord?, key: StoreRecordKey) {
        storeRecords.updateValue(record, forKey: key)
        writes.append(.storeRecord(record, key))
    }

    /// Of the ledger below, as they are here; what was taken here is no promise that anybody was told.
    mutating func promises(
        at level: LevelKey,
        reserved: Quantity,
        limit: Int
    ) throws(Failure) -> [Reservation] {
        try base.promises(at: level, reserved: reserved, limit: limit).compactMap {
            let now = reservations[$0.id] ?? $0
            return now.isOpen ? now : nil
        }
    }

    mutating func append(_ row: consuming JournalRow) {
        if let id = expectedSale {
            precondition(row.saleID == id, "the row after a new sale is the one that makes it")
            sales[id] = row.madeSale
            expectedSale = nil
        }
        writes.append(.row(row))
    }
}
