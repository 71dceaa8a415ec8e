/// A product of the catalogue.
public struct Item: Equatable, Sendable {
    /// Where it stands in its life.
    public enum State: UInt8, Sendable {
        case active = 1
        case archived = 2
    }

    /// The item.
    public var sku: SKU
    /// What people call it.
    public var title: String
    /// Sorted by name, names unique.
    public var attributes: [Attribute]
    /// Minor units of `currency` (cents, pence).
    public var price: Int64
    /// ISO 4217, three capital letters; empty when the item has no price.
    public var currency: String
    /// Where it stands in its life.
    public var state: State
    /// 1 at creation, one more with each change.
    public var version: UInt64

    /// Puts the parts together.
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
    /// What people call it.
    public var name: String
    /// The property itself.
    public var value: String
    /// Puts the parts together.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A store or a warehouse.
public struct Location: Equatable, Sendable {
    /// What kind it is.
    public enum Kind: UInt8, Sendable {
        case store = 1
        case warehouse = 2
    }
    /// Where it stands in its life.
    public enum State: UInt8, Sendable {
        case active = 1
        case draining = 2
        case closed = 3
    }

    /// The identity that the client chose.
    public var id: LocationID
    /// What people call it.
    public var name: String
    /// What kind it is.
    public var kind: Kind
    /// Lower is tried first when the ledger places an order.
    public var priority: Int32
    /// Whether the digital channel may sell its stock.
    public var sellsOnline: Bool
    /// Where it stands in its life.
    public var state: State
    /// 1 at creation, one more with each change.
    public var version: UInt64

    /// Puts the parts together.
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
    /// Promised to customers.
    public var reserved: Quantity = 0
    /// Granted to store agents.
    public var allotted: Quantity = 0
    /// Damaged or on hold; a part of what is on hand.
    public var unavailable: Quantity = 0
    /// On its way.
    public var incoming: Quantity = 0
    /// Kept back from the digital channel.
    public var safetyStock: Quantity = 0
    /// How far below zero promises may take what is available.
    public var backorderLimit: Quantity = 0
    /// One more with each change.
    public var version: UInt64 = 0

    /// All zeros.
    public init() {}

    /// What may still be promised; the one place where it is computed.
    public var available: Quantity { onHand - reserved - allotted - unavailable }
    /// What the digital channel may sell.
    public var availableOnline: Quantity { available - safetyStock }
}

/// Who holds a reservation.
public struct Owner: Equatable, Hashable, Sendable {
    /// What kind it is.
    public enum Kind: UInt8, Sendable {
        case customer = 1
        case store = 2
        case order = 3
    }
    /// What kind it is.
    public var kind: Kind
    /// Which one of that kind.
    public var reference: Reference
    /// Puts the parts together.
    public init(kind: Kind, reference: Reference) {
        self.kind = kind
        self.reference = reference
    }
}

/// One (item, location) of a reservation.
public struct ReservationLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// How many were asked for.
    public var requested: Quantity
    /// How many were handed over.
    public var fulfilled: Quantity = 0
    /// How many were given back.
    public var released: Quantity = 0
    /// How many of those handed over came back.
    public var returned: Quantity = 0

    /// `requested = open + fulfilled + released`.
    public var open: Quantity { requested - fulfilled - released }

    /// Puts the parts together.
    public init(sku: SKU, location: LocationID, requested: Quantity) {
        self.sku = sku
        self.location = location
        self.requested = requested
    }
}

/// A promise of stock.
public struct Reservation: Equatable, Sendable {
    /// Where it stands in its life.
    public enum State: UInt8, Sendable {
        case held = 1
        case confirmed = 2
        case fulfilled = 3
        case released = 4
        case expired = 5
    }

    /// The identity that the client chose.
    public var id: ReservationID
    /// Who holds it.
    public var owner: Owner
    /// Where it stands in its life.
    public var state: State
    /// One per (sku, location), in the order first asked for.
    public var lines: [ReservationLine]
    /// When a HELD one expires; meaningless in other states.
    public var expireTime: LogTime
    /// No extension goes beyond it; fixed at creation.
    public var maxExpireTime: LogTime
    /// The order it was confirmed for.
    public var orderReference: Reference?
    /// 1 at creation, one more with each change.
    public var version: UInt64

    /// Puts the parts together.
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
