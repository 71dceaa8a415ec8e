import Raft
import Testing

/// Rules 1 to 4 of the consensus page: promises, terms and votes.
struct RuleElectionTests {
    @Test func `three nodes elect a leader, which commits its no-op everywhere`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.timeout("n1")
        #expect(cluster["n1"].status.role == .preCandidate)
        #expect(cluster["n1"].status.term == 0)
        #expect(cluster.stabilize())
        #expect(cluster.leader == "n1")
        for id in cluster.ids {
            #expect(cluster[id].status.commitIndex == 1)
            #expect(cluster[id].status.leader == "n1")
            #expect(cluster[id].applied.map(\.kind) == [.noop])
        }
    }

    @Test func `rule 1: a vote leaves only when it is durable`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.change("n3") { $0.isPersistManual = true }
        cluster.campaign("n1")
        cluster.deliver("n1", "n3")
        #expect(cluster.queue("n3", "n1").isEmpty)
        #expect(cluster["n3"].status.vote == "n1")
        cluster.change("n3") { $0.persist() }
        #expect(cluster.queue("n3", "n1").count == 1)
        try cluster.restart("n3")
        #expect(cluster["n3"].status.vote == "n1")
        cluster.change("n3") { $0.isPersistManual = false }
        cluster.campaign("n2")
        cluster.deliver("n2", "n3")
        #expect(
            cluster.queue("n3", "n2").map(\.message) == [.voteReply(VoteReply(isGranted: false))]
        )
    }

    @Test func `rule 1: a vote that was lost with a crash was never sent`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.change("n3") { $0.isPersistManual = true }
        cluster.campaign("n1")
        cluster.deliver("n1", "n3")
        try cluster.restart("n3")
        #expect(cluster["n3"].status.vote == nil)
        #expect(cluster.sent.allSatisfy { $0.from != "n3" })
    }

    @Test func `rule 1: a candidate's own vote counts only when it is durable`() throws {
        let cluster = try Cluster(["n1"])
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.campaign("n1")
        #expect(cluster["n1"].status.role == .candidate)
        cluster.change("n1") { $0.persist(1) }
        #expect(cluster["n1"].status.role == .leader)
        #expect(cluster["n1"].status.commitIndex == 0)
        cluster.change("n1") { $0.persist(1) }
        #expect(cluster["n1"].status.commitIndex == 1)

        let three = try Cluster(["n1", "n2", "n3"])
        three.change("n1") { $0.isPersistManual = true }
        three.campaign("n1")
        #expect(three.queue("n1", "n2").isEmpty)
        three.inject(from: "n2", to: "n1", term: 1, .voteReply(VoteReply(isGranted: true)))
        #expect(three["n1"].status.role == .candidate)
        three.change("n1") { $0.persist(1) }
        #expect(three["n1"].status.role == .leader)
        #expect(three.queue("n1", "n3").contains { $0.term == 1 })
    }

    @Test func `rule 1: an acknowledgement leaves with the write that holds its entries`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n2") { $0.isPersistManual = true }
        cluster.propose("n1", "x")
        cluster.deliver("n1", "n2")
        #expect(cluster["n2"].status.last.index == 2)
        #expect(cluster.queue("n2", "n1").isEmpty)
        cluster.change("n2") { $0.persist() }
        #expect(
            cluster.queue("n2", "n1").map(\.message.acceptedMatch) == [2]
        )
    }

    @Test func `rule 1: term and entries of one step are one write`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.change("n3") { $0.isPersistManual = true }
        let append = Append(previous: .zero, commit: 0, entries: testEntries([5]))
        cluster.inject(from: "n1", to: "n3", term: 5, .append(append))
        let batch = try #require(cluster["n3"].disk.waiting.first)
        #expect(cluster["n3"].disk.waiting.count == 1)
        #expect(batch.hardState == HardState(term: 5))
        #expect(batch.entries == testEntries([5]))
    }

    @Test func `rule 2: a vote is cleared only when the term rises`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        cluster.drop()
        // The candidate steps down in its own term …
        cluster.inject(
            from: "n2",
            to: "n1",
            term: 1,
            .heartbeat(Heartbeat(commit: 0, sequence: 1))
        )
        #expect(cluster["n1"].status.role == .follower)
        #expect(cluster["n1"].status.vote == "n1")
        // … and a delayed request of that term is refused, forced or not.
        for isForced in [true, false] {
            let request = VoteRequest(
                last: LogPosition(index: 9, term: 1),
                isForced: isForced
            )
            cluster.drop()
            cluster.inject(from: "n3", to: "n1", term: 1, .voteRequest(request))
            #expect(
                cluster.queue("n1", "n3").map(\.message)
                    == [.voteReply(VoteReply(isGranted: false))]
            )
        }
        cluster.inject(
            from: "n2",
            to: "n1",
            term: 2,
            .heartbeat(Heartbeat(commit: 0, sequence: 1))
        )
        #expect(cluster["n1"].status.vote == nil)
    }

    @Test func `rule 3: a refused vote request still raises the term`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"], logs: ["n1": [1, 1]])
        let request = VoteRequest(last: .zero, isForced: false)
        cluster.inject(from: "n2", to: "n1", term: 7, .voteRequest(request))
        #expect(cluster["n1"].status.term == 7)
        #expect(cluster["n1"].status.vote == nil)
        #expect(cluster.queue("n1", "n2").map(\.term) == [7])
    }

    @Test func `rule 3: a pre-vote's refusal carries the voter's term, and the asker adopts it`()
        throws
    {
        let cluster = try Cluster(
            ["n1", "n2", "n3"],
            logs: ["n1": [1, 1, 1]],
            hardStates: ["n1": HardState(term: 1), "n2": HardState(term: 6)]
        )
        cluster.timeout("n1")
        cluster.deliver("n1", "n2")
        let reply = try #require(cluster.queue("n2", "n1").last)
        #expect(reply.term == 6)
        #expect(reply.message == .preVoteReply(PreVoteReply(isGranted: false)))
        cluster.deliver("n2", "n1")
        #expect(cluster["n1"].status.term == 6)
        #expect(cluster["n1"].status.role == .follower)
    }

    /// The one with the long log must win, but the ones with the short log are at a higher term.
    @Test(arguments: 1...20)
    func `rule 3: a long log at a low term and a short one at a high term elect a leader`(
        seed: UInt64
    ) throws {
        let cluster = try Cluster(
            ["n1", "n2", "n3", "n4"],
            logs: ["n1": [1, 1, 1], "n2": [1, 1, 1], "n3": [1], "n4": [1]],
            hardStates: [
                "n3": HardState(term: 9, vote: "n3"), "n4": HardState(term: 9, vote: "n4"),
            ],
            deadline: 10...19,
            seed: seed
        )
        #expect(cluster.converge(100))
        #expect(cluster.leader == "n1" || cluster.leader == "n2")
    }

    @Test func `rule 4: a pre-vote is refused while a leader is heard, and not after`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.timeout("n2")
        cluster.deliver("n2")
        for id: NodeID in ["n1", "n3"] {
            #expect(
                cluster.queue(id, "n2").map(\.message)
                    == [.preVoteReply(PreVoteReply(isGranted: false))]
            )
        }
        cluster.drop()
        cluster.input("n3", .manual(.leaderContactLapsed))
        cluster.timeout("n2")
        cluster.deliver("n2", "n3")
        #expect(
            cluster.queue("n3", "n2").map(\.message)
                == [.preVoteReply(PreVoteReply(isGranted: true))]
        )
    }

    @Test func `rule 4: an unforced vote request does not depose a leader that is heard`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        let last = LogPosition(index: 9, term: 1)
        for id: NodeID in ["n1", "n2"] {
            cluster.inject(
                from: "n3",
                to: id,
                term: 5,
                .voteRequest(VoteRequest(last: last, isForced: false))
            )
            #expect(cluster[id].status.term == 1)
        }
        cluster.inject(
            from: "n3",
            to: "n2",
            term: 5,
            .voteRequest(VoteRequest(last: last, isForced: true))
        )
        #expect(cluster["n2"].status.vote == "n3")
        #expect(cluster["n2"].status.term == 5)
    }

    @Test func `rule 4: a pre-candidate forgets its leader and grants the pre-votes of others`()
        throws
    {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.crash("n1")
        cluster.timeout("n2")
        cluster.timeout("n3")
        #expect(cluster["n3"].status.leader == nil)
        cluster.deliver("n2", "n3")
        #expect(
            cluster.queue("n3", "n2").last?.message
                == .preVoteReply(PreVoteReply(isGranted: true))
        )
    }

    @Test func `rule 4: a pre-vote checks the log`() throws {
        let cluster = try Cluster(
            ["n1", "n2", "n3"],
            logs: ["n1": [1], "n2": [1, 1], "n3": [1, 1]]
        )
        cluster.timeout("n1")
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.role == .follower)
        #expect(cluster["n1"].status.term == 1)
        cluster.timeout("n2")
        #expect(cluster.stabilize())
        #expect(cluster.leader == "n2")
    }

    @Test func `rule 4: a node cut off for long neither raises the term nor deposes the leader`()
        throws
    {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.isolate("n3")
        for _ in 0..<100 {
            cluster.tick(cluster.ids)
            #expect(cluster.stabilize())
        }
        #expect(cluster["n3"].status.role == .preCandidate)
        cluster.heal()
        #expect(cluster.converge(30))
        #expect(cluster.leader == "n1")
        #expect(cluster["n1"].status.term == 1)
    }

    @Test func `rule 4: a node stuck at a higher term gets back in`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.isolate("n3")
        cluster.campaign("n3")
        cluster.campaign("n3")
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        cluster.heal()
        #expect(cluster["n3"].status.term == 3)
        #expect(cluster.converge(100))
        #expect(cluster["n1"].status.term >= 4)
        #expect(cluster["n3"].status.role == .follower)
        #expect(cluster["n3"].applied.contains { $0.payload == Array("x".utf8) })
    }

    @Test func `rule 4: a leader that hears no quorum for an election timeout steps down`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.tick(["n1"], 9)
        #expect(cluster["n1"].status.role == .leader)
        cluster.tick(["n1"], 11)
        #expect(cluster["n1"].status.role == .follower)
        #expect(cluster["n1"].status.leader == nil)
        #expect(cluster["n1"].events.contains(.leadershipLost(term: 1, .quorumSilent)))
    }

    @Test func `rule 4: whoever may not campaign still forgets a leader that is gone`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"], learners: ["n4"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        #expect(cluster["n4"].status.leader == "n1")
        cluster.crash("n1")
        cluster.tick(["n4"], 20)
        #expect(cluster["n4"].status.leader == nil)
        #expect(cluster["n4"].status.role == .follower)
        #expect(cluster["n4"].status.term == 1)
        cluster.campaign("n2")
        #expect(cluster.stabilize())
        #expect(cluster["n4"].status.leader == "n2")
    }

    @Test func `a learner neither campaigns nor counts`() throws {
        let cluster = try Cluster(["n1", "n2"], learners: ["n3"])
        cluster.campaign("n3")
        cluster.timeout("n3")
        #expect(cluster["n3"].status.role == .follower)
        cluster.campaign("n1")
        cluster.deliver("n1", "n3")
        #expect(cluster["n1"].status.role == .candidate)
        #expect(cluster.stabilize())
        cluster.crash("n2")
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        #expect(cluster["n3"].status.last.index == 2)
        #expect(cluster["n1"].status.commitIndex == 1)
    }
}
