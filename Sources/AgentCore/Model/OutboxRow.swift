package import Ledger

/// A fact as it is kept and sent: a link of the chain.
///
/// The payload never changes; epoch and links do, while it isn't acknowledged and the ledger begins a
/// new epoch.
package struct OutboxRow: Equatable, Sendable {
    /// Counted from 1, without a gap.
    package var sequence: UInt64
    /// The epoch of the link.
    package var epoch: UInt32
    /// The link before.
    package var previous: FactHash
    /// The link.
    package var hash: FactHash
    /// What it says.
    package var fact: EncodedFact
    /// What the agent's clock said.
    package var claimedTime: LogTime
    /// What was asked and answered; nil: the agent did it by itself.
    package var till: AnsweredTill?

    /// Puts the parts together.
    package init(
        sequence: UInt64,
        epoch: UInt32,
        previous: FactHash,
        hash: FactHash,
        fact: EncodedFact,
        claimedTime: LogTime,
        till: AnsweredTill?
    ) {
        self.sequence = sequence
        self.epoch = epoch
        self.previous = previous
        self.hash = hash
        self.fact = fact
        self.claimedTime = claimedTime
        self.till = till
    }
}

/// A till's request with its answer, so that the same request gets the same answer.
package struct AnsweredTill: Equatable, Sendable {
    /// The request's name.
    package var request: RequestID
    /// Of what it asked for.
    package var digest: UInt64
    /// What it was told.
    package var answer: TillAnswer

    /// Puts the parts together.
    package init(request: RequestID, digest: UInt64, answer: TillAnswer) {
        self.request = request
        self.digest = digest
        self.answer = answer
    }
}

/// The bytes of a fact.
package struct EncodedFact: Equatable, Sendable {
    /// What it tells of.
    package var kind: UInt32
    /// The form of the payload.
    package var version: UInt32
    /// The payload.
    package var bytes: [UInt8]

    /// Puts the parts together.
    package init(kind: UInt32, version: UInt32, bytes: [UInt8]) {
        self.kind = kind
        self.version = version
        self.bytes = bytes
    }
}

/// How facts become bytes and links; the same on all machines.
package protocol FactCodec: Sendable {
    /// The bytes of a fact and of when it happened by the agent's clock: with that, two facts that are
    /// else the same have links of their own, so that a clone is told by its first fact.
    func encode(_ fact: Fact, occurredAt time: LogTime) -> EncodedFact
    /// The fact behind the bytes; nil when this version can't read them.
    func decode(_ encoded: EncodedFact, at location: LocationID) -> Fact?
    /// The link of a fact.
    func link(
        after previous: FactHash,
        epoch: UInt32,
        sequence: UInt64,
        _ encoded: EncodedFact
    ) -> FactHash
}
