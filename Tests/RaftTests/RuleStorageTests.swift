import Raft
import Testing

/// Rules 13, 17 and 18 of the consensus page: the disk is slow, late, or broken.
struct RuleStorageTests {
    @Test func `rule 13: a completion for overwritten entries releases nothing (ABA)`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.change("n2") { $0.isPersistManual = true }
        // 1@1 and 2@1 are being written …
        cluster.inject(
            from: "n1",
            to: "n2",
            term: 1,
            .append(Append(previous: .zero, commit: 0, entries: testEntries([1, 1])))
        )
        // … when another leader replaces them, in the same places.
        cluster.inject(
            from: "n3",
            to: "n2",
            term: 2,
            .append(Append(previous: .zero, commit: 2, entries: testEntries([2, 2])))
        )
        #expect(cluster["n2"].disk.waiting.map(\.truncateFrom) == [nil, 1])
        cluster.change("n2") { $0.persist(1) }
        #expect(cluster["n2"].status.durableIndex == 0)
        #expect(cluster["n2"].applied.isEmpty)
        #expect(cluster.queue("n2", "n3").isEmpty)
        cluster.change("n2") { $0.persist(1) }
        #expect(cluster["n2"].status.durableIndex == 2)
        #expect(cluster["n2"].applied.map(\.term) == [2, 2])
        #expect(
            cluster.queue("n2", "n3").map(\.message.acceptedMatch) == [2]
        )
    }

    @Test func `rule 13: what is overwritten within a drain is never written`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.change("n2") { $0.isPersistManual = true }
        let senders: [NodeID] = ["n1", "n3"]
        let messages = zip(senders, [UInt64(1), 2]).map { sender, term in
            let append = Append(previous: .zero, commit: 0, entries: testEntries([term]))
            return Input.received(
                Envelope(from: sender, to: "n2", term: Term(term), message: .append(append))
            )
        }
        cluster.change("n2") { $0.run(messages) }
        let waiting = cluster["n2"].disk.waiting
        #expect(waiting.count == 1)
        #expect(waiting.first?.entries == testEntries([2]))
        #expect(waiting.first?.truncateFrom == nil)
        #expect(waiting.first?.hardState == HardState(term: 2))
        cluster.change("n2") { $0.persist() }
        #expect(cluster.queue("n2", "n1").isEmpty)
    }

    @Test(arguments: 0...4)
    func `rule 13: delayed writes complete in order and acknowledge no more than they hold`(
        delay: Int
    ) throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n2") { $0.isPersistManual = true }
        for round in 0..<12 {
            cluster.propose("n1", "x\(round)")
            cluster.deliver("n1", "n2")
            if cluster["n2"].disk.waiting.count > delay { cluster.change("n2") { $0.persist(1) } }
            for case .appendReply(.accepted(let match, _, _)) in cluster.queue("n2", "n1").map(
                \.message
            ) {
                #expect(cluster["n2"].disk.entry(at: match) != nil)
            }
            #expect(cluster.stabilize())
            #expect(cluster["n2"].applied.count <= cluster["n2"].disk.entries.count)
        }
        cluster.change("n2") { $0.persist() }
        #expect(cluster.stabilize())
        #expect(cluster["n2"].applied.count == 13)
    }

    @Test func `a ticket that was never issued halts the node`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.input("n1", .storageDone(7))
        #expect(cluster["n1"].halt == .driverContract(.ticketNeverIssued(7)))
    }

    @Test func `rule 17: a failed write silences the node for good`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n2") { $0.isPersistManual = true }
        cluster.propose("n1", "x")
        cluster.deliver("n1", "n2")
        cluster.change("n2") { $0.failPersist() }
        #expect(cluster["n2"].halt == .storageFailed(2) || cluster["n2"].halt != nil)
        #expect(cluster.queue("n2", "n1").isEmpty)
        var core = cluster["n2"].core
        var effects = Effects()
        // One success after the failure changes nothing: what the write left behind is not known.
        for input in [Input.storageDone(9), .tick, .read(ReadToken(rawValue: 1))] {
            #expect(throws: FatalViolation.self) { try core.step(input, into: &effects) }
        }
        core.flush(into: &effects)
        #expect(effects.send.isEmpty && effects.sendAfter.isEmpty && effects.persist.isEmpty)
    }

    @Test func `rule 17: what was gathered in the drain that fails does not leave either`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.propose("n1", "x")
        cluster.drop()
        var core = cluster["n1"].core
        var effects = Effects()
        try core.step(.tick, into: &effects)
        #expect(!effects.send.isEmpty)
        try core.step(.read(ReadToken(rawValue: 5)), into: &effects)
        let ticket = try #require(cluster["n1"].disk.waiting.first?.ticket)
        #expect(throws: FatalViolation.storageFailed(ticket)) {
            try core.step(.storageFailed(ticket), into: &effects)
        }
        #expect(effects.send.isEmpty)
        #expect(effects.halt == .storageFailed(ticket))
        #expect(effects.events.contains(.leadershipLost(term: 1, .halted)))
        #expect(effects.readOutcomes.map(\.result) == [.failed(.leadershipLost)])
    }

    @Test func `rule 18: a leader whose disk is stuck steps down and lets others lead`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.propose("n1", "x")
        for _ in 0..<9 {
            cluster.tick(["n1"])
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].status.role == .leader)
        cluster.tick(["n1"])
        #expect(cluster["n1"].status.role == .follower)
        #expect(cluster["n1"].events.contains(.leadershipLost(term: 1, .storageStalled)))
        #expect(cluster["n1"].events.contains(.storageStalled(true)))
        // It stays out of elections while stuck, and for a while after.
        cluster.tick(["n1"], 60)
        #expect(cluster["n1"].status.role == .follower)
        cluster.change("n1") { $0.persist() }
        cluster.tick(["n1"], 19)
        #expect(cluster["n1"].status.role == .follower)
        #expect(cluster["n1"].events.contains(.storageStalled(false)))
        cluster.tick(["n1"], 40)
        #expect(cluster["n1"].status.role == .preCandidate)
    }

    @Test func `rule 18: a follower's stuck disk stops neither heartbeats nor the others`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n2") { $0.isPersistManual = true }
        for round in 0..<40 {
            cluster.propose("n1", "x\(round)")
            cluster.tick(cluster.ids)
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].status.role == .leader)
        #expect(cluster["n1"].status.commitIndex == 41)
        #expect(cluster["n2"].status.durableIndex == 1)
        cluster.change("n2") { $0.persist() }
        #expect(cluster.converge(10))
    }
}
