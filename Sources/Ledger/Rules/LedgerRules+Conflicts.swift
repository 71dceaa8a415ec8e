/// What late facts leave behind, and how it ends.
extension LedgerRules {
    /// Opens, updates or ends the conflicts of a level, so that one is open exactly where it is so.
    static func noteConflicts<State: LedgerRows>(
        _ movement: Movement,
        _ before: StockLevel,
        _ cause: FactMark?,
        _ state: inout State
    ) throws(State.Failure) {
        let after = movement.after
        if before.isOversold || after.isOversold, before.shortfall != after.shortfall {
            try note(.oversold, after.shortfall, movement.key, cause, &state)
        }
        let missing = max(0, -after.onHand)
        if max(0, -before.onHand) != missing {
            try note(.negativeOnHand, missing, movement.key, cause, &state)
        }
    }

    private static func note<State: LedgerRows>(
        _ kind: Conflict.Kind,
        _ quantity: Quantity,
        _ level: LevelKey,
        _ cause: FactMark?,
        _ state: inout State
    ) throws(State.Failure) {
        let key: StoreRecordKey =
            kind == .oversold ? .oversold(level) : .negativeOnHand(level)
        guard quantity > 0 else {
            state.setStoreRecord(nil, key: key)
            return
        }
        if case .conflict(var conflict)? = try state.storeRecord(key) {
            conflict.quantity = quantity
            state.setStoreRecord(.conflict(conflict), key: key)
            return
        }
        guard let location = try state.location(level.location)?.id,
            let sku = try state.item(level.item)?.sku
        else { preconditionFailure("items and locations are never forgotten") }
        let conflict = Conflict(
            kind: kind,
            location: location,
            sku: sku,
            openedAt: state.header.position,
            openedTime: state.header.logTime,
            cause: cause,
            quantity: quantity
        )
        state.setStoreRecord(.conflict(conflict), key: key)
    }

    /// The holds to be released so that no more is promised than there is: the newest first, as many
    /// as it takes.
    static func holdsToRelease<State: LedgerRows>(
        _ levels: [LevelKey],
        _ state: inout State
    ) throws(State.Failure) -> [Reservation] {
        var chosen: [Reservation] = []
        for key in levels {
            let level = try state.level(key)
            var missing = level.shortfall
            // What an earlier level's cures give back here counts.
            for reservation in chosen { missing -= try open(reservation, at: key, &state) }
            guard missing > 0, level.reserved > 0 else { continue }
            let promises = try state.promises(
                at: key,
                reserved: level.reserved,
                limit: LedgerLimits.promiseRowsMax
            )
            for promise in promises where promise.state == .held {
                guard missing > 0, chosen.count < LedgerLimits.curedHoldsMax else { break }
                guard !chosen.contains(where: { $0.id == promise.id }) else { continue }
                chosen.append(promise)
                missing -= try open(promise, at: key, &state)
            }
        }
        return chosen
    }

    private static func open<State: LedgerRows>(
        _ reservation: Reservation,
        at key: LevelKey,
        _ state: inout State
    ) throws(State.Failure) -> Quantity {
        var sum: Quantity = 0
        for line in reservation.lines where line.open > 0 {
            if try levelKey(line, &state) == key { sum += line.open }
        }
        return sum
    }

    /// Releases holds, each with its row, and names in the conflicts what is still at risk.
    static func cure<State: LedgerRows>(
        _ holds: [Reservation],
        _ levels: [LevelKey],
        _ mark: FactMark,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) {
        for hold in holds {
            // Read as every row is before it is changed.
            guard let held = try state.reservation(hold.id), held.state == .held else { continue }
            var sheet = LevelSheet(cause: mark)
            try giveBack(held, &state, &sheet)
            try sheet.write(to: &state, &changes)
            let released = held.releasedWhole()
            state.setReservation(released, previous: held)
            append(
                kind: .release,
                cause: .cure(released, mark),
                movements: sheet.changedMovements,
                &state
            )
            changes.tally.count(.release, .reservation(released))
        }
        for key in levels { try nameRisks(key, &state) }
    }

    private static func nameRisks<State: LedgerRows>(
        _ key: LevelKey,
        _ state: inout State
    ) throws(State.Failure) {
        let place = StoreRecordKey.oversold(key)
        guard case .conflict(var conflict)? = try state.storeRecord(place) else { return }
        let reserved = try state.level(key).reserved
        guard reserved > 0 else { return }
        let promises = try state.promises(
            at: key,
            reserved: reserved,
            limit: LedgerLimits.promiseRowsMax
        )
        let held = promises.filter { $0.state == .held }
        let confirmed = promises.filter { $0.state == .confirmed }
        conflict.promises = (held + confirmed).prefix(LedgerLimits.promisesNamedMax).map(\.id)
        state.setStoreRecord(.conflict(conflict), key: place)
    }

    /// A person's word on what waits.
    static func resolve<State: LedgerRows>(
        _ command: ResolveConflict,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        guard command.reason != nil else { return .refused(.reasonRequired) }
        guard case .conflict(let conflict)? = try state.storeRecord(command.conflict) else {
            return .refused(.conflictNotFound(command.conflict))
        }
        switch (conflict.kind, command.decision) {
        case (.oversold, _), (.negativeOnHand, _), (.fork, _), (.unmatched, .apply):
            return .refused(.conflictStands(command.conflict))
        case (.unmatched, .dismiss), (.unknownItem, .dismiss), (.edit, .dismiss):
            break
        case (.unknownItem, .apply):
            guard let sku = conflict.sku else { return .refused(.conflictStands(command.conflict)) }
            let line = StockLine(
                sku: sku,
                location: conflict.location,
                quantity: conflict.quantity
            )
            switch try resolve([line], to: .record, &state) {
            case .refused(let refusal): return .refused(refusal)
            case .merged(let lines):
                let outcome = try moveOnHand(lines, sign: 1, &state, &sheet)
                if outcome.isRefusal { return outcome }
            }
        case (.edit, .apply):
            guard let sku = conflict.sku else { return .refused(.conflictStands(command.conflict)) }
            let wanted = SetOffer(
                sku: sku,
                location: conflict.location,
                price: conflict.wanted,
                fields: .price
            )
            let outcome = try setOffer(wanted, &state, &changes)
            if outcome.isRefusal { return outcome }
            state.setStoreRecord(nil, key: command.conflict)
            return outcome
        }
        state.setStoreRecord(nil, key: command.conflict)
        return .done
    }
}

extension StockLevel {
    /// How many more units are promised than there are, beyond what may be.
    public var shortfall: Quantity { max(0, -backorderLimit - available) }
    /// Whether more is promised than there is, beyond what may be.
    public var isOversold: Bool { available < -backorderLimit }
    /// Whether a conflict about it is open.
    var isAmiss: Bool { isOversold || onHand < 0 }
}
