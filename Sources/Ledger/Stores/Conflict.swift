/// Something that a late fact left for people to look at.
public struct Conflict: Equatable, Sendable {
    /// What is wrong.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// More is promised than there is: open for exactly as long as that is so.
        case oversold = 1
        /// Less than nothing is on hand: open for exactly as long as that is so.
        case negativeOnHand = 2
        /// A fact names an item that is not in the catalogue; its units wait here.
        case unknownItem = 3
        /// A fact names a document that is not as it says; what moved was booked as a correction.
        case unmatched = 4
        /// The same price was changed on both sides; the ledger's stands.
        case edit = 5
        /// Two databases speak for one store, or an old copy of one; the store is frozen.
        case fork = 6
    }

    /// What is wrong.
    public var kind: Kind
    /// At which store.
    public var location: LocationID
    /// With which item; nil: with the store itself.
    public var sku: SKU?
    /// Where in the log it was opened.
    public var openedAt: Position
    /// When.
    public var openedTime: LogTime
    /// The fact that opened it; nil: another command did.
    public var cause: FactMark?
    /// Units: how many are missing, or what waits to be booked (below zero: to be taken away).
    public var quantity: Quantity = 0
    /// Promises at risk, the newest holds first, then the newest orders; the first of them.
    public var promises: [ReservationID] = []
    /// Why the document didn't match; nil for other kinds.
    public var mismatch: Refusal.Reason?
    /// Of an edit: what the store wants.
    public var wanted: Money?

    /// Puts the parts together.
    public init(
        kind: Kind,
        location: LocationID,
        sku: SKU?,
        openedAt: Position,
        openedTime: LogTime,
        cause: FactMark? = nil,
        quantity: Quantity = 0
    ) {
        self.kind = kind
        self.location = location
        self.sku = sku
        self.openedAt = openedAt
        self.openedTime = openedTime
        self.cause = cause
        self.quantity = quantity
    }
}

/// A fact that was put aside, until an admin replays it.
public struct QuarantinedFact: Equatable, Sendable {
    /// Which one.
    public var mark: FactMark
    /// The fact itself.
    public var fact: SubmittedFact
    /// When it was taken in.
    public var since: LogTime

    /// Puts the parts together.
    public init(mark: FactMark, fact: SubmittedFact, since: LogTime) {
        self.mark = mark
        self.fact = fact
        self.since = since
    }
}
