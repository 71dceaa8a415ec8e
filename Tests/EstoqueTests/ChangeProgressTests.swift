import ArgumentParser
import Testing

@testable import estoque

@Suite struct `How a change goes on` {
    private func catchingUp(
        _ match: UInt64,
        round: UInt32 = 1,
        trouble: String? = nil
    ) -> ChangePhase {
        .catchingUp(
            ChangePhase.CatchingUp(
                node: "n4",
                round: round,
                match: match,
                target: 9_000,
                trouble: trouble
            )
        )
    }

    @Test func `elsewhere than on a terminal each step is a line, and only once`() {
        let said = Collected()
        var progress = ChangeProgress(.steps, say: said.add, rewrite: said.add)
        progress.show(.begun(at: 10), after: .zero)
        progress.show(catchingUp(100), after: .seconds(1))
        progress.show(catchingUp(200), after: .seconds(2))
        progress.show(catchingUp(300, round: 2), after: .seconds(3))
        progress.show(catchingUp(300, round: 2, trouble: "h:4: closed"), after: .seconds(4))
        progress.show(.deciding(old: ["n1"], new: ["n1", "n4"]), after: .seconds(5))
        progress.end()
        #expect(
            said.lines == [
                "begun at position 10", "n4 catches up, round 1, at 100 of 9000",
                "n4 catches up, round 2, at 300 of 9000",
                "n4 catches up, round 2, at 300 of 9000; it isn't reached at h:4: closed",
                "the old voters (n1) and the new ones (n1, n4) decide together",
            ]
        )
    }

    @Test func `on a terminal one line changes, and has how fast it goes`() {
        let said = Collected()
        var progress = ChangeProgress(.line, say: said.add, rewrite: said.add)
        progress.show(catchingUp(1_000), after: .seconds(1))
        progress.show(catchingUp(3_000), after: .seconds(2))
        progress.show(catchingUp(5_000), after: .seconds(65))
        progress.end()
        progress.end()
        #expect(
            said.lines == [
                "n4 catches up, round 1, at 1000 of 9000  0:01",
                "n4 catches up, round 1, at 3000 of 9000  2000 entries/s  0:02",
                "n4 catches up, round 1, at 5000 of 9000  1:05", "",
            ]
        )
    }

    @Test func `a copy of the state is counted in megabytes`() {
        func bringing(_ sent: UInt64?) -> ChangePhase {
            .catchingUp(
                ChangePhase.CatchingUp(
                    node: "n4",
                    round: 1,
                    match: 0,
                    target: 9_000,
                    isBroughtState: true,
                    state: sent.map {
                        NodeReport.StateOnItsWay(sentBytes: $0, bytes: 280_000_000)
                    }
                )
            )
        }
        let said = Collected()
        var progress = ChangeProgress(.line, say: said.add, rewrite: said.add)
        progress.show(bringing(nil), after: .seconds(1))
        progress.show(bringing(10_000_000), after: .seconds(2))
        progress.show(bringing(40_000_000), after: .seconds(3))
        progress.show(bringing(40_000_000), after: .seconds(10))
        progress.show(catchingUp(8_000), after: .seconds(11))
        #expect(
            said.lines == [
                "n4 is brought a copy of the state  0:01",
                "n4 is brought a copy of the state, 10 of 280 MB  0:02",
                "n4 is brought a copy of the state, 40 of 280 MB  30 MB/s  0:03",
                "n4 is brought a copy of the state, 40 of 280 MB  0:10",
                "n4 catches up, round 1, at 8000 of 9000  0:11",
            ]
        )
    }

    @Test func `programs get the result alone`() {
        let said = Collected()
        var progress = ChangeProgress(.silent, say: said.add, rewrite: said.add)
        progress.show(catchingUp(1_000), after: .seconds(1))
        progress.end()
        #expect(said.lines.isEmpty)
    }

    @Test(arguments: [
        ("n4=h:1", "n4", "h:1"), ("n4=[::1]:7001", "n4", "[::1]:7001"), ("n4", "n4", nil),
    ])
    func `a new member is a name and an address`(
        text: String,
        node: String,
        address: String?
    ) throws {
        let member = try MemberArgument(text)
        #expect(member.node == node)
        #expect(member.address == address)
    }

    @Test(arguments: ["", "=h:1", "n4=", "n4=h", "n4=h:0", "n 4=h:1", "n4=h:65536"])
    func `a member that is none is refused`(text: String) {
        #expect(throws: ValidationError.self) { try MemberArgument(text) }
    }
}

/// What was said, in order.
private final class Collected {
    var lines: [String] = []

    func add(_ line: String) { lines.append(line) }
}
