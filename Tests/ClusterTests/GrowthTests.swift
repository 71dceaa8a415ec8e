import Foundation
import LedgerAPI
import TestSupport
import Testing

extension ClusterTests {
    /// Clusters that grow and shrink while stores work at them.
    @Suite struct GrowthTests {
        @Test func `three nodes grow to five, are all killed, and shrink back`() async throws {
            try await Cluster.run(spares: 2) { cluster in
                let (fourth, fifth) = (cluster.spares[0], cluster.spares[1])
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    for spare in cluster.spares { try await cluster.startJoining(spare) }
                    let four = try await cluster.administer(
                        "add",
                        cluster.member(fourth),
                        under: journal
                    )
                    #expect(four.voters == ["n1", "n2", "n3", "n4"])
                    let follower = try await cluster.follower()
                    let five = try await cluster.administer(
                        "add",
                        cluster.member(fifth),
                        asking: [follower],
                        under: journal
                    )
                    #expect(five.voters == ["n1", "n2", "n3", "n4", "n5"])
                    try await journal.waitForAnswers(100)

                    // What they are is in their logs by now, whatever the flags say.
                    let id = try await cluster.id()
                    for node in cluster.everyone { cluster.kill(node) }
                    let killedAt = ContinuousClock.now
                    for node in cluster.nodes { try cluster.start(node) }
                    for node in cluster.spares { try cluster.start(node, joining: id) }
                    try await journal.noteFirstAnswer(after: killedAt, "all five killed")
                    for node in cluster.everyone { try await cluster.waitUntilCaughtUp(node) }
                    let status = try await cluster.status(cluster.leader())
                    #expect(status.members.map(\.part) == Array(repeating: .voter, count: 5))

                    // Not the new ones: the cluster need not end as it began.
                    for node in [cluster.nodes[0], cluster.nodes[1]] {
                        try await cluster.administer("remove", node.name, under: journal)
                        try await journal.waitForAnswers(50)
                    }
                }
                try await Audit.check(
                    history,
                    on: cluster,
                    members: [cluster.nodes[2], fourth, fifth]
                )
                let status = try await cluster.status(cluster.leader())
                #expect(status.members.map(\.nodeID) == ["n3", "n4", "n5"])
            }
        }

        @Test func `a learner serves reads and their age, gets a vote, and gives it back`()
            async throws
        {
            try await Cluster.run(spares: 1) { cluster in
                let learner = cluster.spares[0]
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    try await cluster.startJoining(learner)
                    let added = try await cluster.administer(
                        "add",
                        cluster.member(learner),
                        "--learner",
                        under: journal
                    )
                    #expect(added.voters == ["n1", "n2", "n3"])
                    #expect(added.learners == ["n4"])
                    try await cluster.expectFreshReads(at: learner, role: "learner")

                    let promoted = try await cluster.administer("promote", "n4", under: journal)
                    #expect(promoted.voters == ["n1", "n2", "n3", "n4"])
                    try await cluster.expectFreshReads(at: learner, role: "follower")
                    try await cluster.administer("transfer-leader", "n4", under: journal)
                    #expect(try await cluster.leader() == learner)
                    try await cluster.administer("transfer-leader", under: journal)
                    #expect(try await cluster.leader() != learner)
                    try await cluster.administer("transfer-leader", "n4", under: journal)

                    // It leads, and has to hand over before it can do without a vote.
                    let demoted = try await cluster.administer("demote", "n4", under: journal)
                    #expect(demoted.learners == ["n4"])
                    #expect(demoted.leader != "n4")
                    try await cluster.expectFreshReads(at: learner, role: "learner")
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster, members: cluster.everyone)
            }
        }

        @Test func `leadership stays where it was if the other doesn't take it`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    let leader = try await cluster.leader()
                    let term = try await cluster.status(leader).term
                    let sleeper = try #require(cluster.nodes.first { $0 != leader })
                    try cluster.pause(sleeper)
                    let start = ContinuousClock.now
                    let others = cluster.nodes.filter { $0 != sleeper }
                    let answer = try await cluster.administer(
                        ["transfer-leader", sleeper.name],
                        asking: others
                    )
                    let end = ContinuousClock.now
                    #expect(answer.outcome == "given_up")
                    #expect(answer.ending == .exited(1))
                    #expect(answer.leader == leader.name)
                    try await journal.noteFirstAnswer(after: end, "a transfer given up")
                    print(
                        "transfer to a node that stands still: given up in \(end - start), longest "
                            + "pause of writes \(journal.longestPause(from: start, to: .now))"
                    )
                    #expect(try await cluster.status(leader).term == term)
                    try cluster.resume(sleeper)
                    try await cluster.waitUntilCaughtUp(sleeper)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `a node that isn't there is given up, and gets its vote when it has come`()
            async throws
        {
            try await Cluster.run(spares: 1) { cluster in
                let late = cluster.spares[0]
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    let start = ContinuousClock.now
                    let answer = try await cluster.administer(["add", cluster.member(late)])
                    #expect(answer.outcome == "given_up")
                    #expect(answer.reason == "no_progress")
                    #expect(answer.ending == .exited(1))
                    #expect(answer.learners == ["n4"])
                    try await journal.noteFirstAnswer(after: .now, "n4 given up")
                    print(
                        "add of a dead node: \(answer.outcome) in \(ContinuousClock.now - start), "
                            + "longest pause of writes \(journal.longestPause(from: start, to: .now))"
                    )
                    try await cluster.startJoining(late)
                    let promoted = try await cluster.administer("promote", "n4", under: journal)
                    #expect(promoted.voters == ["n1", "n2", "n3", "n4"])
                }
                try await Audit.check(history, on: cluster, members: cluster.everyone)
            }
        }
    }
}

extension Cluster {
    /// A node of the first three that follows.
    fileprivate func follower() async throws -> Node {
        let leader = try await leader()
        return try #require(nodes.first { $0 != leader })
    }

    /// Waits until a node serves reads over HTTP that are no older than a second, and says so.
    fileprivate func expectFreshReads(at node: Node, role: String) async throws {
        try await eventually("\(node.name) serves fresh reads as a \(role)", within: .seconds(30)) {
            let answer = await HTTPAnswer.get(
                "/v1/availability?sku=sku-1&consistency=bounded&max_staleness=1s",
                port: node.httpPort
            )
            guard let answer, answer.status == 200, answer.headers["estoque-role"] == role else {
                return false
            }
            let age = try #require(answer.headers["estoque-staleness-ms"].flatMap { Int($0) })
            #expect((0...1_000).contains(age))
            #expect(answer.headers["estoque-node"] == node.name)
            return answer.text.contains("sku-1")
        }
    }
}
