/// Changes what an item costs, and how it is described, at one location.
public struct SetOffer: Equatable, Sendable {
    /// The parts of an offer that can be replaced alone.
    public struct Fields: OptionSet, Sendable {
        /// One bit a field.
        public let rawValue: UInt8
        /// Gives the bits their meaning.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The price with its currency.
        public static let price = Fields(rawValue: 1)
        /// The named properties, all of them.
        public static let attributes = Fields(rawValue: 2)
        /// Every field.
        public static let all: Fields = [.price, .attributes]
    }

    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// Nil, when it is to be replaced: the item's own price holds.
    public var price: Money?
    /// Empty, when they are to be replaced: the item's own attributes hold.
    public var attributes: [Attribute]
    /// The fields to replace; empty: all of them.
    public var fields: Fields
    /// 0: must not exist; nil: whatever is there.
    public var expectedVersion: UInt64?
    /// The price that a store saw when it changed it, maybe long ago.
    ///
    /// If it is another by now, the ledger's stands and a conflict keeps both. Nil: the price is set
    /// whatever it was.
    public var basePrice: BasePrice?

    /// What a price was based on.
    public enum BasePrice: Equatable, Sendable {
        /// The offer had no price of its own.
        case nothing
        case price(Money)

        /// The price, if there was one.
        public var money: Money? {
            if case .price(let money) = self { money } else { nil }
        }
    }

    /// Puts the parts together.
    public init(
        sku: SKU,
        location: LocationID,
        price: Money? = nil,
        attributes: [Attribute] = [],
        fields: Fields = [],
        expectedVersion: UInt64? = nil,
        basePrice: BasePrice? = nil
    ) {
        self.sku = sku
        self.location = location
        self.price = price
        self.attributes = attributes
        self.fields = fields
        self.expectedVersion = expectedVersion
        self.basePrice = basePrice
    }
}

/// Several commands as one: each sees what those before it did, and a refusal undoes all of them.
///
/// It is one entry of the log under one request id. No batch is in a batch.
public struct Batch: Equatable, Sendable {
    /// In the order in which they are executed.
    public var commands: [Command]
    /// Puts the parts together.
    public init(commands: [Command]) { self.commands = commands }
}
