import Ledger
import LedgerStore
import Logging
import NIOCore
import Raft
import RaftLog
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
            try await waitUntil("the log has been compacted beyond what the node has") {
                try await cluster.node(leader).status.logFirst > last
            }
            try await cluster.start(away)
            try await waitUntil("the node has caught up") {
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
}
