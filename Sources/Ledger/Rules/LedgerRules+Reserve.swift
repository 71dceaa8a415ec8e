/// Taking a hold.
extension LedgerRules {
    /// All lines or none; the replaced hold is given back in the same step, before the check.
    static func reserve<State: LedgerRows>(
        _ command: Reserve,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        guard try state.reservation(command.reservation) == nil else {
            return .refused(.reservationExists(command.reservation))
        }
        var replaced: Reservation?
        if let id = command.replaces {
            // Someone else's hold is as unknown as one that never was.
            guard let found = try current(id, &state, &changes), found.owner == command.owner
            else { return .refused(.reservationNotFound(id)) }
            // Only a hold can be swapped for another; an order has been promised already.
            guard found.state != .confirmed else {
                return .refused(.reservationClosed(id, .confirmed))
            }
            if found.state == .held { replaced = found }
        }
        let resolved: ReserveLines
        switch try resolve(command, &state) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let found): resolved = found
        }
        let open = try state.openHolds(of: command.owner) - (replaced == nil ? 0 : 1)
        guard open < LedgerLimits.openHoldsPerOwnerMax else {
            return .refused(
                .holdQuotaExceeded(command.owner, limit: LedgerLimits.openHoldsPerOwnerMax)
            )
        }
        if let replaced { try giveBack(replaced, &state, &sheet) }
        var lines = resolved.named
        if let refusal = try take(lines, for: command.owner, online: command.online, &state, &sheet)
        {
            return .refused(refusal)
        }
        if !resolved.unplaced.isEmpty {
            let places = try place(resolved.unplaced, command.placement, &state, &sheet)
            switch places {
            case .refused(let refusal): return .refused(refusal)
            case .merged(let placed):
                if let refusal = try add(placed, for: command.owner, &state, &sheet) {
                    return .refused(refusal)
                }
                lines.merge(placed)
            }
        }
        if let replaced {
            state.setReservation(replaced.releasedWhole(), previous: replaced)
        }
        let reservation = held(command, lines, now: state.header.logTime)
        state.setReservation(reservation, previous: nil)
        return .reservation(reservation)
    }

    /// Takes all lines into the owner's bucket, or says why not.
    static func take<State: LedgerRows>(
        _ lines: [MergedLine],
        for owner: Owner,
        online: Bool = false,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Refusal? {
        let shortages = try shortages(lines, online: online, &state, &sheet)
        guard shortages.isEmpty else { return .insufficientStock(shortages) }
        return try add(lines, for: owner, &state, &sheet)
    }

    /// Takes lines that are known to be there.
    private static func add<State: LedgerRows>(
        _ lines: [MergedLine],
        for owner: Owner,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Refusal? {
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            guard sheet.add(line.quantity, to: owner.bucket, slot) else {
                return .quantityOverflow(line.sku, line.location)
            }
        }
        return nil
    }

    private static func held(
        _ command: Reserve,
        _ lines: [MergedLine],
        now: LogTime
    ) -> Reservation {
        Reservation(
            id: command.reservation,
            owner: command.owner,
            state: .held,
            lines: lines.map {
                ReservationLine(sku: $0.sku, location: $0.location, requested: $0.quantity)
            },
            expireTime: now.advanced(by: command.ttl),
            maxExpireTime: now.advanced(by: LedgerLimits.lifetimeMax),
            orderReference: nil,
            version: 1
        )
    }
}

extension Reservation {
    /// Everything open given back: RELEASED, or FULFILLED when something had been handed over.
    func releasedWhole() -> Reservation {
        var released = self
        for index in released.lines.indices {
            released.lines[index].released += released.lines[index].open
        }
        released.version += 1
        released.closeIfDone()
        return released
    }

    /// Ends a reservation of which nothing is open: FULFILLED if any unit was, RELEASED if none.
    mutating func closeIfDone() {
        guard lines.allSatisfy({ $0.open == 0 }) else { return }
        state = lines.contains { $0.fulfilled > 0 } ? .fulfilled : .released
    }
}
