import Ledger
import Raft
import Testing

@testable import Replica

@Suite struct `A replica brings a state from another` {
    /// n3 lacks what the others have compacted.
    private func laggard(
        _ change: (inout ReplicaSettings) -> Void = { _ in }
    ) throws -> (cluster: TestCluster, lagging: NodeID) {
        var cluster = try TestCluster(3, change: change)
        let leader = try cluster.electLeader()
        let lagging = try unwrap(cluster.followers.last)
        cluster.cut = [lagging]
        for (place, command) in [Command.item("tea"), .place("s1")].enumerated() {
            _ = cluster.execute(command, id: "s\(place)", at: leader)
        }
        for place in 0..<20 {
            _ = cluster.execute(.receive(1, "tea", at: "s1"), id: "r\(place)", at: leader)
        }
        cluster.compactAll()
        cluster.cut = []
        return (cluster, lagging)
    }

    private func digest(_ cluster: TestCluster, _ id: NodeID?) -> LedgerDigest? {
        id.flatMap { cluster.nodes[$0]?.state.digest() }
    }

    @Test func `a node whose entries are gone is brought up, piece by piece`() throws {
        var (cluster, lagging) = try laggard()
        cluster.run(ticks: 200)
        #expect(cluster.installs == [lagging])
        let leader = try #require(cluster.leader)
        #expect(cluster.nodes[lagging]?.appliedIndex == cluster.nodes[leader]?.appliedIndex)
        #expect(digest(cluster, lagging) == digest(cluster, leader))
        #expect(cluster.requestedOffsets.count == 10)
        // It goes on by the log, and answers like any other.
        let result = cluster.execute(.receive(5, "tea", at: "s1"), id: "more", at: lagging)
        #expect(result?.answer != nil)
        cluster.run(ticks: 20)
        #expect(digest(cluster, lagging) == digest(cluster, leader))
    }

    @Test(arguments: 1...10)
    func `rule 23: drop the chunk N, and it goes on from there`(lost: Int) throws {
        var (cluster, lagging) = try laggard()
        cluster.lostChunks = [lost]
        cluster.run(ticks: 400)
        #expect(cluster.installs == [lagging])
        // Each piece once, and the lost one twice: nothing begins anew.
        #expect(cluster.sentChunks == 11)
        #expect(cluster.requestedOffsets == cluster.requestedOffsets.sorted())
    }

    @Test func `rule 23: a transfer that stands still is given up, and the leader offers again`()
        throws
    {
        var (cluster, lagging) = try laggard { $0.snapshotRetriesMax = 2 }
        cluster.lostChunks = Set(3...8)
        cluster.run(ticks: 1500)
        #expect(cluster.installs == [lagging])
        #expect(cluster.requestedOffsets.count { $0 == 0 } >= 2)
    }

    @Test func `rule 23: the leader that sends it dies, and the next one sends its own`() throws {
        var (cluster, lagging) = try laggard()
        let leader = try #require(cluster.leader)
        cluster.lostChunks = Set(2...400)
        cluster.run(ticks: 60)
        #expect(cluster.installs.isEmpty)
        cluster.lostChunks = []
        cluster.cut = [leader]
        cluster.run(ticks: 1500)
        #expect(cluster.installs == [lagging])
        #expect(cluster.leader != leader)
        let next = try #require(cluster.leader)
        #expect(digest(cluster, lagging) == digest(cluster, next))
    }

    @Test func `pieces leave no faster than the rate allows, and heartbeats are not held up`()
        throws
    {
        var (cluster, lagging) = try laggard { $0.snapshotBytesPerSecond = 1_000_000 }
        let leader = try #require(cluster.leader)
        // Of 2.5 MB at 1 MB/s (less the first burst) not much more than half is there after 1.2 s.
        cluster.run(ticks: 120)
        #expect(cluster.sentChunks <= 7)
        #expect(cluster.installs.isEmpty)
        #expect(cluster.leader == leader)
        cluster.run(ticks: 400)
        #expect(cluster.installs == [lagging])
    }

    @Test func `a new node gets the state, then the log, then its vote`() throws {
        var cluster = try TestCluster(3, spares: 1)
        let leader = try cluster.electLeader()
        _ = cluster.execute(.item("tea"), id: "1", at: leader)
        _ = cluster.execute(.place("s1"), id: "2", at: leader)
        cluster.compactAll()
        let follower = try unwrap(cluster.followers.first)
        let result = cluster.administer(
            .change(.add("n4", address: "h:1", asLearner: false), expecting: nil),
            at: follower
        )
        guard case .accepted = result else {
            Issue.record("not accepted: \(String(describing: result))")
            return
        }
        cluster.run(ticks: 200)
        #expect(cluster.installs == ["n4"])
        for id in cluster.ids {
            let configuration = cluster.nodes[id]?.raftStatus.configuration.configuration
            #expect(configuration?.voters == ["n1", "n2", "n3", "n4"])
            #expect(configuration?.isJoint == false)
        }
        #expect(digest(cluster, "n4") == digest(cluster, leader))
        #expect(cluster.nodes["n4"]?.appliedConfiguration.configuration.address(of: "n4") == "h:1")
    }
}

@Suite struct `Admins ask any node` {
    @Test func `a transfer asked of a follower moves leadership`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        let target = try unwrap(cluster.followers.first)
        let result = cluster.administer(.transferLeadership(to: target), at: target)
        #expect(result == .transferring(to: target))
        cluster.run(ticks: 20)
        #expect(cluster.leader == target)
        #expect(cluster.leader != leader)
    }

    @Test func `a refusal comes back with its reason`() throws {
        var cluster = try TestCluster(3)
        _ = try cluster.electLeader()
        let follower = try unwrap(cluster.followers.first)
        let result = cluster.administer(.change(.remove("n9"), expecting: nil), at: follower)
        guard case .refused(let refusal) = result else {
            Issue.record("not refused: \(String(describing: result))")
            return
        }
        #expect(refusal.reason == .unknownNode)
        let moved = cluster.administer(
            .change(.remove("n1"), expecting: Position(77)),
            at: follower
        )
        guard case .refused(let second) = moved else {
            Issue.record("not refused: \(String(describing: moved))")
            return
        }
        #expect(second.reason == .configurationMoved)
    }

    @Test func `without a leader nothing is done, and that is said`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        let others = cluster.followers
        cluster.cut = Set(others)
        cluster.run(ticks: 100)
        #expect(
            cluster.administer(.transferLeadership(to: nil), at: leader) == .noLeader
        )
    }

    @Test func `a request whose leader is lost is unknown`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        let follower = try unwrap(cluster.followers.first)
        cluster.cut = [leader]
        let result = cluster.administer(.change(.remove("n1"), expecting: nil), at: follower)
        #expect(result == .unknown)
    }

    @Test(arguments: [
        AdminRequest.transferLeadership(to: nil), .transferLeadership(to: "n1"),
        .change(.add("n4", address: "a:1", asLearner: true), expecting: Position(7)),
        .change(.add("n4", address: "", asLearner: false), expecting: nil),
        .change(.remove("n1"), expecting: nil), .change(.promote("n1"), expecting: nil),
        .change(.demote("n1"), expecting: Position(0)),
        .change(.replace("n1", with: "n2", address: "[::1]:9"), expecting: nil),
        .change(.exactly(voters: ["n1", "n2"], learners: ["n3"]), expecting: nil),
    ])
    func `requests survive the wire, and nothing shorter is one`(request: AdminRequest) throws {
        var bytes: [UInt8] = []
        PeerMessage.admin(id: 9, request).encode(into: &bytes)
        #expect(try PeerMessage(decoding: bytes.span.bytes) == .admin(id: 9, request))
        for count in 0..<bytes.count {
            #expect(throws: PeerMessageError.self) {
                _ = try PeerMessage(decoding: bytes.span.bytes.extracting(first: count))
            }
        }
    }

    @Test(arguments: [
        PeerMessage.adminReply(id: 1, .accepted(Position(3))),
        .adminReply(id: 1, .transferring(to: "n2")), .adminReply(id: 1, .noLeader),
        .adminReply(id: 1, .unknown),
        .adminReply(id: 1, .refused(AdminRefusal(.retired, "gone"))),
        .snapshotRequest(LogPosition(index: 7, term: 2), offset: 99),
        .snapshotGone(LogPosition(index: 7, term: 2)),
        .snapshotChunk(
            LogPosition(index: 7, term: 2),
            SnapshotChunk(
                offset: 1,
                totalBytes: 4,
                totalChecksum: 5,
                checksum: 6,
                bytes: [1, 2, 3]
            )
        ),
    ])
    func `messages survive the wire`(message: PeerMessage) throws {
        var bytes: [UInt8] = []
        message.encode(into: &bytes)
        #expect(try PeerMessage(decoding: bytes.span.bytes) == message)
    }

    @Test func `a piece that sticks out of its whole is refused`() throws {
        var bytes: [UInt8] = []
        let chunk = SnapshotChunk(
            offset: 3,
            totalBytes: 4,
            totalChecksum: 0,
            checksum: 0,
            bytes: [1, 2]
        )
        PeerMessage.snapshotChunk(LogPosition(index: 7, term: 2), chunk).encode(into: &bytes)
        #expect(throws: PeerMessageError.badField) {
            _ = try PeerMessage(decoding: bytes.span.bytes)
        }
    }
}

@Suite struct `Entries that a node can't understand` {
    @Test func `rule 21: an entry of an unknown kind halts the node`() throws {
        var cluster = try TestCluster(3)
        let leader = try cluster.electLeader()
        let status = try #require(cluster.nodes[leader]?.raftStatus)
        let strange = Entry(
            term: status.term,
            index: status.last.index.next,
            kind: EntryKind(rawValue: 77),
            payload: []
        )
        let follower = try unwrap(cluster.followers.first)
        let append = Append(previous: status.last, commit: strange.index, entries: [strange])
        cluster.step(
            follower,
            .raft(
                Envelope(from: leader, to: follower, term: status.term, message: .append(append))
            )
        )
        cluster.settle()
        #expect(cluster.nodes[follower]?.halted == .unreadableEntry(strange.index, "kind 77"))
    }
}
