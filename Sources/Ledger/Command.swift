/// A command of a client, with its identity.
public struct Request: Equatable, Sendable {
    public var id: RequestID
    public var actor: Actor
    public var command: Command
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
    public var sku: SKU
    public var title: String
    public var attributes: [Attribute]
    public var price: Int64
    public var currency: String
    public var state: Item.State
    /// 0: must not exist; nil: whatever is there.
    public var expectedVersion: UInt64?
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
    public var id: LocationID
    public var name: String
    public var kind: Location.Kind
    public var priority: Int32
    public var sellsOnline: Bool
    public var state: Location.State
    /// 0: must not exist; nil: whatever is there.
    public var expectedVersion: UInt64?
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
    public var sku: SKU
    public var location: LocationID
    public var quantity: Quantity
    public init(sku: SKU, location: LocationID, quantity: Quantity) {
        self.sku = sku
        self.location = location
        self.quantity = quantity
    }
}

/// Goods arrived: `on_hand += q` for each line.
public struct Receive: Equatable, Sendable {
    public var lines: [StockLine]
    public var document: Reference?
    public init(lines: [StockLine], document: Reference? = nil) {
        self.lines = lines
        self.document = document
    }
}

/// A correction with a reason: `on_hand += Δ`, where Δ ≠ 0 may be negative.
public struct Adjust: Equatable, Sendable {
    public var lines: [StockLine]
    public var reason: Reference?
    public var document: Reference?
    public init(lines: [StockLine], reason: Reference?, document: Reference? = nil) {
        self.lines = lines
        self.reason = reason
        self.document = document
    }
}

/// The decrement of a connected till: all lines or none.
public struct Sell: Equatable, Sendable {
    public var lines: [StockLine]
    public var document: Reference?
    public init(lines: [StockLine], document: Reference? = nil) {
        self.lines = lines
        self.document = document
    }
}

/// Takes a hold on all lines, or on none.
public struct Reserve: Equatable, Sendable {
    public var reservation: ReservationID
    public var owner: Owner
    public var lines: [StockLine]
    public var ttl: Milliseconds
    /// Released in the same step, so that nobody is blocked by a hold of their own.
    public var replaces: ReservationID?
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
    public var reservation: ReservationID
    public var ttl: Milliseconds
    public init(reservation: ReservationID, ttl: Milliseconds) {
        self.reservation = reservation
        self.ttl = ttl
    }
}

/// Turns a hold into a promise without an end.
public struct Confirm: Equatable, Sendable {
    public var reservation: ReservationID
    public var order: Reference?
    public init(reservation: ReservationID, order: Reference? = nil) {
        self.reservation = reservation
        self.order = order
    }
}

/// The goods left: `reserved −= k, on_hand −= k`.
public struct Fulfill: Equatable, Sendable {
    public var reservation: ReservationID
    /// Empty: everything that is open.
    public var lines: [StockLine]
    public init(reservation: ReservationID, lines: [StockLine] = []) {
        self.reservation = reservation
        self.lines = lines
    }
}

/// Gives stock back: `reserved −= k`.
public struct Release: Equatable, Sendable {
    public var reservation: ReservationID
    /// Empty: everything that is open.
    public var lines: [StockLine]
    public var reason: Reference?
    public init(reservation: ReservationID, lines: [StockLine] = [], reason: Reference? = nil) {
        self.reservation = reservation
        self.lines = lines
        self.reason = reason
    }
}
