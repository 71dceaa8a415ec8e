import Ledger
import Raft
import Testing

@testable import Replica

@Suite struct `A replica answers requests` {
    func stocked(_ count: Int = 3) throws -> TestCluster {
        var cluster = try TestCluster(count)
        let leader = try cluster.electLeader()
        for (index, command) in [
            Command.item("tea"), .place("s1"), .receive(10, "tea", at: "s1"),
        ].enumerated() {
            let result = try unwrap(
                cluster.execute(command, id: "setup-\(index)", at: leader)
            )
            #expect(result.answer != nil)
        }
        return cluster
    }

    @Test(arguments: [1, 3, 5])
    func `a request at the leader is answered when a quorum has it`(count: Int) throws {
        var cluster = try stocked(count)
        let leader = try #require(cluster.leader)
        let result = cluster.execute(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: leader)
        let answer = try #require(result?.answer)
        guard case .reservation(let reservation) = answer.outcome else {
            Issue.record("not a reservation: \(answer.outcome)")
            return
        }
        #expect(reservation.state == .held)
        #expect(!answer.replayed)
    }

    @Test func `much that is committed is applied in turns, between which the node goes on`() throws
    {
        var cluster = try TestCluster(1) { $0.applyEntriesMax = 3 }
        let leader = try cluster.electLeader()
        let before = try #require(cluster.nodes[leader]?.appliedIndex)
        let tokens = (0..<10).map { number in
            cluster.submit(.item("tea-\(number)"), id: "q\(number)", at: leader)
        }
        cluster.flush(leader)
        let written = cluster.inbox
        cluster.inbox = []
        for (id, input) in written { cluster.step(id, input) }
        var turns: [Int] = []
        repeat {
            let start = try #require(cluster.nodes[leader]?.appliedIndex)
            cluster.flush(leader)
            turns.append(start.distance(to: try #require(cluster.nodes[leader]?.appliedIndex)))
        } while cluster.nodes[leader]?.hasMoreToApply == true
        #expect(turns == [3, 3, 3, 1])
        #expect(cluster.nodes[leader]?.appliedIndex == before.advanced(by: 10))
        #expect(tokens.allSatisfy { cluster.verdicts[$0] != nil })
    }

    @Test func `a request at a follower is forwarded once and answered there`() throws {
        var cluster = try stocked()
        let follower = try #require(cluster.followers.first)
        let result = cluster.execute(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: follower)
        #expect(result?.answer != nil)
    }

    @Test func `the same request at another node after a change of leader is a replay`() throws {
        var cluster = try stocked()
        let old = try #require(cluster.leader)
        let first = try unwrap(
            cluster.execute(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: old)?.answer
        )
        cluster.cut = [old]
        let new = try cluster.electLeader()
        #expect(new != old)
        let again = try unwrap(
            cluster.execute(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: new)?.answer
        )
        #expect(again.replayed)
        #expect(again.outcome == first.outcome)
        #expect(again.position == first.position)
    }

    @Test func `rule 22: what was sent and not answered is unknown, never tried again`() throws {
        var cluster = try stocked()
        let old = try #require(cluster.leader)
        cluster.cut = [old]
        let token = cluster.submit(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: old)
        _ = try cluster.electLeader()
        cluster.run(ticks: 200)
        #expect(cluster.verdicts[token] == .result(.unknown))
        cluster.cut = []
        cluster.run(ticks: 200)
        let leader = try #require(cluster.leader)
        let again = try unwrap(
            cluster.execute(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: leader)?.answer
        )
        #expect(!again.replayed, "the lost one must not have been written")
    }

    @Test func `what was forwarded to a leader that is gone is unknown`() throws {
        var cluster = try stocked()
        let old = try #require(cluster.leader)
        let follower = try #require(cluster.followers.first)
        cluster.cut = [old]
        let token = cluster.submit(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: follower)
        _ = try cluster.electLeader()
        cluster.run(ticks: 10)
        #expect(cluster.verdicts[token] == .result(.unknown))
    }

    @Test func `without a leader a request waits for one, and is refused in the end`() throws {
        var cluster = try stocked()
        let leader = try #require(cluster.leader)
        let alone = try #require(cluster.followers.first)
        cluster.cut = Set(cluster.ids.filter { $0 != alone })
        cluster.run(ticks: 200)
        cluster.cut = Set(cluster.ids)
        let token = cluster.submit(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: alone)
        cluster.run(ticks: 100)
        #expect(cluster.verdicts[token] == nil, "it waits")
        cluster.run(ticks: 150)
        #expect(cluster.verdicts[token] == .result(.noLeader))
        #expect(leader != alone)
    }

    @Test func `beyond the queue's bound requests are refused as overload`() throws {
        var cluster = try TestCluster(3) { $0.queuedRequestsMax = 4 }
        let leader = try cluster.electLeader()
        var tokens: [SubmitToken] = []
        for index in 0..<6 {
            tokens.append(cluster.submit(.item("i\(index)"), id: "q\(index)", at: leader))
        }
        cluster.settle()
        #expect(
            tokens.filter { cluster.verdicts[$0] == .result(.overloaded) }.count == 2
        )
        #expect(
            tokens.filter {
                if case .result(.answered) = cluster.verdicts[$0] { true } else { false }
            }.count == 4
        )
    }

    @Test func `while apply is paused nothing is answered, and everything after it`() throws {
        var cluster = try stocked()
        let leader = try #require(cluster.leader)
        cluster.step(leader, .applyPaused(true))
        let token = cluster.submit(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: leader)
        cluster.run(ticks: 20)
        #expect(cluster.verdicts[token] == nil)
        cluster.step(leader, .applyPaused(false))
        cluster.settle()
        guard case .result(.answered) = cluster.verdicts[token] else {
            Issue.record("not answered")
            return
        }
    }

    @Test func `a hold expires on every node though nothing else is written`() throws {
        var cluster = try stocked()
        let leader = try #require(cluster.leader)
        _ = cluster.execute(.reserve("r1", 4, "tea", at: "s1", ttl: 500), id: "q1", at: leader)
        cluster.run(ticks: 100)
        for id in cluster.ids {
            let reservation = cluster.nodes[id]?.state.reservation(ReservationID(unchecked: "r1"))
            #expect(reservation?.state == .expired)
        }
    }

    @Test func `a storage failure halts the node and fails what waits`() throws {
        var cluster = try stocked()
        let leader = try #require(cluster.leader)
        let token = cluster.submit(.reserve("r1", 4, "tea", at: "s1"), id: "q1", at: leader)
        var effects = ReplicaEffects()
        cluster.nodes[leader]?.flush(
            now: cluster.now,
            wallMicroseconds: cluster.wall,
            into: &effects
        )
        let ticket = try #require(effects.persist.last?.ticket)
        cluster.step(leader, .storageFailed(ticket))
        var after = ReplicaEffects()
        cluster.nodes[leader]?.flush(
            now: cluster.now,
            wallMicroseconds: cluster.wall,
            into: &after
        )
        #expect(after.halt != nil)
        #expect(after.send.isEmpty && after.persist.isEmpty && after.peerMessages.isEmpty)
        #expect(after.verdicts.contains { $0.token == token && $0.verdict == .result(.unknown) })
    }
}
