/// Standing for election: pre-vote, vote, victory (thesis, sections 3.4 and 9.6).
extension RaftCore {
    /// Only voters campaign, and none whose disk has just shown that it could not keep up, or whose
    /// state is about to be exchanged (rules 18 and 26).
    var mayCampaign: Bool {
        (isOwnVoter || isOwnOutgoing || isLeavingUncommitted) && !isStorageStalled
            && now >= holdOffUntil
            && fetching == nil && !isInstalling
    }

    /// Whether this node has no vote in a configuration that may not be committed, but had one before.
    ///
    /// It may be the only one that has that entry, and then nobody else can be elected (thesis,
    /// section 4.2.2):
    ///
    ///     n1   joint {n2} {n1 n2}, left {n2}     has no vote, but the longer log
    ///     n2   joint {n2} {n1 n2}                needs n1's vote, and can't have it
    private var isLeavingUncommitted: Bool {
        log.activeConfiguration.index > commitIndex
            && log.configurations.contains { $0.configuration.isVoter(id) }
    }

    mutating func restartElectionTimer() {
        electionElapsedTicks = 0
        electionDeadlineTicks = random.ticks(in: settings.electionDeadlineTicks)
    }

    mutating func electionTimerFired(_ effects: inout Effects) {
        restartElectionTimer()
        guard mayCampaign else {
            // Who may not stand must not point at a leader that is gone either.
            change(leader: nil, &effects)
            return
        }
        startPreVote(&effects)
    }

    /// Asks for pre-votes.
    ///
    /// The leader is forgotten first: a node that gave up on its leader must not refuse the
    /// pre-votes of others for its sake (rule 4).
    private mutating func startPreVote(_ effects: inout Effects) {
        change(role: .preCandidate, &effects)
        change(leader: nil, &effects)
        ownVoteTicket = nil
        ballots = [Ballot(voter: id, isGranted: true)]
        let request = Message.preVoteRequest(PreVoteRequest(last: log.last))
        for voter in otherVoters {
            effects.send.append(Envelope(from: id, to: voter, term: term.next, message: request))
        }
        settlePreVote(&effects)
    }

    /// Starts a real election, one term higher.
    ///
    /// The requests speak of this node's vote for itself, so they leave with the write that holds
    /// it (rule 1).
    mutating func campaign(isForced: Bool, _ effects: inout Effects) {
        change(hardState: HardState(term: term.next, vote: id))
        change(role: .candidate, &effects)
        change(leader: nil, &effects)
        restartElectionTimer()
        ballots = []
        let ticket = nextTicket
        ownVoteTicket = ticket
        let request = Message.voteRequest(VoteRequest(last: log.last, isForced: isForced))
        for voter in otherVoters {
            let envelope = Envelope(from: id, to: voter, term: term, message: request)
            effects.sendAfter.append(DeferredEnvelope(ticket: ticket, envelope: envelope))
        }
    }

    mutating func receive(
        _ reply: PreVoteReply,
        from voter: NodeID,
        _ effects: inout Effects
    ) {
        guard role == .preCandidate else { return }
        record(Ballot(voter: voter, isGranted: reply.isGranted))
        settlePreVote(&effects)
    }

    mutating func receive(
        _ reply: VoteReply,
        from voter: NodeID,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        guard role == .candidate else { return }
        try count(Ballot(voter: voter, isGranted: reply.isGranted), &effects)
    }

    /// Counts an answer in a real election.
    mutating func count(_ ballot: Ballot, _ effects: inout Effects) throws(FatalViolation) {
        record(ballot)
        switch tally {
        case .won: try becomeLeader(&effects)
        case .lost: becomeFollower(&effects)
        case .pending: break
        }
    }

    private mutating func settlePreVote(_ effects: inout Effects) {
        switch tally {
        case .won: campaign(isForced: false, &effects)
        case .lost: becomeFollower(&effects)
        case .pending: break
        }
    }

    /// A voter's first answer stands: a repeated or late one changes nothing.
    private mutating func record(_ ballot: Ballot) {
        guard log.activeConfiguration.configuration.isVoter(ballot.voter),
            !ballots.contains(where: { $0.voter == ballot.voter })
        else { return }
        ballots.append(ballot)
    }

    private var tally: Quorum.Election {
        let configuration = log.activeConfiguration.configuration
        let decidesAlone = settings.has(.jointDecidedByIncoming)
        return Quorum.election(
            voters: configuration.voters.map(answer(of:)),
            outgoing: decidesAlone ? [] : configuration.outgoing.map(answer(of:))
        )
    }

    private func answer(of voter: NodeID) -> Bool? {
        ballots.first { $0.voter == voter }?.isGranted
    }

    private var otherVoters: [NodeID] {
        let configuration = log.activeConfiguration.configuration
        return configuration.members.filter { $0 != id && configuration.isVoter($0) }
    }

    /// Opens the term with a no-op: only with an entry of its own can a leader commit (rule 5).
    private mutating func becomeLeader(_ effects: inout Effects) throws(FatalViolation) {
        change(role: .leader, &effects)
        change(leader: id, &effects)
        ballots = []
        heartbeatElapsedTicks = 0
        termStartIndex = log.lastIndex.next
        peers = []
        catchUp = nil
        hasOfferedTransfer = false
        leaseRounds = LeaseRounds()
        refreshMembership()
        let noop = Entry(term: term, index: termStartIndex, kind: .noop, payload: [])
        try log.append(noop)
        mustRecount = true
    }
}
