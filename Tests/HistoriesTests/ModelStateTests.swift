import Ledger
import Testing

@testable import Histories

/// The search knows configurations again by their fingerprints, and takes back what it did.
@Suite struct ModelStateTests {
    private static let level = Slot(index: 0)
    private static let slot = Slot(index: 1)

    private static func reservation(
        _ change: (inout ModelReservation) -> Void = { _ in }
    )
        -> ModelReservation
    {
        let id = ReservationID(unchecked: "a")
        var line = ReservationLine(sku: Play.sku, location: Play.store, requested: 5)
        line.fulfilled = 1
        var reservation = ModelReservation(
            reservation: Reservation(
                id: id,
                owner: Owner(kind: .customer, reference: Reference(unchecked: "c")),
                state: .held,
                lines: [line],
                expireTime: LogTime(microseconds: 1),
                maxExpireTime: LogTime(microseconds: 2),
                orderReference: nil,
                version: 1
            ),
            levels: [level],
            creator: 1,
            knowsExpireTime: true,
            knowsMaxExpireTime: true,
            earliestExpiry: LogTime(microseconds: 1)
        )
        change(&reservation)
        return reservation
    }

    /// States that differ in one thing only.
    private static func variants() -> [ModelState] {
        let levels: [StockLevel] = [
            StockLevel(onHand: 1, version: 1), StockLevel(onHand: 0, reserved: 1, version: 1),
            StockLevel(onHand: 1, version: 2), StockLevel(onHand: 2, version: 1),
        ]
        let changes: [(inout ModelReservation) -> Void] = [
            { _ in }, { $0.reservation.state = .confirmed }, { $0.reservation.version = 2 },
            { $0.confirmer = 3 }, { $0.reservation.lines[0].released = 1 },
            { $0.reservation.lines[0].fulfilled = 2 }, { $0.knowsExpireTime = false },
            { $0.knowsMaxExpireTime = false },
            { $0.reservation.expireTime = LogTime(microseconds: 3) },
            { $0.reservation.maxExpireTime = LogTime(microseconds: 3) },
            { $0.earliestExpiry = LogTime(microseconds: 3) },
        ]
        let ofLevels = levels.map { level in
            let state = ModelState(variables: 2)
            state.set(level, at: Self.level)
            return state
        }
        let ofReservations = changes.map { change in
            let state = ModelState(variables: 2)
            state.set(reservation(change), at: slot)
            return state
        }
        let ofIdentities = [1, 2].map { owner in
            let state = ModelState(variables: 2)
            state.set(identity: owner, at: slot)
            return state
        }
        return [ModelState(variables: 2)] + ofLevels + ofReservations + ofIdentities
    }

    @Test func `states that differ have different fingerprints`() {
        let fingerprints = Self.variants().map(\.fingerprint)
        #expect(Set(fingerprints).count == fingerprints.count)
    }

    @Test func `the way to a state does not show in its fingerprint`() {
        let direct = ModelState(variables: 2)
        direct.set(StockLevel(onHand: 2, version: 2), at: Self.level)
        direct.set(Self.reservation { $0.reservation.version = 2 }, at: Self.slot)
        let detour = ModelState(variables: 2)
        detour.set(Self.reservation(), at: Self.slot)
        detour.set(StockLevel(onHand: 1, version: 1), at: Self.level)
        detour.set(Self.reservation { $0.reservation.version = 2 }, at: Self.slot)
        detour.set(StockLevel(onHand: 2, version: 2), at: Self.level)
        #expect(direct.fingerprint == detour.fingerprint)
    }

    @Test func `what is taken back leaves no trace`() {
        let state = ModelState(variables: 2)
        state.set(StockLevel(onHand: 1, version: 1), at: Self.level)
        let before = (state.fingerprint, state.changeCount)
        state.set(Self.reservation(), at: Self.slot)
        #expect(state.holds[Self.level.index] == [Self.slot])
        state.set(StockLevel(onHand: 1, reserved: 4, version: 2), at: Self.level)
        state.expire(Self.slot)
        #expect(state.holds[Self.level.index] == [])
        #expect(state.levels[Self.level.index] == StockLevel(onHand: 1, version: 3))
        #expect(state.changed(since: before.1) == [Self.slot, Self.level, Self.level, Self.slot])
        state.rewind(to: before.1)
        #expect(state.fingerprint == before.0)
        #expect(state.levels[Self.level.index] == StockLevel(onHand: 1, version: 1))
        #expect(state.reservations[Self.slot.index] == nil)
        #expect(state.holds[Self.level.index] == [])
    }
}
