/// What was sold came back: `on_hand += q`, and `unavailable += q` when it is damaged.
///
/// Each line names what it undoes, so that nothing is restocked twice.
public struct ReturnGoods: Equatable, Sendable {
    /// What the goods were sold by.
    public enum Origin: Equatable, Sendable {
        case sale(SaleID)
        case reservation(ReservationID)
    }

    /// In what condition they came back.
    public enum Disposition: UInt8, Sendable {
        /// Fit to be sold again.
        case restock = 1
        case damaged = 2
    }

    /// What the goods were sold by.
    public var origin: Origin
    /// What came back, and where.
    public var lines: [ReturnLine]
    /// In what condition.
    public var disposition: Disposition
    /// Why, as a code.
    public var reason: Reference?
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(
        origin: Origin,
        lines: [ReturnLine],
        disposition: Disposition = .restock,
        reason: Reference? = nil,
        document: Reference? = nil
    ) {
        self.origin = origin
        self.lines = lines
        self.disposition = disposition
        self.reason = reason
        self.document = document
    }
}

/// Units that came back.
public struct ReturnLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where they had been sold.
    public var soldAt: LocationID
    /// How many units.
    public var quantity: Quantity
    /// Where they came back; nil: where they had been sold.
    public var location: LocationID?
    /// Puts the parts together.
    public init(sku: SKU, soldAt: LocationID, quantity: Quantity, location: LocationID? = nil) {
        self.sku = sku
        self.soldAt = soldAt
        self.quantity = quantity
        self.location = location
    }
}

/// A stock-take: `on_hand += counted − book`, so that sales made since counting began stay counted.
public struct Count: Equatable, Sendable {
    /// One per (sku, location).
    public var lines: [CountLine]
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(lines: [CountLine], document: Reference? = nil) {
        self.lines = lines
        self.document = document
    }
}

/// What was counted of one item at one location.
public struct CountLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// How many units are there.
    public var counted: Quantity
    /// What was shown as on hand when counting began.
    public var book: Quantity
    /// The level's version when counting began; nil: apply the difference whatever happened since.
    public var bookVersion: UInt64?
    /// Puts the parts together.
    public init(
        sku: SKU,
        location: LocationID,
        counted: Quantity,
        book: Quantity,
        bookVersion: UInt64? = nil
    ) {
        self.sku = sku
        self.location = location
        self.counted = counted
        self.book = book
        self.bookVersion = bookVersion
    }
}
