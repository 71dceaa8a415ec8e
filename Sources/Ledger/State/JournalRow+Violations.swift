/// What a row of the journal says of itself that can't be, whatever else there is.
extension JournalRow {
    private var isFact: Bool {
        if case .fact = cause { true } else { false }
    }

    /// The row's own violations; those that take other rows to be seen are for an audit.
    public func violations() -> [LedgerViolation] {
        var found: [LedgerViolation] = []
        func report(_ invariant: Int, _ detail: String) {
            found.append(LedgerViolation(invariant: invariant, detail: detail))
        }
        if case .expiry(let reservation) = cause,
            reservation.state != .expired || reservation.expireTime > logTime
        {
            report(9, "\(reservation.id) expired before its time")
        }
        if outcome?.isRefusal == true {
            if !movements.isEmpty { report(10, "a refusal moved stock") }
            return found
        }
        let needsReason = kind == .adjust || kind == .markUnavailable || kind == .writeOff
        if needsReason, reason == nil { report(10, "no reason was given") }
        for movement in movements {
            if !movement.isAllowed(in: self) { report(6, "a \(kind) can't move \(movement)") }
            if !isFact, movement.breaksPromises(in: kind) {
                report(4, "\(movement.key.text): available is \(movement.after.available)")
            }
        }
        return found
    }
}

extension Movement {
    /// Whether a promise took what was not there.
    fileprivate func breaksPromises(in kind: JournalRow.Kind) -> Bool {
        guard onHand - reserved - allotted - unavailable < 0 else { return false }
        switch kind {
        case .sell, .reserve, .confirm: return !after.canPromise(0)
        case .shipTransfer, .markUnavailable: return after.available < 0
        default: return false
        }
    }
}
