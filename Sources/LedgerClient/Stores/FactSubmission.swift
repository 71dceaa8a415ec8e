public import Ledger

/// A fact as its agent wrote it.
public struct WrittenFact: Equatable, Sendable {
    /// When it happened, by the agent's clock.
    public var claimedTime: LogTime
    /// What the agent calls it.
    public var kind: UInt32
    /// Of the payload's form.
    public var version: UInt32
    /// Sent as it is, to the byte.
    public var payload: [UInt8]

    /// Puts the parts together.
    public init(claimedTime: LogTime, kind: UInt32, version: UInt32, payload: [UInt8]) {
        self.claimedTime = claimedTime
        self.kind = kind
        self.version = version
        self.payload = payload
    }
}

/// Some links of a store's chain, in order.
public struct FactSubmission: Equatable, Sendable {
    /// The store.
    public var location: LocationID
    /// As the ledger gave it.
    public var epoch: UInt32
    /// Of the first fact; without facts, that of the next one to come.
    public var firstSequence: UInt64
    /// The link before the first fact.
    public var previousHash: FactHash
    /// None: only says how things stand.
    public var facts: [WrittenFact]
    /// When there is nothing more to tell: the log time of the last answer that the agent had before it
    /// looked.
    public var completeThrough: LogTime?
    /// Facts of an epoch that is over, from a disk that was thought lost.
    public var isSalvage: Bool

    /// Puts the parts together.
    public init(
        location: LocationID,
        epoch: UInt32,
        firstSequence: UInt64,
        previousHash: FactHash,
        facts: [WrittenFact],
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

    /// The command that says it; nobody looks at its links but the node, which makes them itself.
    var command: SubmitFacts {
        SubmitFacts(
            location: location,
            epoch: epoch,
            firstSequence: firstSequence,
            previousHash: previousHash,
            facts: facts.map { fact in
                SubmittedFact(
                    hash: .start,
                    claimedTime: fact.claimedTime,
                    content: .unknown(
                        UnreadFact(kind: fact.kind, version: fact.version, payload: fact.payload)
                    )
                )
            },
            completeThrough: completeThrough,
            isSalvage: isSalvage
        )
    }
}

/// What became of a submission.
public struct FactsTaken: Equatable, Sendable {
    /// The ledger's answer.
    public var receipt: FactsReceipt
    /// How many facts the store may have under way from now on.
    public var credit: Int
}
