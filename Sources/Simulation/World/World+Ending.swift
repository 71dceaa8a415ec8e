import Histories
import Ledger
import Raft
import RaftLog
import Replica

/// The way from the last fault to the end: everything is answered, and all nodes agree.
extension World {
    /// How long it may take after the faults, for as many things as are still to be asked.
    private var patience: Nanoseconds {
        Span.seconds(60) + Span.milliseconds(50) * Nanoseconds(desk.unknown.count)
    }

    /// The faults end: from here on the cluster has no excuse.
    func beginMending() {
        guard stage == .breaking else { return }
        enter(.mending)
        mendedAt = now
        faults.endAll(&network, nodes)
        network.heal()
        desk.isCalm = true
        for node in nodes {
            node.disk.cancelFaults()
            node.disk.setCapacity(nil)
            node.syncDelay = 0
            node.stateDelay = 0
            resume(node)
        }
        moveOnWhenIdle()
    }

    private func enter(_ next: Stage) {
        stage = next
        trace.add(now, nil, .stage(next))
    }

    /// The next stage, as soon as no client waits for anything.
    func moveOnWhenIdle() {
        guard desk.busy == 0 else { return }
        switch stage {
        case .mending:
            enter(.asking)
            desk.toAsk = desk.unknown.reversed()
            wakeClients()
        case .asking where desk.toAsk.isEmpty:
            enter(.reading)
            desk.toAsk = lastQuestions().reversed()
            wakeClients()
        case .reading where desk.toAsk.isEmpty:
            enter(.settling)
            schedule(.inspection, after: Span.milliseconds(20))
        default: break
        }
    }

    private func wakeClients() {
        for client in clients { schedule(.nextOperation(client: client.number), after: 1) }
    }

    /// All levels, and some reservations.
    private func lastQuestions() -> [ClientWish] {
        var subjects: [ReadSubject] = []
        for sku in desk.source.skus {
            for place in desk.source.places { subjects.append(.level(sku, place)) }
        }
        for client in clients { subjects += client.reservations.map { .reservation($0) } }
        return subjects.map { ClientWish(.read($0, .linearizable), askedAt: now) }
    }

    func checkPatience() throws(Violation) {
        if stage == .breaking {
            if step >= options.steps { beginMending() }
            return
        }
        guard now > mendedAt.advanced(by: patience) else { return }
        if isHopeless {
            statistics.hopelessClusters += 1
            enter(.done)
            return
        }
        throw Violation(
            .liveness,
            "\(desk.busy) clients wait, stage \(stage), \(patience / 1_000_000_000) s after the last "
                + "fault: " + nodes.map { standing(of: $0) }.joined(separator: "; ")
        )
    }

    private func standing(of node: SimulatedNode) -> String {
        guard let status = node.core?.raftStatus else { return "\(node.id) is \(node.phase)" }
        return "\(node.id) is \(status.role) in term \(status.term), commit \(status.commitIndex), "
            + "applied \(status.appliedIndex), last \(status.last)"
    }

    // MARK: - Agreement

    /// Whether one leads and all have applied everything; then the books are closed.
    func inspect() throws(Violation) {
        let live = members.filter { $0.phase != .lost }
        let leaders = live.filter { $0.core?.raftStatus.role == .leader }
        let last = leaders.first?.core?.raftStatus.last.index
        let agree = live.allSatisfy { $0.core != nil && $0.core?.appliedIndex == last }
        let isSettled = !checks.committed.configuration.isJoint
        guard leaders.count == 1, agree, isSettled, let leader = leaders.first?.core else {
            schedule(.inspection, after: Span.milliseconds(20))
            return
        }
        let digest = leader.state.digest
        for node in live {
            guard let core = node.core, core.state.digest == digest else {
                throw Violation(.equalDigests, "\(node.id) differs at the end")
            }
        }
        for node in live where node.core != nil {
            if let core = node.core { try checks.audit(core.state, of: node) }
        }
        try checks.answers.check(leader.state)
        for id in desk.notApplied where leader.state.rememberedAnswer(id) != nil {
            throw Violation(.refusals, "\(id) was never applied, its client was told")
        }
        try checkHistory(leader.state)
        enter(.done)
    }

    private func checkHistory(_ state: SimulatedLedgerState) throws(Violation) {
        var options = HistoryOptions()
        options.latestLogTime = state.header.logTime
        options.clockRateErrorPPM = UInt64(plan.clock.driftPPM)
        for fault in desk.history.check(options) {
            // No order was found, and none was ruled out: nobody is accused for that.
            guard fault.kind != .undecided else {
                statistics.undecidedHistories += 1
                continue
            }
            throw Violation(.history, fault.description)
        }
    }
}
