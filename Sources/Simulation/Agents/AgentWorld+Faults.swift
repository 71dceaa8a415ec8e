import AgentCore
import Ledger

/// What befalls stores, and what operators do about it.
extension AgentWorld {
    func strike() throws(Violation) {
        guard !isMending else { return }
        schedule(.fault, after: chance.span(about: plan.faultEvery))
        let living = agents.filter { !$0.isGone }
        guard !living.isEmpty else { return }
        let agent = chance.pick(living)
        if chance.once(in: 3), agent.core != nil { agent.backups.append(agent.rows) }
        switch chance.pick(plan.faults) {
        case .cutOff: try cutOff(agent)
        case .kill:
            guard agent.core != nil else { return }
            statistics.kills += 1
            kill(agent)
            schedule(.start(agent: agent.index), after: chance.span(about: plan.faultEvery))
        case .clockJump:
            statistics.clockJumps += 1
            agent.wallError += Int64(chance.number(in: -200_000_000_000...200_000_000_000))
        case .clone: clone(agent)
        case .restore: restore(agent)
        case .lostDisk: loseDisk(of: agent)
        case .secondAgent:
            statistics.secondAgents += 1
            note("\(agent.location) SECOND AGENT")
            addAgent(at: agent.location, takesOver: false, isSecond: true)
        case .revocation: revoke(at: agent.location)
        case .centreRestored: restoreCentre()
        }
    }

    private func cutOff(_ agent: SimulatedAgent) throws(Violation) {
        guard !agent.isCutOff else { return }
        statistics.cutOffs += 1
        note("\(agent.location)#\(agent.index) CUT OFF")
        agent.isCutOff = true
        // It may take a while until the agent notices: calls that nobody answers.
        if chance.once(in: 2) {
            try disconnect(agent)
        } else {
            agent.isReachable = false
            agent.feedAfter = nil
        }
        let span = chance.span(in: Span.seconds(1)...plan.cutOffMax)
        queue.schedule(.reconnect(agent: agent.index), at: now.advanced(by: span))
    }

    func reconnect(_ agent: SimulatedAgent) throws(Violation) {
        guard agent.isCutOff else { return }
        agent.isCutOff = false
        note("\(agent.location)#\(agent.index) REACHABLE AGAIN")
        guard agent.core != nil else { return }
        agent.isReachable = true
        try handle([.disconnected, .connected(to: centre.cluster)], agent)
    }

    /// A second machine is set up from the first one's disk, and both sell.
    private func clone(_ agent: SimulatedAgent) {
        guard agent.head?.epoch ?? 0 > 0, agents.count < 12 else { return }
        statistics.clones += 1
        keepsPromises = false
        note("\(agent.location)#\(agent.index) CLONED as #\(agents.count)")
        agent.isDuplicated = true
        let clone = addAgent(at: agent.location, rows: agent.rows, takesOver: false)
        clone.isDuplicated = true
    }

    /// The disk is replaced by an old copy of it.
    private func restore(_ agent: SimulatedAgent) {
        guard let old = agent.backups.last else { return }
        statistics.restores += 1
        keepsPromises = false
        note("\(agent.location)#\(agent.index) RESTORED")
        kill(agent)
        agent.isDuplicated = true
        agent.rows = old
        forget(agent, after: agent.head?.sequence ?? 0)
        agent.open = [:]
        schedule(.start(agent: agent.index), after: chance.span(about: plan.tillEvery))
    }

    /// What was told and is in no database any more.
    private func forget(_ agent: SimulatedAgent, after sequence: UInt64) {
        for key in agent.told.keys.sorted() where key > sequence {
            agent.told[key] = nil
        }
        agent.sales = []
    }

    private func loseDisk(of agent: SimulatedAgent) {
        guard agent.head?.epoch ?? 0 > 0, agents.count < 12 else { return }
        statistics.lostDisks += 1
        keepsPromises = false
        note("\(agent.location)#\(agent.index) LOST its disk")
        abandon(agent)
        schedule(.reprovision(agent: agent.index), after: chance.span(about: plan.faultEvery))
    }

    private func abandon(_ agent: SimulatedAgent) {
        kill(agent)
        agent.isGone = true
        agent.open = [:]
    }

    /// An operator sets the store up anew: every database of it is thrown away.
    func reprovision(_ agent: SimulatedAgent) {
        guard agents.count < 14 else { return }
        statistics.reprovisions += 1
        keepsPromises = false
        note("\(agent.location) SET UP ANEW")
        for other in agents where other.location == agent.location && !other.isGone {
            abandon(other)
        }
        addAgent(at: agent.location, takesOver: true)
    }

    private func revoke(at location: LocationID) {
        guard let key = centre.state.locationKey(location),
            case .agent(let known)? = centre.state.storeRecord(.agent(key))
        else { return }
        statistics.revocations += 1
        keepsPromises = false
        note("\(location) RIGHTS REVOKED")
        centre.send(
            .revokeAllotment(
                RevokeAllotment(
                    location: location,
                    epoch: known.epoch,
                    skus: (0..<plan.items).map(SimulatedCentre.sku),
                    reason: Reference(unchecked: "REVOKED")
                )
            )
        )
        feedAll()
    }

    /// The ledger is lost, and begins again with what a backup had.
    private func restoreCentre() {
        defer { backup = centre }
        guard let backup, chance.once(in: 3) else { return }
        statistics.centreRestores += 1
        keepsPromises = false
        note("THE LEDGER IS RESTORED to \(backup.state.header.position)")
        centre = backup
        centre.cluster = Reference(unchecked: "cluster-\(statistics.centreRestores)")
        centre.setTime(now)
        for agent in agents {
            agent.isCentreRestored = true
            agent.feedAfter = nil
            guard agent.core != nil, agent.isReachable else { continue }
            agent.isReachable = false
            schedule(
                .connect(agent: agent.index, life: agent.life),
                after: chance.span(in: 0...plan.delayMax)
            )
        }
    }

    func noteFrozen(_ frozen: AgentHead.Frozen, _ agent: SimulatedAgent) throws(Violation) {
        agent.isFrozenSeen = true
        note("\(agent.location)#\(agent.index) FROZEN: \(frozen)")
        switch frozen {
        case .forked, .storeFrozen: statistics.forks += 1
        case .oldCopy: statistics.oldCopies += 1
        case .taken, .ledgerLost: break
        }
        let isExpected =
            agent.isDuplicated || agent.isSecond || agent.isCentreRestored
            || agents.contains {
                $0.location == agent.location && ($0.isDuplicated || $0.takesOver)
            }
        guard isExpected else {
            throw Violation(
                .answers,
                "\(agent.location)#\(agent.index) is frozen without a reason: \(frozen)"
            )
        }
        if frozen != .taken, chance.once(in: 2) {
            schedule(.reprovision(agent: agent.index), after: chance.span(about: plan.faultEvery))
        }
    }
}
