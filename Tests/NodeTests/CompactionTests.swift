import Raft
import RaftLog
import Testing

@testable import Replica

/// How much of the log goes.
@Suite struct `Compaction of the log` {
    /// Ten segments of 100 bytes with ten entries each, from the first on.
    private static let extents = (1...10).map { number in
        LogExtent(endIndex: LogIndex(UInt64(10 * number + 1)), byteCount: 100)
    }

    private func index(
        wanted: LogIndex = 1_000,
        allowed: LogIndex = 1_000,
        keptBytes: Int = 0,
        bytesMax: Int = 10_000
    ) -> LogIndex? {
        LogCompaction(
            wanted: wanted,
            allowed: allowed,
            keptBytes: keptBytes,
            bytesMax: bytesMax
        ).index(for: Self.extents)
    }

    @Test(arguments: [(0, 90), (100, 90), (101, 80), (500, 50), (901, nil), (5_000, nil)])
    func `keeps some bytes for peers that come back`(keptBytes: Int, expected: Int?) {
        #expect(index(keptBytes: keptBytes) == expected.map { LogIndex(UInt64($0)) })
    }

    @Test func `keeps what somebody still needs`() {
        #expect(index(wanted: 35) == 35)
        #expect(index(wanted: 35, keptBytes: 800) == 20)
        #expect(index(wanted: 0) == nil)
    }

    @Test(arguments: [(1_000, nil), (999, 10), (550, 50), (100, 90), (0, 90)])
    func `at the bound of bytes peers get a copy`(bytesMax: Int, expected: Int?) {
        #expect(index(wanted: 0, bytesMax: bytesMax) == expected.map { LogIndex(UInt64($0)) })
    }

    @Test func `never lets go of what this node needs itself`() {
        #expect(index(wanted: 0, allowed: 42, bytesMax: 100) == 42)
        #expect(index(wanted: 0, allowed: 0, bytesMax: 100) == nil)
    }

    @Test func `has nothing to do in an empty log`() {
        let compaction = LogCompaction(wanted: 5, allowed: 5, keptBytes: 0, bytesMax: 0)
        #expect(compaction.index(for: []) == nil)
        #expect(compaction.index(for: [LogExtent(endIndex: 6, byteCount: 100)]) == nil)
    }
}

/// Which copies are kept.
@Suite struct `The shelf of copies` {
    private func at(_ seconds: UInt64) -> NodeInstant {
        NodeInstant(nanoseconds: seconds * 1_000_000_000)
    }

    private func copy(
        _ index: UInt64,
        path: String,
        at now: NodeInstant
    ) throws -> SnapshotShelf.Copy {
        let configuration = try #require(Configuration(voters: ["n1"]))
        return SnapshotShelf.Copy(
            description: SnapshotDescription(
                last: LogPosition(index: LogIndex(index), term: 1),
                byteCount: 10,
                checksum: 0
            ),
            configuration: LoggedConfiguration(index: 0, configuration: configuration),
            path: path,
            takenAt: now,
            usedAt: now
        )
    }

    private let limits = SnapshotLimits()

    @Test func `a copy in the making is for all who ask meanwhile`() throws {
        var shelf = SnapshotShelf()
        let isEarly = shelf.join("n2")
        #expect(!isEarly)
        let path = shelf.begin(for: "n2", floor: 30, in: "/copies")
        #expect(shelf.floor == 30)
        #expect(!shelf.mayBegin(now: at(1), limits))
        let hasJoined = [shelf.join("n3"), shelf.join("n3")]
        #expect(hasJoined == [true, true])
        let made = try copy(40, path: path, at: at(2))
        let peers = shelf.end(made)
        #expect(peers == ["n2", "n3"])
        #expect(shelf.floor == 40)
        #expect(shelf.mayBegin(now: at(2), limits))
    }

    @Test func `a copy is offered while it is young and the log follows it`() throws {
        var shelf = SnapshotShelf()
        _ = shelf.begin(for: "n2", floor: 30, in: "/copies")
        _ = shelf.end(try copy(40, path: "a", at: at(0)))
        let offers = [
            shelf.offer(after: 40, now: at(59), limits),
            shelf.offer(after: 41, now: at(59), limits),
            shelf.offer(after: 40, now: at(60), limits),
        ]
        #expect(offers.map { $0?.path } == ["a", nil, nil])
    }

    @Test func `a copy goes when nobody has read it for a while`() throws {
        var shelf = SnapshotShelf()
        _ = shelf.begin(for: "n2", floor: 30, in: "/copies")
        _ = shelf.end(try copy(40, path: "a", at: at(0)))
        let position = LogPosition(index: 40, term: 1)
        let used = shelf.use(at: position, now: at(50))
        #expect(used?.path == "a")
        let removed = [shelf.expire(now: at(109), limits), shelf.expire(now: at(110), limits)]
        #expect(removed == [[], ["a"]])
        let gone = shelf.use(at: position, now: at(110))
        #expect(gone?.path == nil)
        #expect(shelf.floor == nil)
    }

    @Test func `no more copies are kept than the limit allows, the newest of them`() throws {
        var shelf = SnapshotShelf()
        for number in 1...4 as ClosedRange<UInt64> {
            _ = shelf.begin(for: "n2", floor: 1, in: "/copies")
            _ = shelf.end(try copy(number, path: "\(number)", at: at(number)))
        }
        let removed = [shelf.expire(now: at(5), limits), shelf.removeAll()]
        #expect(removed == [["1", "2"], ["3", "4"]])
        #expect(shelf.copies.isEmpty)
    }

    @Test func `after a failure the disk has a rest`() {
        var shelf = SnapshotShelf()
        _ = shelf.begin(for: "n2", floor: 30, in: "/copies")
        let peers = shelf.fail(now: at(10))
        #expect(peers == ["n2"])
        #expect(!shelf.mayBegin(now: at(14), limits))
        #expect(shelf.mayBegin(now: at(15), limits))
        #expect(shelf.floor == nil)
    }
}
