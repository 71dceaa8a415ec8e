import Raft
import Testing

/// Rule 15 of the consensus page: reads on trust in clocks, which are off unless asked for.
struct RuleLeaseTests {
    private func three(_ lease: Lease?) throws -> Cluster {
        let cluster = try Cluster(["n1", "n2", "n3"], deadline: 10...19, lease: lease)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        return cluster
    }

    private func heartbeat(_ cluster: Cluster) {
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
    }

    private func isServedAtOnce(_ cluster: Cluster, _ token: UInt64) -> Bool {
        cluster.read("n1", token)
        return cluster["n1"].reads.contains {
            $0.token.rawValue == token && $0.result == .confirmed(cluster["n1"].status.commitIndex)
        }
    }

    @Test func `rule 15: without a lease every read costs a round`() throws {
        let cluster = try three(nil)
        heartbeat(cluster)
        #expect(!isServedAtOnce(cluster, 1))
    }

    @Test func `rule 15: a lease runs from the sending of the confirmed round, less the drift`()
        throws
    {
        let cluster = try three(Lease(driftPerMille: 100))
        #expect(!isServedAtOnce(cluster, 1))
        // The round is sent at tick 1; its answers arrive at tick 4.
        cluster.tick(["n1"])
        cluster.deliver("n1")
        cluster.isolate("n1")
        cluster.tick(["n1"], 3)
        cluster.deliver(nil, "n1")
        #expect(isServedAtOnce(cluster, 2))
        // Ten ticks of the slowest clock less one are seven of the fastest, from tick 1 on.
        cluster.tick(["n1"], 1)
        #expect(isServedAtOnce(cluster, 3))
        cluster.tick(["n1"], 2)
        #expect(!isServedAtOnce(cluster, 4))
    }

    @Test func `rule 15: it is void before a transfer leaves, and for the rest of the term`() throws
    {
        let cluster = try three(Lease(driftPerMille: 0))
        heartbeat(cluster)
        #expect(isServedAtOnce(cluster, 1))
        cluster.cutLink("n1", "n2")
        cluster.input("n1", .transferLeadership(to: "n2"))
        #expect(cluster["n1"].events.contains(.transferOffered(to: "n2")))
        #expect(!isServedAtOnce(cluster, 2))
        for _ in 0..<12 {
            cluster.tick(["n1"])
            #expect(cluster.stabilize())
        }
        // Given up; but the order to campaign may still arrive at any time.
        #expect(cluster["n1"].events.contains(.transferAbandoned(to: "n2")))
        heartbeat(cluster)
        #expect(cluster["n1"].status.role == .leader)
        #expect(!isServedAtOnce(cluster, 3))
    }

    @Test func `rule 15: a voter that heard of the leader keeps its vote, even across a restart`()
        throws
    {
        let cluster = try three(Lease(driftPerMille: 0))
        heartbeat(cluster)
        try cluster.restart("n2")
        let request = Message.voteRequest(
            VoteRequest(last: LogPosition(index: 9, term: 1), isForced: false)
        )
        cluster.inject(from: "n3", to: "n2", term: 5, request)
        #expect(
            cluster.queue("n2", "n3").map(\.message) == [.voteReply(VoteReply(isGranted: false))]
        )
        cluster.drop()
        // A higher term that comes another way makes it forget the leader, not what it owes it.
        cluster.inject(from: "n3", to: "n2", term: 5, .voteReply(VoteReply(isGranted: false)))
        cluster.inject(from: "n3", to: "n2", term: 5, request)
        #expect(
            cluster.queue("n2", "n3").map(\.message) == [.voteReply(VoteReply(isGranted: false))]
        )
        cluster.drop()
        cluster.tick(["n2"], 10)
        cluster.inject(from: "n3", to: "n2", term: 6, request)
        #expect(
            cluster.queue("n2", "n3").last?.message == .voteReply(VoteReply(isGranted: true))
        )
    }

    /// Clocks with their own rates and pauses: while none is off by more than the bound, no read is
    /// stale.
    @Test(arguments: 0..<45)
    func `rule 15: no stale read while clocks keep to the drift`(seed: UInt64) throws {
        let drift = [0, 50, 200][Int(seed % 3)]
        let run = try LeaseRun(drift: drift, seed: seed)
        try run.run()
        #expect(run.served > 0)
    }
}

/// A cluster in which time is real and each node's clock has a rate of its own.
private final class LeaseRun {
    let cluster: Cluster
    var random: SplitMix64
    let rates: [Int]
    /// Each node's own time in thousandths of a tick.
    var clocks = [0, 0, 0]
    var pausedUntil = [0, 0, 0]
    var token: UInt64 = 0
    var served = 0
    /// When each message may arrive.
    var now = 0

    init(drift: Int, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        cluster = try Cluster(
            ["n1", "n2", "n3"],
            deadline: 10...19,
            lease: Lease(driftPerMille: drift),
            seed: seed
        )
        rates = (0..<3).map { _ in 1000 - drift + Int(random.next() % UInt64(2 * drift + 1)) }
        self.random = random
        cluster.campaign("n1")
        #expect(cluster.stabilize())
    }

    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// A tenth of a tick of real time each step; what a paused node missed is handed over first.
    func run() throws {
        for _ in 0..<1500 {
            now += 1
            for place in 0..<3 where pausedUntil[place] <= now { advance(place) }
            disturb()
            for sender in cluster.ids {
                for receiver in cluster.ids where isAwake(receiver) && below(3) > 0 {
                    cluster.deliver(sender, receiver, 1 + below(3))
                }
            }
            readEverywhere()
        }
    }

    private func isAwake(_ id: NodeID) -> Bool {
        cluster.ids.firstIndex(of: id).map { pausedUntil[$0] <= now } ?? false
    }

    private func advance(_ place: Int) {
        let before = clocks[place] / 1000
        clocks[place] = now * rates[place] / 10
        let ticks = clocks[place] / 1000 - before
        if ticks > 0 { cluster.tick([cluster.ids[place]], ticks) }
    }

    private func disturb() {
        let place = below(3)
        let id = cluster.ids[place]
        switch below(200) {
        case 0: pausedUntil[place] = now + below(400)
        case 1: cluster.isolate(id)
        case 2, 3, 4: cluster.heal()
        case 5: if isAwake(id) { try? cluster.restart(id) }
        case 6..<30: if isAwake(id) { cluster.propose(id, "\(now)") }
        default: break
        }
    }

    private func readEverywhere() {
        let floor = cluster.ids.map { cluster[$0].status.commitIndex }.max() ?? 0
        for id in cluster.ids where isAwake(id) && cluster[id].status.role == .leader {
            let before = cluster[id].reads.count
            token += 1
            cluster.read(id, token)
            // Answered in the very step that asked: by lease.
            for outcome in cluster[id].reads.dropFirst(before) where outcome.token.rawValue == token
            {
                guard case .confirmed(let index) = outcome.result else { continue }
                served += 1
                #expect(index >= floor, "a stale read at \(now)")
            }
        }
    }
}
