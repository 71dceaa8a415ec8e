import Raft

/// Messages that nobody sent, completed with what the script does not say.
extension ScriptCluster {
    func packet(_ madeUp: ScriptMadeUp, from sender: NodeID, to place: Int) -> ScriptPacket {
        let receiver = nodes[place]
        let (message, state) = message(madeUp, from: sender, to: receiver)
        let envelope = Envelope(
            from: sender,
            to: receiver.id,
            term: madeUp.number(.term).map { Term($0) } ?? defaultTerm(of: message, receiver),
            message: message
        )
        return ScriptPacket(envelope: envelope, state: state)
    }

    /// The receiver's own; but a granted pre-vote speaks of the term that was asked for.
    private func defaultTerm(of message: Message, _ receiver: ScriptNode) -> Term {
        if case .preVoteReply(let reply) = message, reply.isGranted {
            return receiver.status.term.next
        }
        return receiver.status.term
    }

    private func message(
        _ madeUp: ScriptMadeUp,
        from sender: NodeID,
        to receiver: ScriptNode
    ) -> (Message, ScriptMachine?) {
        let last = madeUp.position(.last) ?? .zero
        let isGranted = madeUp.flag(.granted) ?? false
        switch madeUp.kind {
        case .vote:
            let isForced = madeUp.flag(.forced) ?? false
            return (.voteRequest(VoteRequest(last: last, isForced: isForced)), nil)
        case .voteReply: return (.voteReply(VoteReply(isGranted: isGranted)), nil)
        case .preVote: return (.preVoteRequest(PreVoteRequest(last: last)), nil)
        case .preVoteReply: return (.preVoteReply(PreVoteReply(isGranted: isGranted)), nil)
        case .append: return (.append(append(madeUp)), nil)
        case .appendReply: return (.appendReply(appendReply(madeUp, sender, receiver)), nil)
        case .heartbeat:
            // Of the first round, so that it is answered.
            let commit = LogIndex(madeUp.number(.commit) ?? 0)
            return (.heartbeat(Heartbeat(commit: commit, sequence: 1)), nil)
        case .heartbeatReply:
            // Of no round, so that it confirms no read.
            return (.heartbeatReply(HeartbeatReply(sequence: 0, applied: 0)), nil)
        case .timeoutNow:
            // An order that names no position is meant for the log as it is.
            let named = madeUp.position(.last) ?? receiver.status.last
            return (.timeoutNow(TimeoutNow(last: named)), nil)
        case .snapshot:
            let state = state(at: last, of: sender, for: receiver)
            let offer = SnapshotOffer(last: last, configuration: state.configuration)
            return (.snapshot(offer), state)
        }
    }

    /// Entries that some log has had are those; others depend on their position only.
    private func append(_ madeUp: ScriptMadeUp) -> Append {
        let previous = madeUp.position(.prev) ?? .zero
        var entries: [Entry] = []
        for term in madeUp.terms(.entries) ?? [] {
            let index = previous.index.advanced(by: entries.count + 1)
            let position = LogPosition(index: index, term: term)
            entries.append(invariants.entry(at: position) ?? ScriptFoundation.entry(position))
        }
        let commit = LogIndex(madeUp.number(.commit) ?? 0)
        return Append(previous: previous, commit: commit, entries: entries)
    }

    /// Says yes if `match` is given and nothing else said; a refusal is, unless `prev` says another
    /// one, of the append that the receiver sent last.
    private func appendReply(
        _ madeUp: ScriptMadeUp,
        _ sender: NodeID,
        _ receiver: ScriptNode
    ) -> AppendReply {
        let match = madeUp.number(.match).map { LogIndex($0) }
        if madeUp.flag(.ok) ?? (match != nil) {
            let room = UInt64(Limits().unsettledBytesMax)
            return .accepted(match: match ?? 0, room: room, applied: match ?? 0)
        }
        let peer = receiver.core.peerStatuses.first { $0.id == sender }
        let hint = match.map { index in
            LogPosition(index: index, term: receiver.core.term(at: index) ?? 0)
        }
        return .rejected(
            previous: madeUp.position(.prev)?.index ?? peer?.next.previous ?? 0,
            hint: madeUp.position(.last) ?? hint ?? .zero
        )
    }

    /// A state that nobody has: its configuration is the one that the sender, if it has any, or else
    /// the receiver knows at that position.
    private func state(
        at position: LogPosition,
        of sender: NodeID,
        for receiver: ScriptNode
    ) -> ScriptMachine {
        let known = [nodes.first { $0.id == sender }, receiver].compactMap {
            $0?.machine.configuration(at: position.index)
        }
        let found = known.first { !$0.configuration.members.isEmpty }
        let configuration = LoggedConfiguration(
            index: min(found?.index ?? 0, position.index),
            configuration: found?.configuration ?? foundation.configuration
        )
        return ScriptMachine(base: position, configuration: configuration)
    }
}

extension ScriptMadeUp {
    func number(_ field: ScriptField) -> UInt64? {
        if case .number(let value)? = self[field] { value } else { nil }
    }

    func position(_ field: ScriptField) -> LogPosition? {
        if case .position(let value)? = self[field] { value } else { nil }
    }

    func terms(_ field: ScriptField) -> [Term]? {
        if case .terms(let value)? = self[field] { value } else { nil }
    }

    func flag(_ field: ScriptField) -> Bool? {
        if case .flag(let value)? = self[field] { value } else { nil }
    }
}
