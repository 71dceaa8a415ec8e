import Raft
import Testing

/// Rule 25 of the consensus page: a follower's memory is bounded, whatever its leader sends.
struct RuleRoomTests {
    private func cluster(_ room: Int) throws -> Cluster {
        var limits = Limits()
        limits.unsettledBytesMax = room
        limits.appendEntriesMax = 8
        limits.windowEntriesMax = 8
        let cluster = try Cluster(["n1", "n2", "n3"], limits: limits)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        return cluster
    }

    /// Payload bytes that a node holds and has not made durable and applied.
    private func unsettled(_ node: TestNode) -> Int {
        var index = min(node.status.durableIndex, node.status.appliedIndex).next
        var bytes = 0
        while let entry = node.core.entry(at: index) {
            bytes += entry.payload.count
            index = index.next
        }
        return bytes
    }

    @Test func `rule 25: a fast leader never overflows a slow follower, which loses nothing`()
        throws
    {
        let room = 100
        let cluster = try cluster(room)
        cluster.change("n2") { $0.isPersistManual = true }
        var most = 0
        for round in 0..<60 {
            cluster.propose("n1", String(repeating: "x", count: 10))
            #expect(cluster.stabilize())
            cluster.tick(["n1"])
            #expect(cluster.stabilize())
            most = max(most, unsettled(cluster["n2"]))
            if round % 9 == 8 { cluster.change("n2") { $0.persist(1) } }
        }
        #expect(most <= room)
        #expect(most > room / 2)
        #expect(cluster["n1"].status.commitIndex == 61)
        cluster.change("n2") { node in
            node.isPersistManual = false
            node.persist()
        }
        #expect(cluster.converge())
        #expect(cluster["n2"].terms == cluster["n1"].terms)
    }

    @Test func `rule 25: it takes a prefix and says how much room it has`() throws {
        let cluster = try cluster(25)
        cluster.change("n2") { $0.isPersistManual = true }
        let entries = (2...5).map {
            Entry(
                term: 1,
                index: LogIndex($0),
                kind: .command,
                payload: [UInt8](repeating: 7, count: 10)
            )
        }
        cluster.inject(
            from: "n1",
            to: "n2",
            term: 1,
            .append(
                Append(previous: LogPosition(index: 1, term: 1), commit: 5, entries: entries)
            )
        )
        #expect(cluster["n2"].status.last.index == 3)
        #expect(cluster["n2"].status.commitIndex == 3)
        cluster.change("n2") { $0.persist() }
        #expect(
            cluster.queue("n2", "n1").map(\.message)
                == [.appendReply(.accepted(match: 3, room: 5, applied: 1))]
        )
    }

    @Test func `rule 25: followers full of older terms' entries still let a new term commit`()
        throws
    {
        var limits = Limits()
        limits.unsettledBytesMax = 10
        // Four bytes an entry: two fit, and the leader has two that the others lack.
        let cluster = try Cluster(
            ["n1", "n2", "n3"],
            logs: ["n1": [1, 1, 1, 2, 2], "n2": [1, 1], "n3": [1, 1]],
            limits: limits
        )
        cluster.campaign("n1")
        #expect(cluster.converge())
        #expect(cluster["n2"].status.commitIndex == 6)
    }

    @Test func `rule 25: a follower full of what it never acknowledged still gets going`() throws {
        let cluster = try cluster(25)
        // A single entry fills it; that it has it stays unknown.
        cluster.cutLink("n2", "n1")
        cluster.propose("n1", String(repeating: "x", count: 500))
        #expect(cluster.stabilize())
        #expect(cluster["n2"].status.last.index == 2)
        // More entries than the leader keeps in memory: where the logs agree is asked without any.
        for _ in 0..<20 { cluster.propose("n1", "y") }
        #expect(cluster.stabilize())
        cluster.heal()
        cluster.input("n1", .peerUnreachable("n2"))
        #expect(cluster.converge())
        #expect(cluster["n2"].status.last.index == 22)
    }

    @Test func `rule 25: a single entry larger than all the room still gets through`() throws {
        let cluster = try cluster(25)
        cluster.propose("n1", String(repeating: "x", count: 500))
        cluster.propose("n1", String(repeating: "y", count: 500))
        #expect(cluster.converge())
        #expect(cluster["n3"].status.last.index == 3)
    }
}
