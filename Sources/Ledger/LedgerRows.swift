/// The rows that commands read and write, whatever keeps them.
///
/// Reads see all writes made before them. A write never fails; a read may, when the disk does,
/// and then the node stops: a failing disk is no refusal.
public protocol LedgerRows {
    associatedtype Failure: Error

    var header: LedgerHeader { get set }

    mutating func itemKey(_ sku: SKU) throws(Failure) -> ItemKey?
    mutating func item(_ key: ItemKey) throws(Failure) -> Item?
    mutating func itemState(_ key: ItemKey) throws(Failure) -> Item.State?
    mutating func setItem(_ item: Item, key: ItemKey)

    mutating func locationKey(_ id: LocationID) throws(Failure) -> LocationKey?
    mutating func location(_ key: LocationKey) throws(Failure) -> Location?
    mutating func locationState(_ key: LocationKey) throws(Failure) -> Location.State?
    mutating func setLocation(_ location: Location, key: LocationKey)
    /// The first of the ACTIVE locations that sell online, in the order in which they are tried; at
    /// most `limit`.
    mutating func onlineLocations(limit: Int) throws(Failure) -> [OnlineLocation]

    /// A level that was never written is all zeros, version 0.
    mutating func level(_ key: LevelKey) throws(Failure) -> StockLevel
    mutating func setLevel(_ level: StockLevel, key: LevelKey)
    /// Whether any level of the item (or of the location) has a bucket that is not zero, but for
    /// those in `ignored`.
    mutating func holdsStock(item: ItemKey, besides ignored: Set<LevelKey>) throws(Failure) -> Bool
    mutating func holdsStock(
        location: LocationKey,
        besides ignored: Set<LevelKey>
    ) throws(Failure) -> Bool

    mutating func offer(_ key: LevelKey) throws(Failure) -> Offer?
    mutating func setOffer(_ offer: Offer, key: LevelKey)

    mutating func reservation(_ id: ReservationID) throws(Failure) -> Reservation?
    /// Stores it; keeps the order of expiry and the count of open holds per owner in step
    /// (`previous` is what was read before, nil for a new one). The journal row that follows carries
    /// it, unless another reservation takes its place.
    mutating func setReservation(_ reservation: Reservation, previous: Reservation?)
    /// How many HELD or CONFIRMED reservations the owner has.
    mutating func openHolds(of owner: Owner) throws(Failure) -> Int

    /// The sale, found in the row that made it until something of it came back.
    mutating func sale(_ id: SaleID) throws(Failure) -> Sale?
    /// A sale is made by the journal row that is appended next, which has this `saleID`.
    mutating func createSale(_ id: SaleID)
    /// Stores a sale, that was read before, of which something came back. The journal row that is
    /// appended next carries it.
    mutating func setSale(_ sale: Sale)

    mutating func transfer(_ id: TransferID) throws(Failure) -> Transfer?
    /// Stores a transfer, a new one or one that was read before. The journal row that is appended
    /// next carries it.
    mutating func setTransfer(_ transfer: Transfer)

    mutating func storeRecord(_ key: StoreRecordKey) throws(Failure) -> StoreRecord?
    /// Stores or forgets (nil) a row, a new one or one that was read before.
    mutating func setStoreRecord(_ record: StoreRecord?, key: StoreRecordKey)
    /// The reservations that hold units of a level, the newest first; at most `limit`.
    ///
    /// Found by looking back through the rows of the journal in which reservations were taken that
    /// moved the level, at most `promiseRowsMax` of them, until `reserved` units are found.
    mutating func promises(
        at level: LevelKey,
        reserved: Quantity,
        limit: Int
    ) throws(Failure) -> [Reservation]

    /// Appends to the journal; a row caused by a request also remembers its answer.
    mutating func append(_ row: consuming JournalRow)
}

/// Every line of every command asks for these two; a state that need not copy the row says so itself.
extension LedgerRows {
    /// Where the item stands in its life; nil when there is none.
    public mutating func itemState(_ key: ItemKey) throws(Failure) -> Item.State? {
        try item(key)?.state
    }

    /// Where the location stands in its life; nil when there is none.
    public mutating func locationState(_ key: LocationKey) throws(Failure) -> Location.State? {
        try location(key)?.state
    }

    /// Whether any level of the item has a bucket that is not zero.
    public mutating func holdsStock(item: ItemKey) throws(Failure) -> Bool {
        try holdsStock(item: item, besides: [])
    }

    /// Whether any level of the location has a bucket that is not zero.
    public mutating func holdsStock(location: LocationKey) throws(Failure) -> Bool {
        try holdsStock(location: location, besides: [])
    }
}
