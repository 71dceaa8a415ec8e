/// Follows the journal row by row: the part of the audit that needs nothing but the rows.
struct JournalAudit {
    private(set) var violations: [LedgerViolation] = []
    /// The levels as the rows left them: buckets as the deltas add up, versions counted, settings as
    /// they were set.
    var sums: [LevelKey: StockLevel] = [:]
    /// Goods everywhere together, on hand or in transit: receipts − sales + returns ± adjustments.
    var goods: Quantity = 0
    private(set) var last: JournalRow?

    /// When a request was answered last.
    private var answered: [RequestID: LogTime] = [:]
    private var batch = BatchAudit()
    var documents = DocumentAudit()
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

    /// What is wrong when no more rows come.
    mutating func finish() {
        if !batch.isComplete, let last { report(10, last, "the rest of a batch is missing") }
    }

    /// How many holds the entry at this position expired.
    func expiries(at position: Position) -> Int {
        last?.position == position ? expiriesOfLast : 0
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
        if !batch.follow(row) { report(10, row, "a batch and its parts don't agree") }
    }

    private mutating func checkCause(_ row: JournalRow) {
        if case .expiry(let reservation) = row.cause,
            reservation.state != .expired || reservation.expireTime > row.logTime
        {
            report(9, row, "a hold expired before its time")
        }
        if case .request(let id, digest: _, actor: _, outcome: _) = row.cause {
            let horizon = row.logTime.earlier(by: LedgerLimits.answerRetention)
            if let before = answered.updateValue(row.logTime, forKey: id), before > horizon {
                report(8, row, "\(id) was answered twice")
            }
        }
        if row.outcome?.isRefusal == true {
            if !row.movements.isEmpty { report(10, row, "a refusal moved stock") }
        } else {
            note(row)
        }
    }

    private mutating func note(_ row: JournalRow) {
        switch row.kind {
        case .adjust, .markUnavailable, .writeOff:
            if row.reason == nil { report(10, row, "no reason given") }
        case .upsertItem: itemEdits[row.document?.text ?? "", default: 0] += 1
        case .upsertLocation: locationEdits[row.document?.text ?? "", default: 0] += 1
        default: break
        }
        for fault in documents.follow(row) { report(fault.invariant, row, fault.detail) }
    }

    mutating func report(_ invariant: Int, _ row: JournalRow, _ detail: String) {
        violations.append(
            LedgerViolation(invariant: invariant, detail: "row \(row.sequence): \(detail)")
        )
    }
}

/// Follows batches: the rows of the parts come first, in their order, then that of the whole.
private struct BatchAudit {
    private var id: RequestID?
    private var outcomes: [Outcome] = []

    var isComplete: Bool { id == nil }

    /// False when the row has no place here.
    mutating func follow(_ row: JournalRow) -> Bool {
        switch row.cause {
        case .expiry, .fact, .cure: return true
        case .part(of: let id, let index, actor: _, let outcome):
            let isNext = (self.id ?? id) == id && index == outcomes.count && !outcome.isRefusal
            self.id = id
            outcomes.append(outcome)
            return isNext
        case .request(let id, digest: _, actor: _, let outcome):
            defer { self = BatchAudit() }
            guard row.kind == .batch, !outcome.isRefusal else { return isComplete }
            return id == self.id && outcome == .batch(outcomes)
        }
    }
}
