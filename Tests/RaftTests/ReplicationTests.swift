import Raft
import Testing

/// Pipelining, batching, flow control, lagging peers, proposals and transfer.
struct ReplicationTests {
    private func threeWithLeader(limits: Limits = Limits()) throws -> Cluster {
        let cluster = try Cluster(["n1", "n2", "n3"], limits: limits)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        return cluster
    }

    private func proposal(_ count: Int, bytes: Int = 4, token: UInt64 = 0) -> Input {
        .propose(
            Proposal(
                token: ProposalToken(rawValue: token),
                payloads: (0..<count).map {
                    [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: bytes)
                }
            )
        )
    }

    @Test func `a drain of proposals is one write and one append a peer`() throws {
        let cluster = try threeWithLeader()
        cluster.change("n1") { $0.isPersistManual = true }
        cluster.change("n1") { node in node.run((0..<100).map { _ in proposal(10) }) }
        let waiting = cluster["n1"].disk.waiting
        #expect(waiting.map(\.entries.count) == [1000])
        for peer: NodeID in ["n2", "n3"] {
            let appends = cluster.queue("n1", peer)
            #expect(appends.count == 1)
            guard case .append(let append) = appends.first?.message else {
                Issue.record("no append")
                continue
            }
            #expect(append.entries == waiting[0].entries)
        }
        #expect(cluster["n1"].proposals.count == 100)
        #expect(
            cluster["n1"].proposals[3].result
                == .accepted(first: LogPosition(index: 32, term: 1), count: 10)
        )
    }

    @Test func `appends keep to their limits of entries and bytes`() throws {
        var limits = Limits()
        limits.appendEntriesMax = 10
        limits.appendBytesMax = 100
        limits.inFlightAppendsMax = 1000
        let cluster = try threeWithLeader(limits: limits)
        cluster.input("n1", proposal(25, bytes: 1))
        cluster.input("n1", proposal(9, bytes: 30))
        cluster.input("n1", proposal(2, bytes: 500))
        var sizes: [Int] = []
        for case .append(let append) in cluster.queue("n1", "n2").map(\.message) {
            sizes.append(append.entries.count)
        }
        #expect(sizes == [10, 10, 5, 3, 3, 3, 1, 1])
        #expect(cluster.stabilize())
        #expect(cluster["n2"].status.commitIndex == 37)
    }

    @Test func `appends follow each other without waiting, up to the limits in flight`() throws {
        var limits = Limits()
        limits.inFlightAppendsMax = 3
        let cluster = try threeWithLeader(limits: limits)
        for round in 0..<5 { cluster.propose("n1", "x\(round)") }
        #expect(cluster.queue("n1", "n2").count == 3)
        #expect(cluster["n1"].core.peerStatuses.map(\.inFlightAppends) == [3, 3])
        cluster.deliver("n1", "n2", 1)
        cluster.deliver("n2", "n1")
        // The rest goes in one batch now that one place is free.
        #expect(cluster.queue("n1", "n2").count == 3)
        #expect(cluster.stabilize())
        #expect(cluster["n2"].applied.count == 6)

        limits = Limits()
        limits.inFlightBytesMax = 100
        let bytes = try threeWithLeader(limits: limits)
        for _ in 0..<5 { bytes.input("n1", proposal(1, bytes: 60)) }
        #expect(bytes.queue("n1", "n2").count == 2)
        #expect(bytes.stabilize())
        #expect(bytes["n2"].applied.count == 6)
    }

    @Test func `a lost append is found by the next heartbeat`() throws {
        let cluster = try threeWithLeader()
        cluster.propose("n1", "lost")
        cluster.drop("n1", "n2")
        cluster.propose("n1", "after")
        cluster.drop("n1", "n2")
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(cluster["n2"].applied == cluster["n1"].applied)
        #expect(cluster["n2"].applied.count == 3)
    }

    @Test func `an unreachable peer is probed from what it acknowledged`() throws {
        let cluster = try threeWithLeader()
        cluster.propose("n1", "x")
        cluster.drop("n1", "n2")
        cluster.input("n1", .peerUnreachable("n2"))
        #expect(cluster.stabilize())
        #expect(cluster["n2"].applied.count == 2)
        #expect(cluster["n1"].events.contains(.peerModeChanged("n2", .probe)))
    }

    @Test func `entries that memory no longer holds are loaded for a lagging peer`() throws {
        var limits = Limits()
        limits.windowEntriesMax = 4
        limits.appendEntriesMax = 3
        let cluster = try threeWithLeader(limits: limits)
        cluster.isolate("n3")
        for round in 0..<40 {
            cluster.propose("n1", "x\(round)")
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].loads == 0)
        cluster.heal()
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(cluster["n1"].loads > 5)
        #expect(cluster["n3"].applied == cluster["n1"].applied)
    }

    @Test func `a restarted node with a short memory applies from its log store`() throws {
        var limits = Limits()
        limits.windowEntriesMax = 2
        let settings = RaftConfiguration(id: "n1", limits: limits)
        let entries = testEntries([1, 1, 2, 2, 2, 3])
        let members = try #require(Configuration(voters: ["n1", "n2", "n3"]))
        let state = RestoredState(
            hardState: HardState(term: 3),
            snapshot: .zero,
            configuration: LoggedConfiguration(index: 0, configuration: members),
            laterConfigurations: [],
            termRuns: [
                TermRun(first: 1, term: 1), TermRun(first: 3, term: 2), TermRun(first: 6, term: 3),
            ],
            lastIndex: 6,
            tail: Array(entries.suffix(2)),
            appliedIndex: 1
        )
        var core = try RaftCore(settings, restoring: state, seed: 1)
        #expect((0...7).map { core.term(at: LogIndex(UInt64($0))) } == [0, 1, 1, 2, 2, 2, 3, nil])
        var effects = Effects()
        let append = Append(
            previous: LogPosition(index: 6, term: 3),
            commit: 6,
            entries: []
        )
        try core.run(
            [.received(Envelope(from: "n2", to: "n1", term: 3, message: .append(append)))],
            into: &effects
        )
        #expect(
            effects.apply == [
                CommittedRange(first: 2, last: 4, entries: []),
                CommittedRange(first: 5, last: 6, entries: Array(entries.suffix(2))),
            ]
        )
    }

    @Test func `a lone commit is told at once, without a heartbeat`() throws {
        let cluster = try threeWithLeader()
        cluster.propose("n1", "x")
        #expect(cluster.stabilize())
        for id in cluster.ids { #expect(cluster[id].status.commitIndex == 2) }
    }

    @Test func `under load commits ride on appends`() throws {
        let cluster = try threeWithLeader()
        let before = cluster.sent.count
        for _ in 0..<50 {
            cluster.propose("n1", "x")
            cluster.propose("n1", "y")
            cluster.deliver("n1", nil, 1)
            cluster.deliver(nil, "n1")
        }
        let appends = cluster.sent.dropFirst(before).count { message in
            if case .append = message.message { true } else { false }
        }
        #expect(cluster.sent.count - before - appends < appends + 8)
    }

    @Test func `beyond the quota proposals are refused, and taken again once it is free`() throws {
        var limits = Limits()
        limits.uncommittedBytesMax = 100
        let cluster = try threeWithLeader(limits: limits)
        cluster.input("n1", proposal(1, bytes: 500, token: 1))
        cluster.input("n1", proposal(1, bytes: 1, token: 2))
        #expect(cluster.stabilize())
        cluster.input("n1", proposal(1, bytes: 60, token: 3), proposal(1, bytes: 60, token: 4))
        let results = cluster["n1"].proposals.map(\.result)
        #expect(
            results == [
                .accepted(first: LogPosition(index: 2, term: 1), count: 1),
                .refused(.overloaded),
                .accepted(first: LogPosition(index: 3, term: 1), count: 1),
                .refused(.overloaded),
            ]
        )
        #expect(cluster["n1"].status.uncommittedBytes == 60)
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.uncommittedBytes == 0)
    }

    @Test func `a follower refuses proposals and names the leader`() throws {
        let cluster = try threeWithLeader()
        cluster.propose("n2", "x")
        #expect(cluster["n2"].proposals.map(\.result) == [.refused(.notLeader(hint: "n1"))])
    }

    @Test func `a deposed leader says so, and its uncommitted entries give way`() throws {
        let cluster = try threeWithLeader()
        cluster.isolate("n1")
        cluster.propose("n1", "doomed")
        cluster.campaign("n2")
        #expect(cluster.stabilize())
        cluster.propose("n2", "kept")
        #expect(cluster.stabilize())
        cluster.heal()
        #expect(cluster.converge())
        #expect(
            cluster["n1"].events.contains { if case .leadershipLost = $0 { true } else { false } }
        )
        #expect(cluster["n1"].applied == cluster["n2"].applied)
        #expect(!cluster["n1"].applied.contains { $0.payload == Array("doomed".utf8) })
    }

    @Test func `rule 16: a transfer waits for the target and stops proposals meanwhile`() throws {
        let cluster = try threeWithLeader()
        cluster.propose("n1", "x")
        cluster.input("n1", .transferLeadership(to: "n3"))
        cluster.propose("n1", "y")
        #expect(cluster["n1"].proposals.last?.result == .refused(.transferring(to: "n3")))
        // Not before it has acknowledged everything, even if what it lacks is on its way already.
        let offered = cluster.queue("n1", "n3").contains {
            if case .timeoutNow = $0.message { true } else { false }
        }
        #expect(!offered)
        #expect(cluster.stabilize())
        #expect(cluster.leader == "n3")
        #expect(cluster["n3"].status.term == 2)
        #expect(cluster["n1"].status.leader == "n3")
        #expect(cluster["n3"].applied.contains { $0.payload == Array("x".utf8) })
    }

    /// Three entries behind the first, which one node has and does not apply.
    private func threeWithEntries(heldAt lagging: NodeID) throws -> Cluster {
        var limits = Limits()
        limits.unappliedEntriesMax = 2
        let cluster = try Cluster(["n1", "n2", "n3"], limits: limits)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.change(lagging) { $0.isApplyHeld = true }
        for text in ["a", "b", "c"] { cluster.propose("n1", text) }
        #expect(cluster.stabilize())
        return cluster
    }

    @Test func `rule 16: a transfer waits for a target that has not applied what it has`() throws {
        let cluster = try threeWithEntries(heldAt: "n3")
        cluster.input("n1", .transferLeadership(to: "n3"))
        for _ in 0..<3 {
            cluster.tick(["n1"])
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].core.peerStatuses.last?.match == 4, "its log has everything")
        #expect(cluster.leader == "n1")
        #expect(cluster["n1"].status.transferTarget == "n3")
        cluster.change("n3") { $0.releaseApply() }
        // It says so with its answer to the next heartbeat.
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        #expect(cluster.leader == "n3")
    }

    @Test func `rule 16: who has applied what it has is preferred where nobody is named`() throws {
        let cluster = try threeWithEntries(heldAt: "n2")
        // Heartbeats bring how far they are.
        cluster.tick(["n1"])
        #expect(cluster.stabilize())
        cluster.input("n1", .transferLeadership(to: nil))
        #expect(cluster["n1"].transfers == [.started(target: "n3")])
    }

    @Test func `a target may claim to have applied anything, and nothing overflows`() throws {
        let cluster = try threeWithLeader()
        let claim = HeartbeatReply(sequence: 0, applied: LogIndex(.max))
        cluster.inject(from: "n3", to: "n1", term: 1, .heartbeatReply(claim))
        cluster.input("n1", .transferLeadership(to: "n3"))
        #expect(cluster["n1"].transfers == [.started(target: "n3")])
        #expect(cluster.stabilize())
        #expect(cluster.leader == "n3")
    }

    @Test func `rule 16: a transfer to a dead node is given up after an election timeout`() throws {
        let cluster = try threeWithLeader()
        cluster.crash("n3")
        cluster.propose("n1", "x")
        cluster.input("n1", .transferLeadership(to: "n3"))
        for _ in 0..<9 {
            cluster.tick(["n1"])
            #expect(cluster.stabilize())
        }
        #expect(cluster["n1"].status.transferTarget == "n3")
        cluster.tick(["n1"])
        #expect(cluster["n1"].status.transferTarget == nil)
        cluster.propose("n1", "y")
        #expect(cluster.stabilize())
        #expect(cluster["n1"].status.commitIndex == 3)
        #expect(cluster["n1"].events.contains(.transferAbandoned(to: "n3")))
    }

    @Test func `rule 16: a target whose log ends elsewhere does not campaign`() throws {
        let cluster = try threeWithLeader()
        cluster.inject(
            from: "n1",
            to: "n2",
            term: 1,
            .timeoutNow(TimeoutNow(last: LogPosition(index: 2, term: 1)))
        )
        #expect(cluster["n2"].status.role == .follower)
        cluster.input("n1", .transferLeadership(to: "n9"))
        #expect(cluster["n1"].transfers == [.refused(.notAnotherVoter)])
    }

    @Test func `an acknowledgement of what was never sent is ignored`() throws {
        let cluster = try threeWithLeader()
        cluster.inject(
            from: "n2",
            to: "n1",
            term: 1,
            .appendReply(.accepted(match: 99, room: 9, applied: 0))
        )
        #expect(cluster["n1"].status.commitIndex == 1)
        #expect(
            cluster["n1"].events.contains(.messageIgnored(from: "n2", .acknowledgedTooMuch))
        )
    }
}
