/// Reads by lease, for who trusts clocks that far (thesis, section 6.4.1; rule 15).
///
/// A voter that heard of the leader keeps its vote to itself for an election timeout of its own
/// clock. So a leader may answer by itself for nearly as long, counted from when it *sent* the round
/// that a quorum answered:
///
///     leader     send ───────────── lease ───────────┤ drift ├
///     follower        heard ─────────── no vote ──────────────┤
///
/// A driver that was paused must hand over the ticks that it missed before anything else.
extension RaftCore {
    var holdsLease: Bool {
        guard let lease = settings.lease, role == .leader, commitIndex >= termStartIndex,
            transfer == nil, !hasOfferedTransfer, let since = leaseRounds.confirmedAt
        else { return false }
        // A follower counts from the tick before it heard, and this leader is within a tick of now.
        let ticks =
            (settings.electionTicks - 1) * (1000 - lease.driftPerMille)
            / (1000 + lease.driftPerMille)
        return since.distance(to: now) + 1 < ticks
    }

    /// Whether a leader may be relying on this node's silence.
    var owesLease: Bool { settings.lease != nil && now < leaseOwedUntil }
}

/// When rounds were sent, and the latest one that a quorum answered.
struct LeaseRounds: Sendable {
    private var sent: [(sequence: UInt64, at: Tick)] = []
    private(set) var confirmedAt: Tick?

    mutating func begin(_ sequence: UInt64, at now: Tick) { sent.append((sequence, now)) }

    mutating func confirm(through sequence: UInt64) {
        guard let last = sent.lastIndex(where: { $0.sequence <= sequence }) else { return }
        confirmedAt = sent[last].at
        sent.removeFirst(last + 1)
    }
}
