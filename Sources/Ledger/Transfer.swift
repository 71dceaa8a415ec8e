/// One item of a transfer.
///
/// Invariant: `requested ≥ shipped = received + rejected + lost + inTransit`, each ≥ 0.
public struct TransferLine: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// How many are to be moved.
    public var requested: Quantity
    /// How many left the source; those that a cancellation brought back count no more.
    public var shipped: Quantity = 0
    /// How many arrived fit to be sold.
    public var received: Quantity = 0
    /// How many arrived damaged.
    public var rejected: Quantity = 0
    /// How many never will arrive.
    public var lost: Quantity = 0

    /// On their way.
    public var inTransit: Quantity { shipped - received - rejected - lost }
    /// Still to be shipped.
    public var unshipped: Quantity { requested - shipped }

    /// Puts the parts together.
    public init(sku: SKU, requested: Quantity) {
        self.sku = sku
        self.requested = requested
    }
}

/// Goods that move from one location to another.
///
/// ```
///            ship             all shipped, nothing in transit
///  DRAFT ───────────▶ IN_TRANSIT ───────────▶ CLOSED
///    │ cancel              │ cancel
///    ▼                     ▼
///  CANCELLED          CANCELLED, or CLOSED when something had arrived or was lost
/// ```
public struct Transfer: Equatable, Sendable {
    /// Where it stands in its life.
    public enum State: UInt8, Sendable {
        /// Nothing was shipped yet.
        case draft = 1
        case inTransit = 2
        /// Over; final.
        case closed = 3
        /// Nothing came of it; final.
        case cancelled = 4
    }

    /// The identity that the client chose.
    public var id: TransferID
    /// Where the goods come from.
    public var from: LocationID
    /// Where they go to.
    public var to: LocationID
    /// One per item, in the order first named.
    public var lines: [TransferLine]
    /// Where it stands in its life.
    public var state: State
    /// The document it was created with.
    public var document: Reference?
    /// 1 at creation, one more with each change.
    public var version: UInt64

    /// Puts the parts together.
    public init(
        id: TransferID,
        from: LocationID,
        to: LocationID,
        lines: [TransferLine],
        state: State,
        document: Reference?,
        version: UInt64
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.lines = lines
        self.state = state
        self.document = document
        self.version = version
    }

    /// Whether goods may still be shipped or received: DRAFT or IN_TRANSIT.
    public var isOpen: Bool { state == .draft || state == .inTransit }
}
