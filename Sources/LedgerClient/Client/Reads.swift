public import Ledger

/// What a read promises about its age.
public enum ReadConsistency: Equatable, Sendable {
    /// A consistent prefix of the log; its age is stated.
    case stale
    /// No older than asked.
    case bounded(maxStaleness: Duration)
    /// Includes everything up to a position that the caller has seen.
    case session(minPosition: Position)
    /// Includes everything acknowledged before the read began.
    case linearizable
}

/// What a read found, and how old that may be.
public struct ReadResult<Value: Sendable>: Sendable {
    /// What was found.
    public var value: Value
    /// Every entry of the log up to here is in it, and none after.
    public var position: Position
    /// An upper bound on its age; nil when unknown.
    public var staleness: Duration?
    /// The node that answered.
    public var node: String
    /// Its part in the cluster.
    public var role: Role

    /// A node's part in its cluster.
    public enum Role: Sendable {
        case leader
        case follower
        case candidate
        case learner
        /// One that this version doesn't know.
        case other
    }
}

extension ReadResult: Equatable where Value: Equatable {}

/// An item with its stock everywhere.
public struct StockedItem: Equatable, Sendable {
    /// The item.
    public var item: Item
    /// By location; where it never had stock is left out.
    public var levels: [LevelView]

    /// Puts the parts together.
    public init(item: Item, levels: [LevelView]) {
        self.item = item
        self.levels = levels
    }
}

/// What the digital channel may sell of one item.
public struct ItemAvailability: Equatable, Sendable {
    /// In a word.
    public enum Status: Sendable {
        case inStock
        case lowStock
        case outOfStock
        case backorder
        /// There is no such item.
        case unknownItem
    }

    /// The item.
    public var sku: SKU
    /// In a word.
    public var status: Status
    /// How many.
    public var available: Quantity
    /// Minor units of `currency`.
    public var price: Int64
    /// ISO 4217; empty without a price.
    public var currency: String
    /// Of the item.
    public var version: UInt64
}
