import Ledger

/// Holds and what becomes of them.
extension ModelState {
    /// Lets a hold expire: everything open is given back.
    func expire(_ slot: Slot) {
        guard var held = reservations[slot.index], held.isHeld else {
            preconditionFailure("only what is held expires")
        }
        giveBack(held)
        held.reservation.state = .expired
        held.reservation.version += 1
        set(held, at: slot)
    }

    private func giveBack(_ reservation: ModelReservation) {
        var deltas = ModelDeltas()
        deltas.giveBack(reservation)
        apply(deltas)
    }

    /// Takes a hold on all lines or none; what it replaces is given back before the check.
    func reserve(
        _ command: Reserve,
        at slot: Slot,
        _ lines: [ModelLine],
        replaces: Slot?,
        logTime: LogTime?,
        earliestLogTime: LogTime,
        by operation: Int
    ) -> Outcome {
        guard reservations[slot.index] == nil else {
            return .refused(.reservationExists(command.reservation))
        }
        var replaced: ModelReservation?
        if let replaces, let id = command.replaces {
            guard let found = reservations[replaces.index],
                found.reservation.owner == command.owner
            else { return .refused(.reservationNotFound(id)) }
            guard found.reservation.state != .confirmed else {
                return .refused(.reservationClosed(id, .confirmed))
            }
            if found.isHeld { replaced = found }
        }
        if let refusal = refusal(of: lines.map(\.place), for: .promise) { return .refused(refusal) }
        var deltas = ModelDeltas()
        if let replaced { deltas.giveBack(replaced) }
        if let refusal = shortage(of: lines, deltas) { return .refused(refusal) }
        for line in lines {
            deltas.addPromised(line.quantity, to: command.owner, at: line.place.level)
        }
        apply(deltas)
        if var replaced, let replaces {
            replaced.reservation.settleAllOpen()
            set(replaced, at: replaces)
        }
        let held = ModelReservation(
            command,
            lines,
            logTime: logTime,
            earliestLogTime: earliestLogTime,
            creator: operation
        )
        set(held, at: slot)
        return .reservation(held.reservation)
    }

    /// Why a hold cannot be extended; nil when it can.
    func refusalToExtend(_ id: ReservationID, at slot: Slot) -> Refusal? {
        guard let held = reservations[slot.index] else { return .reservationNotFound(id) }
        switch held.reservation.state {
        case .held: return nil
        case .expired: return .reservationExpired(id)
        case .confirmed, .fulfilled, .released:
            return .reservationClosed(id, held.reservation.state)
        }
    }

    /// Confirms what is held, or takes what has expired once more.
    func confirm(
        _ command: Confirm,
        at slot: Slot,
        places: [ModelPlace],
        by operation: Int
    ) -> Result<ModelReservation, ModelRefusal> {
        let id = command.reservation
        guard var confirmed = reservations[slot.index] else {
            return .failure(ModelRefusal(.reservationNotFound(id)))
        }
        switch confirmed.reservation.state {
        case .held: break
        case .expired:
            guard retake(confirmed, places) else {
                return .failure(ModelRefusal(.reservationExpired(id)))
            }
        case .confirmed, .fulfilled, .released:
            return .failure(ModelRefusal(.reservationClosed(id, confirmed.reservation.state)))
        }
        confirmed.reservation.state = .confirmed
        confirmed.reservation.orderReference = command.order
        confirmed.reservation.version += 1
        confirmed.confirmer = operation
        return .success(confirmed)
    }

    private func retake(_ expired: ModelReservation, _ places: [ModelPlace]) -> Bool {
        var lines: [ModelLine] = []
        for (line, level) in zip(expired.reservation.lines, expired.levels) where line.open > 0 {
            guard let place = places.first(where: { $0.level == level }) else {
                preconditionFailure("every line that a reservation may have was prepared")
            }
            lines.append(ModelLine(place: place, quantity: line.open))
        }
        var deltas = ModelDeltas()
        guard refusal(of: lines.map(\.place), for: .promise) == nil,
            shortage(of: lines, deltas) == nil
        else { return false }
        for line in lines {
            deltas.addPromised(
                line.quantity,
                to: expired.reservation.owner,
                at: line.place.level
            )
        }
        apply(deltas)
        return true
    }

    /// Hands over or gives back what is open; no lines mean all of it.
    func settle(
        _ id: ReservationID,
        at slot: Slot,
        _ lines: [StockLine],
        handedOver: Bool
    ) -> Result<ModelReservation, ModelRefusal> {
        guard var settled = reservations[slot.index] else {
            return .failure(ModelRefusal(.reservationNotFound(id)))
        }
        switch settled.reservation.state {
        case .held, .confirmed: break
        case .expired: return .failure(ModelRefusal(.reservationExpired(id)))
        case .fulfilled, .released:
            return .failure(ModelRefusal(.reservationClosed(id, settled.reservation.state)))
        }
        let quantities: [Quantity]
        switch settled.reservation.quantities(of: lines) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let found): quantities = found
        }
        var deltas = ModelDeltas()
        for (index, quantity) in quantities.enumerated() {
            let level = settled.levels[index]
            deltas.addPromised(-quantity, to: settled.reservation.owner, at: level)
            if handedOver {
                deltas.addOnHand(-quantity, at: level)
                settled.reservation.lines[index].fulfilled += quantity
            } else {
                settled.reservation.lines[index].released += quantity
            }
        }
        apply(deltas)
        settled.reservation.version += 1
        settled.reservation.closeIfDone()
        return .success(settled)
    }
}

/// A refusal, where Swift asks for an error.
struct ModelRefusal: Error {
    let refusal: Refusal

    init(_ refusal: Refusal) { self.refusal = refusal }
}

extension ModelDeltas {
    /// Takes everything open out of the bucket that counts it.
    fileprivate mutating func giveBack(_ reservation: ModelReservation) {
        for (line, level) in zip(reservation.reservation.lines, reservation.levels) {
            addPromised(-line.open, to: reservation.reservation.owner, at: level)
        }
    }
}

extension ModelReservation {
    fileprivate init(
        _ command: Reserve,
        _ lines: [ModelLine],
        logTime: LogTime?,
        earliestLogTime: LogTime,
        creator: Int
    ) {
        let known = logTime ?? earliestLogTime
        let zero = LogTime(microseconds: 0)
        self.init(
            reservation: Reservation(
                id: command.reservation,
                owner: command.owner,
                state: .held,
                lines: lines.map { line in
                    ReservationLine(
                        sku: line.place.sku,
                        location: line.place.location,
                        requested: line.quantity
                    )
                },
                expireTime: logTime?.advanced(by: command.ttl) ?? zero,
                maxExpireTime: logTime?.advanced(by: LedgerLimits.lifetimeMax) ?? zero,
                orderReference: nil,
                version: 1
            ),
            levels: lines.map(\.place.level),
            creator: creator,
            knowsExpireTime: logTime != nil,
            knowsMaxExpireTime: logTime != nil,
            earliestExpiry: known.advanced(by: command.ttl)
        )
    }
}

extension Reservation {
    /// Gives back everything that is open, in one change.
    fileprivate mutating func settleAllOpen() {
        for index in lines.indices { lines[index].released += lines[index].open }
        version += 1
        closeIfDone()
    }

    /// FULFILLED or RELEASED once nothing is open.
    fileprivate mutating func closeIfDone() {
        guard lines.allSatisfy({ $0.open == 0 }) else { return }
        state = lines.contains { $0.fulfilled > 0 } ? .fulfilled : .released
    }

    /// What lines ask of each line here; a line that isn't here is open by 0.
    fileprivate func quantities(of asked: [StockLine]) -> Result<[Quantity], ModelRefusal> {
        guard !asked.isEmpty else { return .success(lines.map(\.open)) }
        var sums = lines.map { Shortage($0, open: $0.open) }
        for line in asked {
            let index = sums.firstIndex { $0.sku == line.sku && $0.location == line.location }
            if let index {
                sums[index].requested += line.quantity
            } else {
                sums.append(
                    Shortage(
                        sku: line.sku,
                        location: line.location,
                        requested: line.quantity,
                        available: 0
                    )
                )
            }
        }
        let excesses = sums.filter { $0.requested > $0.available }
        guard excesses.isEmpty else {
            return .failure(ModelRefusal(.exceedsOpenQuantity(excesses)))
        }
        return .success(sums.map(\.requested))
    }
}

extension Shortage {
    fileprivate init(_ line: ReservationLine, open: Quantity) {
        self.init(sku: line.sku, location: line.location, requested: 0, available: open)
    }
}
