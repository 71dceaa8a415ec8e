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
    /// Names the sale for what may come back; nil: the request's id, in a batch with `#` and the index.
    public var sale: SaleID?
    /// Puts the parts together.
    public init(lines: [StockLine], document: Reference? = nil, sale: SaleID? = nil) {
        self.lines = lines
        self.document = document
        self.sale = sale
    }
}

/// Units that are there but damaged or on hold: `unavailable += Δ`, where Δ ≠ 0 may be negative.
public struct MarkUnavailable: Equatable, Sendable {
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

/// Unavailable units are gone for good: `unavailable −= q, on_hand −= q`.
public struct WriteOff: Equatable, Sendable {
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

/// Changes how much of a level may be promised.
public struct SetStockPolicy: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// Kept back from the digital channel; nil: as it is.
    public var safetyStock: Quantity?
    /// How far below zero promises may take what is available; nil: as it is.
    public var backorderLimit: Quantity?
    /// The version of the level that this was decided on; nil: whatever is there.
    public var expectedVersion: UInt64?
    /// Puts the parts together.
    public init(
        sku: SKU,
        location: LocationID,
        safetyStock: Quantity? = nil,
        backorderLimit: Quantity? = nil,
        expectedVersion: UInt64? = nil
    ) {
        self.sku = sku
        self.location = location
        self.safetyStock = safetyStock
        self.backorderLimit = backorderLimit
        self.expectedVersion = expectedVersion
    }
}
