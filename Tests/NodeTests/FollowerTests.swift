import Foundation
import Ledger
import LedgerHTTP
import LedgerStore
import NIOCore
import Raft
import RaftLog
import TestSupport
import Testing

@testable import Replica

/// Clients that follow a node's changes over HTTP while the node's state is replaced by another's.
@Suite(.serialized) struct FollowerTests {
    /// What a poll was answered.
    private struct Answer: Decodable {
        struct Event: Decodable {
            struct Change: Decodable {
                var available: Int?
                var version: UInt64
                var position: UInt64
                var prev: UInt64
            }
            var event: String
            var data: Change
        }
        var events: [Event]
        var next: UInt64
    }

    private static func compactsEarly(_ settings: inout NodeSettings) {
        settings.limits.log = LogLimits(segmentBytes: 64 << 10)
        settings.limits.logBytesKept = 128 << 10
        settings.limits.compactionMilliseconds = 50
        settings.limits.sealMilliseconds = 20
        settings.limits.store.checkpointMilliseconds = 20
    }

    /// With `lagMax` the feed follows the journal across the gap, or begins anew and says so.
    @Test(arguments: [(UInt64(131_072), false), (1_000, true)])
    func `a follower of a node that is brought a state misses nothing, or is told`(
        lagMax: UInt64,
        beginsAnew: Bool
    ) async throws {
        try await NodeCluster.run(change: Self.compactsEarly) { cluster in
            let leader = try await cluster.leader()
            try await cluster.fill(200, at: leader, item: "coffee")
            let away = try #require(cluster.ids.first { $0 != leader })
            try await cluster.expectEqualDigests()
            let cursor = try await cluster.node(away).status.applied.rawValue
            let last = try await cluster.node(away).status.logLast
            await cluster.stop(away)
            try await cluster.fill(8_000, at: leader, item: "coffee")
            for id in cluster.ids where id != away {
                try await eventually("the log of \(id) is compacted beyond what the node has") {
                    try await cluster.node(id).status.logFirst > last
                }
            }
            try await cluster.start(away)
            let node = try await cluster.node(away)
            let end = try await cluster.node(leader).status.applied.rawValue
            let wasReset = try await serving(node, change: { $0.feed.lagMax = lagMax }) { address in
                try await Self.follow(address, from: cursor, to: end)
            }
            #expect(wasReset == beginsAnew)
            try await cluster.waitForMetric("estoque_snapshots_installed_total", of: away) {
                $0 == 1
            }
        }
    }

    /// Polls until everything up to a position is told; true when it had to begin anew meanwhile.
    private static func follow(
        _ address: SocketAddress,
        from start: UInt64,
        to end: UInt64
    ) async throws -> Bool {
        var cursor: UInt64? = start
        var wasReset = false
        var version: UInt64 = 0
        while (cursor ?? 0) < end {
            let after = cursor.map { "&after=\($0)" } ?? ""
            let (status, body) = try await ask(
                address,
                "GET /v1/changes:poll?sku=coffee&wait=200ms\(after)"
            )
            if status == 410 {
                wasReset = true
                cursor = nil
                continue
            }
            guard status == 200 else {
                // The state is being exchanged.
                #expect(status == 503)
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            let answer = try JSONDecoder().decode(Answer.self, from: Data(body.utf8))
            var previous = cursor ?? 0
            for event in answer.events where event.event == "availability" {
                #expect(event.data.version >= version, "states never go back")
                version = event.data.version
                previous = event.data.position
            }
            #expect(answer.next >= previous)
            cursor = answer.next
        }
        // One edit of the item, one of the location, and the receipts.
        let (_, body) = try await ask(address, "GET /v1/availability?sku=coffee")
        #expect(body.contains("\"version\":\(version)}"), "\(body)")
        return wasReset
    }
}
