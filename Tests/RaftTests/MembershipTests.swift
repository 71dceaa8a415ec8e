import Raft
import Testing

/// What admins ask for, from the first entry to the last.
struct MembershipTests {
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

    @Test func `a new node learns first and is promoted by itself`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        for _ in 0..<20 { cluster.propose("n1", "x") }
        cluster.change("n1", members: .add("n4", address: "10.0.0.4:7001", asLearner: false))
        #expect(cluster.members("n1").learners == ["n4"])
        #expect(cluster.members("n1").joining == Joining(node: "n4"))
        #expect(cluster.stabilize())
        for id in cluster.ids {
            #expect(cluster.members(id).voters == ["n1", "n2", "n3", "n4"])
            #expect(cluster.members(id).joining == nil)
            #expect(cluster.members(id).address(of: "n4") == "10.0.0.4:7001")
            #expect(!cluster.members(id).isJoint)
        }
        // The learner, the joint configuration, the one without the old voters.
        #expect(
            cluster["n1"].events.count {
                if case .configurationActivated = $0 { true } else { false }
            } == 3
        )
    }

    @Test func `whoever leads next carries on with a promotion`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.cutLink("n1", "n4")
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        #expect(cluster.stabilize())
        #expect(cluster.members("n2").joining == Joining(node: "n4"))
        cluster.crash("n1")
        cluster.campaign("n2")
        #expect(cluster.stabilize())
        #expect(cluster.members("n2").voters == ["n1", "n2", "n3", "n4"])
    }

    @Test func `one node takes another one's place in one step`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.crash("n3")
        cluster.change("n1", members: .replace("n3", with: "n4", address: ""))
        #expect(cluster.stabilize())
        #expect(cluster.members("n1").voters == ["n1", "n2", "n4"])
        #expect(cluster.members("n1").retired == ["n3"])
        let jointOnes = cluster["n1"].events.compactMap { event -> Configuration? in
            guard case .configurationActivated(let logged) = event,
                logged.configuration.isJoint
            else { return nil }
            return logged.configuration
        }
        #expect(jointOnes.map(\.voters) == [["n1", "n2", "n4"]])
        #expect(jointOnes.map(\.outgoing) == [["n1", "n2", "n3"]])
    }

    @Test func `a voter becomes a learner, and a voter again`() throws {
        let cluster = try lead(["n1", "n2", "n3"])
        cluster.change("n1", members: .demote("n3"))
        #expect(cluster.members("n1").learnersNext == ["n3"])
        #expect(cluster.stabilize())
        #expect(cluster.members("n3").voters == ["n1", "n2"])
        #expect(cluster.members("n3").learners == ["n3"])
        cluster.timeout("n3")
        #expect(cluster["n3"].status.role == .follower)
        cluster.change("n1", members: .promote("n3"))
        // It has everything, so nothing comes before the joint configuration.
        #expect(cluster.members("n1").isJoint)
        #expect(cluster.stabilize())
        #expect(cluster.members("n3").voters == ["n1", "n2", "n3"])
    }

    @Test func `names of removed nodes are refused for ever`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.change("n1", members: .remove("n3"))
        #expect(cluster.stabilize())
        for change: MembershipChange in [
            .add("n3", address: "", asLearner: false), .add("n3", address: "", asLearner: true),
            .replace("n2", with: "n3", address: ""),
            .exactly(voters: ["n1", "n2", "n3"], learners: []),
        ] {
            cluster.change("n1", members: change)
            #expect(cluster.lastMembership("n1") == .refused(.retired("n3")))
        }
        // Not even a leader that knows it only from a restart forgets.
        for id: NodeID in ["n1", "n2"] { try cluster.restart(id) }
        cluster.campaign("n2")
        #expect(cluster.stabilize())
        cluster.change("n2", members: .add("n3", address: "", asLearner: false))
        #expect(cluster.lastMembership("n2") == .refused(.retired("n3")))
    }

    @Test func `a change that would lose the quorum is refused`() throws {
        let cluster = try lead(["n1", "n2", "n3"])
        cluster.crash("n3")
        for _ in 0..<12 {
            cluster.tick(["n1", "n2"])
            #expect(cluster.stabilize())
        }
        cluster.change("n1", members: .remove("n2"))
        #expect(cluster.lastMembership("n1") == .refused(.quorumAtRisk(live: 1, of: 2)))
        cluster.change("n1", members: .remove("n3"))
        #expect(cluster.stabilize())
        #expect(cluster.members("n1").voters == ["n1", "n2"])
    }

    @Test(arguments: [
        (MembershipChange.remove("n9"), MembershipRefusal.unknownNode("n9")),
        (.promote("n9"), .unknownNode("n9")), (.demote("n9"), .unknownNode("n9")),
        (.replace("n9", with: "n4", address: ""), .unknownNode("n9")),
        (.replace("n1", with: "n2", address: ""), .alreadySo("n2")),
        (.add("n2", address: "", asLearner: false), .alreadySo("n2")),
        (.add("n4", address: "a b", asLearner: false), .badAddress),
        (.promote("n2"), .alreadySo("n2")), (.demote("l1"), .alreadySo("l1")),
        (.exactly(voters: [], learners: ["n1"]), .lastVoter),
        (
            .exactly(voters: (0..<10).map { NodeID(stringLiteral: "m\($0)") }, learners: []),
            .tooMany
        ),
    ])
    func `what makes no sense is refused by name`(
        change: MembershipChange,
        refusal: MembershipRefusal
    ) throws {
        let cluster = try lead(["n1", "n2", "n3"], learners: ["l1"])
        let before = cluster["n1"].status.last
        cluster.change("n1", members: change)
        #expect(cluster.lastMembership("n1") == .refused(refusal))
        #expect(cluster["n1"].status.last == before)
        cluster.change("n2", members: change)
        #expect(cluster.lastMembership("n2") == .refused(.notLeader(hint: "n1")))
    }

    @Test func `a dead target is given up, and stays a learner that can be removed`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.crash("n4")
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        for _ in 0..<110 {
            cluster.tick(["n1", "n2", "n3"])
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].events.contains(.membershipGaveUp("n4", .noProgress)))
        #expect(cluster.leader == "n1")
        #expect(cluster.members("n1").joining == nil)
        #expect(cluster.members("n1").learners == ["n4"])
        cluster.change("n1", members: .remove("n4"))
        #expect(cluster.stabilize())
        #expect(cluster.members("n3").learners.isEmpty)
    }

    /// Four entries, and n4 joining, which has not applied any.
    private func addWithoutApplying() throws -> Cluster {
        var limits = Limits()
        limits.unappliedEntriesMax = 2
        let cluster = try Cluster(["n1", "n2", "n3"], spares: ["n4"], limits: limits)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        for text in ["a", "b", "c"] { cluster.propose("n1", text) }
        #expect(cluster.stabilize())
        cluster.change("n4") { $0.isApplyHeld = true }
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        run(cluster, ["n1", "n2", "n3"], ticks: 3)
        return cluster
    }

    @Test func `a target that has everything but has not applied it gets no vote yet`() throws {
        let cluster = try addWithoutApplying()
        #expect(cluster["n1"].core.peerStatuses.last?.match == 5)
        #expect(cluster.members("n1").learners == ["n4"])
        cluster.change("n4") { $0.releaseApply() }
        run(cluster, ["n1", "n2", "n3"], ticks: 2)
        #expect(cluster.members("n1").voters == ["n1", "n2", "n3", "n4"])
    }

    @Test func `a target whose state machine is busy has more time, for as long as it lives`()
        throws
    {
        let cluster = try addWithoutApplying()
        run(cluster, ["n1", "n2", "n3"], ticks: 300)
        #expect(cluster.members("n1").joining?.node == "n4")
        cluster.crash("n4")
        run(cluster, ["n1", "n2", "n3"], ticks: 102)
        #expect(cluster["n1"].events.contains(.membershipGaveUp("n4", .noProgress)))
    }

    /// Adds n4 to n1, n2 and n3, which no longer have the log that it lacks.
    private func addWithoutLog() throws -> Cluster {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.isFetchManual = true
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        cluster.change("n1") { $0.compact(through: 2) }
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        return cluster
    }

    private func run(_ cluster: Cluster, _ ids: [NodeID], ticks: Int) {
        for _ in 0..<ticks {
            cluster.tick(ids)
            #expect(cluster.stabilize())
        }
    }

    @Test func `a target that is brought a state has more time, for as long as it lives`() throws {
        let cluster = try addWithoutLog()
        run(cluster, ["n1", "n2", "n3"], ticks: 300)
        #expect(cluster["n1"].core.peerStatuses.last?.mode == .snapshot)
        #expect(cluster.members("n1").joining?.node == "n4")
        // It dies over it; after ten election timeouts that is enough.
        cluster.crash("n4")
        run(cluster, ["n1", "n2", "n3"], ticks: 90)
        #expect(cluster.members("n1").joining?.node == "n4")
        run(cluster, ["n1", "n2", "n3"], ticks: 12)
        #expect(cluster["n1"].events.contains(.membershipGaveUp("n4", .noProgress)))
    }

    @Test func `a target that never gets its state is given up in the end`() throws {
        let cluster = try addWithoutLog()
        run(cluster, ["n1", "n2", "n3"], ticks: 9_990)
        #expect(cluster.members("n1").joining?.node == "n4")
        run(cluster, ["n1", "n2", "n3"], ticks: 20)
        #expect(cluster["n1"].events.contains(.membershipGaveUp("n4", .noProgress)))
    }

    @Test func `what another peer is brought is no progress of the target`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.isFetchManual = true
        cluster.isolate("n3")
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        cluster.change("n1") { $0.compact(through: 2) }
        cluster.heal()
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        run(cluster, ["n1", "n2", "n3"], ticks: 2)
        #expect(
            cluster["n1"].core.peerStatuses.map(\.mode) == [.replicate, .snapshot, .snapshot]
        )
        cluster.crash("n4")
        for _ in 0..<120 {
            cluster.input("n1", .snapshotProgress(peer: "n4"))
            run(cluster, ["n1", "n2", "n3"], ticks: 1)
        }
        #expect(cluster.members("n1").joining?.node == "n4", "its own progress counts")
        for _ in 0..<110 {
            cluster.input("n1", .snapshotProgress(peer: "n3"))
            run(cluster, ["n1", "n2", "n3"], ticks: 1)
        }
        #expect(cluster["n1"].events.contains(.membershipGaveUp("n4", .noProgress)))
    }

    @Test func `who is joining can be called back`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.crash("n4")
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        #expect(cluster.stabilize())
        cluster.change("n1", members: .remove("n3"))
        #expect(cluster.lastMembership("n1") == .refused(.changeInProgress(2)))
        cluster.change("n1", members: .remove("n4"))
        #expect(cluster.stabilize())
        #expect(cluster.members("n2").members == ["n1", "n2", "n3"])
    }

    @Test func `a target that never keeps up is given up after ten rounds`() throws {
        let cluster = try lead(["n1", "n2", "n3"], spares: ["n4"])
        cluster.change("n1", members: .add("n4", address: "", asLearner: false))
        var rounds: Set<Int> = []
        for _ in 0..<400 where cluster.members("n1").joining != nil {
            // Messages to n4 take 12 ticks, and there is always more to send.
            for _ in 0..<12 {
                cluster.propose("n1", "load")
                cluster.tick(["n1", "n2", "n3"])
                for _ in 0..<6 {
                    for id: NodeID in ["n1", "n2", "n3"] {
                        for other: NodeID in ["n1", "n2", "n3"] { cluster.deliver(id, other) }
                    }
                }
            }
            cluster.deliver("n1", "n4")
            cluster.propose("n1", "load")
            cluster.deliver("n4", "n1")
            if let round = cluster["n1"].status.catchUp?.round { rounds.insert(round) }
        }
        #expect(cluster["n1"].events.contains(.membershipGaveUp("n4", .tooSlow)))
        #expect(rounds.max() == 10)
        #expect(cluster.leader == "n1")
    }
}
