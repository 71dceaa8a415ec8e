/// What the ledger knows of the agent that runs at a store.
public struct StoreAgent: Equatable, Sendable {
    /// Where it stands.
    public enum State: UInt8, Sendable {
        case active = 1
        /// Its chain forked: a clone or an old copy of its database has spoken. It takes an operator.
        case frozen = 2
    }

    /// The store.
    public var location: LocationID
    /// Raised whenever rights are revoked or another agent takes over; 1 at first.
    public var epoch: UInt32
    /// The database of the agent that holds the store: minted with it.
    public var instance: Reference
    /// Where it stands.
    public var state: State
    /// Its settings.
    public var settings: StoreSettings
    /// The last fact that was taken in; 0: none yet.
    public var lastSequence: UInt64 = 0
    /// Its link.
    public var lastHash = FactHash.start
    /// When it was last heard of.
    public var lastSeen: LogTime
    /// Everything that happened at the store until then is known here.
    public var knownThrough = LogTime(microseconds: 0)
    /// Units that are allotted to it, those of earlier epochs too.
    public var allottedUnits: Quantity = 0
    /// Facts taken in.
    public var factCount: UInt64 = 0
    /// Those of them that opened a conflict.
    public var conflictCount: UInt64 = 0
    /// Those of them that were put aside.
    public var quarantineCount: UInt64 = 0
    /// One more with each change.
    public var version: UInt64 = 1

    /// A new one.
    public init(
        location: LocationID,
        epoch: UInt32,
        instance: Reference,
        settings: StoreSettings,
        lastSeen: LogTime
    ) {
        self.location = location
        self.epoch = epoch
        self.instance = instance
        state = .active
        self.settings = settings
        self.lastSeen = lastSeen
    }
}

/// What an admin decides about a store.
public struct StoreSettings: Equatable, Sendable {
    /// Percent of what is on hand that stays out of allotments, for the digital channel; 0: the whole
    /// shelf is the store's.
    public var onlineShare: UInt8
    /// Whether holds are released when a late fact has taken what was promised.
    public var releasesHolds: Bool

    /// The usual ones.
    public init(onlineShare: UInt8 = 0, releasesHolds: Bool = true) {
        self.onlineShare = onlineShare
        self.releasesHolds = releasesHolds
    }
}

/// How far an epoch that is over had come; kept for good, so that an old disk's facts can be salvaged.
public struct ClosedEpoch: Equatable, Sendable {
    /// The database of the agent that held the store then.
    public var instance: Reference
    /// The last fact of it that was taken in, or salvaged.
    public var lastSequence: UInt64
    /// Its link.
    public var lastHash: FactHash

    /// Puts the parts together.
    public init(instance: Reference, lastSequence: UInt64, lastHash: FactHash) {
        self.instance = instance
        self.lastSequence = lastSequence
        self.lastHash = lastHash
    }
}

/// The rights of a store's agent to one item: what it may sell without asking.
///
/// Both sides count upwards and never set: what the ledger granted, and what facts used up. So a
/// repeated or late message changes nothing, and a lost one strands units until the next.
public struct Allotment: Equatable, Sendable {
    /// The epoch in which these counters hold.
    public var epoch: UInt32
    /// All that was granted in this epoch.
    public var granted: Quantity = 0
    /// What facts used up or gave back; below zero when more goods came in than went out.
    public var used: Quantity = 0
    /// What the ledger would like to have back.
    public var recalled: Quantity = 0
    /// Rights of earlier epochs, which nobody can use: a count frees them, or an admin.
    public var frozen: Quantity = 0

    /// Nothing yet.
    public init(epoch: UInt32) { self.epoch = epoch }

    /// What the agent may still use.
    public var open: Quantity { granted - used }
    /// What is not available to anybody else.
    public var allotted: Quantity { open + frozen }

    /// The same in a later epoch: what was open is frozen.
    public func rolled(to epoch: UInt32) -> Allotment {
        guard epoch != self.epoch else { return self }
        var rolled = Allotment(epoch: epoch)
        rolled.frozen = allotted
        return rolled
    }
}

/// An allotment with its item, as answers show it.
public struct AllotmentView: Equatable, Sendable {
    /// The item.
    public var sku: SKU
    /// Its counters.
    public var allotment: Allotment
    /// Puts the parts together.
    public init(sku: SKU, allotment: Allotment) {
        self.sku = sku
        self.allotment = allotment
    }
}

/// The answer to a submission of facts.
public struct FactsReceipt: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// In which epoch.
    public var epoch: UInt32
    /// The last fact that was taken in, by this submission or before.
    public var lastSequence: UInt64
    /// Its link.
    public var lastHash: FactHash
    /// What became of each fact of the submission, now or when it came first.
    public var fates: [FactFate]

    /// Puts the parts together.
    public init(
        location: LocationID,
        epoch: UInt32,
        lastSequence: UInt64,
        lastHash: FactHash,
        fates: [FactFate]
    ) {
        self.location = location
        self.epoch = epoch
        self.lastSequence = lastSequence
        self.lastHash = lastHash
        self.fates = fates
    }
}
