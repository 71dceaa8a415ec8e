/// Linearizable reads without touching the log (thesis, section 6.4).
extension RaftCore {
    mutating func read(_ token: ReadToken, _ effects: inout Effects) {
        let failure: ReadFailure
        if role != .leader {
            failure = .notLeader(hint: leader)
        } else if reads.count >= limits.readsWaitingMax {
            failure = .overloaded
        } else if holdsLease || settings.has(.readsWithoutRound) {
            effects.readOutcomes.append(
                ReadOutcome(token: token, result: .confirmed(commitIndex))
            )
            return
        } else {
            reads.add(token)
            return
        }
        effects.readOutcomes.append(ReadOutcome(token: token, result: .failed(failure)))
    }

    /// Confirms rounds that a quorum has answered, and begins the next one if reads wait for it.
    ///
    /// A round starts at once when none is out, so a lone read costs one round trip; while one is
    /// out, all that come meanwhile share the next. None starts before an entry of this term has
    /// committed: until then the leader does not know how far its predecessors had committed.
    mutating func settleReads(_ effects: inout Effects) {
        confirmReads(&effects)
        guard reads.hasWaiting, !reads.hasRound,
            commitIndex >= termStartIndex || settings.has(.readsBeforeOwnCommit)
        else { return }
        beginRound()
        for place in peers.indices where peers[place].isVoter || peers[place].isOutgoing {
            sendHeartbeat(to: place, reads.sequence, &effects)
        }
        // A voter alone is its own quorum.
        confirmReads(&effects)
    }

    private mutating func confirmReads(_ effects: inout Effects) {
        guard reads.hasRound else { return }
        guard let sequence = quorum(own: reads.sequence, of: { $0.answeredSequence }) else {
            return
        }
        reads.confirm(through: sequence, into: &effects.readOutcomes)
        leaseRounds.confirm(through: sequence)
    }

    mutating func beginRound() {
        reads.beginRound(at: commitIndex)
        if settings.lease != nil { leaseRounds.begin(reads.sequence, at: now) }
    }
}
