import Raft
import Testing

/// Rule 14 of the consensus page: linearizable reads.
struct RuleReadTests {
    private func results(_ cluster: Cluster, _ id: NodeID) -> [UInt64: ReadResult] {
        Dictionary(
            cluster[id].reads.map { ($0.token.rawValue, $0.result) },
            uniquingKeysWith: { $1 }
        )
    }

    private func threeWithLeader() throws -> Cluster {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        return cluster
    }

    @Test func `rule 14: a read costs one round trip and no tick`() throws {
        let cluster = try threeWithLeader()
        cluster.read("n1", 7)
        #expect(results(cluster, "n1").isEmpty)
        cluster.deliver("n1", "n2")
        cluster.deliver("n2", "n1")
        #expect(results(cluster, "n1") == [7: .confirmed(1)])
    }

    @Test func `rule 14: reads that come during a round share the next one`() throws {
        let cluster = try threeWithLeader()
        let before = cluster.sent.count
        for token in 1...1000 { cluster.read("n1", UInt64(token)) }
        #expect(cluster.sent.count - before == 2)
        #expect(cluster.stabilize())
        #expect(cluster["n1"].reads.count == 1000)
        #expect(cluster["n1"].reads.allSatisfy { $0.result == .confirmed(1) })
        #expect(cluster.sent.count - before == 8)
    }

    @Test func `rule 14: a lost round does not hold up the reads that follow`() throws {
        let cluster = try threeWithLeader()
        cluster.read("n1", 1)
        cluster.drop()
        cluster.read("n1", 2)
        #expect(cluster.queue("n1", "n2").isEmpty)
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(results(cluster, "n1") == [1: .confirmed(1), 2: .confirmed(1)])
    }

    @Test func `rule 14: no read before an entry of the leader's own term has committed`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"], logs: ["n1": [1], "n2": [1], "n3": [1]])
        cluster.campaign("n1")
        cluster.deliver("n1", "n2")
        cluster.deliver("n2", "n1")
        #expect(cluster["n1"].status.role == .leader)
        cluster.drop()
        cluster.read("n1", 1)
        cluster.tick(["n1"])
        // Heartbeats are answered, but the no-op is on no other node.
        cluster.rearrange("n1", "n2") { queue in
            queue.removeAll { if case .append = $0.message { true } else { false } }
        }
        cluster.deliver("n1", "n2")
        cluster.rearrange("n2", "n1") { _ in }
        let replies = cluster.queue("n2", "n1")
        cluster.drop()
        for reply in replies { cluster.inject(from: "n2", to: "n1", term: 2, reply.message) }
        cluster.drop()
        #expect(results(cluster, "n1").isEmpty)
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(results(cluster, "n1") == [1: .confirmed(2)])
    }

    @Test func `rule 14: old acknowledgements confirm nothing for a deposed leader`() throws {
        let cluster = try threeWithLeader()
        // An earlier round is confirmed by one peer; the other's answer is kept back.
        cluster.read("n1", 1)
        cluster.deliver("n1")
        let old = cluster.queue("n2", "n1") + cluster.queue("n3", "n1")
        #expect(old.count == 2)
        cluster.drop("n2", "n1")
        #expect(cluster.stabilize())
        #expect(results(cluster, "n1") == [1: .confirmed(1)])
        // The leader is cut off, another one commits.
        cluster.isolate("n1")
        cluster.campaign("n2")
        #expect(cluster.stabilize())
        cluster.propose("n2", "newer")
        #expect(cluster.stabilize())
        #expect(cluster["n2"].status.commitIndex == 3)
        // The old one is asked, and hears the old answers again.
        cluster.read("n1", 2)
        for _ in 0..<2 {
            for reply in old {
                cluster.inject(from: reply.from, to: "n1", term: reply.term, reply.message)
            }
        }
        #expect(results(cluster, "n1")[2] == nil)
        // On stepping down it fails the read aloud.
        cluster.tick(["n1"], 20)
        #expect(results(cluster, "n1")[2] == .failed(.leadershipLost))
    }

    @Test func `rule 14: stepping down fails every pending read, waiting or in a round`() throws {
        let cluster = try threeWithLeader()
        cluster.read("n1", 1)
        cluster.read("n1", 2)
        cluster.inject(
            from: "n2",
            to: "n1",
            term: 9,
            .heartbeat(Heartbeat(commit: 0, sequence: 1))
        )
        #expect(
            results(cluster, "n1")
                == [1: .failed(.leadershipLost), 2: .failed(.leadershipLost)]
        )
    }

    @Test func `a read on a follower fails with a hint`() throws {
        let cluster = try threeWithLeader()
        cluster.read("n2", 1)
        #expect(results(cluster, "n2") == [1: .failed(.notLeader(hint: "n1"))])
    }

    @Test func `a single voter answers reads at once`() throws {
        let cluster = try Cluster(["n1"])
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.campaign("n1")
        cluster.change("n1") { $0.persist(1) }
        #expect(cluster["n1"].status.role == .leader)
        cluster.read("n1", 1)
        #expect(results(cluster, "n1").isEmpty)
        cluster.change("n1") { $0.persist(1) }
        #expect(results(cluster, "n1") == [1: .confirmed(1)])
        cluster.read("n1", 2)
        #expect(results(cluster, "n1")[2] == .confirmed(1))
    }

    @Test func `a learner's answers confirm nothing`() throws {
        let cluster = try Cluster(["n1", "n2"], learners: ["n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.crash("n2")
        cluster.read("n1", 1)
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(results(cluster, "n1").isEmpty)
    }
}
