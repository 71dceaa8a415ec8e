package import Ledger

/// Something that happens to an agent.
package enum AgentInput: Equatable, Sendable {
    /// A till asks; it is answered under the ticket, once.
    indirect case till(ticket: UInt64, TillRequest)
    /// The cluster may be reachable; it is this one, if that is known: a ledger that was restored from a
    /// backup is another cluster.
    case connected(to: Reference?)
    /// The cluster can't be reached.
    case disconnected
    /// What a call gave.
    case answered(call: UInt64, CentreAnswer)
    /// What the feed told: rows in their order, whole entries of the log.
    case changes([FeedRow], after: Position, through: Position)
    /// The feed has ended.
    case feedLost(FeedLoss)
    /// Time has passed.
    case tick
}

/// Why the feed ended.
package enum FeedLoss: Equatable, Sendable {
    /// The connection broke: the same feed can be had again.
    case broken
    /// What comes after the position is gone: the location must be copied anew.
    case compacted
}

/// Something that an agent wants done; what it rests on is durable already.
package enum AgentEffect: Equatable, Sendable {
    /// A till is answered.
    indirect case answer(ticket: UInt64, TillAnswer)
    /// The cluster is asked.
    indirect case call(CentreCall)
    /// The feed of the location is followed from here on, and any other is ended.
    case follow(after: Position)
    /// A tick is due at this time of the steady clock; it takes the place of what was asked for before.
    case wake(at: Milliseconds)
    /// The connection is torn down and dialled again.
    case redial
}
