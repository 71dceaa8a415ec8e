import Ledger

/// A reservation in the model.
///
/// Its times are known when the answer that made them is; when a client never got it, they lie in
/// the dark until another answer shows them.
struct ModelReservation: Sendable {
    /// As an answer would show it; times that are not known are 0.
    var reservation: Reservation
    /// The levels of its lines, in their order.
    let levels: [Slot]
    /// The operation that created it, and the one that confirmed it; they settle everything in it that
    /// the fingerprint does not name.
    let creator: Int
    var confirmer = -1
    var knowsExpireTime: Bool
    var knowsMaxExpireTime: Bool
    /// When it is held: it does not expire before this; its expiry itself, when that is known.
    var earliestExpiry: LogTime

    /// Whether it is held, and so expires one day.
    var isHeld: Bool { reservation.state == .held }

    /// Whether an answer shows this reservation; takes over what the answer knows better.
    mutating func accept(_ told: Reservation) -> Bool {
        var expected = reservation
        if !knowsExpireTime {
            guard told.expireTime >= earliestExpiry else { return false }
            expected.expireTime = told.expireTime
        }
        if !knowsMaxExpireTime {
            guard told.maxExpireTime >= told.expireTime else { return false }
            expected.maxExpireTime = told.maxExpireTime
        }
        guard expected == told else { return false }
        reservation = told
        if !knowsExpireTime, isHeld { earliestExpiry = told.expireTime }
        knowsExpireTime = true
        knowsMaxExpireTime = true
        return true
    }

    /// What distinguishes it from other states of the same reservation.
    func fact(_ slot: Slot) -> Fingerprint.Fact {
        var fact = Fingerprint.Fact(.reservation, slot.index)
        fact.add(Int64(creator))
        fact.add(Int64(confirmer))
        fact.add(UInt64(reservation.state.rawValue))
        fact.add(reservation.version)
        fact.add(reservation.expireTime.microseconds)
        fact.add(reservation.maxExpireTime.microseconds)
        fact.add(earliestExpiry.microseconds)
        fact.add(UInt64(knowsExpireTime ? 2 : 0) | UInt64(knowsMaxExpireTime ? 1 : 0))
        for line in reservation.lines {
            fact.add(line.fulfilled)
            fact.add(line.released)
        }
        return fact
    }
}
