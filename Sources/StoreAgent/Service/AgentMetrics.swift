package import AgentCore
package import Ledger

/// How it stands with an agent, in numbers.
package struct AgentMetrics: Equatable, Sendable {
    /// Facts that the ledger doesn't have yet.
    package var outboxDepth: UInt64
    /// Bytes of them.
    package var outboxBytes: UInt64
    /// How long the first of them has waited, by the agent's clock; nil: there is none.
    package var oldestUnacknowledged: Milliseconds?
    /// How long the cluster hasn't answered; nil: it does.
    package var cutOff: Milliseconds?
    /// Whether it sells no more until somebody sets the store up anew.
    package var isFrozen: Bool
    /// Units that may be sold without asking.
    package var allottedUnits: Quantity
    /// Tills that wait for a grant.
    package var waiting: Int
    /// Edits of prices that wait.
    package var edits: Int
    /// What it has done since it was started.
    package var counts: AgentCounts

    init(_ status: AgentStatus, allottedUnits: Quantity, now: LogTime) {
        func age(_ time: LogTime?) -> Milliseconds? {
            time.map { time in
                Milliseconds(
                    now > time ? (now.microseconds - time.microseconds) / 1_000 : 0
                )
            }
        }
        outboxDepth = status.head.outboxDepth
        outboxBytes = status.outboxBytes
        oldestUnacknowledged = age(status.oldestUnacknowledged)
        cutOff = age(status.cutOffSince)
        isFrozen = status.head.frozen != nil
        self.allottedUnits = allottedUnits
        waiting = status.waiting
        edits = status.edits
        counts = status.counts
    }
}
