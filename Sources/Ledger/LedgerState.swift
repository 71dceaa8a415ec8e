/// The counters and clocks that belong to the state itself.
public struct LedgerHeader: Equatable, Sendable {
    /// The last applied log entry.
    public var position = Position(0)
    /// The time of the last applied entry; strictly rising.
    public var logTime = LogTime(microseconds: 0)
    /// The sequence of the last journal row.
    public var journalSequence: UInt64 = 0
    /// The last key given to an item, and to a location.
    public var lastItemKey: UInt32 = 0
    /// The last key given to a location.
    public var lastLocationKey: UInt32 = 0
    /// Before the first entry.
    public init() {}
}

/// An answer that is kept so that a repeated request gets it again.
public struct RememberedAnswer: Equatable, Sendable {
    /// The digest of the payload that was answered.
    public var digest: UInt64
    /// The answer of the first time.
    public var answer: Answer
    /// Puts the parts together.
    public init(digest: UInt64, answer: Answer) {
        self.digest = digest
        self.answer = answer
    }
}

/// The rows that the rules read and write, whatever keeps them.
///
/// Reads see all writes made before them. A write never fails; a read may, when the disk does,
/// and then the node stops: a failing disk is no refusal.
public protocol LedgerState {
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

    /// A level that was never written is all zeros, version 0.
    mutating func level(_ key: LevelKey) throws(Failure) -> StockLevel
    mutating func setLevel(_ level: StockLevel, key: LevelKey)
    /// Whether any level of the item (or of the location) has a bucket that is not zero.
    mutating func holdsStock(item: ItemKey) throws(Failure) -> Bool
    mutating func holdsStock(location: LocationKey) throws(Failure) -> Bool

    mutating func reservation(_ id: ReservationID) throws(Failure) -> Reservation?
    /// Stores it; keeps the order of expiry and the count of open holds per owner in step
    /// (`previous` is what was stored before, nil for a new one).
    mutating func setReservation(_ reservation: Reservation, previous: Reservation?)
    /// The HELD reservation with the least (expireTime, creation order), if it expires at or before `time`.
    mutating func nextExpired(at time: LogTime) throws(Failure) -> Reservation?
    /// The least expiry among HELD reservations.
    var earliestExpiry: LogTime? { get }
    /// How many HELD or CONFIRMED reservations the owner has.
    mutating func openHolds(of owner: Owner) throws(Failure) -> Int

    mutating func rememberedAnswer(_ id: RequestID) throws(Failure) -> RememberedAnswer?
    /// Appends to the journal; a row caused by a request also remembers its answer.
    mutating func append(_ row: consuming JournalRow)
}

/// Every line of every command asks for these two; a state that need not copy the row says so itself.
extension LedgerState {
    /// Where the item stands in its life; nil when there is none.
    public mutating func itemState(_ key: ItemKey) throws(Failure) -> Item.State? {
        try item(key)?.state
    }

    /// Where the location stands in its life; nil when there is none.
    public mutating func locationState(_ key: LocationKey) throws(Failure) -> Location.State? {
        try location(key)?.state
    }
}
