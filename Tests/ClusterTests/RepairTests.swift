import Foundation
import LedgerAPI
import TestSupport
import Testing

extension ClusterTests {
    /// Nodes that are lost and replaced, and nodes that go, under load.
    @Suite struct RepairTests {
        @Test func `a killed node is replaced by a new one, and finds its place taken`()
            async throws
        {
            try await Cluster.run(spares: 1) { cluster in
                let new = cluster.spares[0]
                var dead: Cluster.Node?
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    let leader = try await cluster.leader()
                    let killed = try #require(cluster.nodes.first { $0 != leader })
                    dead = killed
                    cluster.kill(killed)
                    try await cluster.startJoining(new)
                    let replaced = try await cluster.administer(
                        "replace",
                        killed.name,
                        cluster.member(new),
                        under: journal
                    )
                    let others = cluster.nodes.filter { $0 != killed }
                    #expect(replaced.voters == (others + [new]).map(\.name))

                    // It comes back, and is told.
                    try cluster.start(killed)
                    try await cluster.expectRemovalToBeSaid(by: killed)
                    let again = try await cluster.administer(["add", cluster.member(killed)])
                    #expect(again.outcome == "refused")
                    #expect(again.reason == "NODE_ID_RETIRED")
                    #expect(again.ending == .exited(1))
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(
                    history,
                    on: cluster,
                    members: cluster.everyone.filter { $0 != dead }
                )
            }
        }

        @Test func `a leader that is removed hands over, and says that it was removed`()
            async throws
        {
            try await Cluster.run(spares: 1) { cluster in
                var removed: Cluster.Node?
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    let leader = try await cluster.leader()
                    removed = leader
                    // Nobody else is asked: it sees to its own removal.
                    let answer = try await cluster.administer(
                        "remove",
                        leader.name,
                        asking: [leader],
                        under: journal
                    )
                    #expect(!answer.voters.contains(leader.name))
                    try await cluster.expectRemovalToBeSaid(by: leader)
                    // It committed its removal and handed over, and wasn't just missed.
                    #expect(try cluster.process(leader).output.contains("raft.reason=removed"))
                    #expect(try await cluster.leader() != leader)
                    try await journal.waitForAnswers(50)

                    // Two are left, both needed; a third joins them.
                    let spare = cluster.spares[0]
                    try await cluster.startJoining(spare)
                    try await cluster.administer("add", cluster.member(spare), under: journal)
                }
                try await Audit.check(
                    history,
                    on: cluster,
                    members: cluster.everyone.filter { $0 != removed }
                )
            }
        }

        @Test func `a node that joined and lost its disk is turned away, and replaced`()
            async throws
        {
            try await Cluster.run(spares: 2) { cluster in
                let (wiped, new) = (cluster.spares[0], cluster.spares[1])
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    try await cluster.startJoining(wiped)
                    try await cluster.administer("add", cluster.member(wiped), under: journal)
                    cluster.kill(wiped)
                    try FileManager.default.removeItem(atPath: wiped.data)
                    try cluster.start(wiped, joining: try await cluster.id())
                    for other in cluster.nodes {
                        let process = try cluster.process(other)
                        try await eventually("\(other.name) turns it away", within: .seconds(30)) {
                            process.output.contains("a wiped node must join under a new name")
                        }
                    }
                    let status = try await cluster.status(wiped)
                    #expect(!status.hasLeaderID && status.appliedPosition == 0)

                    try await cluster.startJoining(new)
                    let replaced = try await cluster.administer(
                        "replace",
                        wiped.name,
                        cluster.member(new),
                        under: journal
                    )
                    #expect(replaced.voters == ["n1", "n2", "n3", "n5"])
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster, members: cluster.nodes + [new])
            }
        }

        @Test func `what would leave no majority, or nobody, is refused`() async throws {
            try await Cluster.run { cluster in
                let leader = try await cluster.leader()
                let others = cluster.nodes.filter { $0 != leader }
                let unknown = try await cluster.administer(["remove", "n9"])
                #expect(unknown.reason == "NODE_NOT_FOUND")
                let voter = try await cluster.administer(["promote", leader.name])
                #expect(voter.reason == "NODE_ALREADY_SO")
                let target = try await cluster.administer(["transfer-leader", "n9"])
                #expect(target.reason == "NOT_ANOTHER_VOTER")
                cluster.kill(others[0])
                // For an election timeout a leader takes it for alive.
                try await eventually("the leader misses \(others[0].name)", within: .seconds(30)) {
                    let status = try await cluster.status(leader)
                    return status.members.contains {
                        $0.nodeID == others[0].name && $0.silentMs >= 300
                    }
                }
                for word in ["demote", "remove"] {
                    let answer = try await cluster.administer([word, others[1].name])
                    #expect(answer.outcome == "refused")
                    #expect(answer.reason == "QUORUM_AT_RISK")
                }
                // The dead one may go.
                let removed = try await cluster.administer(["remove", others[0].name])
                #expect(removed.outcome == "done")
                #expect(removed.ending == .exited(0))
            }
        }
    }
}

extension Cluster {
    /// Waits until a node's process and its status say that it is no member any more.
    fileprivate func expectRemovalToBeSaid(by node: Node) async throws {
        let process = try process(node)
        try await eventually("\(node.name) says that it was removed", within: .seconds(30)) {
            process.output.contains("this node was removed from its cluster")
        }
        try await eventually("\(node.name)'s status says so too", within: .seconds(30)) {
            try await status(node).removed
        }
        #expect(process.ending() == nil, "it serves what it has")
    }
}
