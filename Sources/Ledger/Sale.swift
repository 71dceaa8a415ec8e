/// One (item, location) of a sale.
public struct SaleLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Where.
    public var location: LocationID
    /// How many were sold.
    public var sold: Quantity
    /// How many of them came back; never more than were sold.
    public var returned: Quantity
    /// Puts the parts together.
    public init(sku: SKU, location: LocationID, sold: Quantity, returned: Quantity = 0) {
        self.sku = sku
        self.location = location
        self.sold = sold
        self.returned = returned
    }
}

/// What a till sold with one Sell.
///
/// It follows from the journal row that sold it, until something comes back.
public struct Sale: Equatable, Sendable {
    /// The name that the client chose, or the id of its request.
    public var id: SaleID
    /// One per (sku, location), in the order first named.
    public var lines: [SaleLine]
    /// 1 when sold, one more with each return.
    public var version: UInt64
    /// Puts the parts together.
    public init(id: SaleID, lines: [SaleLine], version: UInt64) {
        self.id = id
        self.lines = lines
        self.version = version
    }
}
