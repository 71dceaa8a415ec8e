import Ledger
import Testing

@Suite struct ExpiryTests {
    @Test func `log time is the leader's stamp, or the previous one plus one`() {
        var scene = Scene()
        let stamps: [UInt64] = [100, 100, 50, 0, 1_000, .max, 7]
        let times = stamps.map { stamp in
            _ = scene.apply(
                LedgerEntry(stamp: LogTime(microseconds: stamp), content: .tick)
            )
            return scene.state.header.logTime.microseconds
        }
        let latest = LedgerLimits.stampMax.microseconds
        #expect(times == [100, 101, 102, 103, 1_000, latest, latest + 1])
    }

    @Test func `a hold ends exactly at its expiry`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4), ttl: 5))
        let end = try scene.reservation(.first).expireTime.microseconds
        _ = scene.apply(LedgerEntry(stamp: LogTime(microseconds: end - 1), content: .tick))
        #expect(try scene.reservation(.first).state == .held)
        _ = scene.apply(LedgerEntry(stamp: LogTime(microseconds: end), content: .tick))
        #expect(try scene.reservation(.first).state == .expired)
        #expect(scene.changes.levels.count == 1)
        #expect(scene.level().available == 10)
    }

    @Test func `what expires is free for the command of the same entry`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(10), ttl: 5))
        scene.clock += 6_000
        scene.run(.reserve(.second, .line(10), owner: .bob))
        #expect(scene.state.journal.suffix(2).map(\.kind) == [.expire, .reserve])
        #expect(Set(scene.state.journal.suffix(2).map(\.position)).count == 1)
    }

    /// The holds that the journal says expired, in its order.
    private func expired(_ scene: Scene) -> [ReservationID] {
        scene.state.journal.compactMap { row in
            if case .expiry(let reservation) = row.cause { reservation.id } else { nil }
        }
    }

    @Test func `the oldest expire first`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(1), ttl: 50), .reserve(.second, .line(1), ttl: 5))
        scene.run(.reserve(.third, .line(1), ttl: 60_000), .extend(.third, ttl: 5))
        scene.pass(milliseconds: 1_000)
        #expect(expired(scene) == [.second, .third, .first])
    }

    @Test func `holds that expire at the same time do so in the order of their creation`() throws {
        var scene = Scene.stocked()
        scene.clock += 1_000
        scene.run(.reserve(.first, .line(1), ttl: 100))
        scene.clock += 1_000
        scene.run(.reserve(.second, .line(1), ttl: 5))
        scene.clock += 1_000
        scene.run(.extend(.first, ttl: 4))
        #expect(
            try scene.reservation(.first).expireTime == scene.reservation(.second).expireTime
        )
        scene.pass(milliseconds: 1_000)
        #expect(expired(scene) == [.first, .second])
    }

    @Test func `an entry expires a bounded number, and the rest is as good as expired`() throws {
        var scene = Scene.stocked()
        let count = LedgerLimits.expiriesPerEntryMax + 3
        scene.run(.receive(.line(1_000, .pear)))
        for number in 0..<count {
            scene.run(.reserve(ReservationID(unchecked: "r-\(number)"), .line(1, .pear), ttl: 9))
        }
        let last = ReservationID(unchecked: "r-\(count - 1)")
        scene.clock = try scene.reservation(last).expireTime.microseconds
        #expect(scene.send(.fulfill(last)).outcome == .refused(.reservationExpired(last)))
        #expect(try scene.reservation(last).state == .expired)
        #expect(scene.level(.pear).reserved == 2)
        #expect(LedgerAudit.check(scene.state) == [])
        scene.pass(milliseconds: 0)
        #expect(scene.level(.pear).reserved == 0)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a boundary asks for nothing but a transaction's end, after expiry`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4), ttl: 5))
        let rows = scene.state.journal.count
        let stamp = LogTime(microseconds: scene.clock + 1_000_000)
        let applied = scene.apply(LedgerEntry(stamp: stamp, content: .boundary(token: 77)))
        #expect(applied == Applied(answer: nil, boundary: 77))
        #expect(scene.state.journal.count == rows + 1)
        #expect(scene.level().reserved == 0)
    }

    @Test func `entries are applied once, in log order`() async {
        await #expect(processExitsWith: .failure) {
            var state = InMemoryLedgerState()
            var changes = LedgerChanges()
            let tick = LedgerEntry(stamp: LogTime(microseconds: 1), content: .tick)
            for position in [2, 2] as [UInt64] {
                _ = LedgerRules.apply(
                    tick,
                    at: Position(position),
                    to: &state,
                    changes: &changes
                )
            }
        }
    }
}
