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
    /// True when nothing was done: this is what the answer would have been at the position.
    public var validated: Bool
    /// Puts the parts together.
    public init(
        position: Position,
        logTime: LogTime,
        outcome: Outcome,
        replayed: Bool = false,
        validated: Bool = false
    ) {
        self.position = position
        self.logTime = logTime
        self.outcome = outcome
        self.replayed = replayed
        self.validated = validated
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
    /// The levels that a count corrected, and those that it left alone, since they had changed.
    indirect case counted(applied: [LevelView], outdated: [LevelView])
    /// The sale as it now is, after something came back.
    indirect case sale(Sale)
    indirect case transfer(Transfer)
    indirect case offer(Offer)
    /// A store's agent as it is now.
    indirect case store(StoreAgent)
    /// What became of facts.
    indirect case facts(FactsReceipt)
    /// Rights as they are now, in this epoch of the store.
    case allotments(epoch: UInt32, [AllotmentView])
    /// Done, with nothing to show.
    case done
    /// What each command of a batch gave; none is a refusal.
    case batch([Outcome])
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
    case exceedsUnavailable([Shortage])
    case saleNotFound(SaleID)
    case saleExists(SaleID)
    case exceedsSoldQuantity([Shortage])
    /// Every line of a count was made against another version; the levels as they are.
    case countOutdated([LevelView])
    case transferNotFound(TransferID)
    case transferExists(TransferID)
    case transferClosed(TransferID, Transfer.State)
    /// More than is still to be shipped; no lines when nothing is.
    case exceedsRequested([Shortage])
    /// More than is on its way; no lines when nothing is.
    case exceedsInTransit([Shortage])
    /// The first command of a batch that was refused, and why; nothing of the batch was done.
    indirect case batchRefused(index: Int, Refusal)
    /// No agent was ever registered there.
    case storeNotRegistered(LocationID)
    /// Another agent holds the store; an operator can let this one take over.
    case storeTaken(LocationID, instance: Reference, epoch: UInt32)
    /// Its chain forked; nothing is taken in until an operator lets an agent take over.
    case storeFrozen(LocationID)
    /// The agent speaks in an epoch that is over; or that never was.
    case epochFenced(LocationID, current: UInt32)
    /// Facts before the first one that was sent are missing.
    case sequenceGap(LocationID, expected: UInt64)
    /// The chain that was sent is another than the one that was taken in: the store is frozen now.
    case forked(LocationID, sequence: UInt64)
    /// Rights of another epoch than the current one.
    case staleEpoch(LocationID, current: UInt32)
    /// No such conflict is open.
    case conflictNotFound(StoreRecordKey)
    /// It ends when what is wrong is put right, and not by anybody's word.
    case conflictStands(StoreRecordKey)
    /// No such fact was put aside.
    case factNotFound(FactMark)
    /// Not a command that the edge would have let into the log; `Request.validate()` names all of it.
    case malformed(FieldViolation)
}

/// A line that could not be had in full.
public struct Shortage: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where; nil: wherever the ledger would have placed it.
    public var location: LocationID?
    /// How many were asked for.
    public var requested: Quantity
    /// How many could be had.
    public var available: Quantity
    /// Puts the parts together.
    public init(sku: SKU, location: LocationID?, requested: Quantity, available: Quantity) {
        self.sku = sku
        self.location = location
        self.requested = requested
        self.available = available
    }
}
