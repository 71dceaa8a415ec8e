import Ledger
import LedgerStore
import NIOCore
import Raft
import RaftLog
import Synchronization
import TestSupport
import Testing

@testable import Replica

/// The books of real nodes: changes, history and levels of the past, wherever they are read.
@Suite(.serialized) struct BooksTests {
    /// Nothing stays in memory that the database has.
    private static func keepsLittle(_ settings: inout NodeSettings) {
        settings.limits.sealMilliseconds = 20
        settings.limits.changeBytesKept = 0
        settings.limits.store.traceSegmentRows = 100
    }

    @Test(arguments: [true, false])
    func `every node tells the same changes, each current to its last apply`(
        keepsLittle: Bool
    ) async throws {
        try await NodeCluster.run { settings in
            if keepsLittle { Self.keepsLittle(&settings) }
        } _: { cluster in
            let leader = try await cluster.leader()
            try await cluster.fill(700, at: leader)
            let expected = try await cluster.allChanges(leader, limit: 100)
            #expect(expected.count == 702)
            #expect(expected.map(\.row.sequence) == Array(1...702))
            for id in cluster.ids {
                try await eventually("\(id) has applied it") {
                    let applied = try await cluster.node(id).status.applied
                    return try await applied >= cluster.node(leader).status.applied
                }
                #expect(try await cluster.allChanges(id, limit: 37) == expected)
                let middle = expected[350].row
                let batch = try await cluster.changes(id, after: .position(middle.position), 5)
                #expect(batch.entries == Array(expected[351..<356]))
                #expect(batch.position == expected[355].row.position)
            }
            // An item that the database doesn't have yet, and what moves of it.
            for round in 0..<20 {
                let sku = SKU(unchecked: "new-\(round)")
                _ = try await cluster.submit(.item(sku.text), at: leader)
                let answer = try #require(
                    try await cluster.submit(.receive(3, sku.text, at: "s1"), at: leader).answer
                )
                let before = ChangeCursor.position(Position(answer.position.rawValue - 1))
                let batch = try await cluster.changes(leader, after: before, 10)
                #expect(batch.entries.map(\.movements.first?.sku) == [sku])
                #expect(batch.position == answer.position)
                let end = try await cluster.changes(leader, after: .position(answer.position), 10)
                #expect(end.entries == [])
                #expect(end.next == batch.next)
            }
        }
    }

    @Test func `a cursor beyond what is applied, and a limit out of bounds, are told`() async throws
    {
        try await NodeCluster.run(1) { cluster in
            let node = try await cluster.node(cluster.ids[0])
            _ = try await cluster.leader()
            try await cluster.fill(3, at: cluster.ids[0])
            let applied = node.status.applied.rawValue + 1_000
            for cursor in [ChangeCursor.position(Position(applied)), .sequence(applied)] {
                await #expect {
                    _ = try await cluster.changes(cluster.ids[0], after: cursor, 1)
                } throws: { error in
                    if case BookFailure.ahead = error { true } else { false }
                }
            }
            await #expect {
                _ = try await cluster.changes(cluster.ids[0], after: .sequence(0), 0)
            } throws: { error in
                if case BookFailure.malformed(field: "limit", _) = error { true } else { false }
            }
        }
    }

    @Test func `whoever waits for a change is woken by the next one`() async throws {
        try await NodeCluster.run { cluster in
            let leader = try await cluster.leader()
            try await cluster.fill(5, at: leader)
            for id in cluster.ids {
                let node = try await cluster.node(id)
                try await eventually("\(id) has applied it") {
                    node.status.applied == (try await cluster.node(leader).status.applied)
                }
                let next = try await cluster.allChanges(id, limit: 100).last?.row.sequence ?? 0
                let woken = Mutex<[Bool]>([])
                let waiter = node.whenChanged(after: next, deadline: .distantFuture) { isThere in
                    woken.withLock { $0.append(isThere) }
                }
                #expect(waiter != nil)
                #expect(woken.withLock { $0 } == [])
                _ = try await cluster.submit(.receive(1, "tea", at: "s1"), at: leader)
                try await eventually("it is woken") { woken.withLock { $0 } == [true] }
                let batch = try await cluster.changes(id, after: .sequence(next), 10)
                #expect(batch.entries.map(\.row.kind) == [.receive])
            }
        }
    }

    @Test func `history and levels of the past include a write that was answered`() async throws {
        try await NodeCluster.run { cluster in
            let leader = try await cluster.leader()
            let follower = try #require(cluster.ids.first { $0 != leader })
            try await cluster.fill(50, at: leader)
            var positions: [Position] = []
            for round in 1...5 as ClosedRange<Quantity> {
                let answer = try #require(
                    try await cluster.submit(.receive(round, "tea", at: "s1"), at: leader).answer
                )
                positions.append(answer.position)
                let page = try await cluster.history(
                    follower,
                    HistoryQuery(
                        .level(SKU(unchecked: "tea"), LocationID(unchecked: "s1")),
                        pageSize: 1
                    ),
                    minPosition: answer.position
                )
                #expect(page.value.entries.first?.row.position == answer.position)
                #expect(page.stamp.position >= answer.position)
                #expect(page.stamp.staleness != nil)
            }
            var onHand: Quantity = 50
            for (index, position) in positions.enumerated() {
                onHand += Quantity(index + 1)
                let levels = try await cluster.levels(follower, "tea", .position(position))
                #expect(levels.value.levels.map(\.level.onHand) == [onHand])
            }
            let list = try await cluster.list(follower, .levels)
            #expect(
                list
                    == .levels([
                        LevelView(
                            sku: SKU(unchecked: "tea"),
                            location: LocationID(unchecked: "s1"),
                            level: {
                                var level = StockLevel()
                                level.onHand = 65
                                level.version = 55
                                return level
                            }()
                        )
                    ])
            )
        }
    }

    @Test func `a node verifies its ledger while it takes requests`() async throws {
        try await NodeCluster.run { cluster in
            let leader = try await cluster.leader()
            try await cluster.fill(1_000, at: leader)
            let node = try await cluster.node(leader)
            async let more: Void = cluster.fill(1_000, at: leader, item: "milk")
            let report = try await withCheckedContinuation { continuation in
                let run = node.verify(progress: { _ in }) { continuation.resume(returning: $0) }
                #expect(run != nil)
            }.get()
            try await more
            #expect(report.violations == [])
            #expect(report.position > Position(0))
            #expect(report.digest.position == report.position)
        }
    }

    @Test func `a state that was brought here brings its history`() async throws {
        try await NodeCluster.run { settings in
            Self.keepsLittle(&settings)
            settings.limits.log = LogLimits(segmentBytes: 64 << 10)
            settings.limits.logBytesKept = 128 << 10
            settings.limits.compactionMilliseconds = 50
            settings.limits.store.checkpointMilliseconds = 20
        } _: { cluster in
            let leader = try await cluster.leader()
            let away = try #require(cluster.ids.first { $0 != leader })
            let last = try await cluster.node(away).status.logLast
            await cluster.stop(away)
            try await cluster.fill(6_000, at: leader)
            try await eventually("the log has been compacted beyond what the node has") {
                try await cluster.node(leader).status.logFirst > last
            }
            try await cluster.start(away)
            try await eventually("the node has caught up") {
                let applied = try await cluster.node(away).status.applied
                return try await applied >= cluster.node(leader).status.applied
            }
            try await cluster.waitForMetric("estoque_snapshots_installed_total", of: away) {
                $0 == 1
            }
            let expected = try await cluster.allChanges(leader, limit: 5_000)
            #expect(try await cluster.allChanges(away, limit: 5_000) == expected)
            #expect(expected.count == 6_002)
            try await cluster.fill(10, at: leader, item: "milk")
            try await eventually("the node has the rest") {
                try await cluster.allChanges(away, limit: 5_000).count == 6_014
            }
        }
    }
}

extension NodeCluster {
    func changes(
        _ id: NodeID,
        after cursor: ChangeCursor,
        _ limit: Int
    ) async throws -> ChangeBatch {
        let node = try node(id)
        return try await withCheckedContinuation { continuation in
            node.changes(after: cursor, limit: limit, deadline: .now() + .seconds(60)) {
                continuation.resume(returning: $0)
            }
        }.get()
    }

    func allChanges(_ id: NodeID, limit: Int) async throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        while true {
            let next = entries.last?.row.sequence ?? 0
            let batch = try await changes(id, after: .sequence(next), limit)
            #expect(batch.next == batch.entries.last?.row.sequence ?? next)
            if batch.entries.isEmpty { return entries }
            entries += batch.entries
        }
    }

    func history(
        _ id: NodeID,
        _ query: HistoryQuery,
        minPosition: Position?
    ) async throws -> Stamped<HistoryPage> {
        let node = try node(id)
        return try await withCheckedContinuation { continuation in
            node.history(query, minPosition: minPosition, deadline: .now() + .seconds(60)) {
                continuation.resume(returning: $0)
            }
        }.get()
    }

    func levels(_ id: NodeID, _ sku: String, _ moment: AsOf) async throws -> Stamped<LevelsAsOf> {
        let node = try node(id)
        return try await withCheckedContinuation { continuation in
            node.levels(
                SKU(unchecked: sku),
                at: nil,
                asOf: moment,
                deadline: .now() + .seconds(60)
            ) { continuation.resume(returning: $0) }
        }.get()
    }

    func list(_ id: NodeID, _ table: BookTable) async throws -> BookRows {
        let node = try node(id)
        return try await withCheckedContinuation { continuation in
            node.list(
                table,
                pageSize: 100,
                pageToken: nil,
                minPosition: node.status.applied,
                deadline: .now() + .seconds(60)
            ) { continuation.resume(returning: $0) }
        }.get().value.rows
    }
}
