/// A command of a client, with its identity.
public struct Request: Equatable, Sendable {
    /// The identity that the client chose.
    public var id: RequestID
    /// Who asked.
    public var actor: Actor
    /// What is asked.
    public var command: Command
    /// Puts the parts together.
    public init(id: RequestID, actor: Actor, command: Command) {
        self.id = id
        self.actor = actor
        self.command = command
    }
}

/// Everything that a client can ask the ledger to change.
public enum Command: Equatable, Sendable {
    case upsertItem(UpsertItem)
    case upsertLocation(UpsertLocation)
    case receive(Receive)
    case adjust(Adjust)
    case sell(Sell)
    case reserve(Reserve)
    case extend(Extend)
    case confirm(Confirm)
    case fulfill(Fulfill)
    case release(Release)
}

/// Creates an item, or replaces what is in it.
public struct UpsertItem: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// What people call it.
    public var title: String
    /// Named properties; names are unique.
    public var attributes: [Attribute]
    /// Minor units of `currency` (cents, pence).
    public var price: Int64
    /// ISO 4217, three capital letters; empty when there is no price.
    public var currency: String
    /// Where it stands in its life.
    public var state: Item.State
    /// 0: must not exist; nil: whatever is there.
    public var expectedVersion: UInt64?
    /// Puts the parts together.
    public init(
        sku: SKU,
        title: String,
        attributes: [Attribute] = [],
        price: Int64 = 0,
        currency: String = "",
        state: Item.State = .active,
        expectedVersion: UInt64? = nil
    ) {
        self.sku = sku
        self.title = title
        self.attributes = attributes
        self.price = price
        self.currency = currency
        self.state = state
        self.expectedVersion = expectedVersion
    }
}

/// Creates a location, or replaces what is in it.
public struct UpsertLocation: Equatable, Sendable {
    /// The identity that the client chose.
    public var id: LocationID
    /// What people call it.
    public var name: String
    /// What kind it is.
    public var kind: Location.Kind
    /// Lower is tried first when the ledger places an order.
    public var priority: Int32
    /// Whether the digital channel may sell its stock.
    public var sellsOnline: Bool
    /// Where it stands in its life.
    public var state: Location.State
    /// 0: must not exist; nil: whatever is there.
    public var expectedVersion: UInt64?
    /// Puts the parts together.
    public init(
        id: LocationID,
        name: String,
        kind: Location.Kind = .store,
        priority: Int32 = 100,
        sellsOnline: Bool = true,
        state: Location.State = .active,
        expectedVersion: UInt64? = nil
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.priority = priority
        self.sellsOnline = sellsOnline
        self.state = state
        self.expectedVersion = expectedVersion
    }
}

/// A quantity of one item at one location.
public struct StockLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// How many units.
    public var quantity: Quantity
    /// Puts the parts together.
    public init(sku: SKU, location: LocationID, quantity: Quantity) {
        self.sku = sku
        self.location = location
        self.quantity = quantity
    }
}

/// Goods arrived: `on_hand += q` for each line.
public struct Receive: Equatable, Sendable {
    /// What, where and how many.
    public var lines: [StockLine]
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(lines: [StockLine], document: Reference? = nil) {
        self.lines = lines
        self.document = document
    }
}

/// A correction with a reason: `on_hand += Δ`, where Δ ≠ 0 may be negative.
public struct Adjust: Equatable, Sendable {
    /// What, where and how many.
    public var lines: [StockLine]
    /// Why, as a code.
    public var reason: Reference?
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(lines: [StockLine], reason: Reference?, document: Reference? = nil) {
        self.lines = lines
        self.reason = reason
        self.document = document
    }
}

/// The decrement of a connected till: all lines or none.
public struct Sell: Equatable, Sendable {
    /// What, where and how many.
    public var lines: [StockLine]
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(lines: [StockLine], document: Reference? = nil) {
        self.lines = lines
        self.document = document
    }
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
    /// Puts the parts together.
    public init(
        reservation: ReservationID,
        owner: Owner,
        lines: [StockLine],
        ttl: Milliseconds,
        replaces: ReservationID? = nil
    ) {
        self.reservation = reservation
        self.owner = owner
        self.lines = lines
        self.ttl = ttl
        self.replaces = replaces
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
