/// What can still come back of one line.
private struct Returnable {
    let sku: SKU
    let location: LocationID
    let left: Quantity
}

/// What a return gives back to each line of the sale, or why it can't.
private enum ReturnMatch {
    case quantities([Quantity])
    case refused(Refusal)
}

/// What was sold comes back, each unit once.
extension LedgerRules {
    static func returnGoods<State: LedgerRows>(
        _ command: ReturnGoods,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        switch command.origin {
        case .sale(let id):
            guard var sale = try state.sale(id) else { return .refused(.saleNotFound(id)) }
            let sold = sale.lines.map {
                Returnable(sku: $0.sku, location: $0.location, left: $0.sold - $0.returned)
            }
            switch try bringBack(command, of: sold, &state, &sheet) {
            case .refused(let refusal): return .refused(refusal)
            case .quantities(let quantities):
                for (index, quantity) in quantities.enumerated() {
                    sale.lines[index].returned += quantity
                }
                sale.version += 1
                state.setSale(sale)
                return .sale(sale)
            }
        case .reservation(let id):
            guard let previous = try current(id, &state, &changes) else {
                return .refused(.reservationNotFound(id))
            }
            let handedOver = previous.lines.map {
                Returnable(sku: $0.sku, location: $0.location, left: $0.fulfilled - $0.returned)
            }
            switch try bringBack(command, of: handedOver, &state, &sheet) {
            case .refused(let refusal): return .refused(refusal)
            case .quantities(let quantities):
                var changed = previous
                for (index, quantity) in quantities.enumerated() {
                    changed.lines[index].returned += quantity
                }
                changed.version += 1
                state.setReservation(changed, previous: previous)
                return .reservation(changed)
            }
        }
    }

    /// Matches what comes back with what was sold, and brings it in.
    private static func bringBack<State: LedgerRows>(
        _ command: ReturnGoods,
        of sold: [Returnable],
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> ReturnMatch {
        let asked = command.lines.map {
            StockLine(sku: $0.sku, location: $0.soldAt, quantity: $0.quantity)
        }
        let names = sold.map { LineName(sku: $0.sku, location: $0.location) }
        let sums = LineSums(asked, known: names)
        let excesses = sums.excesses(over: sold.map(\.left))
        guard excesses.isEmpty else { return .refused(.exceedsSoldQuantity(excesses)) }
        let back = command.lines.map {
            StockLine(sku: $0.sku, location: $0.location ?? $0.soldAt, quantity: $0.quantity)
        }
        let lines: [MergedLine]
        switch try resolve(back, to: sheet.purpose(.correct), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            var done = sheet.add(line.quantity, to: .onHand, slot)
            if command.disposition == .damaged {
                done = done && sheet.add(line.quantity, to: .unavailable, slot)
            }
            guard done else { return .refused(.quantityOverflow(line.sku, line.location)) }
        }
        return .quantities(sums.quantities)
    }
}
