/// Changes of term, role and leader, each in one place so that none forgets what goes with it.
extension RaftCore {
    /// Enters a higher term.
    ///
    /// The vote is cleared here and nowhere else (rule 2).
    mutating func adopt(_ higher: Term, _ effects: inout Effects) {
        precondition(
            higher > term,
            "a term never falls, and a vote is kept for as long as it lasts"
        )
        if role == .leader { loseLeadership(.higherTerm, &effects) }
        change(hardState: HardState(term: higher, vote: nil))
        becomeFollower(&effects)
    }

    /// Follows nobody yet, in the term that it is in and with the vote that it gave.
    mutating func becomeFollower(_ effects: inout Effects) {
        if role != .follower {
            change(role: .follower, &effects)
            restartElectionTimer()
        }
        change(leader: nil, &effects)
        if settings.has(.forgetsVoteOnSteppingDown) {
            change(hardState: HardState(term: term, vote: nil))
        }
        ballots = []
        ownVoteTicket = nil
    }

    /// Stops leading without a higher term in sight.
    mutating func stepDown(_ reason: LeadershipLoss, _ effects: inout Effects) {
        loseLeadership(reason, &effects)
        becomeFollower(&effects)
    }

    /// Everything that a leader owes an answer is answered, now.
    mutating func loseLeadership(_ reason: LeadershipLoss, _ effects: inout Effects) {
        effects.events.append(.leadershipLost(term: term, reason))
        reads.failAll(.leadershipLost, into: &effects.readOutcomes)
        transfer = nil
        catchUp = nil
        peers = []
    }

    /// A message from the leader of this term arrived.
    mutating func heard(from sender: NodeID, _ effects: inout Effects) throws(FatalViolation) {
        if role == .leader { throw .twoLeaders(term: term, id, sender) }
        if role != .follower { becomeFollower(&effects) }
        change(leader: sender, &effects)
        leaderHeardAt = now
        leaseOwedUntil = now.advanced(by: settings.electionTicks)
        electionElapsedTicks = 0
    }

    /// Whether a leader was heard of within the minimum election timeout; a leader hears itself.
    var hasLiveLeader: Bool {
        if role == .leader || owesLease { return true }
        guard leader != nil, let leaderHeardAt else { return false }
        return leaderHeardAt.distance(to: now) < settings.electionTicks
    }

    mutating func change(role newRole: Role, _ effects: inout Effects) {
        guard role != newRole else { return }
        role = newRole
        effects.events.append(.roleChanged(newRole, term: term))
    }

    mutating func change(leader newLeader: NodeID?, _ effects: inout Effects) {
        if newLeader == nil { leaderHeardAt = nil }
        guard leader != newLeader else { return }
        leader = newLeader
        effects.events.append(.leaderChanged(newLeader, term: term))
    }

    mutating func change(hardState new: HardState) {
        guard hardState != new else { return }
        // What was promised to the leader of an earlier term is not owed in this one.
        if new.term != term { pendingAck = nil }
        hardState = new
        staged.hasHardState = true
        hardStateTicket = nextTicket
    }

    /// What the active configuration says of this node, and on a leader of its peers.
    mutating func refreshMembership() {
        let configuration = log.activeConfiguration.configuration
        isOwnVoter = configuration.voters.contains(id)
        isOwnOutgoing = configuration.outgoing.contains(id)
        guard role == .leader else { return }
        let known = peers
        peers = configuration.members.filter { $0 != id }.map { member in
            var progress =
                known.first { $0.id == member }
                ?? Progress(id: member, next: log.lastIndex.next, now: now)
            progress.isVoter = configuration.voters.contains(member)
            progress.isOutgoing = configuration.outgoing.contains(member)
            return progress
        }
        if let current = catchUp, configuration.joining?.node != current.node { catchUp = nil }
        mustRecount = true
    }
}
