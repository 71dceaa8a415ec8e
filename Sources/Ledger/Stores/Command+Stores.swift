/// Makes a store's agent known, renews what is known of it, or lets another take over.
public struct RegisterStore: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// The agent's database, by the name that was minted with it.
    public var instance: Reference
    /// Whether another agent than the one that is known may take over: an operator's word.
    public var takeover: Bool
    /// Nil: as they are, or the usual ones.
    public var settings: StoreSettings?
    /// Puts the parts together.
    public init(
        location: LocationID,
        instance: Reference,
        takeover: Bool = false,
        settings: StoreSettings? = nil
    ) {
        self.location = location
        self.instance = instance
        self.takeover = takeover
        self.settings = settings
    }
}

/// What happened at a store, in its order: each fact is taken in exactly once.
public struct SubmitFacts: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// The epoch that the ledger gave the agent.
    public var epoch: UInt32
    /// The sequence of the first fact; without facts, that of the next one to come.
    public var firstSequence: UInt64
    /// The link before the first fact.
    public var previousHash: FactHash
    /// In order, without a gap; empty: only says how things stand.
    public var facts: [SubmittedFact]
    /// When the agent has nothing more to tell: the log time of the last answer that it had before it
    /// looked.
    public var completeThrough: LogTime?
    /// Facts of an epoch that is over, from a disk that was thought lost: all are put aside.
    public var isSalvage: Bool
    /// Puts the parts together.
    public init(
        location: LocationID,
        epoch: UInt32,
        firstSequence: UInt64,
        previousHash: FactHash,
        facts: [SubmittedFact],
        completeThrough: LogTime? = nil,
        isSalvage: Bool = false
    ) {
        self.location = location
        self.epoch = epoch
        self.firstSequence = firstSequence
        self.previousHash = previousHash
        self.facts = facts
        self.completeThrough = completeThrough
        self.isSalvage = isSalvage
    }
}

/// Asks for rights to sell without asking; less may be granted than was asked for.
public struct GrantAllotment: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// The epoch of the agent that asks.
    public var epoch: UInt32
    /// Each item once.
    public var lines: [ItemLine]
    /// Puts the parts together.
    public init(location: LocationID, epoch: UInt32, lines: [ItemLine]) {
        self.location = location
        self.epoch = epoch
        self.lines = lines
    }
}

/// Asks an agent to give rights back, when it is heard of next.
public struct RecallAllotment: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// Each item once.
    public var lines: [ItemLine]
    /// Puts the parts together.
    public init(location: LocationID, lines: [ItemLine]) {
        self.location = location
        self.lines = lines
    }
}

/// Takes rights from an agent that can't be asked: an admin's word, since it may have used them.
///
/// Naming the current epoch ends it; the rights of ended epochs to the items named are made
/// available. Naming an ended one only does the second.
public struct RevokeAllotment: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// The last epoch whose rights are revoked.
    public var epoch: UInt32
    /// Whose rights are freed; may be empty.
    public var skus: [SKU]
    /// Why.
    public var reason: Reference?
    /// Puts the parts together.
    public init(location: LocationID, epoch: UInt32, skus: [SKU], reason: Reference?) {
        self.location = location
        self.epoch = epoch
        self.skus = skus
        self.reason = reason
    }
}

/// A person's word on a conflict.
public struct ResolveConflict: Equatable, Sendable {
    /// What is done with what waits.
    public enum Decision: UInt8, Sendable {
        /// Nothing: what the ledger has, stands.
        case dismiss = 1
        /// The units are booked, or the store's price is taken.
        case apply = 2
    }

    /// Which one.
    public var conflict: StoreRecordKey
    /// What is done.
    public var decision: Decision
    /// Why.
    public var reason: Reference?
    /// Puts the parts together.
    public init(conflict: StoreRecordKey, decision: Decision, reason: Reference?) {
        self.conflict = conflict
        self.decision = decision
        self.reason = reason
    }
}

/// Settles a fact that was put aside, now that it can be read.
public struct ReplayFact: Equatable, Sendable {
    /// Which one.
    public var mark: FactMark
    /// The link: that of the fact that was put aside.
    public var hash: FactHash
    /// What its payload says, as the node read it that took the command in; nil: drop the fact.
    public var fact: Fact?
    /// Why.
    public var reason: Reference?
    /// Puts the parts together.
    public init(mark: FactMark, hash: FactHash, fact: Fact?, reason: Reference?) {
        self.mark = mark
        self.hash = hash
        self.fact = fact
        self.reason = reason
    }
}
