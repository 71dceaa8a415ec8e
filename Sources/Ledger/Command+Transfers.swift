/// Plans to move goods; no stock moves yet.
public struct CreateTransfer: Equatable, Sendable {
    /// The identity that the client chose.
    public var transfer: TransferID
    /// Where the goods are.
    public var from: LocationID
    /// Where they are to be.
    public var to: LocationID
    /// What and how many.
    public var lines: [ItemLine]
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(
        transfer: TransferID,
        from: LocationID,
        to: LocationID,
        lines: [ItemLine],
        document: Reference? = nil
    ) {
        self.transfer = transfer
        self.from = from
        self.to = to
        self.lines = lines
        self.document = document
    }
}

/// Goods left the source: `on_hand −= k` there, `incoming += k` at the destination.
public struct ShipTransfer: Equatable, Sendable {
    /// The transfer meant.
    public var transfer: TransferID
    /// Empty: everything that has not been shipped.
    public var lines: [ItemLine]
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(transfer: TransferID, lines: [ItemLine] = [], document: Reference? = nil) {
        self.transfer = transfer
        self.lines = lines
        self.document = document
    }
}

/// What became of goods in transit.
public struct ArrivalLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Arrived and fit to be sold.
    public var ok: Quantity
    /// Arrived damaged.
    public var rejected: Quantity
    /// Never to arrive.
    public var lost: Quantity
    /// Puts the parts together.
    public init(sku: SKU, ok: Quantity, rejected: Quantity = 0, lost: Quantity = 0) {
        self.sku = sku
        self.ok = ok
        self.rejected = rejected
        self.lost = lost
    }
}

/// Goods arrived: `incoming −=` all three, `on_hand += ok + rejected`, `unavailable += rejected`.
public struct ReceiveTransfer: Equatable, Sendable {
    /// The transfer meant.
    public var transfer: TransferID
    /// Empty: everything in transit arrived, fit to be sold.
    public var lines: [ArrivalLine]
    /// A document elsewhere that it belongs to.
    public var document: Reference?
    /// Puts the parts together.
    public init(transfer: TransferID, lines: [ArrivalLine] = [], document: Reference? = nil) {
        self.transfer = transfer
        self.lines = lines
        self.document = document
    }
}

/// Ends a transfer; what is in transit goes back to the source.
public struct CancelTransfer: Equatable, Sendable {
    /// The transfer meant.
    public var transfer: TransferID
    /// Why, as a code.
    public var reason: Reference?
    /// Puts the parts together.
    public init(transfer: TransferID, reason: Reference? = nil) {
        self.transfer = transfer
        self.reason = reason
    }
}
