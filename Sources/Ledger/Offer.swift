/// An amount of money.
public struct Money: Equatable, Sendable {
    /// Minor units of `currency` (cents, pence).
    public var amount: Int64
    /// ISO 4217, three capital letters.
    public var currency: String
    /// Puts the parts together.
    public init(amount: Int64, currency: String) {
        self.amount = amount
        self.currency = currency
    }
}

/// What is different about an item at one location.
public struct Offer: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// Instead of the item's own; nil: that one holds.
    public var price: Money?
    /// Over the item's own; sorted by name, names unique.
    public var attributes: [Attribute]
    /// 1 at creation, one more with each change.
    public var version: UInt64
    /// Puts the parts together.
    public init(
        sku: SKU,
        location: LocationID,
        price: Money?,
        attributes: [Attribute],
        version: UInt64
    ) {
        self.sku = sku
        self.location = location
        self.price = price
        self.attributes = attributes
        self.version = version
    }
}
