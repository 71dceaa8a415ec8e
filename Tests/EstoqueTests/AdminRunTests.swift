import Foundation
import Ledger
import LedgerAPI
import LedgerClient
import Testing

@testable import estoque

/// What an admin's command makes of what the cluster shows.
@Suite struct `A change of the cluster` {
    private let before = NodeReport.leading(
        ["n1": .voter, "n2": .voter, "n3": .voter],
        configuration: 7
    )
    private let add = AdminTask.change(.add("n4", at: "h:4", asLearner: false))

    private func joining(_ round: UInt32 = 1) -> NodeReport {
        .leading(
            ["n1": .voter, "n2": .voter, "n3": .voter, "n4": .learner],
            configuration: 10,
            joining: NodeReport.Joining(node: "n4", round: round, target: 99)
        )
    }

    private let joint = NodeReport.leading(
        ["n1": .voter, "n2": .voter, "n3": .voter, "n4": .incoming],
        configuration: 20
    )

    private let grown = NodeReport.leading(
        ["n1": .voter, "n2": .voter, "n3": .voter, "n4": .voter],
        configuration: 21
    )

    @Test func `it is bound to the members seen before, and watched until it is done`() async {
        let admin = FakeAdmin([before, joining(), joining(2), joint, grown])
        let result = await admin.run(add)
        #expect(
            admin.asked == [
                FakeAdmin.Asked(
                    change: .add("n4", at: "h:4", asLearner: false),
                    expecting: Position(7)
                )
            ]
        )
        #expect(result.outcome == .done)
        #expect(result.failure == nil)
        #expect(result.message == "n4 is a voter.")
        #expect(result.report == grown)
        #expect(result.warnings.count == 1, "four voters")
        let json = result.json.rendered
        #expect(json.hasPrefix(#"{"change":"add","node":"n4","replaced":null,"outcome":"done""#))
        #expect(json.contains(#""voters":["n1","n2","n3","n4"],"learners":[]"#))
    }

    @Test func `without a leader's word it is bound to the newest members that anybody knows`()
        async
    {
        let old = before.changed { $0.configuration = 3 }
        let gone = before.changed { report in
            report.configuration = 9
            report.isRemoved = true
        }
        let admin = FakeAdmin([nil, grown], nodes: [old, before, gone])
        let result = await admin.run(add)
        #expect(admin.asked.map(\.expecting) == [Position(7)])
        #expect(result.outcome == .done)
    }

    @Test func `unless it is not to be waited for`() async {
        let admin = FakeAdmin([before, joining()])
        let result = await admin.run(add, isWaiting: false)
        #expect(result.outcome == .accepted)
        #expect(result.failure == nil)
        #expect(result.accepted == 10)
    }

    @Test func `what is not committed is not done`() async {
        let uncommitted = grown.changed { $0.commit = 20 }
        let result = await FakeAdmin([before, uncommitted]).run(add, limit: .milliseconds(300))
        #expect(result.outcome == .timedOut)
        #expect(result.failure?.isUnavailable == true)
    }

    @Test func `a learner that is given up fails it, with the reason and what helps`() async {
        let givenUp = joining().changed { report in
            report.joining = nil
            report.configuration = 15
            report.givenUp = NodeReport.GivenUp(
                node: "n4",
                reason: .noProgress,
                configuration: 15
            )
            report.members[3].connection = "unreachable"
        }
        let result = await FakeAdmin([before, joining(), givenUp]).run(add)
        #expect(result.outcome == .givenUp)
        #expect(result.reason == "no_progress")
        let failure = result.failure
        #expect(failure?.isUnavailable == false)
        #expect(
            failure?.description.hasPrefix("given up: n4 stays a learner: it was silent") == true
        )
        #expect(failure?.description.contains("n4:1 (connection: unreachable)") == true)
        #expect(failure?.description.contains("estoque cluster promote n4") == true)
    }

    @Test func `a new leader doesn't know why the old one gave up, and an older reason is none`()
        async
    {
        let givenUp = joining().changed { report in
            report.joining = nil
            report.configuration = 15
            report.givenUp = NodeReport.GivenUp(node: "n4", reason: .tooSlow, configuration: 5)
        }
        let result = await FakeAdmin([before, givenUp]).run(add)
        #expect(result.outcome == .givenUp)
        #expect(result.reason == "unknown")
    }

    @Test func `what went with its leader is told`() async {
        let other = before.changed { report in
            report.node = "n2"
            report.leader = "n2"
            report.term = 4
        }
        let result = await FakeAdmin([before, nil, other]).run(add)
        #expect(result.outcome == .undone)
        #expect(result.failure?.isUnavailable == false)
    }

    @Test(
        arguments: [
            (.remove("n3"), ["n1": .voter, "n2": .voter]),
            (.replace("n3", with: "n4", at: nil), ["n1": .voter, "n2": .voter, "n4": .voter]),
            (.demote("n3"), ["n1": .voter, "n2": .voter, "n3": .learner]),
            (
                .add("n4", at: "h:4", asLearner: true),
                ["n1": .voter, "n2": .voter, "n3": .voter, "n4": .learner]
            ),
            (.promote("n3"), ["n1": .voter, "n2": .voter, "n3": .voter]),
        ] as [(MemberChange, KeyValuePairs<String, NodeReport.Part>)]
    )
    func `each change ends with the members it is about`(
        change: MemberChange,
        parts: KeyValuePairs<String, NodeReport.Part>
    ) {
        let goal = ChangeGoal(change)
        let report = NodeReport.leading(parts, configuration: 12)
        #expect(goal.verdict(in: report, accepted: 10) == .done)
        #expect(goal.verdict(in: report, accepted: 101) == .goingOn(.begun(at: 101)))
        let none = NodeReport.leading(["n1": .voter, "n9": .voter], configuration: 12)
        if change != .remove("n3") {
            #expect(goal.verdict(in: none, accepted: 10) == .undone)
        }
    }

    @Test(arguments: [
        MemberChange.remove("n1"), .demote("n1"), .replace("n1", with: "n4", at: nil),
    ])
    func `a leader that loses its vote has handed over before it is done`(change: MemberChange) {
        let goal = ChangeGoal(change)
        var parts: [NodeReport.Peer] = NodeReport.leading(
            ["n2": .voter, "n3": .voter],
            by: "n2",
            configuration: 12
        ).members
        if case .demote = change { parts.append(peer("n1", .learner)) }
        if case .replace = change { parts.append(peer("n4", .voter)) }
        let leading = NodeReport.leading([:], by: "n1", configuration: 12)
            .changed { $0.members = parts }
        #expect(goal.verdict(in: leading, accepted: 10) == .goingOn(.handingOver(from: "n1")))
        let after = NodeReport.leading([:], by: "n2", configuration: 12).changed {
            $0.members = parts
        }
        #expect(goal.verdict(in: after, accepted: 10) == .done)
    }

    private func peer(_ node: String, _ part: NodeReport.Part) -> NodeReport.Peer {
        NodeReport.Peer(
            node: node,
            address: "",
            isVoter: part != .learner,
            connection: "connected",
            part: part
        )
    }

    @Test func `a node that was asked about its own removal says that it was removed`() async {
        let alone = before.changed { report in
            report.role = "learner"
            report.isRemoved = true
            report.leader = nil
        }
        let result = await FakeAdmin([before, nil], nodes: [alone]).run(.change(.remove("n1")))
        #expect(result.outcome == .done)
        #expect(result.json.rendered.contains(#""voters":null"#), "it knows what was")
        // About others it can't say anything.
        let other = await FakeAdmin([before, nil], nodes: [alone])
            .run(.change(.remove("n2")), limit: .milliseconds(300))
        #expect(other.outcome == .timedOut)
        #expect(other.message.contains("n1 can't tell"))
    }

    @Test func `a refusal is told with its reason`() async throws {
        let error = EstoqueError(
            Problem(
                cluster: .nodeIDRetired,
                "n4 was a member once",
                configuration: nil,
                retryDelay: Milliseconds(1)
            )
        )
        let result = await FakeAdmin([before], answer: .failure(error)).run(add)
        #expect(result.outcome == .refused)
        #expect(result.failure?.description == "refused: NODE_ID_RETIRED: n4 was a member once")
        #expect(result.failure?.isUnavailable == false)
        #expect(result.json.rendered.contains(#""outcome":"refused","reason":"NODE_ID_RETIRED""#))
    }

    private func unknown(seen: Bool, at position: UInt64) -> EstoqueError {
        var problem = Problem.changeUnknown
        problem.metadata = [
            "change_seen": String(seen), "configuration_position": String(position),
        ]
        return EstoqueError(problem, isOutcomeUnknown: true)
    }

    @Test func `an answer that got lost is made up for by the status`() async {
        let admin = FakeAdmin(
            [before, joining(), grown],
            answer: .failure(unknown(seen: true, at: 10))
        )
        let result = await admin.run(add)
        #expect(result.outcome == .done)
        #expect(result.accepted == 10)
        #expect(admin.asked.count == 1)
    }

    @Test(arguments: [(false, 12), (true, 7)] as [(Bool, UInt64)])
    func `a change that the status doesn't show, or showed before, stays unknown`(
        seen: Bool,
        position: UInt64
    ) async {
        let admin = FakeAdmin(
            [before],
            answer: .failure(unknown(seen: seen, at: position))
        )
        let result = await admin.run(add)
        #expect(result.outcome == .unknown)
        #expect(result.failure?.isUnavailable == true)
        #expect(admin.asked.count == 1)
    }

    // MARK: - Leadership

    @Test(arguments: [nil, "n2"])
    func `leadership has moved when the new leader says so`(target: String?) async {
        let moving = before.changed { $0.transferTarget = "n2" }
        let after = NodeReport.leading(["n1": .voter, "n2": .voter], by: "n2", configuration: 7)
        let admin = FakeAdmin([before, moving, nil, after])
        let result = await admin.run(.transfer(to: target))
        #expect(admin.transfers == [target])
        #expect(result.outcome == .done)
        #expect(result.message == "n2 leads.")
        #expect(result.warnings.isEmpty)
    }

    @Test func `a transfer that was given up fails, and the old leader is named`() async {
        let moving = before.changed { $0.transferTarget = "n2" }
        let result = await FakeAdmin([before, moving, before]).run(.transfer(to: "n2"))
        #expect(result.outcome == .givenUp)
        #expect(result.failure?.description.contains("n1 leads, and takes writes") == true)
        #expect(result.failure?.isUnavailable == false)
    }

    @Test func `who leads already need not be asked`() async {
        let admin = FakeAdmin([before])
        let result = await admin.run(.transfer(to: "n1"))
        #expect(result.outcome == .done)
        #expect(admin.transfers.isEmpty)
    }
}
