import Ledger
import Raft
import Testing

@testable import Replica

@Suite struct `The freshness certificate is true` {
    let second: UInt64 = 1_000_000_000

    @Test func `every node's age stays within two intervals while all is well`() throws {
        var cluster = try TestCluster(3)
        _ = try cluster.electLeader()
        cluster.run(ticks: 50)
        for _ in 0..<100 {
            cluster.run(ticks: 1)
            for id in cluster.ids {
                let age = try #require(cluster.age(id))
                #expect(age <= 100_000_000)
            }
        }
    }

    @Test func `before the first certificate the age is unknown`() throws {
        let cluster = try TestCluster(3)
        for id in cluster.ids { #expect(cluster.age(id) == nil) }
    }

    @Test func `cut off, a follower's age grows as time passes`() throws {
        var cluster = try TestCluster(3)
        _ = try cluster.electLeader()
        cluster.run(ticks: 50)
        let alone = try #require(cluster.followers.first)
        let before = try #require(cluster.age(alone))
        cluster.cut = [alone]
        cluster.run(ticks: 500)
        let after = try #require(cluster.age(alone))
        #expect(after >= before + 5 * second)
        cluster.cut = []
        cluster.run(ticks: 200)
        #expect(try #require(cluster.age(alone)) < second)
    }

    @Test func `a deposed leader certifies neither itself nor the follower stuck with it`() throws {
        var cluster = try TestCluster(5)
        let old = try cluster.electLeader()
        cluster.run(ticks: 50)
        let stuck = try #require(cluster.followers.first)
        let others = cluster.ids.filter { $0 != old && $0 != stuck }
        // The two sides hear nothing of each other, but `stuck` goes on hearing its old leader.
        var minority = cluster
        minority.cut = Set(others)
        let ages = [old, stuck].compactMap { minority.age($0) }
        minority.run(ticks: 20)
        for (id, before) in zip([old, stuck], ages) {
            let after = try #require(minority.age(id))
            #expect(after >= before + 20 * TestCluster.tick - 100_000_000)
        }
        minority.run(ticks: 100)
        for id in [old, stuck] {
            #expect(try #require(minority.age(id)) >= second)
        }
    }

    @Test func `a claim is never younger than the newest acknowledged write it lacks`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        cluster.run(ticks: 50)
        let alone = try #require(cluster.followers.first)
        cluster.cut = [alone]
        for index in 0..<20 {
            let acknowledgedAt = cluster.now
            let answer = cluster.execute(.item("i\(index)"), id: "q\(index)", at: leader)?.answer
            let position = try #require(answer?.position)
            cluster.run(ticks: 3)
            let node = try #require(cluster.nodes[alone])
            if node.appliedIndex.rawValue < position.rawValue {
                let asOf = try #require(node.completeAsOf)
                #expect(asOf <= acknowledgedAt)
            }
        }
    }

    @Test func `a certificate waits for apply, and the newest counts`() {
        var certificate = FreshnessCertificate()
        certificate.confirm(index: 5, askedAt: NodeInstant(nanoseconds: 10), applied: 4)
        #expect(certificate.completeAsOf == nil)
        certificate.confirm(index: 6, askedAt: NodeInstant(nanoseconds: 20), applied: 4)
        certificate.applied(through: 5)
        #expect(certificate.completeAsOf == NodeInstant(nanoseconds: 10))
        certificate.applied(through: 6)
        #expect(certificate.completeAsOf == NodeInstant(nanoseconds: 20))
        certificate.confirm(index: 6, askedAt: NodeInstant(nanoseconds: 15), applied: 6)
        #expect(certificate.completeAsOf == NodeInstant(nanoseconds: 20))
    }
}

@Suite struct `Reads that wait` {
    func read(
        _ cluster: inout TestCluster,
        _ requirement: ReadRequirement,
        at node: NodeID,
        patience: UInt64 = 1_000_000_000
    ) -> ReadTicket {
        let ticket = ReadTicket(rawValue: UInt64(cluster.reads.count + 1))
        cluster.step(
            node,
            .read(
                ticket,
                requirement,
                deadline: cluster.now.advanced(byNanoseconds: patience)
            )
        )
        return ticket
    }

    @Test func `a linearizable read at any node sees what was acknowledged before it`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        for (index, node) in cluster.ids.enumerated() {
            let answer = try unwrap(
                cluster.execute(.item("i\(index)"), id: "q\(index)", at: leader)?.answer
            )
            let ticket = read(&cluster, .quorumRound, at: node)
            for _ in 0..<20 where cluster.reads[ticket] == nil { cluster.run(ticks: 1) }
            #expect(cluster.reads[ticket] == .ready)
            let applied = try #require(cluster.nodes[node]?.appliedIndex.rawValue)
            #expect(applied >= answer.position.rawValue)
        }
    }

    @Test func `a linearizable read without a quorum times out`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        cluster.cut = Set(cluster.followers)
        let ticket = read(&cluster, .quorumRound, at: leader)
        cluster.run(ticks: 150)
        #expect(cluster.reads[ticket] == .timedOut)
    }

    @Test func `a session read waits for its position`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        let next = try #require(cluster.nodes[leader]?.appliedIndex.next)
        let ticket = read(&cluster, .applied(next), at: leader)
        cluster.settle()
        #expect(cluster.reads[ticket] == nil)
        _ = cluster.execute(.item("tea"), id: "q1", at: leader)
        #expect(cluster.reads[ticket] == .ready)
    }
}
