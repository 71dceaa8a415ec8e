import AgentCore
import Ledger

/// The lives of agents, and what they exchange with the ledger.
extension AgentWorld {
    @discardableResult
    func addAgent(
        at location: LocationID,
        rows: InMemoryAgentRows? = nil,
        takesOver: Bool,
        isSecond: Bool = false
    ) -> SimulatedAgent {
        let index = agents.count
        let instance = Reference(unchecked: "db\(index)-\(chance.bits() % 1_000_000)")
        let agent = SimulatedAgent(
            index: index,
            location: location,
            rows: rows ?? InMemoryAgentRows(location: location, instance: instance),
            takesOver: takesOver,
            isSecond: isSecond,
            wallError: Int64(chance.number(in: -100_000_000...100_000_000))
        )
        agents.append(agent)
        schedule(.start(agent: index), after: chance.span(in: 0...plan.delayMax))
        return agent
    }

    func clock(of agent: SimulatedAgent) -> AgentClock {
        let wall = Int64(1_700_000_000_000_000 + now.nanoseconds / 1_000) + agent.wallError
        let steady = (now.nanoseconds - agent.startedAt.nanoseconds) / 1_000_000
        return AgentClock(
            wall: LogTime(microseconds: UInt64(max(0, wall))),
            steady: Milliseconds(steady)
        )
    }

    func start(_ agent: SimulatedAgent) throws(Violation) {
        guard agent.core == nil, !agent.isGone else { return }
        agent.life += 1
        agent.startedAt = now
        agent.wake = nil
        agent.feedAfter = nil
        agent.isReachable = false
        agent.core = SimulatedAgent.Core(
            rows: agent.rows,
            codec: EntryFactCodec(),
            settings: plan.settings,
            takesOver: agent.takesOver,
            seed: chance.bits(),
            clock: clock(of: agent)
        )
        note("\(agent.location)#\(agent.index) STARTS")
        try connect(agent, agent.life)
        // Tills that got no answer ask again.
        let waiting = agent.open.sorted { $0.key < $1.key }
        agent.open = [:]
        for (_, request) in waiting { try ask(request, at: agent) }
    }

    func kill(_ agent: SimulatedAgent) {
        guard agent.core != nil else { return }
        agent.core = nil
        agent.isReachable = false
        agent.feedAfter = nil
        note("\(agent.location)#\(agent.index) DIES")
    }

    func connect(_ agent: SimulatedAgent, _ life: UInt64) throws(Violation) {
        guard agent.lives(life), !agent.isCutOff, !agent.isReachable else { return }
        agent.isReachable = true
        try handle([.connected(to: centre.cluster)], agent)
    }

    func disconnect(_ agent: SimulatedAgent) throws(Violation) {
        guard agent.core != nil, agent.isReachable else { return }
        agent.isReachable = false
        agent.feedAfter = nil
        try handle([.disconnected], agent)
    }

    /// Lets the core take inputs; it may die before what it commits is durable, or just after.
    func handle(_ inputs: [AgentInput], _ agent: SimulatedAgent) throws(Violation) {
        guard var core = agent.core else { return }
        // The only reference, so that rows are changed where they are.
        agent.core = nil
        var effects: [AgentEffect] = []
        core.handle(inputs, at: clock(of: agent), into: &effects)
        let dies = !isMending && plan.faults.contains(.kill) && chance.permille(4)
        if dies, chance.once(in: 2) {
            // Before the commit: nothing of it has happened.
            statistics.kills += 1
            agent.core = core
            kill(agent)
            schedule(.start(agent: agent.index), after: chance.span(about: plan.tillEvery))
            return
        }
        agent.rows = core.rows
        agent.core = core
        if dies {
            statistics.kills += 1
            kill(agent)
            schedule(.start(agent: agent.index), after: chance.span(about: plan.tillEvery))
            return
        }
        for effect in effects { try take(effect, agent) }
        if let frozen = core.head.frozen, !agent.isFrozenSeen { try noteFrozen(frozen, agent) }
    }

    private func take(_ effect: AgentEffect, _ agent: SimulatedAgent) throws(Violation) {
        switch effect {
        case .answer(let ticket, let answer): try hear(answer, ticket, agent)
        case .call(let call):
            guard agent.isReachable else { return }
            send(call, of: agent)
        case .follow(let after):
            agent.feedAfter = after
            feedSoon(agent)
        case .wake(let time):
            let due = WorldTime(
                nanoseconds: agent.startedAt.nanoseconds + time.rawValue * 1_000_000
            )
            // A machine doesn't wake up more than once a millisecond.
            let at = max(due, now.advanced(by: Span.milliseconds(1)))
            guard at != agent.wake else { return }
            agent.wake = at
            queue.schedule(.tick(agent: agent.index, life: agent.life), at: at)
        case .redial:
            statistics.redials += 1
            agent.isReachable = false
            agent.feedAfter = nil
            let life = agent.life
            schedule(
                .connect(agent: agent.index, life: life),
                after: chance.span(in: 0...plan.delayMax)
            )
        }
    }

    // MARK: - The network

    private var delay: Nanoseconds { chance.span(in: Span.microseconds(100)...plan.delayMax) }

    private func send(_ call: CentreCall, of agent: SimulatedAgent) {
        let event = Event.question(agent: agent.index, life: agent.life, call)
        if !isMending, chance.permille(plan.lostPermille) { return }
        schedule(event, after: delay)
        if chance.permille(plan.repeatedPermille) { schedule(event, after: delay * 5) }
    }

    /// What was sent arrives, whatever has become of its sender since.
    func ask(_ call: CentreCall, _ agent: SimulatedAgent, _ life: UInt64) throws(Violation) {
        let before = centre.state.header.position
        let answer = centre.answer(call.question, to: agent.location)
        if case .applied(let applied, credit: _) = answer {
            fingerprint.add(applied.position.rawValue)
        }
        if centre.state.header.position > before { try check(after: before) }
        feedAll()
        guard agent.lives(life), isMending || !chance.permille(plan.lostPermille) else { return }
        schedule(
            .answer(agent: agent.index, life: life, call: call.id, answer),
            after: delay
        )
    }

    func feedAll() {
        for agent in agents where agent.feedAfter != nil && agent.isReachable { feedSoon(agent) }
    }

    private func feedSoon(_ agent: SimulatedAgent) {
        guard !agent.isFeeding else { return }
        agent.isFeeding = true
        schedule(.feed(agent: agent.index, life: agent.life), after: delay)
    }

    func feed(_ agent: SimulatedAgent, _ life: UInt64) throws(Violation) {
        agent.isFeeding = false
        guard agent.lives(life), agent.isReachable, let after = agent.feedAfter else { return }
        if !isMending, chance.permille(5) {
            agent.feedAfter = nil
            return try handle([.feedLost(chance.once(in: 2) ? .broken : .compacted)], agent)
        }
        // A position that isn't there yet, or not any more.
        guard after <= centre.state.header.position else {
            agent.feedAfter = nil
            return try handle([.feedLost(.compacted)], agent)
        }
        guard after < centre.state.header.position else { return }
        let (rows, through) = centre.rows(
            after: after,
            at: agent.location,
            entries: isMending ? 1_000 : chance.number(in: 1...20)
        )
        agent.feedAfter = through
        try handle([.changes(rows, after: after, through: through)], agent)
        if through < centre.state.header.position, agent.feedAfter != nil { feedSoon(agent) }
    }
}
