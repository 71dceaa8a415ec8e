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

    @Test(arguments: 2000..<2150)
    func `members come and go, logs are compacted, and every promise is kept`(seed: UInt64) throws {
        try Schedule(voters: 3, spares: 3, seed: seed).run(steps: 600)
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

    init(voters: Int, spares: Int = 0, seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        var limits = Limits()
        limits.appendEntriesMax = 3
        limits.inFlightAppendsMax = 2
        limits.windowEntriesMax = 4
        cluster = try Cluster(
            (1...voters).map { NodeID(stringLiteral: "n\($0)") },
            spares: (0..<spares).map { NodeID(stringLiteral: "s\($0)") },
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
        if cluster.hasSpares, below(5) == 0 { return changeMembers(cluster.leader ?? id) }
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

    private func changeMembers(_ id: NodeID) {
        let node = anyNode()
        switch below(8) {
        case 0: cluster.change(id, members: .add(node, address: "", asLearner: below(3) == 0))
        case 1: cluster.change(id, members: .remove(node))
        case 2: cluster.change(id, members: .promote(node))
        case 3: cluster.change(id, members: .demote(node))
        case 4: cluster.change(id, members: .replace(anyNode(), with: node, address: ""))
        case 5: cluster.isFetchBlocked.toggle()
        default: cluster.change(node) { $0.compact(through: $0.status.appliedIndex) }
        }
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
        cluster.isFetchBlocked = false
        for id in cluster.ids {
            cluster.change(id) { node in
                node.isPersistManual = false
                node.persist()
            }
            if !cluster[id].isRunning { try cluster.restart(id) }
            #expect(cluster[id].halt == nil)
        }
        #expect(cluster.converge(400), "no agreement after the faults ended")
        guard let leader = cluster.leader else { return }
        let final = Set(cluster[leader].applied)
        for id in cluster[leader].status.configuration.configuration.members {
            #expect(cluster[id].applied == cluster[leader].applied)
        }
        #expect(committed.allSatisfy(final.contains))
    }
}
