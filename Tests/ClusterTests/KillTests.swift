import Foundation
import LedgerAPI
import TestSupport
import Testing

extension ClusterTests {
    /// Nodes that end without notice, under load.
    @Suite struct KillTests {
        /// `CLUSTER_TESTS_KILLS` asks for more, by hand.
        private static var kills: Int {
            let asked = ProcessInfo.processInfo.environment["CLUSTER_TESTS_KILLS"]
            return asked.flatMap { Int($0) } ?? 3
        }

        @Test
        func `a leader killed again and again loses nothing and repeats nothing`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    for round in 1...Self.kills {
                        try await journal.waitForAnswers(150)
                        let leader = try await cluster.leader()
                        let killedAt = ContinuousClock.now
                        cluster.kill(leader)
                        try await journal.noteFirstAnswer(after: killedAt, "kill \(round)")
                        try cluster.start(leader)
                        try await cluster.waitUntilCaughtUp(leader)
                    }
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `all nodes killed at once lose nothing and repeat nothing`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    for round in 1...2 {
                        try await journal.waitForAnswers(200)
                        for node in cluster.nodes { cluster.kill(node) }
                        let killedAt = ContinuousClock.now
                        for node in cluster.nodes { try cluster.start(node) }
                        try await journal.noteFirstAnswer(after: killedAt, "all killed, \(round)")
                    }
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `what the leader alone has is acknowledged to nobody`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    for _ in 1...2 {
                        try await journal.waitForAnswers(100)
                        let leader = try await cluster.leader()
                        let followers = cluster.nodes.filter { $0 != leader }
                        for follower in followers { try cluster.pause(follower) }
                        try await eventually("the leader gives up its office", within: .seconds(30))
                        {
                            try await !cluster.status(leader).hasLeaderID
                        }
                        // What it sent is in the followers' sockets, and goes with them.
                        for node in cluster.nodes { cluster.kill(node) }
                        for follower in followers { try cluster.start(follower) }
                        try await journal.noteFirstAnswer(after: .now, "its followers go on alone")
                        try cluster.start(leader)
                        try await cluster.waitUntilCaughtUp(leader)
                    }
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `a follower that was away catches up, serves and can lead`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(50)
                    let leader = try await cluster.leader()
                    let away = try #require(cluster.nodes.first { $0 != leader })
                    cluster.kill(away)
                    try await journal.waitForAnswers(400)
                    try cluster.start(away)
                    try await cluster.waitUntilCaughtUp(away)
                    // Of the two that are left, it is needed for every quorum.
                    cluster.kill(leader)
                    try await journal.noteFirstAnswer(after: .now, "the quorum needs the returned")
                    try await journal.waitForAnswers(50)
                    try cluster.start(leader)
                }
                try await Audit.check(history, on: cluster)
            }
        }
    }
}
