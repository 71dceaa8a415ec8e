/// The change of one level: the delta of each bucket, and what they were afterwards.
public struct Movement: Equatable, Sendable {
    /// The level that moved.
    public var key: LevelKey
    /// The change of what is on hand.
    public var onHand: Quantity
    /// The change of what is reserved.
    public var reserved: Quantity
    /// The change of what is allotted.
    public var allotted: Quantity
    /// The change of what is damaged or on hold.
    public var unavailable: Quantity
    /// The change of what is on its way.
    public var incoming: Quantity
    /// The level after the change.
    public var after: StockLevel
    /// Puts the parts together.
    public init(
        key: LevelKey,
        onHand: Quantity = 0,
        reserved: Quantity = 0,
        allotted: Quantity = 0,
        unavailable: Quantity = 0,
        incoming: Quantity = 0,
        after: StockLevel
    ) {
        self.key = key
        self.onHand = onHand
        self.reserved = reserved
        self.allotted = allotted
        self.unavailable = unavailable
        self.incoming = incoming
        self.after = after
    }
}
