/// A promise that a simulated run saw broken.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// What must always hold.
    package enum Rule: String, CaseIterable, Sendable {
        case oneLeader = "one leader a term"
        case logsMatch = "logs match wherever index and term match"
        case leaderCompleteness = "a leader has every committed entry"
        case oneHistory = "no two nodes apply different entries at an index"
        case ownTerm = "only entries of the leader's own term commit by counting"
        case activeConfiguration = "the last configuration in a log is the active one"
        case noWayBack = "commit, applied and term never go back"
        case oneVote = "a vote is cast once a term"
        case snapshots = "a fetched state is the one that was offered"
        case durableQuorum = "what is committed is durable on a quorum"
        case oneChange = "one configuration change at a time"
        case equalDigests = "equal position, equal ledger digest"
        case ledger = "the ledger's own invariants"
        case recovery = "what was durable is there after a restart"
        case damage = "damage is refused, with the remedy"
        case answers = "an acknowledged answer is never lost or changed"
        case refusals = "what was refused aloud was never written"
        case realTime = "what was acknowledged before comes before"
        case freshness = "no state is older than it claims"
        case history = "histories are linearizable"
        case noHalt = "no node halts without a failing disk"
        case liveness = "once faults have ended, everything is answered and all nodes converge"
    }

    package var rule: Rule
    package var detail: String

    package init(_ rule: Rule, _ detail: String) {
        self.rule = rule
        self.detail = detail
    }

    package var description: String { "\(rule.rawValue): \(detail)" }
}
