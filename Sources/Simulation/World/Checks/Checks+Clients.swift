import Histories
import Ledger
import Raft

/// What clients are told, and what the ledger says of itself.
extension Checks {
    /// A client gets an answer: the same as ever, and after all that was known before it asked.
    mutating func answered(
        _ wish: ClientWish,
        _ answer: Answer,
        at now: WorldTime
    ) throws(Violation) {
        guard let request = wish.request else { return }
        try answers.note(request.id, answer)
        try reached(answer.position, wish, at: now)
    }

    mutating func reached(
        _ position: Position,
        _ wish: ClientWish,
        at now: WorldTime
    ) throws(Violation) {
        let earlier = acknowledged.highest(before: wish.askedAt)
        guard position > earlier else {
            throw Violation(
                .realTime,
                "\(wish) took effect at \(position.rawValue), but \(earlier.rawValue) had been "
                    + "acknowledged before it was asked"
            )
        }
        acknowledged.acknowledge(position, at: now)
    }

    /// A read shows what it promised, and is no older than it claims.
    func read(
        _ position: Position,
        _ promise: ReadPromise,
        completeAsOf: WorldTime?,
        arrivedAt: WorldTime,
        on node: SimulatedNode
    ) throws(Violation) {
        if let completeAsOf {
            let owed = acknowledged.highest(before: completeAsOf)
            guard position >= owed else {
                throw Violation(
                    .freshness,
                    "\(node.id) shows \(position.rawValue) and claims to be complete as of "
                        + "\(completeAsOf), when \(owed.rawValue) had been acknowledged"
                )
            }
        }
        let owed: Position
        switch promise {
        case .stale, .bounded: owed = Position(0)
        case .session(let seen): owed = seen
        case .linearizable: owed = acknowledged.highest(before: arrivedAt)
        }
        guard position >= owed else {
            throw Violation(
                .realTime,
                "a read at \(node.id) shows \(position.rawValue), owed was \(owed.rawValue)"
            )
        }
    }

    /// The whole ledger, row by row: costs time, so only now and then.
    func audit(_ state: SimulatedLedgerState, of node: SimulatedNode) throws(Violation) {
        if let first = LedgerAudit.check(state.rows).first {
            throw Violation(.ledger, "on \(node.id): \(first)")
        }
        guard state.digest == state.rows.digest() else {
            throw Violation(.equalDigests, "the digest kept by row is not that of the whole ledger")
        }
    }
}
