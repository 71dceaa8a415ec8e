import Raft
import Testing

/// Rules 8 to 10 of the consensus page: how members change.
struct RuleMembershipTests {
    private func lead(
        _ ids: [NodeID],
        learners: [NodeID] = [],
        spares: [NodeID] = []
    ) throws -> Cluster {
        let cluster = try Cluster(ids, learners: learners, spares: spares)
        cluster.campaign(ids[0])
        #expect(cluster.stabilize())
        return cluster
    }

    // MARK: - Rule 8

    @Test func `rule 8: no change before an entry of the leader's own term has committed`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        cluster.deliver("n1")
        cluster.deliver(nil, "n1")
        #expect(cluster["n1"].status.role == .leader)
        cluster.change("n1", members: .remove("n3"))
        #expect(cluster.lastMembership("n1") == .refused(.termNotOpen))
        #expect(cluster.stabilize())
        cluster.change("n1", members: .remove("n3"))
        #expect(cluster.lastMembership("n1") == .accepted(LogPosition(index: 2, term: 1)))
    }

    @Test func `rule 8: one change at a time, each on the configuration that was seen`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.change("n1", members: .add("n4", address: "", asLearner: true), expecting: 7)
        #expect(cluster.lastMembership("n1") == .refused(.configurationMoved(to: 0)))
        cluster.change("n1", members: .add("n4", address: "", asLearner: true), expecting: 0)
        #expect(cluster.lastMembership("n1") == .accepted(LogPosition(index: 2, term: 1)))
        cluster.change("n1", members: .remove("n3"))
        #expect(cluster.lastMembership("n1") == .refused(.changeInProgress(2)))
        #expect(cluster.stabilize())
        cluster.change("n1", members: .remove("n3"), expecting: 0)
        #expect(cluster.lastMembership("n1") == .refused(.configurationMoved(to: 2)))
        cluster.change("n1", members: .remove("n3"), expecting: 2)
        #expect(cluster.members("n1").isJoint)
        cluster.change("n1", members: .promote("n4"))
        #expect(cluster.lastMembership("n1") == .refused(.changeInProgress(3)))
        #expect(cluster.stabilize())
        #expect(!cluster.members("n1").isJoint)
        #expect(cluster.members("n1").voters == ["n1", "n2"])
    }

    /// The flaw of single-server changes that was found after the thesis: two leaders each change the
    /// same four nodes by one, and both commit.
    @Test func `rule 8: two leaders, two changes, four nodes: only one can commit`() throws {
        let cluster = try Cluster(["n1", "n2", "n3", "n4"], spares: ["n5"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        // n1 appends a change that nobody else gets.
        cluster.isolate("n1")
        cluster.change(
            "n1",
            members: .exactly(voters: ["n1", "n2", "n3", "n4", "n5"], learners: [])
        )
        #expect(cluster.members("n1").isJoint)
        // n2 leads the others and commits another change.
        cluster.campaign("n2")
        #expect(cluster.stabilize())
        cluster.change("n2", members: .remove("n4"))
        #expect(cluster.stabilize())
        #expect(cluster.members("n2").voters == ["n1", "n2", "n3"])
        // n1 comes back with its old change and with n5, and can win nobody who has the new one.
        cluster.crash("n2")
        cluster.heal()
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.role == .follower)
        for _ in 0..<3 {
            cluster.campaign("n1")
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].status.role != .leader)
        try cluster.restart("n2")
        cluster.heal()
        #expect(cluster.converge())
        let leader = try #require(cluster.leader)
        #expect(cluster.members(leader).voters == ["n1", "n2", "n3"])
        #expect(cluster["n1"].terms == cluster[leader].terms)
    }

    // MARK: - Rule 9

    @Test func `rule 9: the leader dies when only it knows that a promotion committed`() throws {
        let cluster = try lead(["n1", "n2", "n3"], learners: ["n4"])
        cluster.change("n1", members: .promote("n4"))
        #expect(cluster.members("n1").isJoint)
        cluster.deliver("n1")
        cluster.deliver(nil, "n1")
        // The joint configuration is committed, the leaving one appended; nobody else knows.
        #expect(cluster["n1"].status.commitIndex == 2)
        #expect(cluster["n2"].status.commitIndex == 1)
        cluster.crash("n1")
        cluster.drop("n1", nil)
        cluster.crash("n2")
        // Of {n1, n2, n3, n4} three are needed, of {n1, n2, n3} two: n3 and n4 are not enough.
        cluster.campaign("n4")
        #expect(cluster.stabilize())
        #expect(cluster["n4"].status.role == .candidate)
        try cluster.restart("n2")
        cluster.campaign("n4")
        #expect(cluster.stabilize())
        #expect(cluster.leader == "n4")
        #expect(cluster.members("n4") == cluster.members("n3"))
        #expect(cluster.members("n4").voters == ["n1", "n2", "n3", "n4"])
        #expect(!cluster.members("n4").isJoint)
    }

    @Test func `rule 9: votes are answered whoever asks`() throws {
        let cluster = try lead(["n1", "n2"], spares: ["n3"])
        // n3 was made a voter by entries that n2 has not seen.
        cluster.inject(
            from: "n3",
            to: "n2",
            term: 5,
            .voteRequest(
                VoteRequest(last: LogPosition(index: 9, term: 4), isForced: true)
            )
        )
        #expect(
            cluster.queue("n2", "n3").map(\.message) == [.voteReply(VoteReply(isGranted: true))]
        )
    }

    @Test func `rule 9: a learner that was promoted without its knowledge votes`() throws {
        let cluster = try lead(["n1", "n2"], learners: ["n3"])
        cluster.inject(
            from: "n2",
            to: "n3",
            term: 3,
            .voteRequest(VoteRequest(last: LogPosition(index: 4, term: 2), isForced: true))
        )
        #expect(
            cluster.queue("n3", "n2").map(\.message) == [.voteReply(VoteReply(isGranted: true))]
        )
    }

    // MARK: - Rule 10

    @Test(arguments: 0..<14)
    func `rule 10: two nodes, remove the leader, cut at every message`(cutAfter: Int) throws {
        let cluster = try lead(["n1", "n2"])
        cluster.change("n1", members: .remove("n1"))
        #expect(cluster.members("n1").voters == ["n2"])
        #expect(cluster.members("n1").outgoing == ["n1", "n2"])
        for step in 0..<cutAfter {
            let ways: [(NodeID, NodeID)] = [("n1", "n2"), ("n2", "n1")]
            let (from, to) = ways[step % 2]
            cluster.deliver(from, to, 1)
        }
        // What was under way is lost, and the leader dies for a while.
        cluster.drop()
        cluster.crash("n1")
        cluster.tick(["n2"], 60)
        #expect(cluster.stabilize())
        try cluster.restart("n1")
        #expect(cluster.converge(400))
        let leader = try #require(cluster.leader)
        if cluster.members(leader).voters == ["n2"] {
            #expect(leader == "n2")
        } else {
            // The change had not left n1: it is gone with what was not durable, or goes on.
            #expect(cluster.members(leader).voters == ["n1", "n2"])
        }
    }

    @Test func `rule 10: a removed leader leads uncounted until that commits, then hands over`()
        throws
    {
        let cluster = try lead(["n1", "n2", "n3"])
        cluster.change("n1", members: .remove("n1"))
        cluster.propose("n1", "under way")
        #expect(cluster["n1"].status.role == .leader)
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.role == .follower)
        #expect(
            cluster["n1"].events.contains { event in
                if case .leadershipLost(_, .removed) = event { true } else { false }
            }
        )
        // No timer had to fire: the order to campaign was the last thing it said.
        let leader = try #require(cluster.leader)
        #expect(leader != "n1")
        #expect(cluster.members(leader).voters == ["n2", "n3"])
        #expect(cluster.members(leader).retired == ["n1"])
        #expect(cluster[leader].terms == [1, 1, 1, 1, 2])
    }

    @Test func `rule 10: while its removal is under way the leader doesn't count itself`() throws {
        let cluster = try lead(["n1", "n2", "n3"])
        cluster.change("n1", members: .remove("n1"))
        cluster.deliver("n1", "n2")
        cluster.deliver("n2", "n1")
        // n1 and n2 are a majority of the old three, but n2 alone is none of {n2, n3}.
        #expect(cluster["n1"].status.commitIndex == 1)
        cluster.deliver("n1", "n3")
        cluster.deliver("n3", "n1")
        #expect(cluster["n1"].status.commitIndex == 2)
    }

    @Test func `rule 10: the last voter stays`() throws {
        let cluster = try lead(["n1"], learners: ["n2"])
        cluster.change("n1", members: .remove("n1"))
        #expect(cluster.lastMembership("n1") == .refused(.lastVoter))
        cluster.change("n1", members: .demote("n1"))
        #expect(cluster.lastMembership("n1") == .refused(.lastVoter))
    }
}
