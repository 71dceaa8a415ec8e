import Ledger
import Testing

/// What users of such systems suffer from, and never here.
@Suite struct ComplaintTests {
    @Test func `two buyers, one unit: one gets it, the other is told what is left`() {
        var scene = Scene()
        scene.run(.item(.apple), .location(.north), .receive(.line(1)))
        scene.run(.reserve(.first, .line(1), owner: .ann))
        let second = scene.send(.reserve(.second, .line(1), owner: .bob))
        let short = Shortage(sku: .apple, location: .north, requested: 1, available: 0)
        #expect(second.outcome == .refused(.insufficientStock([short])))
        let till = scene.send(.sell(.line(1)))
        #expect(till.outcome == .refused(.insufficientStock([short])))
        #expect(scene.level().reserved == 1)
    }

    @Test func `the same SKU twice in one cart passes once`() throws {
        var scene = Scene.stocked()
        let answer = scene.send(.reserve(.first, .line(6), .line(6)))
        let short = Shortage(sku: .apple, location: .north, requested: 12, available: 10)
        #expect(answer.outcome == .refused(.insufficientStock([short])))
        scene.run(.reserve(.second, .line(5), .line(5)))
        let lines = try scene.reservation(.second).lines
        #expect(lines.map(\.requested) == [10])
    }

    @Test func `paid, and the hold has expired: all is re-taken at once`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(10), ttl: 10))
        scene.pass(milliseconds: 20)
        #expect(try scene.reservation(.first).state == .expired)
        let answer = scene.send(.confirm(.first))
        #expect(answer.outcome.reservation?.state == .confirmed)
        #expect(scene.level().available == 0)
    }

    @Test func `paid, expired and sold to another: one distinct error, and nothing in part`() {
        var scene = Scene.stocked()
        scene.run(.receive(.line(10, .pear)))
        scene.run(.reserve(.first, .line(1, .pear), .line(1), ttl: 10))
        scene.pass(milliseconds: 20)
        scene.run(.sell(.line(10)))
        #expect(scene.send(.confirm(.first)).outcome == .refused(.reservationExpired(.first)))
        #expect(scene.level(.pear).reserved == 0)
    }

    @Test func `holds end by themselves, with any next entry`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(10), ttl: 10))
        scene.clock += 20_000
        scene.run(.item(.unknown))
        #expect(scene.level().available == 10)
    }

    @Test func `a hold can't be renewed for ever`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(10)))
        let latest = try scene.reservation(.first).maxExpireTime
        var renewals = 0
        while !scene.send(.extend(.first, ttl: LedgerLimits.ttlMax.rawValue)).outcome.isRefusal {
            renewals += 1
            try #require(renewals < 1_000)
            scene.pass(milliseconds: LedgerLimits.ttlMax.rawValue / 2)
        }
        #expect(try scene.reservation(.first).maxExpireTime == latest)
        scene.pass(milliseconds: LedgerLimits.ttlMax.rawValue)
        #expect(try scene.reservation(.first).state == .expired)
        #expect(latest <= scene.state.header.logTime)
    }

    @Test func `nobody is blocked by a hold of their own`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(8)))
        #expect(scene.send(.reserve(.second, .line(9))).outcome.isRefusal)
        scene.run(.reserve(.third, .line(9), replaces: .first))
        #expect(try scene.reservation(.first).state == .released)
        #expect(scene.level().reserved == 9)
    }

    @Test func `a swap that is refused leaves the old hold alone`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(8)))
        #expect(scene.send(.reserve(.second, .line(11), replaces: .first)).outcome.isRefusal)
        #expect(try scene.reservation(.first).state == .held)
        #expect(scene.level().reserved == 8)
    }

    @Test func `counters don't drift: each change has its movement`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4)), .fulfill(.first, .line(3)), .release(.first))
        scene.run(.sell(.line(2)), .adjust(.line(1)))
        let movements = scene.state.journal.flatMap(\.movements)
        #expect(movements.map(\.onHand) == [10, 0, -3, 0, -2, 1])
        #expect(movements.map(\.reserved) == [0, 4, -3, -1, 0, 0])
        #expect(movements.map(\.after.version) == [1, 2, 3, 4, 5, 6])
        #expect(movements.last?.after == scene.level())
    }

    @Test func `the sale arrives twice and is booked once`() {
        var scene = Scene.stocked()
        scene.send(.sell(.line(1)), id: "sale-1")
        scene.send(.sell(.line(1)), id: "sale-1")
        #expect(scene.level().onHand == 9)
    }

    @Test func `a stock-take leaves alone what was sold meanwhile`() {
        var scene = Scene.stocked()
        // Counting begins at ten; two are sold before the sheet with nine comes in.
        scene.run(.sell(.line(2)), .count(.counted(9, book: 10)))
        #expect(scene.level().onHand == 7)
    }

    @Test func `restocked twice: each undo names the line it undoes`() {
        var scene = Scene.stocked()
        scene.run(.sell(as: .sale, .line(2)), .back(.back(2)))
        let again = scene.send(.back(.back(2)))
        #expect(
            again.outcome
                == .refused(.exceedsSoldQuantity([shortage(asked: 2, available: 0)]))
        )
        #expect(scene.level().onHand == 10)
    }

    @Test func `an import shows the difference first, and eats nothing`() {
        var scene = Scene.stocked()
        let request = Request(
            id: RequestID(unchecked: "import-1"),
            actor: Actor(unchecked: "office"),
            command: .batch(.count(.counted(12, book: 10)), .receive(.line(3, .pear)))
        )
        let shown = LedgerRules.validate(request, on: &scene.state)
        #expect(scene.level().onHand == 10)
        let done = scene.send(request)
        #expect(shown.outcome == done.outcome)
        #expect(scene.level().onHand == 12)
    }

    @Test func `counters change only with their row: settings too`() {
        var scene = Scene.stocked()
        scene.force { $0.safetyStock = 5 }
        #expect(LedgerAudit.check(scene.state).map(\.invariant) == [10])
    }
}
