/// Follows the journal row by row: the part of the audit that needs nothing but the rows.
struct JournalAudit {
    private(set) var violations: [LedgerViolation] = []
    /// The buckets as the deltas add up.
    private(set) var sums: [LevelKey: StockLevel] = [:]
    private(set) var last: JournalRow?

    private var answered: Set<RequestID> = []
    private var reservations: [ReservationID: Reservation] = [:]
    private var replaced: Set<ReservationID> = []
    private var itemEdits: [String: UInt64] = [:]
    private var locationEdits: [String: UInt64] = [:]
    private var expiriesOfLast = 0

    mutating func follow(_ row: JournalRow) {
        checkOrder(row)
        checkCause(row)
        for movement in row.movements {
            checkSum(movement, row)
            checkBuckets(movement, row)
        }
        last = row
    }

    /// How many holds the entry at this position expired.
    func expiries(at position: Position) -> Int {
        last?.position == position ? expiriesOfLast : 0
    }

    /// Whether the reservation is what the journal last said of it.
    func explains(_ reservation: Reservation) -> Bool {
        guard let known = reservations[reservation.id] else { return false }
        return known == reservation
            || replaced.contains(reservation.id) && known.releasedWhole() == reservation
    }

    func edits(of sku: SKU) -> UInt64 { itemEdits[sku.text] ?? 0 }

    func edits(of location: LocationID) -> UInt64 { locationEdits[location.text] ?? 0 }

    private mutating func checkOrder(_ row: JournalRow) {
        if row.sequence != (last?.sequence ?? 0) + 1 { report(10, row, "a gap before it") }
        if let last {
            let sameEntry = row.position == last.position && row.logTime == last.logTime
            let laterEntry = row.position > last.position && row.logTime > last.logTime
            if !sameEntry, !laterEntry { report(9, row, "log time did not rise") }
            if !sameEntry { expiriesOfLast = 0 }
        }
        if row.kind == .expire { expiriesOfLast += 1 }
    }

    private mutating func checkCause(_ row: JournalRow) {
        switch row.cause {
        case .expiry(let reservation):
            if reservation.state != .expired || reservation.expireTime > row.logTime {
                report(9, row, "a hold expired before its time")
            }
            reservations[reservation.id] = reservation
        case .request(let id, _, _, let outcome):
            if !answered.insert(id).inserted { report(8, row, "\(id) was answered twice") }
            if outcome.isRefusal {
                if !row.movements.isEmpty { report(10, row, "a refusal moved stock") }
            } else {
                note(outcome, of: row)
            }
        }
    }

    private mutating func note(_ outcome: Outcome, of row: JournalRow) {
        if row.kind == .adjust, row.reason == nil { report(10, row, "no reason given") }
        if case .reservation(let reservation) = outcome {
            reservations[reservation.id] = reservation
            replaced.remove(reservation.id)
        }
        guard let document = row.document?.text else { return }
        switch row.kind {
        case .reserve: replaced.insert(ReservationID(unchecked: document))
        case .upsertItem: itemEdits[document, default: 0] += 1
        case .upsertLocation: locationEdits[document, default: 0] += 1
        default: break
        }
    }

    private mutating func checkSum(_ movement: Movement, _ row: JournalRow) {
        var sum = sums[movement.key] ?? StockLevel()
        sum.onHand += movement.onHand
        sum.reserved += movement.reserved
        sum.allotted += movement.allotted
        sum.unavailable += movement.unavailable
        sum.incoming += movement.incoming
        sums[movement.key] = sum
        if !sum.sameBuckets(as: movement.after) {
            report(2, row, "\(movement.key.text): \(movement.after) is not the sum so far")
        }
    }

    /// Each kind of row moves its own buckets, in its own direction.
    private mutating func checkBuckets(_ movement: Movement, _ row: JournalRow) {
        let promised = movement.reserved + movement.allotted
        let allowed =
            switch row.kind {
            case .receive: movement.onHand > 0 && promised == 0
            case .adjust: movement.onHand != 0 && promised == 0
            case .sell: movement.onHand < 0 && promised == 0
            // A replaced hold may give back more than the new one takes.
            case .reserve: movement.onHand == 0 && promised != 0
            case .confirm: movement.onHand == 0 && promised > 0
            case .fulfill: movement.onHand < 0 && promised == movement.onHand
            case .release, .expire: movement.onHand == 0 && promised < 0
            case .upsertItem, .upsertLocation, .extend: false
            }
        if !allowed { report(6, row, "moves \(movement)") }
        let takes = row.kind == .sell || row.kind == .reserve || row.kind == .confirm
        let change = movement.onHand - promised - movement.unavailable
        if takes, change < 0, !movement.after.canPromise(0) {
            report(4, row, "\(movement.key.text): available is \(movement.after.available)")
        }
    }

    private mutating func report(_ invariant: Int, _ row: JournalRow, _ detail: String) {
        violations.append(
            LedgerViolation(invariant: invariant, detail: "row \(row.sequence): \(detail)")
        )
    }
}
