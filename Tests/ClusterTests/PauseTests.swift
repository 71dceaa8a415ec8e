import Foundation
import LedgerAPI
import Testing

extension ClusterTests {
    /// Nodes that stand still for a while, and nodes that end in good order.
    @Suite struct PauseTests {
        @Test func `a follower that stood still goes on as if nothing had been`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(50)
                    let leader = try await cluster.leader()
                    let sleeper = try #require(cluster.nodes.first { $0 != leader })
                    try cluster.pause(sleeper)
                    try await journal.waitForAnswers(300)
                    try cluster.resume(sleeper)
                    try await cluster.waitUntilCaughtUp(sleeper)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `a leader that stood still finds another in its place`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(50)
                    let old = try await cluster.leader()
                    let oldTerm = try await cluster.status(old).term
                    try cluster.pause(old)
                    try await journal.noteFirstAnswer(after: .now, "the leader stands still")
                    try await journal.waitForAnswers(100)
                    try cluster.resume(old)
                    try await cluster.waitUntilCaughtUp(old)
                    #expect(try await cluster.status(old).term > oldTerm)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `nodes told to stop end with 0, and one by one nobody misses them`() async throws
        {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    for node in cluster.nodes {
                        try await journal.waitForAnswers(50)
                        let process = try cluster.process(node)
                        let toldAt = ContinuousClock.now
                        process.send(SIGTERM)
                        try await journal.noteFirstAnswer(
                            after: toldAt,
                            "\(node.name) told to stop"
                        )
                        #expect(try await process.end() == .exited(0))
                        print(
                            "\(node.name) ended \(ContinuousClock.now - toldAt) after it was told"
                        )
                        try cluster.start(node)
                        try await cluster.waitUntilCaughtUp(node)
                    }
                }
                try await Audit.check(history, on: cluster)
            }
        }
    }
}
