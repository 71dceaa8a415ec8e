import Ledger
import Raft
import Testing

@testable import Replica

@Suite struct `A node that starts again` {
    @Test func `takes no answer for its own that an earlier life had asked for`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        let follower = try #require(cluster.followers.first)
        _ = cluster.submit(.item("tea"), id: "first-life", at: follower)
        cluster.flush(follower)
        let earlier = cluster.inbox
        cluster.inbox = []

        try cluster.restart(follower)
        cluster.run(ticks: 20)
        let token = cluster.submit(.place("s1"), id: "second-life", at: follower)
        cluster.flush(follower)
        // What the first life sent is on its way still, and is answered first.
        cluster.inbox = earlier + cluster.inbox
        cluster.settle()
        cluster.run(ticks: 5)
        guard case .result(.answered(let answer)) = cluster.verdicts[token] else {
            Issue.record("no answer: \(String(describing: cluster.verdicts[token]))")
            return
        }
        let position = LogIndex(answer.position.rawValue)
        let core = try #require(cluster.nodes[leader])
        let entry = try #require(core.raft.entry(at: position))
        let content = try LedgerEntry.decode(entry.payload.span.bytes).content
        guard case .request(let request, _) = content else {
            Issue.record("no request at \(position)")
            return
        }
        #expect(request.id.text == "second-life")
    }

    @Test func `alone, claims no age before it has applied its own log`() throws {
        var entries: [Entry] = []
        for (place, command) in [Command.item("tea"), .place("s1")].enumerated() {
            var payload: [UInt8] = []
            LedgerEntry.encode(
                Request(
                    id: RequestID(unchecked: "q\(place)"),
                    actor: Actor(unchecked: "test"),
                    command: command
                ),
                into: &payload
            )
            let index = LogIndex(UInt64(place) + 1)
            entries.append(Entry(term: 1, index: index, kind: .command, payload: payload))
        }
        var cluster = try TestCluster(1)
        let id = cluster.ids[0]
        // The ledger's file had nothing yet when the last life ended; the log has all.
        try cluster.restart(id, entries: entries, term: 1)
        while cluster.nodes[id]?.raftStatus.role != .leader {
            cluster.step(id, .tick)
            cluster.flush(id)
            guard let (_, input) = cluster.inbox.popLast() else { continue }
            cluster.step(id, input)
        }
        #expect(cluster.nodes[id]?.appliedIndex == 0)
        #expect(cluster.nodes[id]?.isSoleAuthority == false)
        cluster.settle()
        #expect(cluster.nodes[id]?.appliedIndex == 3)
        #expect(cluster.nodes[id]?.isSoleAuthority == true)
    }

    /// A learner may apply, and show, what its only voter has committed and not yet applied.
    @Test func `with a learner beside it, a lone voter goes by its rounds`() throws {
        var cluster = try TestCluster(1)
        let leader = try cluster.electLeader()
        _ = cluster.execute(.item("tea"), id: "1", at: leader)
        #expect(cluster.nodes[leader]?.isSoleAuthority == true)
        let result = cluster.administer(
            .change(.add("n2", address: "h:1", asLearner: true), expecting: nil),
            at: leader
        )
        guard case .accepted = result else {
            Issue.record("not accepted: \(String(describing: result))")
            return
        }
        cluster.run(ticks: 20)
        #expect(cluster.nodes[leader]?.isSoleAuthority == false)
        #expect(cluster.age(leader) != nil)
    }
}
