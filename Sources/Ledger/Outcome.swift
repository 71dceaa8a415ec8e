/// What the ledger says to a request, at a place in the log.
public struct Answer: Equatable, Sendable {
    /// Where the request was applied. A replay carries the position of the first time.
    public var position: Position
    public var logTime: LogTime
    public var outcome: Outcome
    /// True when the same request had been applied before.
    public var replayed: Bool
    public init(position: Position, logTime: LogTime, outcome: Outcome, replayed: Bool = false) {
        self.position = position
        self.logTime = logTime
        self.outcome = outcome
        self.replayed = replayed
    }
}

/// Done, or refused by a rule of the business; both are applied, journaled and remembered.
public enum Outcome: Equatable, Sendable {
    /// An item or a location now has this version.
    case version(UInt64)
    /// The levels that a movement of stock left behind, one per (sku, location) it named.
    case levels([LevelView])
    /// The reservation as it now is.
    case reservation(Reservation)
    case refused(Refusal)
}

/// The buckets of one (sku, location), named by text.
public struct LevelView: Equatable, Sendable {
    public var sku: SKU
    public var location: LocationID
    public var level: StockLevel
    public init(sku: SKU, location: LocationID, level: StockLevel) {
        self.sku = sku
        self.location = location
        self.level = level
    }
}

/// Why the ledger said no. One vocabulary for gRPC, HTTP and the command line.
public enum Refusal: Equatable, Sendable {
    case insufficientStock([Shortage])
    case itemNotFound(SKU)
    case itemArchived(SKU)
    case locationNotFound(LocationID)
    case locationClosed(LocationID)
    case reservationNotFound(ReservationID)
    case reservationExists(ReservationID)
    case reservationExpired(ReservationID)
    case reservationClosed(ReservationID, Reservation.State)
    case maxTTLReached(ReservationID, latest: LogTime)
    case holdQuotaExceeded(Owner, limit: Int)
    case exceedsOpenQuantity([Shortage])
    case versionMismatch(current: UInt64)
    case reasonRequired
    case quantityOverflow(SKU, LocationID)
    case stockRemains(SKU?, LocationID?)
    case idempotencyKeyReused(RequestID)
}

/// A line that could not be had in full.
public struct Shortage: Equatable, Sendable {
    public var sku: SKU
    public var location: LocationID
    public var requested: Quantity
    public var available: Quantity
    public init(sku: SKU, location: LocationID, requested: Quantity, available: Quantity) {
        self.sku = sku
        self.location = location
        self.requested = requested
        self.available = available
    }
}
