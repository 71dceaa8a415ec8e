/// Something that has physically happened at a store, as its agent tells it: never refused.
///
/// What happened is one of the commands about goods. The agent says besides how much of its own
/// rights it used, or gained, so that both sides count the same however late the fact arrives.
public struct Fact: Equatable, Sendable {
    /// What happened: see ``Command/isPhysical``.
    public var command: Command
    /// The epoch in which the agent held the rights that it used; those of another epoch are void.
    public var rightsEpoch: UInt32
    /// For each line of the command how many units of the allotment it used up; empty: none.
    ///
    /// Below zero: how many were added to it, since nobody else can have been promised them.
    public var rights: [Quantity]
    /// What a unit of each line was sold for; empty when nothing was sold.
    public var prices: [Money]

    /// Puts the parts together.
    public init(
        command: Command,
        rightsEpoch: UInt32 = 0,
        rights: [Quantity] = [],
        prices: [Money] = []
    ) {
        self.command = command
        self.rightsEpoch = rightsEpoch
        self.rights = rights
        self.prices = prices
    }
}

/// Units of its allotment that an agent gives back.
public struct ReturnAllotment: Equatable, Sendable {
    /// Each item once.
    public var lines: [StockLine]
    /// Puts the parts together.
    public init(lines: [StockLine]) { self.lines = lines }
}

/// A fact on its way into the ledger: a link of the chain with what it says.
public struct SubmittedFact: Equatable, Sendable {
    /// What a link says.
    public enum Content: Equatable, Sendable {
        indirect case known(Fact)
        /// What the node that took it in can't read: kept aside as it is.
        case unknown(UnreadFact)
    }

    /// The link.
    public var hash: FactHash
    /// When the agent says that it happened; decides nothing.
    public var claimedTime: LogTime
    /// What it says.
    public var content: Content

    /// Puts the parts together.
    public init(hash: FactHash, claimedTime: LogTime, content: Content) {
        self.hash = hash
        self.claimedTime = claimedTime
        self.content = content
    }
}

/// A fact of a kind or version that isn't known, or one that breaks the limits: its bytes.
public struct UnreadFact: Equatable, Sendable {
    /// What the agent calls it.
    public var kind: UInt32
    /// Of the payload's form.
    public var version: UInt32
    /// As the agent wrote it; never changed.
    public var payload: [UInt8]

    /// Puts the parts together.
    public init(kind: UInt32, version: UInt32, payload: [UInt8]) {
        self.kind = kind
        self.version = version
        self.payload = payload
    }
}

/// Which fact of which store.
public struct FactMark: Hashable, Sendable {
    /// The store.
    public var location: LocationID
    /// In which epoch of it.
    public var epoch: UInt32
    /// Counted from 1 without a gap.
    public var sequence: UInt64

    /// Puts the parts together.
    public init(location: LocationID, epoch: UInt32, sequence: UInt64) {
        self.location = location
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// What the journal says of a fact beside what it moved.
public struct FactTrace: Equatable, Sendable {
    /// Which one.
    public var mark: FactMark
    /// The link of the chain.
    public var hash: FactHash
    /// When the agent says that it happened.
    public var claimedTime: LogTime
    /// What a unit of each line was sold for.
    public var prices: [Money]
    /// What became of it.
    public var fate: FactFate

    /// Puts the parts together.
    public init(
        mark: FactMark,
        hash: FactHash,
        claimedTime: LogTime,
        prices: [Money],
        fate: FactFate
    ) {
        self.mark = mark
        self.hash = hash
        self.claimedTime = claimedTime
        self.prices = prices
        self.fate = fate
    }
}

/// What became of a fact, once and for all; nothing noted: it was applied as it is.
public struct FactFate: OptionSet, Hashable, Sendable {
    /// One bit a note.
    public let rawValue: UInt16
    /// Gives the bits their meaning.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Kept aside as it is: of an unknown kind or version, beyond a limit, or salvaged.
    public static let quarantined = FactFate(rawValue: 1)
    /// Some items are not in the catalogue: their lines wait in a conflict each.
    public static let unknownItem = FactFate(rawValue: 2)
    /// The document that it names is not as it says: what moved was booked as a correction.
    public static let unmatched = FactFate(rawValue: 4)
    /// It used more than the agent had rights to.
    public static let overdrawn = FactFate(rawValue: 8)
    /// The location is closed, or an item archived.
    public static let closedPlace = FactFate(rawValue: 16)
    /// More is promised now than there is.
    public static let oversold = FactFate(rawValue: 32)
    /// Less than nothing is on hand now.
    public static let negativeOnHand = FactFate(rawValue: 64)
    /// Holds were released to keep what is promised within what there is.
    public static let curedHolds = FactFate(rawValue: 128)

    /// Every note.
    public static let all = FactFate(rawValue: 255)

    /// Whether a person should look at it.
    public var isConflict: Bool {
        !isDisjoint(with: [.unknownItem, .unmatched, .oversold, .negativeOnHand])
    }
}

extension Command {
    /// Whether it tells of goods that have moved, and so can be a fact.
    public var isPhysical: Bool {
        switch self {
        case .receive, .adjust, .sell, .fulfill, .markUnavailable, .writeOff, .returnGoods, .count,
            .shipTransfer, .receiveTransfer, .returnAllotment:
            true
        default: false
        }
    }
}
