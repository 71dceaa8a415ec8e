import LedgerClient
import Testing

@testable import estoque

@Suite struct `The cluster's view` {
    private let three: KeyValuePairs<String, NodeReport.Part> = [
        "n1": .voter, "n2": .voter, "n3": .voter,
    ]

    private func asked(_ report: NodeReport, at host: String) -> AskedNode {
        AskedNode(address: NodeAddress(host: host, port: 1), report: report)
    }

    private func following(_ node: String, _ leader: NodeReport) -> NodeReport {
        leader.changed { report in
            report.node = node
            report.role = "follower"
            report.applied = 90
            for index in report.members.indices {
                report.members[index].connection =
                    report.members[index].node == node ? "self" : "connected"
                report.members[index].match = nil
                report.members[index].mode = nil
            }
        }
    }

    @Test func `it takes from each node what only it can know`() {
        let leader = NodeReport.leading(
            ["n1": .voter, "n2": .voter, "n3": .learner],
            by: "n2",
            configuration: 7
        )
        let look = ClusterLook(
            asked: [
                asked(following("n1", leader), at: "n1"),
                AskedNode(address: NodeAddress(host: "n4", port: 1), failure: "UNREACHABLE: gone"),
            ],
            leader: leader
        )
        let view = ClusterView(look)
        #expect(view.leader == "n2")
        #expect(view.members.map(\.role) == ["follower", "leader", "learner"])
        #expect(view.members.map(\.position) == [90, 100, 80])
        #expect(view.members.map(\.lag) == [10, 0, 20])
        #expect(view.members.map(\.term) == [3, 3, nil])
        #expect(view.members.map(\.connection) == ["connected", "connected", "connected"])
        #expect(view.members.map(\.match) == [80, 80, 80])
        #expect(view.notes.first == "Cluster f5c1b947, members as of position 7.")
        #expect(view.notes.last == "n4:1 doesn't answer: UNREACHABLE: gone")
        let json = view.json.rendered
        #expect(json.hasPrefix(#"{"leader":"n2","term":3,"commitPosition":100,"#))
        #expect(json.contains(#""clusterID":"f5c1b947","configurationPosition":7,"joint":false"#))
    }

    @Test func `a change that is half-way is told, with who decides`() {
        let leader = NodeReport.leading(
            ["n1": .voter, "n2": .outgoing, "n4": .incoming],
            configuration: 9
        )
        let view = ClusterView(ClusterLook(leader))
        #expect(
            view.notes.contains {
                $0.contains("old ones (n1, n2) and one of the new ones (n1, n4)")
            }
        )
        let table = view.table.rendered(colour: false)
        #expect(table.contains("n2    follower, outgoing"))
        #expect(table.contains("n4    follower, incoming"))
        #expect(view.json.rendered.contains(#""joint":true"#))
        // Two voters in the old set are on their way out: nothing to warn of yet.
        #expect(view.warnings.isEmpty)
    }

    @Test func `who joins is told, how far it is, and why it isn't reached`() {
        var leader = NodeReport.leading(
            ["n1": .voter, "n2": .voter, "n3": .voter, "n4": .learner],
            configuration: 9,
            joining: NodeReport.Joining(node: "n4", replacing: "n2", round: 2, target: 90)
        )
        leader.members[1].mode = "snapshot"
        leader.members[1].state = NodeReport.StateOnItsWay(
            sentBytes: 1_000_000,
            bytes: 3_000_000
        )
        leader.members[3].connection = "closed"
        let view = ClusterView(ClusterLook(leader))
        #expect(
            view.notes.dropFirst().prefix(2) == [
                "n4 catches up, round 2, at 80 of 90; it isn't reached at n4:1: closed.",
                "n2 is brought a copy of the state, 1 of 3 MB.",
            ]
        )
        #expect(view.table.rendered(colour: false).contains("n4    learner, joining"))
        #expect(
            view.json.rendered.contains(
                #""joining":{"node":"n4","replacing":"n2","round":2,"targetPosition":90}"#
            )
        )
    }

    @Test(arguments: [
        (NodeReport.GivenUp.Reason.noProgress, "made no progress"),
        (.tooSlow, "can't follow the load"), (.unknown, "log says why"),
    ])
    func `who was given up is told for as long as it is a learner`(
        reason: NodeReport.GivenUp.Reason,
        words: String
    ) {
        var leader = NodeReport.leading(
            ["n1": .voter, "n2": .voter, "n3": .voter, "n4": .learner],
            configuration: 9
        )
        leader.givenUp = NodeReport.GivenUp(node: "n4", reason: reason, configuration: 9)
        let told = ClusterView(ClusterLook(leader)).notes.filter { $0.hasPrefix("Given up: n4") }
        #expect(told.count == 1)
        #expect(told.allSatisfy { $0.contains(words) && $0.contains("cluster promote n4") })
        leader.members[3].part = .voter
        #expect(!ClusterView(ClusterLook(leader)).notes.contains { $0.contains("Given up") })
    }

    @Test func `a removed node, a waiting one and a foreign one are told apart`() {
        let leader = NodeReport.leading(three, configuration: 9)
        let gone = following("n9", leader).changed { report in
            report.isRemoved = true
            report.configuration = 20
            report.term = 9
            report.leader = "n9"
        }
        let waiting = following("n4", leader).changed { report in
            report.members = []
            report.leader = nil
        }
        let foreign = following("n1", leader).changed { $0.cluster = "0000" }
        let look = ClusterLook(
            asked: [
                asked(gone, at: "a"), asked(waiting, at: "b"), asked(foreign, at: "c"),
            ],
            leader: leader
        )
        let view = ClusterView(look)
        #expect(view.leader == "n1")
        #expect(view.members.map(\.node) == ["n1", "n2", "n3"])
        #expect(
            view.notes.contains(
                "n9 at a:1 was removed from the cluster: stop it, and delete its data."
            )
        )
        #expect(view.notes.contains { $0.hasPrefix("n4 at b:1, of cluster f5c1b947, waits to be") })
        #expect(view.notes.contains("n1 at c:1 belongs to another cluster, 0000."))
    }

    @Test func `a removed node that alone is asked shows what was, and says so`() {
        let gone = NodeReport.leading(["n1": .voter, "n2": .outgoing], configuration: 9)
            .changed { report in
                report.node = "n2"
                report.role = "candidate"
                report.isRemoved = true
                report.leader = nil
            }
        let view = ClusterView(ClusterLook(asked: [asked(gone, at: "a")]))
        #expect(
            view.notes == [
                "n2 shows the cluster as it was when n2 was removed.",
                "n2 at a:1 was removed from the cluster: stop it, and delete its data.",
            ]
        )
        #expect(view.warnings.isEmpty)
    }

    @Test func `without a leader the newest configuration is shown`() {
        let old = NodeReport.leading(three, configuration: 9)
        let new = NodeReport.leading(["n1": .voter, "n2": .voter], configuration: 12)
        let reports = [following("n3", old), following("n2", new)].map { report in
            report.changed { $0.leader = nil }
        }
        let view = ClusterView(
            ClusterLook(asked: reports.map { asked($0, at: $0.node) })
        )
        #expect(view.members.map(\.node) == ["n1", "n2"])
        #expect(view.notes.contains { $0.hasPrefix("No leader is known") })
        #expect(view.notes.contains { $0.hasPrefix("n3 at n3:1") })
    }

    @Test(arguments: [(1, false), (2, true), (3, false), (4, true), (5, false), (6, true)])
    func `an even number of voters warns`(count: Int, warns: Bool) {
        #expect(ClusterView.warnings(voters: count).isEmpty != warns)
    }
}
