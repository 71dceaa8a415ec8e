import Foundation
import Ledger
import LedgerStore
import Logging
import NIOCore
import Raft
import RaftLog
import TestSupport
import Testing

@testable import Replica

/// Nodes that were away, or are new, when the others no longer have the log that they lack.
@Suite(.serialized) struct CatchUpTests {
    /// Small segments, frequent checkpoints, and little log kept.
    private static func compactsEarly(_ settings: inout NodeSettings) {
        settings.limits.log = LogLimits(segmentBytes: 64 << 10)
        settings.limits.logBytesKept = 128 << 10
        settings.limits.compactionMilliseconds = 50
        settings.limits.sealMilliseconds = 20
        settings.limits.store.checkpointMilliseconds = 20
    }

    @Test func `a node that was away while the log was compacted comes back by a snapshot`()
        async throws
    {
        try await NodeCluster.run(change: Self.compactsEarly) { cluster in
            let leader = try await cluster.leader()
            try await cluster.fill(200, at: leader)
            let away = try #require(cluster.ids.first { $0 != leader })
            let last = try await cluster.node(away).status.logLast
            await cluster.stop(away)

            try await cluster.fill(8_000, at: leader, item: "coffee")
            try await eventually("the log has been compacted beyond what the node has") {
                try await cluster.node(leader).status.logFirst > last
            }
            try await cluster.start(away)
            try await eventually("the node has caught up") {
                let applied = try await cluster.node(away).status.applied
                return try await applied >= cluster.node(leader).status.applied
            }
            try await cluster.expectEqualDigests()
            try await cluster.waitForMetric("estoque_snapshots_installed_total", of: away) {
                $0 == 1
            }
            try await cluster.waitForMetric("estoque_snapshots_taken_total", of: leader) { $0 == 1 }

            // It is a member like the others, and it restarts from what it got.
            try await cluster.fill(500, at: away, item: "cocoa")
            await cluster.stop(away)
            try await cluster.start(away)
            try await cluster.fill(500, at: away, item: "milk")
            try await cluster.expectEqualDigests()
            #expect(cluster.halts.all.isEmpty)
        }
    }

    /// As above, and a state takes some seconds to be brought over.
    private static func sendsSlowly(_ settings: inout NodeSettings) {
        compactsEarly(&settings)
        settings.limits.snapshots.pieceBytes = 16 << 10
        settings.limits.snapshots.bytesPerSecond = 400 << 10
        settings.limits.snapshots.incomingSyncBytes = 64 << 10
        // Only what is in use keeps log from going.
        settings.limits.snapshots.copyIdleMilliseconds = 2_000
    }

    /// Stops a follower, and has the log compacted beyond what it has.
    private func leaveBehind(_ cluster: NodeCluster, _ leader: NodeID) async throws -> NodeID {
        try await cluster.fill(200, at: leader)
        let away = try #require(cluster.ids.first { $0 != leader })
        // Equal digests: it has everything that there is.
        try await cluster.expectEqualDigests()
        let last = try await cluster.node(away).status.logLast
        await cluster.stop(away)
        try await cluster.fill(8_000, at: leader, item: "coffee")
        for id in cluster.ids where id != away {
            try await eventually("the log of \(id) is compacted beyond what the node has") {
                try await cluster.node(id).status.logFirst > last
            }
        }
        return away
    }

    private func waitForInstall(_ cluster: NodeCluster, _ id: NodeID) async throws {
        try await cluster.waitForMetric("estoque_snapshots_installed_total", of: id) { $0 == 1 }
    }

    @Test func `a node that restarts while the state is brought goes on where it was`()
        async throws
    {
        try await NodeCluster.run(change: Self.sendsSlowly) { cluster in
            let leader = try await cluster.leader()
            let away = try await leaveBehind(cluster, leader)
            try await cluster.start(away)
            try await cluster.waitForMetric("estoque_snapshots_received_bytes_total", of: away) {
                $0 >= 262_144
            }
            await cluster.stop(away)
            try await cluster.fill(500, at: leader, item: "milk")
            try await cluster.start(away)
            try await waitForInstall(cluster, away)
            try await cluster.expectEqualDigests()
            // One copy was enough, and what had been received was not received again.
            try await cluster.waitForMetric("estoque_snapshots_taken_total", of: leader) { $0 == 1 }
            let whole = try await cluster.metric("estoque_snapshots_copied_bytes_total", of: leader)
            let name = "estoque_snapshots_received_bytes_total"
            #expect(try await cluster.metric(name, of: away) <= whole - Double(128 << 10))
            #expect(cluster.halts.all.isEmpty)
        }
    }

    @Test func `rule 24: compaction during a transfer leaves what the receiver needs after it`()
        async throws
    {
        try await NodeCluster.run(change: Self.sendsSlowly) { cluster in
            let leader = try await cluster.leader()
            let away = try await leaveBehind(cluster, leader)
            try await cluster.start(away)
            try await cluster.waitForMetric("estoque_snapshots_received_bytes_total", of: away) {
                $0 > 0
            }
            // More than is kept for peers that come back.
            let first = try await cluster.node(leader).status.logFirst
            try await cluster.fill(6_000, at: leader, item: "milk")
            #expect(try await cluster.metric("estoque_log_bytes", of: leader) > 262_144)
            try await waitForInstall(cluster, away)
            try await cluster.expectEqualDigests()
            // The log was enough for the rest, and goes on its way now.
            try await cluster.waitForMetric("estoque_snapshots_taken_total", of: leader) { $0 == 1 }
            try await cluster.fill(500, at: leader, item: "cocoa")
            try await eventually("the log is compacted again") {
                try await cluster.node(leader).status.logFirst > first
            }
            #expect(cluster.halts.all.isEmpty)
        }
    }

    @Test func `what is left of a state that nobody offers again goes after a while`()
        async throws
    {
        @Sendable func forgetsSoon(_ settings: inout NodeSettings) {
            settings.limits.snapshots.incomingIdleMilliseconds = 50
        }
        try await NodeCluster.run(1, change: forgetsSoon) { cluster in
            await cluster.stop("n1")
            let files = DataDirectory(path: cluster.data("n1"))
            for path in [files.incoming, files.progress, files.copies + "/7.sqlite"] {
                try Data(count: 1_000).write(to: URL(filePath: path))
            }
            try await cluster.start("n1")
            try await eventually("the files are gone") {
                try FileManager.default.contentsOfDirectory(atPath: files.copies).isEmpty
                    && !FileManager.default.fileExists(atPath: files.incoming)
                    && !FileManager.default.fileExists(atPath: files.progress)
            }
        }
    }

    @Test func `a leader that goes while it sends the state is replaced, and so is the state`()
        async throws
    {
        try await NodeCluster.run(change: Self.sendsSlowly) { cluster in
            let leader = try await cluster.leader()
            let away = try await leaveBehind(cluster, leader)
            try await cluster.start(away)
            try await cluster.waitForMetric("estoque_snapshots_received_bytes_total", of: away) {
                $0 >= 131_072
            }
            // The one that is left can commit nothing before the other has its state.
            await cluster.stop(leader)
            try await waitForInstall(cluster, away)
            let next = try await cluster.leader()
            try await cluster.fill(100, at: next, item: "milk")
            try await cluster.start(leader)
            try await cluster.fill(100, at: next, item: "cocoa")
            try await cluster.expectEqualDigests()
            #expect(cluster.halts.all.isEmpty)
        }
    }

    @Test func `readers of a node that takes a state over never see an older one`() async throws {
        try await NodeCluster.run(change: Self.sendsSlowly) { cluster in
            let leader = try await cluster.leader()
            let away = try await leaveBehind(cluster, leader)
            try await cluster.start(away)
            let node = try await cluster.node(away)
            // Somebody waits for a digest that the old state would have had to give.
            async let failure = withCheckedContinuation { continuation in
                node.digest(
                    at: Position(1_000_000),
                    deadline: .now() + .seconds(60)
                ) { continuation.resume(returning: $0) }
            }
            var newest = Position(0)
            var reads = 0
            while newest < Position(8_000) {
                let result = await withCheckedContinuation { continuation in
                    node.items(
                        [SKU(unchecked: "tea")],
                        consistency: .stale,
                        deadline: .now() + .seconds(10)
                    ) { continuation.resume(returning: $0) }
                }
                switch result {
                case .success(let stamped):
                    #expect(stamped.stamp.position >= newest)
                    newest = stamped.stamp.position
                    let tea = stamped.value.first ?? nil
                    #expect(tea?.levels.first?.level.onHand == 200)
                    reads += 1
                case .failure(let failure):
                    #expect(failure == .notReady)
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            #expect(reads > 1)
            #expect(await failure == .failure(.notReady))
            try await cluster.expectEqualDigests()
            #expect(cluster.halts.all.isEmpty)
        }
    }
}
