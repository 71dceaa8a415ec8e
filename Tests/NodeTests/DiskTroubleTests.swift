import Ledger
import LedgerStore
import NIOCore
import Raft
import RaftLog
import Synchronization
import TestSupport
import Testing

@testable import Replica

/// Rule 18 with real nodes: disks that stall, and disks that are full.
@Suite(.serialized) struct DiskTroubleTests {
    /// Nodes whose logs are on simulated disks.
    private final class Disks: Sendable {
        private let disks = Mutex<[NodeID: FaultyFileSystem]>([:])

        subscript(_ id: NodeID) -> FaultyFileSystem {
            disks.withLock { disks in
                let disk = disks[id] ?? FaultyFileSystem()
                disks[id] = disk
                return disk
            }
        }
    }

    private static func small(_ settings: inout NodeSettings) {
        settings.limits.log = LogLimits(
            segmentBytes: 32 << 10,
            spaceRetryInterval: .milliseconds(10)
        )
        settings.limits.sealMilliseconds = 10
        settings.limits.store.retryMilliseconds = 10
        settings.limits.store.checkpointMilliseconds = 20
    }

    /// Submits until a node refuses, and gives the number of acknowledged ones.
    private func fillUntilRefused(_ cluster: NodeCluster, _ id: NodeID) async throws -> Int {
        let begin = ContinuousClock.now
        var acknowledged = 0
        for _ in 0..<5_000 {
            let result = try await cluster.submit(
                .receive(1, "tea", at: "s1"),
                at: id,
                within: .seconds(2)
            )
            if result.answer != nil {
                acknowledged += 1
            } else if try await cluster.node(id).status.writeRefusal != nil {
                return acknowledged
            }
        }
        throw TimedOut("\(id) refuses a write", after: ContinuousClock.now - begin)
    }

    private func onHand(_ cluster: NodeCluster, _ id: NodeID) async throws -> Int64 {
        let node = try await cluster.node(id)
        let items = try await withCheckedThrowingContinuation { continuation in
            node.items(
                [SKU(unchecked: "tea")],
                consistency: .stale,
                deadline: .now() + .seconds(10)
            ) {
                continuation.resume(with: $0)
            }
        }
        return try #require(items.value.first ?? nil).levels.reduce(0) { $0 + $1.level.onHand }
    }

    @Test func `a leader whose disk stalls leaves the place to others, and comes back`()
        async throws
    {
        let disks = Disks()
        try await NodeCluster.run {
            Self.small(&$0)
            $0.logFileSystem = disks[$0.id]
        } _: { cluster in
            let stalled = try await cluster.leader()
            try await cluster.fill(50, at: stalled)
            disks[stalled].stallSyncs(of: ".segment")
            // Without a write nothing would have to wait for the disk.
            async let lost = cluster.submit(.receive(1, "tea", at: "s1"), at: stalled)
            let others = cluster.ids.filter { $0 != stalled }
            try await eventually("another node leads") {
                for id in others where try await cluster.node(id).status.role == .leader {
                    return true
                }
                return false
            }
            let role = try await cluster.node(stalled).status.role
            #expect(role != .leader)
            let next = try #require(others.first)
            try await cluster.fill(50, at: next)
            disks[stalled].stallSyncs(of: nil)
            _ = try await lost
            try await eventually("the node has caught up") {
                let applied = try await cluster.node(stalled).status.applied
                return try await applied >= cluster.node(next).status.applied
            }
            try await cluster.expectEqualDigests()
            #expect(cluster.halts.all.isEmpty)
        }
    }

    @Test func `a log whose disk is full refuses writes, serves reads, and recovers`()
        async throws
    {
        let disks = Disks()
        try await NodeCluster.run(1) {
            Self.small(&$0)
            $0.logFileSystem = disks[$0.id]
        } _: { cluster in
            try await cluster.fill(50, at: "n1")
            disks["n1"].setCapacity(disks["n1"].usedBytes)
            let acknowledged = try await fillUntilRefused(cluster, "n1")
            let refusal = try await cluster.node("n1").status.writeRefusal
            #expect(refusal == "the log's disk is full")
            #expect(try await cluster.submit(.item("coffee"), at: "n1") == .overloaded)
            #expect(try await onHand(cluster, "n1") >= 50 + acknowledged)

            disks["n1"].setCapacity(nil)
            try await eventually("writes are taken again") {
                try await cluster.submit(.item("coffee"), at: "n1").answer != nil
            }
            #expect(try await cluster.node("n1").status.writeRefusal == nil)
            // What was on its way when the disk was full may have been committed since.
            let found = try await onHand(cluster, "n1")
            #expect(found >= 50 + acknowledged)
            let before = try await cluster.digest("n1", at: nil)
            await cluster.stop("n1")
            try await cluster.start("n1")
            _ = try await cluster.leader()
            #expect(try await onHand(cluster, "n1") == found)
            let after = try await cluster.digest("n1", at: nil)
            #expect(after.position > before.position)
            #expect(cluster.halts.all.isEmpty)
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "only root can mount a file system"))
    func `a database whose disk is full refuses writes, serves reads, and recovers`()
        async throws
    {
        let disk = try SmallDisk(bytes: 6 << 20)
        let logs = Disks()
        try await NodeCluster.run(1) {
            Self.small(&$0)
            $0.dataDirectory = disk.path + "/n1"
            $0.logFileSystem = logs[$0.id]
        } _: { cluster in
            try await cluster.fill(50, at: "n1")
            try disk.fill()
            let acknowledged = try await fillUntilRefused(cluster, "n1")
            let refusal = try await cluster.node("n1").status.writeRefusal
            #expect(refusal == "the database's disk is full")
            #expect(try await cluster.submit(.item("coffee"), at: "n1") == .overloaded)
            #expect(try await onHand(cluster, "n1") >= 50 + acknowledged)
            try disk.free()
            try await eventually("writes are taken again") {
                try await cluster.submit(.item("coffee"), at: "n1").answer != nil
            }
            let found = try await onHand(cluster, "n1")
            await cluster.stop("n1")
            try await cluster.start("n1")
            _ = try await cluster.leader()
            #expect(try await onHand(cluster, "n1") == found)
            #expect(cluster.halts.all.isEmpty)
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "only root can mount a file system"))
    func `a disk that log and database fill together is survived by both`() async throws {
        let disk = try SmallDisk(bytes: 8 << 20)
        try await NodeCluster.run(1) {
            Self.small(&$0)
            $0.dataDirectory = disk.path + "/n1"
        } _: { cluster in
            try await cluster.fill(50, at: "n1")
            for _ in 0..<3 {
                try disk.fill()
                _ = try await fillUntilRefused(cluster, "n1")
                try disk.free()
                try await eventually("writes are taken again") {
                    try await cluster.submit(.item("coffee"), at: "n1").answer != nil
                }
            }
            let before = try await cluster.digest("n1", at: nil)
            await cluster.stop("n1")
            try await cluster.start("n1")
            _ = try await cluster.leader()
            let after = try await cluster.digest("n1", at: nil)
            #expect(after.position > before.position)
            #expect(cluster.halts.all.isEmpty)
        }
    }
}
