/// Units that are damaged or on hold, stock-takes, and the settings of a level.
extension LedgerRules {
    /// Puts units on hold, or takes them off it; only what nobody has been promised can be put on hold.
    static func markUnavailable<State: LedgerRows>(
        _ command: MarkUnavailable,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        guard command.reason != nil else { return .refused(.reasonRequired) }
        let lines: [MergedLine]
        switch try resolve(command.lines, to: sheet.purpose(.correct), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        var shortages: [Shortage] = []
        var excesses: [Shortage] = []
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            let level = sheet.level(slot)
            if line.quantity > 0, level.available < line.quantity {
                shortages.append(line.shortage(line.quantity, of: level.available))
            } else if line.quantity < 0, level.unavailable < -line.quantity {
                excesses.append(line.shortage(-line.quantity, of: level.unavailable))
            }
        }
        if !sheet.isFact {
            guard shortages.isEmpty else { return .refused(.insufficientStock(shortages)) }
        }
        guard excesses.isEmpty else { return .refused(.exceedsUnavailable(excesses)) }
        return try move(lines, [(.unavailable, 1)], &state, &sheet)
    }

    /// Units that are damaged leave for good.
    static func writeOff<State: LedgerRows>(
        _ command: WriteOff,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        guard command.reason != nil else { return .refused(.reasonRequired) }
        let lines: [MergedLine]
        switch try resolve(command.lines, to: sheet.purpose(.correct), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        var excesses: [Shortage] = []
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            let level = sheet.level(slot)
            guard level.unavailable < line.quantity else { continue }
            excesses.append(line.shortage(line.quantity, of: level.unavailable))
        }
        guard excesses.isEmpty else { return .refused(.exceedsUnavailable(excesses)) }
        return try move(lines, [(.unavailable, -1), (.onHand, -1)], &state, &sheet)
    }

    /// What was counted, as a difference to the book; never refused for lack of stock.
    static func count<State: LedgerRows>(
        _ command: Count,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        let differences = command.lines.map {
            StockLine(sku: $0.sku, location: $0.location, quantity: $0.counted - $0.book)
        }
        let lines: [MergedLine]
        switch try resolve(differences, to: sheet.purpose(.correct), &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        precondition(
            lines.count == command.lines.count,
            "validation refuses a line that comes twice"
        )
        var applied: [LevelView] = []
        var outdated: [LevelView] = []
        for (line, asked) in zip(lines, command.lines) {
            let slot = try sheet.slot(of: line.key, &state)
            if let version = asked.bookVersion, version != sheet.level(slot).version {
                outdated.append(line.view(sheet.level(slot)))
                continue
            }
            guard sheet.add(line.quantity, to: .onHand, slot) else {
                return .refused(.quantityOverflow(line.sku, line.location))
            }
            // What is there is known now, whatever an agent that is gone may have sold of it.
            if !sheet.isFact, sheet.level(slot).allotted > 0 {
                try freeFrozen(line.key, slot, &state, &sheet)
            }
            applied.append(line.view(sheet.level(slot)))
        }
        return applied.isEmpty
            ? .refused(.countOutdated(outdated))
            : .counted(applied: applied, outdated: outdated)
    }

    /// Changes how much of a level may be promised; promises that were made stand.
    static func setStockPolicy<State: LedgerRows>(
        _ command: SetStockPolicy,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        let named = StockLine(sku: command.sku, location: command.location, quantity: 0)
        let line: MergedLine
        switch try resolve([named], to: .correct, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): line = merged[0]
        }
        let slot = try sheet.slot(of: line.key, &state)
        let version = sheet.level(slot).version
        if let expected = command.expectedVersion, expected != version {
            return .refused(.versionMismatch(current: version))
        }
        sheet.setPolicy(
            safetyStock: command.safetyStock,
            backorderLimit: command.backorderLimit,
            slot
        )
        return .levels([line.view(sheet.level(slot))])
    }

    /// Moves the units of each line in these buckets, in their directions.
    private static func move<State: LedgerRows>(
        _ lines: [MergedLine],
        _ buckets: [(bucket: LevelSheet.Bucket, sign: Quantity)],
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var views: [LevelView] = []
        views.reserveCapacity(lines.count)
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            for (bucket, sign) in buckets {
                guard sheet.add(sign * line.quantity, to: bucket, slot) else {
                    return .refused(.quantityOverflow(line.sku, line.location))
                }
            }
            views.append(line.view(sheet.level(slot)))
        }
        return .levels(views)
    }
}

extension MergedLine {
    /// The line as an answer shows it.
    func view(_ level: StockLevel) -> LevelView {
        LevelView(sku: sku, location: location, level: level)
    }

    func shortage(_ requested: Quantity, of available: Quantity) -> Shortage {
        Shortage(sku: sku, location: location, requested: requested, available: available)
    }
}
