/// What happens to a reservation after it was taken.
extension LedgerRules {
    static func extend<State: LedgerRows>(
        _ command: Extend,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let id = command.reservation
        guard let held = try current(id, &state, &changes) else {
            return .refused(.reservationNotFound(id))
        }
        switch held.state {
        case .held: break
        case .expired: return .refused(.reservationExpired(id))
        case .confirmed, .fulfilled, .released:
            return .refused(.reservationClosed(id, held.state))
        }
        let expireTime = state.header.logTime.advanced(by: command.ttl)
        guard expireTime <= held.maxExpireTime else {
            return .refused(.maxTTLReached(id, latest: held.maxExpireTime))
        }
        var extended = held
        extended.expireTime = expireTime
        extended.version += 1
        state.setReservation(extended, previous: held)
        return .reservation(extended)
    }

    static func confirm<State: LedgerRows>(
        _ command: Confirm,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let id = command.reservation
        guard let previous = try current(id, &state, &changes) else {
            return .refused(.reservationNotFound(id))
        }
        switch previous.state {
        case .held: break
        case .expired:
            if let refusal = try retake(previous, &state, &sheet) { return .refused(refusal) }
        case .confirmed, .fulfilled, .released:
            return .refused(.reservationClosed(id, previous.state))
        }
        var confirmed = previous
        confirmed.state = .confirmed
        confirmed.orderReference = command.order
        confirmed.version += 1
        state.setReservation(confirmed, previous: previous)
        return .reservation(confirmed)
    }

    /// Paid, and the hold has expired: take all of it again, or give one distinct error.
    private static func retake<State: LedgerRows>(
        _ expired: Reservation,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Refusal? {
        let holds = try state.openHolds(of: expired.owner)
        guard holds < LedgerLimits.openHoldsPerOwnerMax else {
            return .holdQuotaExceeded(expired.owner, limit: LedgerLimits.openHoldsPerOwnerMax)
        }
        var lines: [MergedLine] = []
        for line in expired.lines where line.open > 0 {
            let open = MergedLine(
                sku: line.sku,
                location: line.location,
                key: try levelKey(line, &state),
                quantity: line.open
            )
            guard try unusable(open, to: .promise, &state) == nil
            else { return .reservationExpired(expired.id) }
            lines.append(open)
        }
        let refusal = try take(lines, for: expired.owner, &state, &sheet)
        return refusal == nil ? nil : .reservationExpired(expired.id)
    }

    static func fulfill<State: LedgerRows>(
        _ command: Fulfill,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        switch try openLines(command.lines, of: command.reservation, &state, &changes) {
        case .refused(let refusal): return .refused(refusal)
        case .taken(let reservation, let quantities):
            return try settle(reservation, quantities, as: .handedOver, &state, &sheet)
        }
    }

    static func release<State: LedgerRows>(
        _ command: Release,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        switch try openLines(command.lines, of: command.reservation, &state, &changes) {
        case .refused(let refusal): return .refused(refusal)
        case .taken(let reservation, let quantities):
            return try settle(reservation, quantities, as: .givenBack, &state, &sheet)
        }
    }

    /// What becomes of units that were open.
    private enum Settlement {
        case handedOver
        case givenBack
    }

    private static func settle<State: LedgerRows>(
        _ previous: Reservation,
        _ quantities: [Quantity],
        as settlement: Settlement,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var settled = previous
        for (index, quantity) in quantities.enumerated() where quantity > 0 {
            let line = previous.lines[index]
            let slot = try sheet.slot(of: levelKey(line, &state), &state)
            var done = sheet.add(-quantity, to: previous.owner.bucket, slot)
            switch settlement {
            case .handedOver:
                done = done && sheet.add(-quantity, to: .onHand, slot)
                settled.lines[index].fulfilled += quantity
            case .givenBack:
                settled.lines[index].released += quantity
            }
            guard done else { return .refused(.quantityOverflow(line.sku, line.location)) }
        }
        settled.version += 1
        settled.closeIfDone()
        state.setReservation(settled, previous: previous)
        return .reservation(settled)
    }
}
