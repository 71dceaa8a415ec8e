import Ledger
import Testing

@Suite struct StockTests {
    @Test func `received goods are on hand and available`() throws {
        var scene = Scene.stocked()
        let answer = scene.send(.receive(.line(5), .line(3, .pear, at: .south)))
        let levels = try #require(answer.outcome.levels)
        #expect(levels.map(\.sku) == [.apple, .pear])
        #expect(levels.map(\.level) == [scene.level(), scene.level(.pear, at: .south)])
        #expect(scene.level().onHand == 15)
        #expect(scene.level().version == 2)
        #expect(scene.level(.pear, at: .south).available == 3)
        #expect(scene.changes.levels.count == 2)
    }

    @Test func `an adjustment goes either way, even below zero`() {
        var scene = Scene.stocked()
        scene.run(.adjust(.line(-12)))
        #expect(scene.level().onHand == -2)
        scene.run(.adjust(.line(3)))
        #expect(scene.level().onHand == 1)
        #expect(scene.state.journal.last?.reason == .damaged)
    }

    @Test func `corrections that cancel out move nothing`() throws {
        var scene = Scene.stocked()
        let before = scene.level()
        let answer = scene.send(.adjust(.line(4), .line(1, .pear), .line(-4)))
        #expect(try #require(answer.outcome.levels).map(\.level.onHand) == [10, 1])
        #expect(scene.level() == before)
        #expect(scene.state.journal.last?.movements.count == 1)
        #expect(scene.changes.levels.count == 1)
    }

    @Test func `a sale takes what is available, to the last unit`() {
        var scene = Scene.stocked()
        scene.run(.sell(.line(9)), .sell(.line(1)))
        #expect(scene.level().onHand == 0)
        #expect(scene.send(.sell(.line(1))).outcome.isRefusal)
    }

    @Test func `a backorder limit lets what is available fall to it, and no further`() {
        var scene = Scene.stocked()
        scene.run(.policy(backorders: 3))
        scene.run(.reserve(.first, .line(12)), .sell(.line(1)))
        #expect(scene.level().available == -3)
        #expect(scene.send(.sell(.line(1))).outcome.isRefusal)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `safety stock is kept from the digital channel, not from promises`() {
        var level = StockLevel()
        level.onHand = 10
        level.safetyStock = 4
        #expect(level.availableOnline == 6)
        #expect(level.canPromise(10))
    }

    @Test func `a place that is cleared out sells what it has left and keeps its promises`() {
        var scene = Scene.stocked()
        scene.run(
            .reserve(.first, .line(2)),
            .location(.north, state: .draining),
            .sell(.line(2)),
            .adjust(.line(-1)),
            .confirm(.first),
            .fulfill(.first)
        )
        #expect(scene.level().onHand == 5)
    }

    @Test func `a place that is cleared out makes no new promises`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(2), ttl: 10))
        scene.pass(milliseconds: 10)
        scene.run(.location(.north, state: .draining))
        let hold = Command.reserve(.second, .line(1))
        #expect(scene.send(hold).outcome == .refused(.locationClosed(.north)))
        #expect(scene.send(.confirm(.first)).outcome == .refused(.reservationExpired(.first)))
    }

    @Test func `many lines are merged as few are`() throws {
        var scene = Scene.stocked()
        let skus = (0..<40).map { SKU(unchecked: "item-\($0)") }
        for sku in skus { scene.run(.item(sku)) }
        let lines = (0..<120).map { StockLine.line(1, skus[$0 % 40]) }
        let answer = scene.send(.receive(Receive(lines: lines)))
        let levels = try #require(answer.outcome.levels)
        #expect(levels.map(\.sku) == skus)
        #expect(levels.allSatisfy { $0.level.onHand == 3 && $0.level.version == 1 })
        let reserve = Reserve(
            reservation: .first,
            owner: .ann,
            lines: lines,
            ttl: Milliseconds(1_000)
        )
        let reservation = try #require(scene.send(.reserve(reserve)).outcome.reservation)
        #expect(reservation.lines.map(\.requested) == [Quantity](repeating: 3, count: 40))
        let parts = Array(lines.prefix(80).reversed())
        scene.run(.fulfill(Fulfill(reservation: .first, lines: parts)))
        #expect(try scene.reservation(.first).lines.allSatisfy { $0.fulfilled == 2 })
        #expect(LedgerAudit.check(scene.state) == [])
    }
}
