import Ledger

/// When an operation's entry was applied, by the ledger's own time.
struct ModelMoment {
    /// Where an answer told it.
    let logTime: LogTime?
    /// It was not earlier than this.
    let earliest: LogTime
}

extension ModelState {
    /// Executes an operation if it would do now what its client was told; else leaves the changes that
    /// it began to make, for its caller to take back.
    ///
    /// One whose client was told nothing must succeed: had it been refused, it would have done nothing.
    func execute(
        _ operation: ModelOperation,
        number: Int,
        at moment: ModelMoment
    ) -> Bool {
        switch operation.action {
        case .read(let read): return accepts(read)
        case .reuse:
            guard let identity = operation.identity else { return false }
            let owner = identities[identity.slot.index]
            return owner != nil && owner != identity.command
        case .command(let command, let told):
            guard let identity = operation.identity else {
                return execute(command, told, number, moment)
            }
            guard identities[identity.slot.index] == nil else { return false }
            set(identity: identity.command, at: identity.slot)
            if execute(command, told, number, moment) { return true }
            // Refused and never told: the id is taken all the same.
            return told == nil
        }
    }

    private func execute(
        _ command: ModelCommand,
        _ told: Outcome?,
        _ number: Int,
        _ moment: ModelMoment
    ) -> Bool {
        switch command {
        case .unmodelled: return false
        case .malformed(let violation):
            return agrees(.refused(.malformed(violation)), told)
        case .upsertItem(let slot, let command, let levels):
            return agrees(upsert(command, at: slot, levels: levels, by: number), told)
        case .upsertLocation(let slot, let command, let levels):
            return agrees(upsert(command, at: slot, levels: levels, by: number), told)
        case .receive(let lines): return agrees(move(lines, sign: 1, for: .bring), told)
        case .adjust(let lines, let hasReason):
            guard hasReason else { return agrees(.refused(.reasonRequired), told) }
            return agrees(move(lines, sign: 1, for: .correct), told)
        case .sell(let lines): return agrees(move(lines, sign: -1, for: .take), told)
        case .reserve(let slot, let command, let lines, let replaces):
            let outcome = reserve(
                command,
                at: slot,
                lines,
                replaces: replaces,
                logTime: moment.logTime,
                earliestLogTime: moment.earliest,
                by: number
            )
            return agrees(outcome, told)
        case .extend(let slot, let command): return extend(command, at: slot, told, moment)
        case .confirm(let slot, let command, let places):
            let result = confirm(command, at: slot, places: places, by: number)
            return keep(result, at: slot, told)
        case .fulfill(let slot, let command):
            let result = settle(command.reservation, at: slot, command.lines, handedOver: true)
            return keep(result, at: slot, told)
        case .release(let slot, let command):
            let result = settle(command.reservation, at: slot, command.lines, handedOver: false)
            return keep(result, at: slot, told)
        }
    }

    private func agrees(_ outcome: Outcome, _ told: Outcome?) -> Bool {
        guard let told else {
            if case .refused = outcome { return false }
            return true
        }
        return outcome == told
    }

    /// Stores what became of a reservation, if that is what was told.
    private func keep(
        _ result: Result<ModelReservation, ModelRefusal>,
        at slot: Slot,
        _ told: Outcome?
    ) -> Bool {
        switch result {
        case .failure(let refused): return agrees(.refused(refused.refusal), told)
        case .success(var changed):
            if let told {
                guard case .reservation(let reservation) = told, changed.accept(reservation)
                else { return false }
            }
            set(changed, at: slot)
            return true
        }
    }

    private func extend(
        _ command: Extend,
        at slot: Slot,
        _ told: Outcome?,
        _ moment: ModelMoment
    ) -> Bool {
        if let refusal = refusalToExtend(command.reservation, at: slot) {
            return agrees(.refused(refusal), told)
        }
        guard var held = reservations[slot.index] else { return false }
        let earliest = (moment.logTime ?? moment.earliest).advanced(by: command.ttl)
        if case .refused(.maxTTLReached(command.reservation, let latest))? = told {
            guard let expiry = moment.logTime?.advanced(by: command.ttl), expiry > latest
            else { return false }
            return !held.knowsMaxExpireTime || held.reservation.maxExpireTime == latest
        }
        guard !held.knowsMaxExpireTime || earliest <= held.reservation.maxExpireTime
        else { return false }
        held.knowsExpireTime = moment.logTime != nil
        held.reservation.expireTime = held.knowsExpireTime ? earliest : LogTime(microseconds: 0)
        held.earliestExpiry = earliest
        held.reservation.version += 1
        return keep(.success(held), at: slot, told)
    }
}
