import Raft
import Testing

/// Whole clusters under schedules drawn from a seed: loss, repeats, reordering, partitions, slow
/// disks, crashes with what was durable only.
///
/// `Invariants` watches every step.
struct RandomScheduleTests {
    @Test(arguments: 0..<200)
    func `three nodes keep every promise under any schedule, and recover`(seed: UInt64) throws {
        try Schedule(voters: 3, seed: seed).run(steps: 350)
    }

    @Test(arguments: 1000..<1080)
    func `five nodes keep every promise under any schedule, and recover`(seed: UInt64) throws {
        try Schedule(voters: 5, seed: seed).run(steps: 500)
    }
}

/// One run.
private final class Schedule {
    private let cluster: Cluster
    private var random: SplitMix64
    private var nextToken: UInt64 = 0
    /// For each read, what was known to be committed somewhere when it was asked.
    private var readFloors: [UInt64: LogIndex] = [:]
    private var checkedReads: [NodeID: Int] = [:]

    init(voters: Int, seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        var limits = Limits()
        limits.appendEntriesMax = 3
        limits.inFlightAppendsMax = 2
        limits.windowEntriesMax = 4
        cluster = try Cluster(
            (1...voters).map { NodeID(stringLiteral: "n\($0)") },
            deadline: 10...19,
            limits: limits,
            seed: seed
        )
    }

    func run(steps: Int) throws {
        for _ in 0..<steps { try step() }
        try recover()
    }

    private func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private func anyNode() -> NodeID { cluster.ids[below(cluster.ids.count)] }

    private func step() throws {
        let id = anyNode()
        switch below(100) {
        case 0..<30: cluster.tick([id], 1 + below(3))
        case 30..<62: deliverSome()
        case 62..<74: proposeSome(cluster.leader ?? id)
        case 74..<78: read(cluster.leader ?? id)
        case 78..<80: read(id)
        case 80..<87: disturb()
        case 87..<90: cluster.change(id) { $0.isPersistManual.toggle() }
        case 90..<94: cluster.change(id) { $0.persist(1 + below(3)) }
        case 94..<96: try cluster.restart(id)
        case 96: cluster.isolate(id)
        case 97: cluster.cutLink(id, anyNode())
        case 98: cluster.heal()
        default: cluster.input(id, .transferLeadership(to: nil))
        }
        checkReads()
    }

    private func deliverSome() {
        for _ in 0..<(1 + below(4)) { cluster.deliver(anyNode(), anyNode(), 1 + below(3)) }
        if below(3) == 0 { cluster.deliver() }
    }

    private func disturb() {
        cluster.rearrange(anyNode(), anyNode()) { queue in
            guard !queue.isEmpty else { return }
            let place = below(queue.count)
            switch below(3) {
            case 0: queue.remove(at: place)
            case 1: queue.append(queue[place])
            default: queue.append(queue.remove(at: place))
            }
        }
    }

    private func proposeSome(_ id: NodeID) {
        for _ in 0...below(3) {
            nextToken += 1
            cluster.propose(id, "p\(nextToken)", token: nextToken)
        }
    }

    private func read(_ id: NodeID) {
        nextToken += 1
        readFloors[nextToken] = cluster.ids.map { cluster[$0].status.commitIndex }.max() ?? 0
        cluster.read(id, nextToken)
    }

    /// Linearizable: a confirmed read sees all that had committed anywhere when it was asked.
    private func checkReads() {
        for id in cluster.ids {
            let reads = cluster[id].reads
            for outcome in reads.dropFirst(checkedReads[id] ?? 0) {
                guard case .confirmed(let index) = outcome.result else { continue }
                #expect(index >= readFloors[outcome.token.rawValue] ?? 0, "a stale read")
            }
            checkedReads[id] = reads.count
        }
    }

    /// Faults end: within a bounded time all agree, and nothing acknowledged is missing.
    private func recover() throws {
        let committed = cluster.ids.flatMap { cluster[$0].applied }
        cluster.heal()
        for id in cluster.ids {
            cluster.change(id) { node in
                node.isPersistManual = false
                node.persist()
            }
            if !cluster[id].isRunning { try cluster.restart(id) }
            #expect(cluster[id].halt == nil)
        }
        #expect(cluster.converge(400), "no agreement after the faults ended")
        let final = Set(cluster[cluster.ids[0]].applied)
        for id in cluster.ids {
            #expect(cluster[id].applied == cluster[cluster.ids[0]].applied)
        }
        #expect(committed.allSatisfy(final.contains))
    }
}
