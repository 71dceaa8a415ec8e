/// What rows may move, and that they say what they left behind.
extension JournalAudit {
    mutating func checkSum(_ movement: Movement, _ row: JournalRow) {
        var sum = sums[movement.key] ?? StockLevel()
        sum.onHand += movement.onHand
        sum.reserved += movement.reserved
        sum.allotted += movement.allotted
        sum.unavailable += movement.unavailable
        sum.incoming += movement.incoming
        sum.version += 1
        if row.kind == .setStockPolicy {
            sum.safetyStock = movement.after.safetyStock
            sum.backorderLimit = movement.after.backorderLimit
        }
        sums[movement.key] = sum
        goods += movement.onHand + movement.incoming
        if !sum.sameBuckets(as: movement.after) {
            report(2, row, "\(movement.key.text): \(movement.after) is not the sum so far")
        } else if sum != movement.after {
            report(10, row, "\(movement.key.text): \(movement.after) was not left by a row")
        }
    }

    /// Each kind of row moves its own buckets, in its own direction.
    mutating func checkBuckets(_ movement: Movement, _ row: JournalRow) {
        if !movement.isAllowed(in: row) { report(6, row, "moves \(movement)") }
        // What has happened may take what was promised; a conflict says so.
        if case .fact = row.cause { return }
        let promised = movement.reserved + movement.allotted
        let change = movement.onHand - promised - movement.unavailable
        guard change < 0 else { return }
        switch row.kind {
        case .sell, .reserve, .confirm:
            if movement.after.canPromise(0) { return }
        case .shipTransfer, .markUnavailable:
            if movement.after.available >= 0 { return }
        default: return
        }
        report(4, row, "\(movement.key.text): available is \(movement.after.available)")
    }
}

extension Movement {
    private var promised: Quantity { reserved + allotted }

    /// A fact moves rights beside what its command moves.
    func isAllowed(in row: JournalRow) -> Bool {
        guard case .fact = row.cause else { return isAllowed(in: row.kind) }
        var alone = self
        alone.allotted = 0
        let isRightsOnly = (onHand | reserved | unavailable | incoming) == 0
        switch row.kind {
        // Nothing was missing, or nothing moved but rights.
        case .count where isRightsOnly, .returnAllotment where isRightsOnly: return true
        default: return alone.isAllowed(in: row.kind)
        }
    }

    func isAllowed(in kind: JournalRow.Kind) -> Bool {
        switch kind {
        case .count: reserved == 0 && allotted <= 0 && incoming == 0 && unavailable == 0
        case .receive, .adjust, .sell, .writeOff, .returnGoods, .markUnavailable,
            .resolveConflict:
            promised == 0 && incoming == 0 && isAllowedStock(in: kind)
        case .reserve, .confirm, .fulfill, .release, .expire:
            unavailable == 0 && incoming == 0 && isAllowedPromise(in: kind)
        case .shipTransfer, .receiveTransfer, .cancelTransfer:
            promised == 0 && isAllowedTransport(in: kind)
        case .setStockPolicy: onHand | promised | unavailable | incoming == 0
        case .grantAllotment:
            onHand | reserved | unavailable | incoming == 0 && allotted > 0
        case .revokeAllotment:
            onHand | reserved | unavailable | incoming == 0 && allotted < 0
        case .upsertItem, .upsertLocation, .extend, .createTransfer, .setOffer, .batch,
            .registerStore, .submitFacts, .recallAllotment, .replayFact, .returnAllotment,
            .setAsideFact:
            false
        }
    }

    private func isAllowedStock(in kind: JournalRow.Kind) -> Bool {
        switch kind {
        case .receive: onHand > 0 && unavailable == 0
        case .sell: onHand < 0 && unavailable == 0
        case .writeOff: onHand < 0 && unavailable == onHand
        case .returnGoods: onHand > 0 && (unavailable == 0 || unavailable == onHand)
        case .markUnavailable: onHand == 0 && unavailable != 0
        default: onHand != 0 && unavailable == 0
        }
    }

    private func isAllowedPromise(in kind: JournalRow.Kind) -> Bool {
        switch kind {
        // A replaced hold may give back more than the new one takes.
        case .reserve: onHand == 0 && promised != 0
        case .confirm: onHand == 0 && promised > 0
        case .fulfill: onHand < 0 && promised == onHand
        default: onHand == 0 && promised < 0
        }
    }

    private func isAllowedTransport(in kind: JournalRow.Kind) -> Bool {
        switch kind {
        case .shipTransfer: unavailable == 0 && onHand <= 0 && incoming >= 0
        case .cancelTransfer: unavailable == 0 && onHand >= 0 && incoming <= 0
        default:
            incoming < 0 && (0...(-incoming)).contains(onHand) && (0...onHand).contains(unavailable)
        }
    }
}
