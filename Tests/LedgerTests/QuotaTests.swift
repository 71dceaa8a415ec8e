import Ledger
import Testing

@Suite struct QuotaTests {
    /// As many open holds as one owner may have, put there without commands.
    private func full() -> Scene {
        var scene = Scene.stocked()
        for number in 0..<LedgerLimits.openHoldsPerOwnerMax {
            scene.state.setReservation(
                Reservation(
                    id: ReservationID(unchecked: "held-\(number)"),
                    owner: .ann,
                    state: number == 0 ? .held : .confirmed,
                    lines: [],
                    expireTime: LogTime(microseconds: .max),
                    maxExpireTime: LogTime(microseconds: .max),
                    orderReference: nil,
                    version: 1
                ),
                previous: nil
            )
        }
        return scene
    }

    @Test func `an owner has a limited number of open holds, and a swap needs no more room`() {
        var scene = full()
        let limit = LedgerLimits.openHoldsPerOwnerMax
        #expect(
            scene.send(.reserve(.first, .line(1))).outcome
                == .refused(.holdQuotaExceeded(.ann, limit: limit))
        )
        #expect(scene.send(.reserve(.second, .line(1), owner: .bob)).outcome.reservation != nil)
        let swap = Command.reserve(
            .third,
            .line(1),
            replaces: ReservationID(unchecked: "held-0")
        )
        #expect(scene.send(swap).outcome.reservation?.state == .held)
        #expect(scene.state.openHolds(of: .ann) == limit)
    }

    @Test func `a hold that expired counts no more, and is re-taken only within the quota`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(1), ttl: 1))
        #expect(scene.state.openHolds(of: .ann) == 1)
        scene.pass(milliseconds: 1)
        #expect(scene.state.openHolds(of: .ann) == 0)
        scene.run(.confirm(.first))
        #expect(scene.state.openHolds(of: .ann) == 1)
        scene.run(.release(.first))
        #expect(scene.state.openHolds(of: .ann) == 0)
    }
}
