/// What the ledger says to a request, at a place in the log.
public struct Answer: Equatable, Sendable {
    /// Where the request was applied; a replay carries the position of the first time.
    public var position: Position
    /// The time of that entry.
    public var logTime: LogTime
    /// Done, or why not.
    public var outcome: Outcome
    /// True when the same request had been applied before.
    public var replayed: Bool
    /// Puts the parts together.
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
    /// The reservation as it now is; indirect, since an outcome changes hands often on its way out.
    indirect case reservation(Reservation)
    case refused(Refusal)
}

/// The buckets of one (sku, location), named by text.
public struct LevelView: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// Its buckets.
    public var level: StockLevel
    /// Puts the parts together.
    public init(sku: SKU, location: LocationID, level: StockLevel) {
        self.sku = sku
        self.location = location
        self.level = level
    }
}

/// Why the ledger said no: one vocabulary for gRPC, HTTP and the command line.
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
    /// Not a command that the edge would have let into the log; `Request.validate()` names all of it.
    case malformed(FieldViolation)
}

/// A line that could not be had in full.
public struct Shortage: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// How many were asked for.
    public var requested: Quantity
    /// How many could be had.
    public var available: Quantity
    /// Puts the parts together.
    public init(sku: SKU, location: LocationID, requested: Quantity, available: Quantity) {
        self.sku = sku
        self.location = location
        self.requested = requested
        self.available = available
    }
}
