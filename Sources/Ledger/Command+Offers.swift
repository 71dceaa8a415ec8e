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
    /// Puts the parts together.
    public init(
        sku: SKU,
        location: LocationID,
        price: Money? = nil,
        attributes: [Attribute] = [],
        fields: Fields = [],
        expectedVersion: UInt64? = nil
    ) {
        self.sku = sku
        self.location = location
        self.price = price
        self.attributes = attributes
        self.fields = fields
        self.expectedVersion = expectedVersion
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
