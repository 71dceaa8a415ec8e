import Raft
import Testing

/// Rules 11, 12, 24 and 26 of the consensus page: a state in place of a log.
struct RuleSnapshotTests {
    /// n1 leads, n3 was cut off, and n1's log no longer has what n3 lacks.
    private func withLaggard(
        _ ids: [NodeID] = ["n1", "n2", "n3"],
        entries: Int = 5
    ) throws -> Cluster {
        let cluster = try Cluster(ids)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.isolate("n3")
        for place in 0..<entries { cluster.propose("n1", "x\(place)") }
        #expect(cluster.stabilize())
        cluster.change("n1") { $0.compact(through: LogIndex(UInt64(entries + 1))) }
        cluster.heal()
        return cluster
    }

    private func offer(
        _ index: LogIndex,
        _ term: Term,
        _ voters: [NodeID] = ["n1", "n2", "n3"]
    ) -> Message {
        .snapshot(
            SnapshotOffer(
                last: LogPosition(index: index, term: term),
                configuration: LoggedConfiguration(
                    index: 0,
                    configuration: Configuration(voters: voters) ?? .empty
                )
            )
        )
    }

    @Test func `a peer whose entries are gone is brought up by a snapshot, and goes on by the log`()
        throws
    {
        let cluster = try withLaggard()
        #expect(cluster["n1"].status.snapshot == LogPosition(index: 6, term: 1))
        #expect(cluster.converge())
        let offers = cluster.sent.count { if case .snapshot = $0.message { true } else { false } }
        #expect(offers == 1)
        #expect(cluster["n3"].disk.installed == [LogPosition(index: 6, term: 1)])
        #expect(cluster["n3"].status.snapshot.index == 6)
        #expect(cluster["n3"].applied == cluster["n1"].applied)
        cluster.propose("n1", "after")
        #expect(cluster.stabilize())
        #expect(cluster["n3"].status.last.index == 7)
        #expect(cluster["n1"].core.peerStatuses.map(\.mode) == [.replicate, .replicate])
    }

    @Test func `a peer gets one too when all that was on its way to it is lost and gone`() throws {
        var limits = Limits()
        limits.inFlightAppendsMax = 1
        let cluster = try Cluster(["n1", "n2", "n3"], limits: limits)
        cluster.campaign("n1")
        #expect(cluster.stabilize())
        cluster.crash("n3")
        for place in 0..<5 { cluster.propose("n1", "x\(place)") }
        #expect(cluster.stabilize())
        #expect(cluster["n1"].core.peerStatuses.last?.inFlightAppends == 1)
        cluster.change("n1") { $0.compact(through: 6) }
        try cluster.restart("n3")
        #expect(cluster.converge())
        #expect(cluster["n3"].disk.installed == [LogPosition(index: 6, term: 1)])
    }

    // MARK: - Rule 11

    @Test func `rule 11: a snapshot's configuration replaces an uncommitted one`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.isFetchManual = true
        let other = try #require(Configuration(voters: ["n1", "n2", "n3", "n4"]))
        let entry = Entry(term: 1, index: 1, kind: .configuration, payload: other.encoded)
        cluster.inject(
            from: "n1",
            to: "n3",
            term: 1,
            .append(Append(previous: .zero, commit: 0, entries: [entry]))
        )
        #expect(cluster.members("n3") == other)
        // The leader of term 2 never had that entry; its state is of another history.
        cluster.change("n3") {
            $0.run([.received(Envelope(from: "n2", to: "n3", term: 2, message: offer(4, 2)))])
        }
        cluster.change("n3") { $0.run([.snapshotFetched(LogPosition(index: 4, term: 2))]) }
        #expect(cluster.members("n3").voters == ["n1", "n2", "n3"])
        #expect(cluster["n3"].status.last == LogPosition(index: 4, term: 2))
        #expect(cluster["n3"].status.snapshot == LogPosition(index: 4, term: 2))
        #expect(cluster["n3"].status.configuration.index == 0)
    }

    @Test func `rule 11: a later configuration in a matching suffix stays`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.isFetchManual = true
        let later = try #require(Configuration(voters: ["n1", "n2", "n3"], learners: ["n4"]))
        var entries = testEntries([1, 1])
        cluster.change("n3") { $0.isPersistManual = true }
        cluster.inject(from: "n1", to: "n3", term: 1, offer(2, 1))
        entries.append(Entry(term: 1, index: 3, kind: .configuration, payload: later.encoded))
        cluster.inject(
            from: "n1",
            to: "n3",
            term: 1,
            .append(Append(previous: .zero, commit: 0, entries: entries))
        )
        cluster.change("n3") { $0.run([.snapshotFetched(LogPosition(index: 2, term: 1))]) }
        #expect(cluster["n3"].status.commitIndex == 2)
        #expect(cluster["n3"].status.last.index == 3)
        #expect(cluster.members("n3") == later)
        #expect(cluster["n3"].disk.waiting.last?.install?.keepsSuffix == true)
    }

    // MARK: - Rule 12

    /// n3 has 1 1 2 2 2 and has committed the first two.
    @Test(arguments: [
        (LogPosition(index: 1, term: 1), 0), (LogPosition(index: 2, term: 1), 0),
        (LogPosition(index: 4, term: 2), 1), (LogPosition(index: 4, term: 3), 2),
        (LogPosition(index: 5, term: 2), 1), (LogPosition(index: 9, term: 3), 2),
    ])
    func `rule 12: older, equal, inside, conflicting, beyond`(
        position: LogPosition,
        expected: Int
    ) throws {
        let cluster = try Cluster(
            ["n1", "n2", "n3"],
            logs: ["n3": [1, 1, 2, 2, 2]],
            hardStates: ["n3": HardState(term: 2)]
        )
        cluster.isFetchManual = true
        cluster.inject(
            from: "n1",
            to: "n3",
            term: 3,
            .append(Append(previous: LogPosition(index: 2, term: 1), commit: 2, entries: []))
        )
        cluster.drop()
        cluster.inject(from: "n1", to: "n3", term: 3, offer(position.index, position.term))
        cluster.change("n3") { $0.run([.snapshotFetched(position)]) }
        let node = cluster["n3"]
        switch expected {
        case 0:
            // At or below commit it is ignored, and the leader is told how far this node is.
            #expect(node.disk.installed.isEmpty)
            #expect(node.terms == [1, 1, 2, 2, 2])
            #expect(node.status.commitIndex == 2)
        case 1:
            // The log holds the very position: it is committed, and nothing has to be brought.
            #expect(node.disk.installed.isEmpty)
            #expect(node.terms == [1, 1, 2, 2, 2])
            #expect(node.status.commitIndex == position.index)
        default:
            #expect(node.disk.installed == [position])
            #expect(node.terms.isEmpty)
            #expect(node.status.last == position)
            #expect(node.status.commitIndex == position.index)
            #expect(node.disk.entries.isEmpty)
        }
        #expect(
            cluster.queue("n3", "n1").last?.message
                == .snapshotReply(
                    SnapshotReply(match: node.status.commitIndex, isInstalled: true)
                )
        )
    }

    @Test func `rule 12: nothing is acknowledged before the exchange is durable`() throws {
        // The old log reaches beyond the snapshot and conflicts with it: being long is not having it.
        let cluster = try Cluster(
            ["n1", "n2", "n3"],
            logs: ["n3": [1, 1, 1, 1, 1, 1]]
        )
        cluster.isFetchManual = true
        cluster.change("n3") { $0.isPersistManual = true }
        cluster.inject(from: "n1", to: "n3", term: 2, offer(4, 2))
        cluster.change("n3") { $0.persist() }
        cluster.drop()
        cluster.change("n3") { $0.run([.snapshotFetched(LogPosition(index: 4, term: 2))]) }
        #expect(cluster.queue("n3", "n1").isEmpty)
        #expect(cluster["n3"].status.durableIndex < 4)
        cluster.change("n3") { $0.persist() }
        #expect(
            cluster.queue("n3", "n1").map(\.message)
                == [.snapshotReply(SnapshotReply(match: 4, isInstalled: true))]
        )
        #expect(cluster["n3"].status.durableIndex == 4)
    }

    // MARK: - Rule 24

    @Test func `rule 24: the log that a snapshot leads into is kept while it is in flight`() throws
    {
        let cluster = try withLaggard()
        cluster.isFetchBlocked = true
        #expect(cluster["n1"].core.neededByPeers == 1)
        cluster.tick(["n1"])
        cluster.deliver("n1")
        cluster.deliver(nil, "n1")
        cluster.deliver("n1", "n3")
        cluster.deliver("n3", "n1")
        // The offer of 6@1 is out: what follows it stays, however much is committed meanwhile.
        for _ in 0..<9 { cluster.propose("n1", "y") }
        for _ in 0..<3 {
            cluster.deliver("n1", "n2")
            cluster.deliver("n2", "n1")
        }
        #expect(cluster["n1"].status.commitIndex == 15)
        #expect(cluster["n1"].core.neededByPeers == 6)
        cluster.isFetchBlocked = false
        #expect(cluster.converge())
        #expect(cluster["n1"].core.neededByPeers == cluster["n1"].status.last.index)
        // Whoever is silent for long is not waited for.
        cluster.crash("n3")
        for _ in 0..<101 {
            cluster.tick(["n1", "n2"])
            #expect(cluster.stabilize())
        }
        cluster.propose("n1", "z")
        #expect(cluster.stabilize())
        #expect(cluster["n1"].core.neededByPeers == cluster["n1"].status.last.index)
    }

    @Test func `rule 24: a log compacted all the same leads to another snapshot`() throws {
        let cluster = try withLaggard()
        cluster.isFetchBlocked = true
        cluster.tick(["n1"])
        for _ in 0..<3 { cluster.deliver() }
        for _ in 0..<9 { cluster.propose("n1", "y") }
        for _ in 0..<3 {
            cluster.deliver("n1", "n2")
            cluster.deliver("n2", "n1")
        }
        cluster.change("n1") { $0.compact(through: 12) }
        cluster.isFetchBlocked = false
        #expect(cluster.converge(400))
        #expect(cluster["n3"].applied == cluster["n1"].applied)
    }

    // MARK: - Rule 26

    @Test func `rule 26: no campaign while a snapshot is pending`() throws {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.isFetchManual = true
        cluster.inject(from: "n1", to: "n3", term: 2, offer(7, 2))
        cluster.change("n3") { $0.isPersistManual = true }
        cluster.tick(["n3"], 60)
        #expect(cluster["n3"].status.role == .follower)
        cluster.change("n3") { $0.run([.snapshotFetched(LogPosition(index: 7, term: 2))]) }
        // In the middle of the exchange.
        cluster.timeout("n3")
        cluster.campaign("n3")
        cluster.tick(["n3"], 60)
        #expect(cluster["n3"].status.role == .follower)
        #expect(cluster["n3"].status.term == 2)
    }

    @Test func `rule 26: a snapshot that can't be had no longer keeps a node from campaigning`()
        throws
    {
        let cluster = try Cluster(["n1", "n2", "n3"])
        cluster.isFetchBlocked = true
        cluster.inject(from: "n1", to: "n3", term: 2, offer(7, 2))
        cluster.timeout("n3")
        #expect(cluster["n3"].status.role == .preCandidate)
        #expect(
            cluster.queue("n3", "n1").contains {
                $0.message == .snapshotReply(SnapshotReply(match: 0, isInstalled: false))
            }
        )
    }
}
