import Ledger
import Raft
import RaftLog
import Replica

/// A whole cluster with its network, disks, clocks and clients in one thread, out of one seed.
///
/// What runs in it is what runs in production: ``ReplicaCore`` with the consensus core inside, the
/// log's store and its recovery, the codecs, the rules of stock. Simulated are only the edges. Time is
/// a number, chance comes from the seed, and nothing depends on the order of a dictionary: the same
/// seed gives the same run, bit by bit, in every process.
///
///     breaking ──▶ mending ──▶ asking ──▶ reading ──▶ settling ──▶ done
///     faults       what is     again what  all of     until all
///     and load     under way   stayed      the books  nodes agree
final class World {
    enum Stage: Int, Sendable {
        /// Clients work and faults strike.
        case breaking
        /// Faults have ended; what is under way must come to its end.
        case mending
        /// What stayed unknown is asked again.
        case asking
        /// All of the books are read.
        case reading
        /// The nodes come to agree.
        case settling
        case done
    }

    let options: SimulationOptions
    let plan: SwarmPlan
    let founding: Configuration

    var now = WorldTime.zero
    var queue = EventQueue()
    /// Counts events.
    var step = 0
    var stage = Stage.breaking
    var mendedAt = WorldTime.zero

    var nodes: [SimulatedNode] = []
    var slots: [NodeID: Int] = [:]
    var network: SimulatedNetwork
    var clients: [SimulatedClient] = []
    var desk: ClientDesk
    var faults: FaultDesk
    var humans = Operator()

    var checks: Checks
    var statistics = RunStatistics()
    var trace: Trace
    /// Everything that happened, in one number.
    var fingerprint = RunningHash()
    var scratch: [UInt8] = []

    init(_ options: SimulationOptions) {
        var chance = Chance(seed: options.seed)
        var plan = SwarmPlan(nodes: options.nodes, &chance)
        plan.switchOn(options.knownBug)
        self.options = options
        self.plan = plan
        let ids = (1...plan.nodes).map { NodeID(stringLiteral: "n\($0)") }
        founding =
            Configuration(
                voters: ids,
                addresses: ids.compactMap { MemberAddress(id: $0, text: "\($0):7000") }
            ) ?? .empty
        checks = Checks(founding: founding)
        network = SimulatedNetwork(plan: plan.network, nodes: plan.nodes, chance: chance.fork())
        desk = ClientDesk(plan: plan.clients, chance: chance.fork())
        faults = FaultDesk(kinds: plan.faults, chance: chance.fork())
        trace = Trace(sink: options.trace)
        trace.names = ids
        for (slot, id) in ids.enumerated() {
            let clock = Self.clock(plan.clock, &chance)
            nodes.append(SimulatedNode(slot: slot, id: id, clock: clock, chance: chance.fork()))
            slots[id] = slot
        }
        schedule(&chance)
    }

    static func clock(_ plan: SwarmPlan.ClockPlan, _ chance: inout Chance) -> SimulatedClock {
        SimulatedClock(
            ratePPM: UInt64(1_000_000 + chance.number(in: -plan.driftPPM...plan.driftPPM)),
            offset: chance.span(in: 0...Span.seconds(1_000)),
            wallErrorMicroseconds: Int64(chance.number(in: -2_000_000...2_000_000))
        )
    }

    private func schedule(_ chance: inout Chance) {
        for slot in nodes.indices {
            queue.schedule(
                .start(slot: slot),
                at: after(chance.span(in: 0...Span.milliseconds(50)))
            )
        }
        for number in 0..<plan.clients.count {
            clients.append(SimulatedClient(number: number))
            let pause = chance.span(in: 0...plan.clients.pauseBetween)
            queue.schedule(.nextOperation(client: number), at: after(pause))
        }
        if let membership = plan.membership {
            queue.schedule(.operatorActs, at: after(chance.span(about: membership.every)))
        }
        if !plan.faults.isEmpty {
            queue.schedule(.fault, at: after(chance.span(about: plan.faultEvery)))
        }
    }

    // MARK: - Running

    /// Runs to the end.
    func run() throws(Violation) {
        while stage != .done {
            guard let (time, event) = queue.next() else {
                throw Violation(.liveness, "nothing is left to happen")
            }
            now = time
            step += 1
            note(event)
            try take(event)
            try checkPatience()
        }
        statistics.simulatedNanoseconds = now.nanoseconds
    }

    private func take(_ event: WorldEvent) throws(Violation) {
        guard let event = afterPause(event) else { return }
        switch event {
        case .start(let slot): try start(nodes[slot])
        case .tick(let life): try tick(life)
        case .turn(let life): try takeTurn(life)
        case .resume(let slot): resume(nodes[slot])
        case .logWrite(let life): try logWrite(life)
        case .logSync(let life): try logSync(life)
        case .logDurable(let life, let ticket): logDurable(life, ticket)
        case .logFailed(let life, let ticket): logFailed(life, ticket)
        case .logRead(let life, let request): try logRead(life, request)
        case .logReadToApply(let life, let range): try logReadToApply(life, range)
        case .stateWrite(let life): stateWritten(life)
        case .checkpoint(let life): checkpointed(life)
        case .logCompacted(let life, let index): logCompacted(life, through: index)
        case .stateExchanged(let life, let last): try stateExchanged(life, last)
        case .copyTaken(let life, let path): try copyTaken(life, at: path)
        case .chunkRead(let life, let peer, let position, let offset):
            chunkRead(life, for: peer, position, offset)
        case .fetchBegun(let life, let fetch): fetchBegun(life, fetch)
        case .chunkWritten(let life, let position, let chunk):
            chunkWritten(life, position, chunk)
        case .parcel(let parcel): deliver(parcel)
        case .unreachable(let life, let peer): unreachable(life, peer)
        case .request(let attempt, let wish): try arrive(attempt, wish)
        case .reply(let attempt, let reply): try hear(reply, to: attempt)
        case .impatience(let attempt): loseInterest(in: attempt)
        case .nextOperation(let client): beginOperation(of: client)
        case .fault: try strike()
        case .faultEnds(let number): endFault(number)
        case .operatorActs: act()
        case .inspection: try inspect()
        }
    }

    /// Every event is part of the run's fingerprint.
    private func note(_ event: WorldEvent) {
        fingerprint.add(now.nanoseconds)
        fingerprint.add(event.code)
    }

    func after(_ span: Nanoseconds) -> WorldTime { now.advanced(by: span) }

    func schedule(_ event: WorldEvent, after span: Nanoseconds) {
        queue.schedule(event, at: after(span))
    }

    /// The node of a life that still lasts.
    func node(_ life: Life) -> SimulatedNode? {
        let node = nodes[Int(life.slot)]
        return node.lives(life) ? node : nil
    }
}
