import Ledger
import Testing

@Suite struct ReservationTests {
    @Test func `a hold takes all its lines and says when it ends`() throws {
        var scene = Scene.stocked()
        scene.run(.receive(.line(5, .pear)))
        let answer = scene.send(.reserve(.first, .line(4), .line(2, .pear), ttl: 1_000))
        let reservation = try #require(answer.outcome.reservation)
        #expect(reservation.state == .held)
        #expect(reservation.version == 1)
        #expect(reservation.lines.map(\.open) == [4, 2])
        #expect(reservation.expireTime == answer.logTime.advanced(by: Milliseconds(1_000)))
        #expect(
            reservation.maxExpireTime == answer.logTime.advanced(by: LedgerLimits.lifetimeMax)
        )
        #expect(scene.level().reserved == 4)
        #expect(scene.level(.pear).available == 3)
        #expect(try scene.reservation(.first) == reservation)
    }

    @Test func `a store's own rights are allotted, not reserved`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4), owner: .agent), .confirm(.first))
        #expect(scene.level().allotted == 4)
        #expect(scene.level().reserved == 0)
        scene.run(.fulfill(.first, .line(3)))
        #expect(scene.level().allotted == 1)
        #expect(scene.level().onHand == 7)
        scene.run(.release(.first))
        #expect(scene.level().available == 7)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `extending moves the expiry to the time to live from now`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(1), ttl: 1_000))
        scene.pass(milliseconds: 999)
        scene.run(.extend(.first, ttl: 500))
        scene.pass(milliseconds: 499)
        #expect(try scene.reservation(.first).state == .held)
        scene.pass(milliseconds: 1)
        #expect(try scene.reservation(.first).state == .expired)
    }

    @Test func `a shorter extension brings the end nearer`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(1), ttl: 60_000), .reserve(.second, .line(1), ttl: 500))
        scene.run(.extend(.first, ttl: 100))
        #expect(scene.state.earliestExpiry == (try scene.reservation(.first).expireTime))
        scene.pass(milliseconds: 100)
        #expect(try scene.reservation(.first).state == .expired)
        #expect(try scene.reservation(.second).state == .held)
    }

    @Test func `a confirmed promise names its order and never expires`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4), ttl: 10), .confirm(.first))
        scene.pass(milliseconds: 10_000_000)
        let reservation = try scene.reservation(.first)
        #expect(reservation.state == .confirmed)
        #expect(reservation.orderReference == .order)
        #expect(reservation.version == 2)
        #expect(scene.level().reserved == 4)
        #expect(scene.state.earliestExpiry == nil)
    }

    @Test(arguments: [true, false])
    func `goods are handed over in parts, from a hold or a promise`(confirmed: Bool) throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(6)))
        if confirmed { scene.run(.confirm(.first)) }
        scene.run(.fulfill(.first, .line(1), .line(1)))
        #expect(scene.level().onHand == 8)
        #expect(scene.level().reserved == 4)
        #expect(try scene.reservation(.first).state == (confirmed ? .confirmed : .held))
        scene.run(.release(.first, .line(1)), .fulfill(.first))
        let reservation = try scene.reservation(.first)
        #expect(reservation.state == .fulfilled)
        #expect(reservation.lines.map(\.fulfilled) == [5])
        #expect(reservation.lines.map(\.released) == [1])
        #expect(scene.level().onHand == 5)
        #expect(scene.level().reserved == 0)
    }

    @Test func `all that is given back is available again`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(6)), .release(.first, .line(2)))
        #expect(scene.level().available == 6)
        #expect(try scene.reservation(.first).state == .held)
        scene.run(.release(.first))
        #expect(try scene.reservation(.first).state == .released)
        #expect(scene.level().available == 10)
    }

    @Test func `a part that was handed over makes the end of the rest fulfilled`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(6)), .fulfill(.first, .line(1)), .release(.first))
        #expect(try scene.reservation(.first).state == .fulfilled)
    }

    @Test func `an expired hold is taken again with what is open of it`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(6), ttl: 10), .fulfill(.first, .line(2)))
        scene.pass(milliseconds: 10)
        #expect(scene.level().available == 8)
        scene.run(.confirm(.first))
        #expect(try scene.reservation(.first).state == .confirmed)
        #expect(try scene.reservation(.first).orderReference == .order)
        #expect(scene.level().reserved == 4)
        #expect(scene.level().available == 4)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test(
        arguments: [
            .sell(.line(7)), .reserve(.second, .line(7), owner: .bob), .adjust(.line(-7)),
        ] as [Command]
    )
    func `an expired hold whose stock is gone can't be confirmed`(_ rival: Command) throws {
        var scene = Scene.stocked()
        scene.run(.receive(.line(5, .pear)))
        scene.run(.reserve(.first, .line(1, .pear), .line(4), ttl: 10))
        scene.pass(milliseconds: 10)
        scene.run(rival)
        let pears = scene.level(.pear)
        #expect(scene.send(.confirm(.first)).outcome == .refused(.reservationExpired(.first)))
        #expect(scene.level(.pear) == pears)
        #expect(try scene.reservation(.first).state == .expired)
    }

    @Test(arguments: [Command.item(.apple, state: .archived), .location(.north, state: .closed)])
    func `an expired hold on what is gone from the catalogue can't be confirmed`(
        _ edit: Command
    ) {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(10), ttl: 10))
        scene.pass(milliseconds: 10)
        scene.run(.sell(.line(10)), edit)
        scene.force { $0.backorderLimit = 100 }
        #expect(scene.send(.confirm(.first)).outcome == .refused(.reservationExpired(.first)))
    }

    @Test func `replacing a hold that has expired is reserving anew`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(6), ttl: 10))
        scene.pass(milliseconds: 10)
        scene.run(.reserve(.second, .line(10), replaces: .first))
        #expect(try scene.reservation(.first).state == .expired)
        #expect(scene.level().reserved == 10)
        #expect(LedgerAudit.check(scene.state) == [])
    }
}
