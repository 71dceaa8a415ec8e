/// So many units of one item, wherever they are.
public struct ItemLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// How many units.
    public var quantity: Quantity
    /// Puts the parts together.
    public init(sku: SKU, quantity: Quantity) {
        self.sku = sku
        self.quantity = quantity
    }
}

/// How the ledger chooses locations for lines that name none.
public enum Placement: UInt8, Sendable {
    /// One location for all of them together.
    case whole = 1
    /// Line by line, a line's units from several locations if need be.
    case split = 2
}

/// Takes a hold on all lines, or on none.
public struct Reserve: Equatable, Sendable {
    /// The reservation meant.
    public var reservation: ReservationID
    /// Who holds it.
    public var owner: Owner
    /// What, where and how many.
    public var lines: [StockLine]
    /// How long from now.
    public var ttl: Milliseconds
    /// Released in the same step, so that nobody is blocked by a hold of their own.
    public var replaces: ReservationID?
    /// Lines whose location the ledger chooses, among ACTIVE ones that sell online, by priority.
    public var unplaced: [ItemLine]
    /// How it chooses.
    public var placement: Placement
    /// For the digital channel: at named locations too safety stock is kept back, and there is nothing at
    /// one that doesn't sell online, as it always is for unplaced lines.
    public var online: Bool
    /// Puts the parts together.
    public init(
        reservation: ReservationID,
        owner: Owner,
        lines: [StockLine],
        ttl: Milliseconds,
        replaces: ReservationID? = nil,
        unplaced: [ItemLine] = [],
        placement: Placement = .whole,
        online: Bool = false
    ) {
        self.reservation = reservation
        self.owner = owner
        self.lines = lines
        self.ttl = ttl
        self.replaces = replaces
        self.unplaced = unplaced
        self.placement = placement
        self.online = online
    }
}

/// Moves the expiry of a hold to `ttl` from now.
public struct Extend: Equatable, Sendable {
    /// The reservation meant.
    public var reservation: ReservationID
    /// How long from now.
    public var ttl: Milliseconds
    /// Puts the parts together.
    public init(reservation: ReservationID, ttl: Milliseconds) {
        self.reservation = reservation
        self.ttl = ttl
    }
}

/// Turns a hold into a promise without an end.
public struct Confirm: Equatable, Sendable {
    /// The reservation meant.
    public var reservation: ReservationID
    /// The order it is promised to.
    public var order: Reference?
    /// Puts the parts together.
    public init(reservation: ReservationID, order: Reference? = nil) {
        self.reservation = reservation
        self.order = order
    }
}

/// The goods left: `reserved −= k, on_hand −= k`.
public struct Fulfill: Equatable, Sendable {
    /// The reservation meant.
    public var reservation: ReservationID
    /// Empty: everything that is open.
    public var lines: [StockLine]
    /// Puts the parts together.
    public init(reservation: ReservationID, lines: [StockLine] = []) {
        self.reservation = reservation
        self.lines = lines
    }
}

/// Gives stock back: `reserved −= k`.
public struct Release: Equatable, Sendable {
    /// The reservation meant.
    public var reservation: ReservationID
    /// Empty: everything that is open.
    public var lines: [StockLine]
    /// Why, as a code.
    public var reason: Reference?
    /// Puts the parts together.
    public init(reservation: ReservationID, lines: [StockLine] = [], reason: Reference? = nil) {
        self.reservation = reservation
        self.lines = lines
        self.reason = reason
    }
}
