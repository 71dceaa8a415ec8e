/// The gate through which every message passes: whose term counts, and who must follow whom.
extension RaftCore {
    mutating func receive(
        _ envelope: Envelope,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        guard envelope.to == id else {
            effects.events.append(.messageIgnored(from: envelope.from, .misaddressed))
            return
        }
        // A pre-vote speaks of a term that nobody has entered: it never raises anyone's.
        switch envelope.message {
        case .preVoteRequest(let request):
            answer(request, from: envelope.from, askedTerm: envelope.term, &effects)
            return
        case .preVoteReply(let reply) where reply.isGranted:
            guard envelope.term == term.next else { return }
            receive(reply, from: envelope.from, &effects)
            return
        case .preVoteReply(let reply) where envelope.term <= term:
            receive(reply, from: envelope.from, &effects)
            return
        case .voteRequest(let request)
        where envelope.term > term && !request.isForced && hasLiveLeader:
            // Not even its term is taken: a node that lost touch must not depose a leader that the
            // others still hear (thesis, section 4.2.3). Forced elections are the leader's own wish.
            refuseVote(to: envelope.from, &effects)
            return
        default:
            break
        }
        if envelope.term < term {
            answerStale(envelope, &effects)
            return
        }
        if envelope.term > term { adopt(envelope.term, &effects) }
        try receiveOfThisTerm(envelope, &effects)
    }

    private mutating func receiveOfThisTerm(
        _ envelope: Envelope,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        let sender = envelope.from
        switch envelope.message {
        case .append(let append):
            try heard(from: sender, &effects)
            try receive(append, from: sender, &effects)
        case .appendReply(let reply):
            receive(reply, from: sender, &effects)
        case .heartbeat(let heartbeat):
            try heard(from: sender, &effects)
            receive(heartbeat, from: sender, &effects)
        case .heartbeatReply(let reply):
            receive(reply, from: sender, &effects)
        case .voteRequest(let request):
            answer(request, from: sender, &effects)
        case .voteReply(let reply):
            try receive(reply, from: sender, &effects)
        case .timeoutNow(let order):
            receive(order, from: sender, &effects)
        case .snapshot(let offer):
            try heard(from: sender, &effects)
            receive(offer, from: sender, &effects)
        case .snapshotReply(let reply):
            receive(reply, from: sender, &effects)
        case .preVoteRequest, .preVoteReply:
            break  // answered at the gate
        }
    }

    /// Tells whoever speaks for an old term which one it is.
    ///
    /// A leader that hears it steps down, and so a node stuck at a higher term gets back in (rule
    /// 4).
    private mutating func answerStale(_ envelope: Envelope, _ effects: inout Effects) {
        switch envelope.message {
        case .voteRequest:
            refuseVote(to: envelope.from, &effects)
        case .append(let append):
            let hint = log.terms.lastPosition(notAbove: append.previous)
            reply(
                .appendReply(.rejected(previous: append.previous.index, hint: hint)),
                to: envelope.from,
                &effects
            )
        case .heartbeat, .snapshot:
            let noRound = HeartbeatReply(sequence: 0, applied: appliedIndex)
            reply(.heartbeatReply(noRound), to: envelope.from, &effects)
        case .preVoteRequest, .preVoteReply, .voteReply, .appendReply, .heartbeatReply,
            .timeoutNow, .snapshotReply:
            break
        }
    }

    private mutating func answer(
        _ request: PreVoteRequest,
        from asker: NodeID,
        askedTerm: Term,
        _ effects: inout Effects
    ) {
        // In a term already entered the vote may be taken; a later one is free for everybody.
        let isFree =
            askedTerm > term
            || (askedTerm == term
                && (hardState.vote == asker || (hardState.vote == nil && leader == nil)))
        let isGranted =
            isFree && !hasLiveLeader
            && (request.last.isAtLeastAsUpToDate(as: log.last)
                || settings.has(.votesForShorterLog))
        // A refusal carries this node's own term, which an asker that lags behind adopts (rule 3).
        let reply = Message.preVoteReply(PreVoteReply(isGranted: isGranted))
        effects.send.append(
            Envelope(from: id, to: asker, term: isGranted ? askedTerm : term, message: reply)
        )
    }

    private mutating func answer(
        _ request: VoteRequest,
        from candidate: NodeID,
        _ effects: inout Effects
    ) {
        let isFree = hardState.vote == candidate || (hardState.vote == nil && leader == nil)
        let isKept = owesLease && !request.isForced
        let isUpToDate =
            request.last.isAtLeastAsUpToDate(as: log.last) || settings.has(.votesForShorterLog)
        guard isFree, !isKept, isUpToDate else {
            refuseVote(to: candidate, &effects)
            return
        }
        if hardState.vote == nil {
            change(hardState: HardState(term: term, vote: candidate))
            effects.events.append(.voted(candidate, term: term))
        }
        restartElectionTimer()
        let reply = Message.voteReply(VoteReply(isGranted: true))
        if settings.has(.votesBeforeDurable) {
            self.reply(reply, to: candidate, &effects)
            return
        }
        sendDurably(
            Envelope(from: id, to: candidate, term: term, message: reply),
            &effects
        )
    }

    private mutating func refuseVote(to candidate: NodeID, _ effects: inout Effects) {
        reply(.voteReply(VoteReply(isGranted: false)), to: candidate, &effects)
    }

    /// Sends an answer that promises nothing, so it need not wait for the disk.
    mutating func reply(_ message: Message, to receiver: NodeID, _ effects: inout Effects) {
        effects.send.append(Envelope(from: id, to: receiver, term: term, message: message))
    }
}
