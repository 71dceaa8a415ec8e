/// Holds end as a part of apply, not when some job comes round.
extension LedgerRules {
    /// Expires what is due, oldest first, a bounded number.
    static func expireDue<State: LedgerState>(
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) {
        let now = state.header.logTime
        guard let earliest = state.earliestExpiry, earliest <= now else { return }
        for _ in 0..<LedgerLimits.expiriesPerEntryMax {
            guard let due = try state.nextExpired(at: now) else { return }
            _ = try expire(due, &state, &changes)
        }
    }

    /// The reservation as commands see it.
    ///
    /// One that is due has expired, even if the bound on expiries left it for the next entry: it is
    /// then expired out of turn.
    static func current<State: LedgerRows>(
        _ id: ReservationID,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Reservation? {
        guard let reservation = try state.reservation(id) else { return nil }
        guard reservation.state == .held, reservation.expireTime <= state.header.logTime
        else { return reservation }
        return try expire(reservation, &state, &changes)
    }

    private static func expire<State: LedgerRows>(
        _ held: Reservation,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Reservation {
        var sheet = LevelSheet()
        try giveBack(held, &state, &sheet)
        try sheet.write(to: &state, &changes)
        changes.tally.countExpiry()
        var expired = held
        expired.state = .expired
        expired.version += 1
        state.setReservation(expired, previous: held)
        append(
            kind: .expire,
            cause: .expiry(expired),
            movements: sheet.changedMovements,
            &state
        )
        return expired
    }

    /// Takes everything that is open out of the bucket that counts it.
    static func giveBack<State: LedgerRows>(
        _ reservation: Reservation,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) {
        for line in reservation.lines where line.open > 0 {
            let slot = try sheet.slot(of: levelKey(line, &state), &state)
            let done = sheet.add(-line.open, to: reservation.owner.bucket, slot)
            precondition(done, "what is open is counted in its bucket")
        }
    }
}

extension Owner {
    /// The bucket that counts what the owner holds: a store's rights are allotments, all else is
    /// reserved.
    var bucket: LevelSheet.Bucket { kind == .store ? .allotted : .reserved }
}
