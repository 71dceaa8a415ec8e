/// A product of the catalogue.
public struct Item: Equatable, Sendable {
    public enum State: UInt8, Sendable {
        case active = 1
        case archived = 2
    }

    public var sku: SKU
    public var title: String
    /// Sorted by name, names unique.
    public var attributes: [Attribute]
    /// Minor units of `currency` (cents, pence).
    public var price: Int64
    /// ISO 4217, three capital letters; empty when the item has no price.
    public var currency: String
    public var state: State
    /// 1 at creation, one more with each change.
    public var version: UInt64

    public init(
        sku: SKU,
        title: String,
        attributes: [Attribute],
        price: Int64,
        currency: String,
        state: State,
        version: UInt64
    ) {
        self.sku = sku
        self.title = title
        self.attributes = attributes
        self.price = price
        self.currency = currency
        self.state = state
        self.version = version
    }
}

/// One named property of an item.
public struct Attribute: Equatable, Sendable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A store or a warehouse.
public struct Location: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        case store = 1
        case warehouse = 2
    }
    public enum State: UInt8, Sendable {
        case active = 1
        case draining = 2
        case closed = 3
    }

    public var id: LocationID
    public var name: String
    public var kind: Kind
    /// Lower is tried first when the ledger places an order.
    public var priority: Int32
    public var sellsOnline: Bool
    public var state: State
    public var version: UInt64

    public init(
        id: LocationID,
        name: String,
        kind: Kind,
        priority: Int32,
        sellsOnline: Bool,
        state: State,
        version: UInt64
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.priority = priority
        self.sellsOnline = sellsOnline
        self.state = state
        self.version = version
    }
}

/// The buckets of one item at one location.
public struct StockLevel: Equatable, Sendable {
    /// Signed: a late fact may take it below zero.
    public var onHand: Quantity = 0
    public var reserved: Quantity = 0
    public var allotted: Quantity = 0
    /// Damaged or on hold.
    public var unavailable: Quantity = 0
    public var incoming: Quantity = 0
    public var safetyStock: Quantity = 0
    public var backorderLimit: Quantity = 0
    /// One more with each change.
    public var version: UInt64 = 0

    public init() {}

    /// What may still be promised; the one place where it is computed.
    public var available: Quantity { onHand - reserved - allotted - unavailable }
    /// What the digital channel may sell.
    public var availableOnline: Quantity { available - safetyStock }
}

/// Who holds a reservation.
public struct Owner: Equatable, Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        case customer = 1
        case store = 2
        case order = 3
    }
    public var kind: Kind
    public var reference: Reference
    public init(kind: Kind, reference: Reference) {
        self.kind = kind
        self.reference = reference
    }
}

/// One (item, location) of a reservation.
public struct ReservationLine: Equatable, Sendable {
    public var sku: SKU
    public var location: LocationID
    public var requested: Quantity
    public var fulfilled: Quantity = 0
    public var released: Quantity = 0

    /// `requested = open + fulfilled + released`.
    public var open: Quantity { requested - fulfilled - released }

    public init(sku: SKU, location: LocationID, requested: Quantity) {
        self.sku = sku
        self.location = location
        self.requested = requested
    }
}

/// A promise of stock.
public struct Reservation: Equatable, Sendable {
    public enum State: UInt8, Sendable {
        case held = 1
        case confirmed = 2
        case fulfilled = 3
        case released = 4
        case expired = 5
    }

    public var id: ReservationID
    public var owner: Owner
    public var state: State
    /// One per (sku, location), in the order first asked for.
    public var lines: [ReservationLine]
    /// When a HELD one expires; meaningless in other states.
    public var expireTime: LogTime
    /// No extension goes beyond it; fixed at creation.
    public var maxExpireTime: LogTime
    /// The order it was confirmed for.
    public var orderReference: Reference?
    public var version: UInt64

    public init(
        id: ReservationID,
        owner: Owner,
        state: State,
        lines: [ReservationLine],
        expireTime: LogTime,
        maxExpireTime: LogTime,
        orderReference: Reference?,
        version: UInt64
    ) {
        self.id = id
        self.owner = owner
        self.state = state
        self.lines = lines
        self.expireTime = expireTime
        self.maxExpireTime = maxExpireTime
        self.orderReference = orderReference
        self.version = version
    }
}
