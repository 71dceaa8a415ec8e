import Raft
import RaftLog
import Replica

/// A node's loop: inputs are taken in at once, and worked on together in a turn.
extension World {
    func stepCore(_ node: SimulatedNode, _ input: ReplicaInput) {
        handOverTicks(node)
        node.core?.step(input, now: node.clock.reading(at: now))
        scheduleTurn(node)
    }

    func scheduleTurn(_ node: SimulatedNode) {
        guard !node.isTurnScheduled else { return }
        node.isTurnScheduled = true
        schedule(.turn(node.life), after: node.chance.span(in: 0...Span.microseconds(40)))
    }

    func tick(_ life: Life) throws(Violation) {
        guard let node = node(life) else { return }
        let length = plan.clock.tick + node.chance.span(in: 0...plan.clock.tickJitter)
        schedule(.tick(life), after: length * 1_000_000 / node.clock.ratePPM)
        if plan.lease == nil { node.core?.step(.tick, now: node.clock.reading(at: now)) }
        handOverTicks(node)
        settleLogIfIdle(node)
        tidyCopies(node)
        try turn(node)
    }

    func takeTurn(_ life: Life) throws(Violation) {
        guard let node = node(life), node.isTurnScheduled else { return }
        handOverTicks(node)
        try turn(node)
    }

    /// With leases, ticks follow the node's clock, and those that were missed come before anything
    /// else (rule 15).
    private func handOverTicks(_ node: SimulatedNode) {
        guard plan.lease != nil, node.core != nil else { return }
        let ticks = node.clock.ticks(of: plan.clock.tick, at: now)
        while node.ticks < ticks {
            node.ticks += 1
            node.core?.step(.tick, now: node.clock.reading(at: now))
        }
    }

    /// What production's loop does in its turn, in the same order.
    private func turn(_ node: SimulatedNode) throws(Violation) {
        node.isTurnScheduled = false
        node.effects.removeAll()
        node.core?.flush(
            now: node.clock.reading(at: now),
            wallMicroseconds: node.clock.wallMicroseconds(at: now),
            into: &node.effects
        )
        if let halt = node.effects.halt {
            try answerClients(node)
            try halted(node, halt)
            return
        }
        for batch in node.effects.persist {
            try checks.issued(batch, by: node)
            beginExchange(batch, node)
            node.commands.append(.persist(batch))
        }
        writeLog(node)
        try sendMessages(node)
        try checkStatus(node)
        try answerClients(node)
        for event in node.effects.events { try noteEvent(event, node) }
        answerOperator(node)
        readLog(node)
        moveStates(node)
        try sealIfDue(node)
    }

    private func sendMessages(_ node: SimulatedNode) throws(Violation) {
        for envelope in node.effects.send {
            try checks.sends(envelope, node)
            trace.add(now, node.slot, .sent(envelope))
            scratch.removeAll(keepingCapacity: true)
            envelope.encode(into: &scratch)
            send(.raft, from: node.slot, to: envelope.to)
        }
        for (peer, message) in node.effects.peerMessages {
            scratch.removeAll(keepingCapacity: true)
            message.encode(into: &scratch)
            send(.replica, from: node.slot, to: peer)
        }
    }

    private func send(_ kind: Parcel.Kind, from: Int, to peer: NodeID) {
        guard let to = slots[peer] else { return }
        let delivery = network.send(kind, from: from, to: to, at: now)
        statistics.messagesSent += 1
        if delivery.arrivals.isEmpty { statistics.messagesLost += 1 }
        statistics.messagesRepeated += max(0, delivery.arrivals.count - 1)
        for arrival in delivery.arrivals {
            let parcel = Parcel(
                from: Int32(from),
                to: Int32(to),
                connection: delivery.connection,
                kind: kind,
                bytes: scratch
            )
            queue.schedule(.parcel(parcel), at: arrival)
        }
    }

    func deliver(_ parcel: Parcel) {
        let node = nodes[Int(parcel.to)]
        guard node.core != nil, network.isCurrent(parcel) else {
            statistics.messagesLost += 1
            return
        }
        fingerprint.add(parcel.bytes)
        switch parcel.kind {
        case .raft:
            guard let envelope = try? Envelope(decoding: parcel.bytes.span.bytes) else { return }
            trace.add(now, node.slot, .received(envelope))
            stepCore(node, .raft(envelope))
        case .replica:
            guard let message = try? PeerMessage(decoding: parcel.bytes.span.bytes) else { return }
            trace.add(now, node.slot, .heard(message, from: Int(parcel.from)))
            stepCore(node, .peer(message, from: nodes[Int(parcel.from)].id))
        }
    }

    func unreachable(_ life: Life, _ peer: Int) {
        guard let node = node(life) else { return }
        trace.add(now, node.slot, .unreachable(peer))
        stepCore(node, .peerUnreachable(nodes[peer].id))
    }

    // MARK: - After a turn

    private func checkStatus(_ node: SimulatedNode) throws(Violation) {
        guard let status = node.core?.raftStatus else { return }
        fingerprint.add(status.term.rawValue)
        fingerprint.add(status.commitIndex.rawValue)
        fingerprint.add(UInt64(status.role.rawValue))
        let marks = node.core?.takeDigestMarks() ?? []
        try checks.turnEnded(node, status, nodes: nodes, marks: marks)
        if let applied = node.core?.appliedIndex { fingerprint.add(applied.rawValue) }
    }

    private func noteEvent(_ event: Event, _ node: SimulatedNode) throws(Violation) {
        trace.add(now, node.slot, .event(event))
        switch event {
        case .roleChanged(.leader, let term):
            statistics.elections += 1
            try checks.elected(node, term)
        case .truncated: statistics.truncations += 1
        case .leadershipLost: statistics.leadershipsLost += 1
        case .storageStalled(true): statistics.storageStalls += 1
        default: break
        }
    }
}

extension ReplicaCore<SimulatedLedgerState> {
    /// The digests after each entry that was applied since the last call.
    mutating func takeDigestMarks() -> [DigestMark] {
        state.mark()
        return state.takeMarks()
    }
}
