import Raft
import Testing

/// Rules 5 to 7 of the consensus page: what commits, and what may be truncated.
struct RuleCommitTests {
    @Test func `figure 7 of the paper: a new leader makes every log its own`() throws {
        let logs: [NodeID: [UInt64]] = [
            "l": [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
            "a": [1, 1, 1, 4, 4, 5, 5, 6, 6],
            "b": [1, 1, 1, 4],
            "c": [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
            "d": [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
            "e": [1, 1, 1, 4, 4, 4, 4],
            "f": [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
        ]
        let cluster = try Cluster(
            ["l", "a", "b", "c", "d", "e", "f"],
            logs: logs,
            hardStates: ["l": HardState(term: 7)]
        )
        cluster.campaign("l")
        cluster.deliver("l", nil)
        for refuser: NodeID in ["c", "d"] {
            #expect(
                cluster.queue(refuser, "l").map(\.message)
                    == [.voteReply(VoteReply(isGranted: false))]
            )
        }
        #expect(cluster.stabilize())
        for id in cluster.ids {
            #expect(cluster[id].terms == [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8])
            #expect(cluster[id].status.commitIndex == 11)
        }
    }

    @Test func `rule 5: figure 8 of the paper: on a majority, yet not committed`() throws {
        var limits = Limits()
        limits.appendEntriesMax = 1
        let cluster = try Cluster(
            ["s1", "s2", "s3", "s4", "s5"],
            logs: ["s1": [1, 2], "s2": [1, 2], "s3": [1], "s4": [1], "s5": [1, 3]],
            hardStates: ["s1": HardState(term: 3)],
            limits: limits
        )
        cluster.isolate("s4")
        cluster.isolate("s5")
        cluster.campaign("s1")
        cluster.deliver("s1", "s2")
        cluster.deliver("s1", "s3")
        cluster.deliver("s2", "s1")
        cluster.deliver("s3", "s1")
        cluster.drop("s1", "s2")
        for _ in 0..<2 {
            cluster.deliver("s1", "s3")
            cluster.deliver("s3", "s1")
        }
        #expect(cluster["s3"].terms == [1, 2])
        #expect(cluster["s1"].status.role == .leader)
        #expect(cluster["s1"].status.commitIndex == 0)
        cluster.crash("s1")
        cluster.drop("s1", nil)
        cluster.heal()
        cluster.campaign("s5")
        #expect(cluster.stabilize())
        #expect(cluster.leader == nil)
        cluster.campaign("s5")
        #expect(cluster.stabilize())
        for id: NodeID in ["s2", "s3", "s4", "s5"] { #expect(cluster[id].terms == [1, 3, 5]) }
    }

    @Test func `rule 5: an older entry is not committed though the leader knows it on a majority`()
        throws
    {
        var limits = Limits()
        limits.appendEntriesMax = 1
        let cluster = try Cluster(
            ["s1", "s2", "s3", "s4", "s5"],
            logs: ["s1": [1, 2], "s2": [1], "s3": [1], "s4": [1], "s5": [1, 3]],
            hardStates: ["s1": HardState(term: 3)],
            limits: limits
        )
        cluster.isolate("s4")
        cluster.isolate("s5")
        cluster.campaign("s1")
        // Votes, then the no-op, which does not fit, then 2@2, which does.
        for _ in 0..<3 {
            cluster.deliver("s1", nil)
            cluster.deliver(nil, "s1")
        }
        #expect(cluster["s1"].core.peerStatuses.map(\.match) == [2, 2, 0, 0])
        #expect(cluster["s1"].status.commitIndex == 0)
        cluster.drop()
        cluster.crash("s1")
        cluster.heal()
        cluster.campaign("s5")
        cluster.campaign("s5")
        #expect(cluster.stabilize())
        for id: NodeID in ["s2", "s3", "s4", "s5"] { #expect(cluster[id].terms == [1, 3, 5]) }
    }

    @Test func `rule 5: an older term's entries commit with the first entry of the leader's own`()
        throws
    {
        let cluster = try Cluster(["n1", "n2", "n3"], logs: ["n1": [1, 1], "n2": [1, 1]])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        #expect(cluster["n1"].applied.map(\.term) == [1, 1, 2])
        #expect(cluster["n3"].applied.map(\.term) == [1, 1, 2])
    }

    @Test func `rule 6: a leader counts itself by what is durable`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.crash("n3")
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.propose("n1", "x")
        // The append leaves at once, beside the leader's own write …
        cluster.deliver("n1", "n2")
        cluster.deliver("n2", "n1")
        #expect(cluster["n2"].status.last.index == 2)
        #expect(cluster["n1"].status.commitIndex == 1)
        // … but one of three is no majority.
        cluster.change("n1") { $0.persist() }
        #expect(cluster["n1"].status.commitIndex == 2)
    }

    @Test func `rule 6: two others may commit what the leader's own disk does not hold yet`() throws
    {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.commitIndex == 2)
        // It must not apply it, though: its state would be ahead of its log after a crash.
        #expect(cluster["n1"].applied.count == 1)
        cluster.change("n1") { $0.persist() }
        #expect(cluster["n1"].applied.count == 2)
    }

    @Test func `rule 6: while joint, both sets must hold an entry`() throws {
        let joint = try #require(
            Configuration(voters: ["n1", "n2", "n3"], outgoing: ["n1", "n4", "n5"])
        )
        let cluster = try Cluster(["n1", "n2", "n3", "n4", "n5"])
        let entry = Entry(term: 1, index: 1, kind: .configuration, payload: joint.encoded)
        for id in cluster.ids {
            cluster.inject(
                from: "n5",
                to: id == "n5" ? "n4" : id,
                term: 1,
                .append(Append(previous: .zero, commit: 0, entries: [entry]))
            )
        }
        cluster.drop()
        cluster.campaign("n1")
        cluster.crash("n4")
        cluster.crash("n5")
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.role == .candidate)
    }

    @Test func `rule 7: any order of a leader's appends, with repeats, gives a consistent prefix`()
        throws
    {
        // The follower holds another leader's entries; the leader's appends overlap.
        let leaderLog = testEntries([1, 1, 3, 3, 3, 3, 3])
        let appends: [Append] = [(0, 2, 0), (0, 7, 7), (2, 4, 3), (3, 6, 6), (4, 7, 4), (2, 2, 7)]
            .map { from, through, commit in
                let previous = from == 0 ? LogPosition.zero : leaderLog[from - 1].position
                return Append(
                    previous: previous,
                    commit: LogIndex(UInt64(commit)),
                    entries: Array(leaderLog[from..<through])
                )
            }
        var random = SplitMix64(seed: 7)
        for _ in 0..<400 {
            let cluster = try Cluster(["n1", "n2", "n3"], logs: ["n2": [1, 1, 2, 2, 2]])
            for _ in 0..<8 {
                let append = appends[Int(random.next() % UInt64(appends.count))]
                cluster.inject(from: "n1", to: "n2", term: 3, .append(append))
                let status = cluster["n2"].status
                #expect(cluster["n2"].halt == nil)
                for entry in cluster["n2"].applied {
                    #expect(entry == leaderLog[Int(entry.index.rawValue) - 1])
                }
                #expect(status.commitIndex <= 7)
                for case .appendReply(.accepted(let match, _, _)) in cluster.queue("n2", "n1").map(
                    \.message
                ) {
                    let held = cluster["n2"].disk.entries.prefix(Int(match.rawValue))
                    #expect(Array(held) == Array(leaderLog.prefix(Int(match.rawValue))))
                }
            }
        }
    }

    @Test func `rule 7: an append that was overtaken does not shorten the log`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        let log = testEntries([1, 1, 1])
        let all = Append(previous: .zero, commit: 0, entries: log)
        let early = Append(previous: .zero, commit: 0, entries: [log[0]])
        cluster.inject(from: "n1", to: "n2", term: 1, .append(all))
        cluster.inject(from: "n1", to: "n2", term: 1, .append(early))
        #expect(cluster["n2"].terms == [1, 1, 1])
    }

    @Test func `rule 7: commit stays within what an append verified`() throws {
        // Entries 2 and 3 are a deposed leader's; the new leader's first append is empty.
        let cluster = try Cluster(["n1", "n2", "n3"], logs: ["n2": [1, 1, 1]])
        let append = Append(
            previous: LogPosition(index: 1, term: 1),
            commit: 3,
            entries: []
        )
        cluster.inject(from: "n1", to: "n2", term: 2, .append(append))
        #expect(cluster["n2"].status.commitIndex == 1)
    }

    @Test func `rule 7: heartbeats carry no more than the peer is known to have`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.cutLink("n1", "n3")
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        cluster.heal()
        cluster.tick(["n1"])
        let commits = ["n2", "n3"].map { (id: NodeID) -> LogIndex? in
            guard case .heartbeat(let heartbeat)? = cluster.queue("n1", id).last?.message else {
                return nil
            }
            return heartbeat.commit
        }
        #expect(commits == [2, 1])
    }

    @Test func `rule 7: a conflict at or below commit halts the node`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        let first = Append(previous: .zero, commit: 2, entries: testEntries([1, 1, 1]))
        cluster.inject(from: "n1", to: "n2", term: 1, .append(first))
        #expect(cluster["n2"].applied.count == 2)
        let above = Append(
            previous: LogPosition(index: 2, term: 1),
            commit: 2,
            entries: [Entry(term: 2, index: 3, kind: .noop, payload: [])]
        )
        cluster.inject(from: "n3", to: "n2", term: 2, .append(above))
        #expect(cluster["n2"].terms == [1, 1, 2])
        let below = Append(previous: .zero, commit: 0, entries: testEntries([1, 3]))
        cluster.drop()
        cluster.inject(from: "n1", to: "n2", term: 3, .append(below))
        #expect(cluster["n2"].halt == .truncationBelowCommit(2, commit: 2))
        #expect(!cluster["n2"].isRunning)
        #expect(cluster.queue("n2", "n1").isEmpty)
    }

    @Test func `rule 9: a configuration is active when appended, and rolled back on truncation`()
        throws
    {
        let cluster = try Cluster(["n1", "n2", "n3"])
        let wider = try #require(Configuration(voters: ["n1", "n2", "n3", "n4"]))
        let entry = Entry(term: 1, index: 1, kind: .configuration, payload: wider.encoded)
        cluster.inject(
            from: "n1",
            to: "n2",
            term: 1,
            .append(Append(previous: .zero, commit: 0, entries: [entry]))
        )
        #expect(
            cluster["n2"].status.configuration
                == LoggedConfiguration(index: 1, configuration: wider)
        )
        try cluster.restart("n2")
        #expect(cluster["n2"].status.configuration.configuration == wider)
        cluster.inject(
            from: "n3",
            to: "n2",
            term: 2,
            .append(Append(previous: .zero, commit: 0, entries: testEntries([2])))
        )
        #expect(cluster["n2"].status.configuration.configuration.voters == ["n1", "n2", "n3"])
        #expect(cluster["n2"].events.contains(.truncated(from: 1)))
    }
}
