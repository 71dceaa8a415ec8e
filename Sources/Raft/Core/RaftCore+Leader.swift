/// What a leader does with time, proposals, and what its peers answer.
extension RaftCore {
    func place(of peer: NodeID) -> Int? { peers.firstIndex { $0.id == peer } }

    mutating func tickAsLeader(_ effects: inout Effects) {
        guard !isQuorumSilent else {
            stepDown(.quorumSilent, &effects)
            return
        }
        giveUpTransferIfLate(&effects)
        guard role == .leader else { return }
        watchCatchUp(&effects)
        heartbeatElapsedTicks += 1
        guard heartbeatElapsedTicks >= settings.heartbeatTicks else { return }
        if reads.hasWaiting || settings.lease != nil, commitIndex >= termStartIndex {
            beginRound()
        }
        broadcastHeartbeat(&effects)
    }

    /// CheckQuorum: a leader that a quorum has not answered for an election timeout may have been
    /// replaced, and must not keep its clients waiting (rule 4).
    private var isQuorumSilent: Bool {
        guard let heard = quorum(own: now, of: { $0.heardAt }) else { return false }
        return heard.distance(to: now) >= settings.electionTicks
    }

    /// What a majority of each set of voters has reached, with this node's own value (rule 6).
    func quorum<Value: Comparable>(own: Value, of value: (Progress) -> Value) -> Value? {
        var voters: [Value] = isOwnVoter ? [own] : []
        var outgoing: [Value] = isOwnOutgoing ? [own] : []
        for peer in peers {
            if peer.isVoter { voters.append(value(peer)) }
            if peer.isOutgoing { outgoing.append(value(peer)) }
        }
        if settings.has(.jointDecidedByIncoming) { outgoing = [] }
        return Quorum.reached(voters: voters, outgoing: outgoing)
    }

    /// Bytes of this term's entries that are not committed yet.
    var uncommittedBytes: Int {
        guard role == .leader else { return 0 }
        let first = max(commitIndex.next, termStartIndex, log.window.first)
        return log.window.byteCount(from: first, through: log.lastIndex)
    }

    mutating func propose(_ proposal: Proposal, _ effects: inout Effects) {
        let result: ProposalResult
        if let refusal = refusal(of: proposal) {
            result = .refused(refusal)
        } else {
            let first = LogPosition(index: log.lastIndex.next, term: term)
            if !proposal.payloads.isEmpty { log.append(commands: proposal.payloads, term: term) }
            result = .accepted(first: first, count: proposal.payloads.count)
        }
        effects.proposalOutcomes.append(ProposalOutcome(token: proposal.token, result: result))
    }

    private func refusal(of proposal: Proposal) -> ProposalRefusal? {
        guard role == .leader else { return .notLeader(hint: leader) }
        if let transfer { return .transferring(to: transfer.target) }
        // A batch larger than the whole quota is still taken when nothing else is under way.
        let pending = uncommittedBytes
        guard pending > 0 else { return nil }
        let bytes = proposal.payloads.reduce(0) { $0 + $1.count }
        return pending + bytes > limits.uncommittedBytesMax ? .overloaded : nil
    }

    mutating func receive(
        _ reply: AppendReply,
        from sender: NodeID,
        _ effects: inout Effects
    ) {
        guard role == .leader, let place = place(of: sender) else { return }
        peers[place].heardAt = now
        let mode = peers[place].mode
        switch reply {
        case .accepted(let match, let room, let applied):
            guard match <= log.lastIndex else {
                effects.events.append(.messageIgnored(from: sender, .acknowledgedTooMuch))
                return
            }
            let isNews = peers[place].acknowledge(
                match,
                firstAvailable: log.snapshot.index.next
            )
            peers[place].room = Int(clamping: room)
            if isNews {
                mustRecount = true
                if catchUp?.node == sender { catchUp?.lastProgressAt = now }
            }
            heard(applied, at: place, &effects)
        case .rejected(let previous, let hint):
            guard previous > peers[place].match else {
                // It once acknowledged what it now says that it lacks. A late repeat, or a disk that
                // lost data; the next heartbeat decides.
                return
            }
            let common = log.terms.lastPosition(notAbove: hint).index
            _ = peers[place].refuse(previous: previous, retryFrom: common.next)
        }
        reportMode(of: place, was: mode, &effects)
    }

    mutating func receive(
        _ reply: HeartbeatReply,
        from sender: NodeID,
        _ effects: inout Effects
    ) {
        guard role == .leader, let place = place(of: sender) else { return }
        peers[place].heardAt = now
        peers[place].resume()
        if reply.sequence > peers[place].answeredSequence, reply.sequence <= reads.sequence {
            peers[place].answeredSequence = reply.sequence
            mustRecount = true
        }
        heard(reply.applied, at: place, &effects)
        // It lives and lacks something: perhaps an append was lost, so ask where it stands.
        if peers[place].match < log.lastIndex { peers[place].needsAppend = true }
    }

    /// A peer has said how far its state machine is, which may be what a promotion or a transfer waits for.
    private mutating func heard(_ applied: LogIndex, at place: Int, _ effects: inout Effects) {
        if applied > peers[place].applied, catchUp?.node == peers[place].id {
            catchUp?.lastProgressAt = now
        }
        peers[place].applied = applied
        offerTransferIfCaughtUp(&effects)
    }

    mutating func peerUnreachable(_ peer: NodeID, _ effects: inout Effects) {
        guard role == .leader, let place = place(of: peer) else { return }
        let mode = peers[place].mode
        if mode == .replicate { peers[place].probe(from: peers[place].match.next) }
        reportMode(of: place, was: mode, &effects)
    }

    func reportMode(of place: Int, was mode: ReplicationMode, _ effects: inout Effects) {
        guard peers[place].mode != mode else { return }
        effects.events.append(.peerModeChanged(peers[place].id, peers[place].mode))
    }

    /// Heartbeats carry the newest round of reads, and of the commit index what the peer surely has
    /// (rule 7): more would let it commit an entry of its own that the leader never sent.
    mutating func broadcastHeartbeat(_ effects: inout Effects) {
        heartbeatElapsedTicks = 0
        for place in peers.indices { sendHeartbeat(to: place, reads.sequence, &effects) }
    }

    mutating func sendHeartbeat(to place: Int, _ sequence: UInt64, _ effects: inout Effects) {
        let commit = min(peers[place].match, commitIndex)
        peers[place].toldCommit = max(peers[place].toldCommit, commit)
        let heartbeat = Message.heartbeat(Heartbeat(commit: commit, sequence: sequence))
        effects.send.append(
            Envelope(from: id, to: peers[place].id, term: term, message: heartbeat)
        )
    }
}
