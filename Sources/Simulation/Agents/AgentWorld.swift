import AgentCore
import Ledger

/// Stores with their agents, tills, and a digital channel beside them, in one thread, out of one seed.
///
/// What runs in it is what runs in production: the rules of the ledger, which take facts in and settle
/// them, and the agents' core. The log in which the ledger's nodes agree is simulated elsewhere
/// (``World``); here it is one sequence, whose answers come late, twice or never, and that may be
/// restored from a backup. Agents are cut off for days, killed between any two steps, cloned, restored
/// from old copies, run twice, and lose their disks and the time.
///
///     breaking ──▶ mending ──▶ done
///     faults       everything is reachable: outboxes drain, books agree
final class AgentWorld {
    enum Event: Sendable {
        case question(agent: Int, life: UInt64, CentreCall)
        case answer(agent: Int, life: UInt64, call: UInt64, CentreAnswer)
        case feed(agent: Int, life: UInt64)
        case tick(agent: Int, life: UInt64)
        case start(agent: Int)
        case connect(agent: Int, life: UInt64)
        case till
        case online
        case admin
        case fault
        case reconnect(agent: Int)
        case reprovision(agent: Int)
        case look
    }

    let plan: AgentPlan
    var chance: Chance
    var now = WorldTime.zero
    var queue = TimedQueue<Event>()
    var step = 0
    var isMending = false
    var mendedAt = WorldTime.zero
    /// Where the log was when it was last looked whether all is at rest.
    private var lookedAt = Position(.max)

    var centre: SimulatedCentre
    var agents: [SimulatedAgent] = []
    var lastRequest = 0
    var lastOrder = 0
    var orders: [ReservationID] = []
    var requestsLeft: Int
    /// An old copy of the ledger, to be restored.
    var backup: SimulatedCentre?
    /// What became of promises that no fault may break.
    var keepsPromises: Bool
    var statistics = AgentStatistics()
    var fingerprint = RunningHash()
    private let sink: (@Sendable (String) -> Void)?
    private(set) var lastLines: [String] = []

    static func store(_ index: Int) -> LocationID { LocationID(unchecked: "store-\(index)") }

    init(seed: UInt64, trace: (@Sendable (String) -> Void)? = nil) {
        chance = Chance(seed: seed)
        plan = AgentPlan(&chance)
        sink = trace
        keepsPromises = plan.keepsPromises
        requestsLeft = plan.requests
        centre = SimulatedCentre()
        centre.found(plan, &chance)
        for index in 0..<plan.stores {
            addAgent(at: Self.store(index), takesOver: false)
        }
        schedule(.till, after: plan.tillEvery)
        schedule(.online, after: plan.onlineEvery)
        schedule(.admin, after: plan.adminEvery)
        if !plan.faults.isEmpty { schedule(.fault, after: plan.faultEvery) }
    }

    /// Runs to the end.
    func run() throws(Violation) {
        while true {
            guard let (time, event) = queue.next() else {
                throw Violation(.liveness, "nothing is left to happen")
            }
            now = time
            step += 1
            fingerprint.add(now.nanoseconds)
            centre.setTime(now)
            if case .look = event {
                if try look() { break }
                continue
            }
            try take(event)
            guard step < 3_000_000 else {
                throw Violation(.liveness, "it goes on and on")
            }
        }
        try judge()
        statistics.worlds = 1
        statistics.steps = step
        statistics.simulatedNanoseconds = now.nanoseconds
    }

    private func take(_ event: Event) throws(Violation) {
        switch event {
        case .question(let agent, let life, let call): try ask(call, agents[agent], life)
        case .answer(let agent, let life, let call, let answer):
            guard agents[agent].lives(life), agents[agent].isReachable else { return }
            try handle([.answered(call: call, answer)], agents[agent])
        case .feed(let agent, let life): try feed(agents[agent], life)
        case .tick(let agent, let life):
            // Another time was asked for since.
            guard agents[agent].lives(life), agents[agent].wake == now else { return }
            agents[agent].wake = nil
            try handle([.tick], agents[agent])
        case .start(let agent): try start(agents[agent])
        case .connect(let agent, let life): try connect(agents[agent], life)
        case .till: try comeToTill()
        case .online: orderOnline()
        case .admin: administer()
        case .fault: try strike()
        case .reconnect(let agent): try reconnect(agents[agent])
        case .reprovision(let agent): reprovision(agents[agent])
        case .look: break
        }
    }

    func schedule(_ event: Event, after span: Nanoseconds) {
        queue.schedule(event, at: now.advanced(by: span))
    }

    /// A line of the trace; the last ones are kept for a failure.
    func note(_ line: @autoclosure () -> String) {
        guard sink != nil || lastLines.count < 4_000 else {
            lastLines.removeFirst(2_000)
            return note(line())
        }
        let text = "\(now) \(line())"
        sink?(text)
        lastLines.append(text)
    }

    // MARK: - The end

    /// Faults have ended: everything is reachable from now on.
    func mend() throws(Violation) {
        isMending = true
        mendedAt = now
        note("-- FAULTS HAVE ENDED")
        for agent in agents where !agent.isGone {
            if agent.core == nil {
                agent.isCutOff = false
                try start(agent)
            } else if agent.isCutOff {
                try reconnect(agent)
            } else if !agent.isReachable {
                try connect(agent, agent.life)
            }
        }
        schedule(.look, after: Span.seconds(60))
    }

    /// Whether everything has come to rest; it must within a bounded time.
    private func look() throws(Violation) -> Bool {
        let busy = agents.filter { !$0.isGone && !isAtRest($0) }
        lookedAt = centre.state.header.position
        guard !busy.isEmpty else { return true }
        guard now < mendedAt.advanced(by: Span.seconds(4 * 3_600)) else {
            let depths = busy.map { agent in
                "\(agent.location)#\(agent.index): \(agent.core?.head.outboxDepth ?? 0) to tell, "
                    + "copy \(String(describing: agent.core?.head.copy)), "
                    + "frozen \(String(describing: agent.core?.head.frozen)), "
                    + "the ledger's: \(agent.core.map { isLedgers($0.head, agent) } ?? false), "
                    + "feed after \(String(describing: agent.feedAfter)) of "
                    + "\(centre.state.header.position), reachable \(agent.isReachable)"
            }
            throw Violation(.liveness, "outboxes don't drain: \(depths)")
        }
        schedule(.look, after: Span.seconds(60))
        return false
    }

    /// Whether the ledger has the agent's chain: else the agent must come to know that it hasn't.
    private func isLedgers(_ head: AgentHead, _ agent: SimulatedAgent) -> Bool {
        guard let place = centre.state.locationKey(agent.location),
            case .agent(let known)? = centre.state.storeRecord(.agent(place))
        else { return false }
        return known.state == .active && known.instance == head.instance
            && known.epoch == head.epoch && known.lastHash == head.hash
    }

    /// Whether another agent holds the store.
    private func isAnothers(_ location: LocationID, than instance: Reference) -> Bool {
        guard let place = centre.state.locationKey(location),
            case .agent(let known)? = centre.state.storeRecord(.agent(place))
        else { return false }
        return known.instance != instance
    }

    private func isAtRest(_ agent: SimulatedAgent) -> Bool {
        guard let core = agent.core else { return false }
        if core.head.frozen != nil { return true }
        // An agent that never held the store, since another was there first, has nothing to tell.
        if core.head.epoch == 0 { return isAnothers(agent.location, than: core.head.instance) }
        guard core.head.outboxDepth == 0, let copy = core.head.copy, isLedgers(core.head, agent),
            core.head.cluster == centre.cluster, !core.head.isRestored,
            core.head.rightsUnknownThrough == nil,
            copy.position <= centre.state.header.position
        else { return false }
        // Where many are at it, something is always on its way.
        return copy.position >= min(lookedAt, centre.lastPosition(at: agent.location))
    }
}
