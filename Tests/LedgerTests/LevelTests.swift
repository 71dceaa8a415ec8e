import Ledger
import Testing

/// Units on hold, stock-takes and the settings of a level.
@Suite struct LevelTests {
    @Test func `units on hold are there, but nobody can have them`() {
        var scene = Scene.stocked()
        scene.run(.mark(.line(3), .line(1)))
        #expect(scene.level().onHand == 10)
        #expect(scene.level().unavailable == 4)
        #expect(scene.level().available == 6)
        #expect(scene.level().version == 2)
        #expect(scene.state.journal.last?.reason == .damaged)
        scene.run(.mark(.line(-4)))
        #expect(scene.level().available == 10)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `all that is available can be put on hold, and all of it taken off`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4)), .mark(.line(6)))
        #expect(scene.level().available == 0)
        scene.run(.mark(.line(-6)))
        #expect(scene.level().unavailable == 0)
    }

    @Test func `what is written off is gone, and nothing else with it`() {
        var scene = Scene.stocked()
        scene.run(.mark(.line(4)), .writeOff(.line(1), .line(2)))
        #expect(scene.level().onHand == 7)
        #expect(scene.level().unavailable == 1)
        #expect(scene.level().available == 6)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `settings change one by one, with a version, a row and no movement of goods`() {
        var scene = Scene.stocked()
        let answer = scene.send(.policy(safety: 4))
        #expect(answer.outcome.levels?.map(\.level) == [scene.level()])
        #expect(scene.changes.levels.count == 1)
        scene.run(.policy(backorders: 7, expected: 2))
        #expect(scene.level().safetyStock == 4)
        #expect(scene.level().backorderLimit == 7)
        #expect(scene.level().version == 3)
        #expect(scene.level().onHand == 10)
        #expect(scene.state.journal.last?.movements.map(\.after) == [scene.level()])
        scene.run(.policy(safety: 4, backorders: 7))
        #expect(scene.level().version == 4)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a lower limit lets promises stand, and allows no new ones`() throws {
        var scene = Scene.stocked()
        scene.run(.policy(backorders: 5), .reserve(.first, .line(15)), .policy(backorders: 0))
        #expect(scene.level().available == -5)
        #expect(scene.send(.reserve(.second, .line(1))).outcome.isRefusal)
        scene.run(.confirm(.first))
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a re-take uses the limit of its time`() {
        var scene = Scene.stocked()
        scene.run(.policy(backorders: 5), .reserve(.first, .line(15), ttl: 10))
        scene.pass(milliseconds: 10)
        scene.run(.policy(backorders: 4))
        #expect(scene.send(.confirm(.first)).outcome == .refused(.reservationExpired(.first)))
        scene.run(.policy(backorders: 5), .confirm(.first))
    }

    @Test func `a count is a difference to the book, either way`() {
        var scene = Scene.stocked()
        scene.run(.count(.counted(12, book: 10), .counted(0, book: 0, .pear)))
        #expect(scene.level().onHand == 12)
        #expect(scene.level(.pear).version == 0)
        scene.run(.count(.counted(0, book: 12)))
        #expect(scene.level().onHand == 0)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a count is a fact: it may take what is promised`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(8)), .count(.counted(5, book: 10)))
        #expect(scene.level().available == -3)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `lines whose level has changed are named, and the others apply`() throws {
        var scene = Scene.stocked()
        let version = scene.level().version
        scene.run(.receive(.line(3, .pear)), .sell(.line(1)))
        let answer = scene.send(
            .count(
                .counted(9, book: 10, version: version),
                .counted(2, book: 3, .pear, version: 1)
            )
        )
        guard case .counted(let applied, let outdated) = answer.outcome else {
            Issue.record("\(answer.outcome)")
            return
        }
        #expect(applied.map(\.sku) == [.pear])
        #expect(applied.map(\.level) == [scene.level(.pear)])
        #expect(outdated.map(\.level) == [scene.level()])
        #expect(scene.level(.pear).onHand == 2)
        #expect(scene.level().onHand == 9)
    }

    @Test func `no count leaves the bounds of a bucket`() {
        var scene = Scene.stocked()
        let most = LedgerLimits.bucketMax
        let answer = scene.send(.count(.counted(most, book: -most)))
        #expect(answer.outcome == .refused(.quantityOverflow(.apple, .north)))
        scene.run(.count(.counted(most, book: 10)))
        #expect(scene.level().onHand == most)
        #expect(
            scene.send(.count(.counted(1, book: 0))).outcome
                == .refused(.quantityOverflow(.apple, .north))
        )
    }

    @Test func `on hold, too, nothing leaves its bounds`() {
        var scene = Scene.stocked()
        scene.force { level in
            level.onHand = LedgerLimits.bucketMax
            level.unavailable = LedgerLimits.bucketMax - 1
            level.reserved = -10
        }
        #expect(
            scene.send(.mark(.line(2))).outcome == .refused(.quantityOverflow(.apple, .north))
        )
        scene.force { $0.onHand = -LedgerLimits.bucketMax }
        #expect(
            scene.send(.writeOff(.line(2))).outcome
                == .refused(.quantityOverflow(.apple, .north))
        )
    }
}
