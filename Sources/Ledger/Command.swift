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
    case markUnavailable(MarkUnavailable)
    case writeOff(WriteOff)
    case setStockPolicy(SetStockPolicy)
    case returnGoods(ReturnGoods)
    case count(Count)
    case createTransfer(CreateTransfer)
    case shipTransfer(ShipTransfer)
    case receiveTransfer(ReceiveTransfer)
    case cancelTransfer(CancelTransfer)
    case setOffer(SetOffer)
    case batch(Batch)
    case registerStore(RegisterStore)
    case submitFacts(SubmitFacts)
    case grantAllotment(GrantAllotment)
    case recallAllotment(RecallAllotment)
    case revokeAllotment(RevokeAllotment)
    case resolveConflict(ResolveConflict)
    indirect case replayFact(ReplayFact)
    /// Only as what a fact tells: nobody asks for it.
    case returnAllotment(ReturnAllotment)
}

/// Creates an item, or replaces what is in it, or only some of its fields.
public struct UpsertItem: Equatable, Sendable {
    /// The parts of an item that can be replaced alone.
    public struct Fields: OptionSet, Sendable {
        /// One bit a field.
        public let rawValue: UInt8
        /// Gives the bits their meaning.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// What people call it.
        public static let title = Fields(rawValue: 1)
        /// The named properties, all of them.
        public static let attributes = Fields(rawValue: 2)
        /// The price with its currency.
        public static let price = Fields(rawValue: 4)
        /// Where it stands in its life.
        public static let state = Fields(rawValue: 8)
        /// Every field.
        public static let all: Fields = [.title, .attributes, .price, .state]
    }

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
    /// The fields to replace; empty: all of them.
    ///
    /// With some, the item must exist.
    public var fields: Fields
    /// Puts the parts together.
    public init(
        sku: SKU,
        title: String,
        attributes: [Attribute] = [],
        price: Int64 = 0,
        currency: String = "",
        state: Item.State = .active,
        expectedVersion: UInt64? = nil,
        fields: Fields = []
    ) {
        self.sku = sku
        self.title = title
        self.attributes = attributes
        self.price = price
        self.currency = currency
        self.state = state
        self.expectedVersion = expectedVersion
        self.fields = fields
    }
}

/// Creates a location, or replaces what is in it, or only some of its fields.
public struct UpsertLocation: Equatable, Sendable {
    /// The parts of a location that can be replaced alone.
    public struct Fields: OptionSet, Sendable {
        /// One bit a field.
        public let rawValue: UInt8
        /// Gives the bits their meaning.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// What people call it.
        public static let name = Fields(rawValue: 1)
        /// What kind it is.
        public static let kind = Fields(rawValue: 2)
        /// When it is tried.
        public static let priority = Fields(rawValue: 4)
        /// Whether the digital channel may sell its stock.
        public static let sellsOnline = Fields(rawValue: 8)
        /// Where it stands in its life.
        public static let state = Fields(rawValue: 16)
        /// Every field.
        public static let all: Fields = [.name, .kind, .priority, .sellsOnline, .state]
    }

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
    /// The fields to replace; empty: all of them.
    ///
    /// With some, the location must exist.
    public var fields: Fields
    /// Puts the parts together.
    public init(
        id: LocationID,
        name: String,
        kind: Location.Kind = .store,
        priority: Int32 = 100,
        sellsOnline: Bool = true,
        state: Location.State = .active,
        expectedVersion: UInt64? = nil,
        fields: Fields = []
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.priority = priority
        self.sellsOnline = sellsOnline
        self.state = state
        self.expectedVersion = expectedVersion
        self.fields = fields
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
