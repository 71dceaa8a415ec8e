package import Ledger

/// Reservations.
///
/// A reservation's key is the sequence of the journal row that created it: that row carries it, and
/// as long as it never changes nothing else is kept of it. From its first change on, a `reservation`
/// row under that key says which journal row carries its newest state.
extension SQLiteLedgerState {
    package mutating func reservation(
        _ id: ReservationID
    ) throws(StoreError) -> Reservation? {
        if let created, created.reservation.id == id { return created.reservation }
        if let key = keysInUse[id] { return try load(key, as: id) }
        let hash = hasher.hash(id)
        guard filter.mayContain(hash) else { return nil }
        for key in waitingSequences(hash) {
            if let reservation = try load(key, as: id) { return reservation }
        }
        for key in try storedSequences(hash) {
            if let reservation = try load(key, as: id) { return reservation }
        }
        return nil
    }

    /// The reservation under a key; nil when that is another one, or none.
    ///
    /// It stays in memory until the open generation is committed, since a write must find it.
    mutating func load(
        _ key: UInt64,
        as id: ReservationID?
    ) throws(StoreError) -> Reservation? {
        if let cached = reservations.find(key, pinning: open.number) {
            guard id == nil || cached.reservation.id == id else { return nil }
            keysInUse[cached.reservation.id] = key
            return cached.reservation
        }
        // A row that isn't committed can't have a committed change, and one that isn't would be
        // in the cache.
        let place = arena(of: key) == nil ? try reader.reservation(key) : nil
        let found: CachedReservation
        switch place {
        case .body(let reservation):
            found = CachedReservation(reservation: reservation, carrier: nil)
        case .journal(let carrier):
            guard let carried = try journalRow(carrier)?.reservation else {
                throw StoreError(.corrupt, "journal row \(carrier) carries no reservation")
            }
            found = CachedReservation(reservation: carried, carrier: carrier)
        case nil:
            guard let row = try journalRow(key), row.kind == .reserve,
                let carried = row.reservation
            else { return nil }
            found = CachedReservation(reservation: carried, carrier: key)
        }
        guard id == nil || found.reservation.id == id else { return nil }
        reservations.insert(found, for: key, pinning: open.number)
        keysInUse[found.reservation.id] = key
        return found.reservation
    }

    package mutating func setReservation(_ reservation: Reservation, previous: Reservation?) {
        let key: UInt64
        if previous == nil {
            settleCreated()
            // The row that answers the request comes next, and carries the reservation.
            key = header.journalSequence + 1
            precondition(
                keysInUse[reservation.id] == nil && created == nil,
                "a journal row creates one reservation at most"
            )
            created = CreatedReservation(reservation: reservation, key: key)
            note(hasher.hash(reservation.id), key)
        } else {
            if created?.reservation.id == reservation.id { settleCreated() }
            guard let known = keysInUse[reservation.id] else {
                preconditionFailure("a reservation is read before it is changed")
            }
            key = known
            write(CachedReservation(reservation: reservation, carrier: nil), key)
        }
        holds.update(reservation, previous: previous, key: key, generation: open.number)
    }

    private mutating func write(_ cached: CachedReservation, _ key: UInt64) {
        let written = reservations.write(cached, for: key, generation: open.number)
        if case .first = written { open.reservations.append(key) }
    }

    /// Takes note of the journal row that carries a reservation as it is.
    mutating func carry(_ reservation: Reservation, _ sequence: UInt64) {
        if let created, created.key == sequence, created.reservation == reservation {
            self.created = nil
        } else if let key = keysInUse[reservation.id],
            let cached = reservations.peek(key), cached.carrier == nil,
            cached.reservation == reservation
        {
            write(CachedReservation(reservation: reservation, carrier: sequence), key)
        }
    }

    /// Keeps a created reservation that no journal row carries in a row of its own.
    mutating func settleCreated() {
        guard let created else { return }
        self.created = nil
        keysInUse[created.reservation.id] = created.key
        write(CachedReservation(reservation: created.reservation, carrier: nil), created.key)
    }

    // MARK: Open holds

    package mutating func nextExpired(at time: LogTime) throws(StoreError) -> Reservation? {
        guard let first = holds.firstExpiry, first.time <= time else { return nil }
        guard let reservation = try load(first.key, as: nil) else {
            throw StoreError(.corrupt, "no reservation under the open hold \(first.key)")
        }
        return reservation
    }

    package var earliestExpiry: LogTime? { holds.firstExpiry?.time }

    package mutating func openHolds(of owner: Owner) throws(StoreError) -> Int {
        holds.count(of: owner)
    }
}
