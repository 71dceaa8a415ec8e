/// Stock that comes, goes or is corrected outside of any reservation.
extension LedgerRules {
    static func receive<State: LedgerRows>(
        _ command: Receive,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        switch try resolve(command.lines, to: sheet.purpose(.bring), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let lines): return try moveOnHand(lines, sign: 1, &state, &sheet)
        }
    }

    static func adjust<State: LedgerRows>(
        _ command: Adjust,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        guard command.reason != nil else { return .refused(.reasonRequired) }
        switch try resolve(command.lines, to: sheet.purpose(.correct), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let lines): return try moveOnHand(lines, sign: 1, &state, &sheet)
        }
    }

    static func sell<State: LedgerRows>(
        _ command: Sell,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        let id = command.sale ?? origin.saleID
        guard try state.sale(id) == nil else { return .refused(.saleExists(id)) }
        switch try resolve(command.lines, to: sheet.purpose(.take), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let lines):
            let shortages = sheet.isFact ? [] : try shortages(lines, &state, &sheet)
            guard shortages.isEmpty else { return .refused(.insufficientStock(shortages)) }
            let outcome = try moveOnHand(lines, sign: -1, &state, &sheet)
            if !outcome.isRefusal { state.createSale(id) }
            return outcome
        }
    }

    /// What cannot be had in full, with what there is.
    ///
    /// For the digital channel (`online`) there is nothing at a location that doesn't sell online.
    static func shortages<State: LedgerRows>(
        _ lines: [MergedLine],
        online: Bool = false,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> [Shortage] {
        var shortages: [Shortage] = []
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            let level = sheet.level(slot)
            let isOffered =
                try online ? state.location(line.key.location)?.sellsOnline == true : true
            guard !isOffered || !level.canPromise(line.quantity, online: online) else { continue }
            shortages.append(
                Shortage(
                    sku: line.sku,
                    location: line.location,
                    requested: line.quantity,
                    available: !isOffered ? 0 : online ? level.availableOnline : level.available
                )
            )
        }
        return shortages
    }

    static func moveOnHand<State: LedgerRows>(
        _ lines: [MergedLine],
        sign: Quantity,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var views: [LevelView] = []
        views.reserveCapacity(lines.count)
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            guard sheet.add(sign * line.quantity, to: .onHand, slot) else {
                return .refused(.quantityOverflow(line.sku, line.location))
            }
            views.append(
                LevelView(sku: line.sku, location: line.location, level: sheet.level(slot))
            )
        }
        return .levels(views)
    }
}

extension StockLevel {
    /// Whether this many units may be promised: `available` may fall to `−backorderLimit`, not lower.
    ///
    /// To the digital channel (`online`) safety stock is not promised.
    public func canPromise(_ quantity: Quantity, online: Bool = false) -> Bool {
        (online ? availableOnline : available) + backorderLimit >= quantity
    }
}
