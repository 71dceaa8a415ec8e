import Ledger
import Testing

@Suite struct ReturnTests {
    @Test func `what comes back is there to be sold again`() throws {
        var scene = Scene.stocked()
        scene.run(.receive(.line(5, .pear)))
        scene.run(.sell(as: .sale, .line(4), .line(2, .pear), .line(1)))
        #expect(scene.state.sale(.sale)?.lines.map(\.sold) == [5, 2])
        let answer = scene.send(.back(.back(1), .back(2, .pear), .back(1)))
        let sale = try #require(answer.outcome.sale)
        #expect(sale == scene.state.sale(.sale))
        #expect(sale.lines.map(\.returned) == [2, 2])
        #expect(sale.version == 2)
        #expect(scene.level().onHand == 7)
        #expect(scene.level(.pear).onHand == 5)
        scene.run(.back(.back(3)))
        #expect(scene.state.sale(.sale)?.version == 3)
        #expect(scene.level().onHand == 10)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what comes back damaged is there, but not available`() {
        var scene = Scene.stocked()
        scene.run(.sell(as: .sale, .line(4)), .back(.back(3), as: .damaged))
        #expect(scene.level().onHand == 9)
        #expect(scene.level().unavailable == 3)
        #expect(scene.level().available == 6)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `goods come back where they are brought, and count where they were sold`() {
        var scene = Scene.stocked()
        scene.run(.sell(as: .sale, .line(4)))
        scene.run(.location(.south, state: .draining), .back(.back(1), .back(2, to: .south)))
        #expect(scene.level().onHand == 7)
        #expect(scene.level(at: .south).onHand == 2)
        #expect(scene.state.sale(.sale)?.lines.map(\.returned) == [3])
        #expect(scene.send(.back(.back(2, to: .south))).outcome.isRefusal)
    }

    @Test func `a sale without a name goes by its request's`() {
        var scene = Scene.stocked()
        scene.send(.sell(.line(2)), id: "receipt-7")
        scene.run(.back(of: .sale(SaleID(unchecked: "receipt-7")), .back(2)))
        #expect(scene.level().onHand == 10)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a refused sale has sold nothing, and its name is free`() {
        var scene = Scene.stocked()
        #expect(scene.send(.sell(as: .sale, .line(11))).outcome.isRefusal)
        #expect(scene.state.sale(.sale) == nil)
        scene.run(.sell(as: .sale, .line(10)))
        #expect(scene.state.journal.last?.madeSale == scene.state.sale(.sale))
    }

    @Test func `what a reservation handed over comes back, whatever became of the rest`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(5)), .fulfill(.first, .line(3)))
        scene.run(.back(of: .reservation(.first), .back(1)))
        #expect(try scene.reservation(.first).state == .held)
        #expect(try scene.reservation(.first).lines.map(\.returned) == [1])
        scene.run(.release(.first))
        #expect(try scene.reservation(.first).state == .fulfilled)
        scene.run(.back(of: .reservation(.first), .back(2), as: .damaged))
        let reservation = try scene.reservation(.first)
        #expect(reservation.lines.map(\.returned) == [3])
        #expect(reservation.version == 5)
        #expect(scene.level().onHand == 10)
        #expect(scene.level().available == 8)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a return finds a due hold expired, and the goods come back all the same`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(5), ttl: 10), .fulfill(.first, .line(3)))
        scene.pass(milliseconds: 20)
        scene.run(.back(of: .reservation(.first), .back(3)))
        #expect(try scene.reservation(.first).state == .expired)
        scene.run(.confirm(.first))
        #expect(scene.level().reserved == 2)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `no return leaves the bounds of a bucket`() {
        var scene = Scene.stocked()
        scene.run(.sell(as: .sale, .line(4)))
        scene.force { $0.onHand = LedgerLimits.bucketMax - 2 }
        let answer = scene.send(.back(.back(3)))
        #expect(answer.outcome == .refused(.quantityOverflow(.apple, .north)))
        #expect(scene.state.sale(.sale)?.version == 1)
    }
}
