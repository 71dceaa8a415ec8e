/// Goods that move from one location to another.
///
/// Invariant: in transit everywhere = what is `incoming` at the destinations.
extension LedgerRules {
    static func createTransfer<State: LedgerRows>(
        _ command: CreateTransfer,
        _ state: inout State
    ) throws(State.Failure) -> Outcome {
        guard try state.transfer(command.transfer) == nil else {
            return .refused(.transferExists(command.transfer))
        }
        for (location, purpose) in [(command.from, LinePurpose.take), (command.to, .bring)] {
            let lines = command.lines.map {
                StockLine(sku: $0.sku, location: location, quantity: $0.quantity)
            }
            if case .refused(let refusal) = try resolve(lines, to: purpose, &state) {
                return .refused(refusal)
            }
        }
        let sums = LineSums(command.lines.map { $0.at(command.from) }, known: [])
        let transfer = Transfer(
            id: command.transfer,
            from: command.from,
            to: command.to,
            lines: zip(sums.names, sums.quantities).map {
                TransferLine(sku: $0.sku, requested: $1)
            },
            state: .draft,
            document: command.document,
            version: 1
        )
        state.setTransfer(transfer)
        return .transfer(transfer)
    }

    /// Goods leave the source; what is not there can't be shipped, whatever may be promised.
    static func shipTransfer<State: LedgerRows>(
        _ command: ShipTransfer,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var transfer: Transfer
        switch try openTransfer(command.transfer, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .open(let found): transfer = found
        }
        let left = transfer.lines.map(\.unshipped)
        let quantities: [Quantity]
        if command.lines.isEmpty {
            guard left.contains(where: { $0 > 0 }) else { return .refused(.exceedsRequested([])) }
            quantities = left
        } else {
            let asked = command.lines.map { $0.at(transfer.from) }
            let sums = LineSums(asked, known: transfer.names(at: transfer.from))
            let excesses = sums.excesses(over: left)
            guard excesses.isEmpty else { return .refused(.exceedsRequested(excesses)) }
            quantities = sums.quantities
        }
        if let refusal = try ship(quantities, of: transfer, &state, &sheet) {
            return .refused(refusal)
        }
        for (index, quantity) in quantities.enumerated() {
            transfer.lines[index].shipped += quantity
        }
        transfer.state = .inTransit
        transfer.version += 1
        state.setTransfer(transfer)
        return .transfer(transfer)
    }

    private static func ship<State: LedgerRows>(
        _ quantities: [Quantity],
        of transfer: Transfer,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Refusal? {
        let lines = zip(transfer.lines, quantities).filter { $1 > 0 }
        let sources: [MergedLine]
        let destinations: [MergedLine]
        switch try resolve(
            lines.map { $0.at(transfer.from, $1) },
            to: sheet.purpose(.take),
            &state
        ) {
        case .refused(let refusal): return refusal
        case .merged(let merged): sources = merged
        }
        switch try resolve(
            lines.map { $0.at(transfer.to, $1) },
            to: sheet.purpose(.bring),
            &state
        ) {
        case .refused(let refusal): return refusal
        case .merged(let merged): destinations = merged
        }
        var shortages: [Shortage] = []
        for line in sources {
            let slot = try sheet.slot(of: line.key, &state)
            let available = sheet.level(slot).available
            guard available < line.quantity else { continue }
            shortages.append(line.shortage(line.quantity, of: available))
        }
        guard shortages.isEmpty || sheet.isFact else { return .insufficientStock(shortages) }
        for (source, destination) in zip(sources, destinations) {
            let from = try sheet.slot(of: source.key, &state)
            let to = try sheet.slot(of: destination.key, &state)
            guard sheet.add(-source.quantity, to: .onHand, from) else {
                return .quantityOverflow(source.sku, source.location)
            }
            guard sheet.add(destination.quantity, to: .incoming, to) else {
                return .quantityOverflow(destination.sku, destination.location)
            }
        }
        return nil
    }

    /// Goods arrived, or never will.
    ///
    /// Neither location nor item can have been closed or archived since they were shipped: what is
    /// incoming is stock that remains.
    static func receiveTransfer<State: LedgerRows>(
        _ command: ReceiveTransfer,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var transfer: Transfer
        switch try openTransfer(command.transfer, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .open(let found): transfer = found
        }
        var lines = command.lines
        if lines.isEmpty {
            lines = transfer.lines.filter { $0.inTransit > 0 }.map {
                ArrivalLine(sku: $0.sku, ok: $0.inTransit)
            }
            guard !lines.isEmpty else { return .refused(.exceedsInTransit([])) }
        }
        let names = transfer.names(at: transfer.to)
        let sums = LineSums(lines.map { $0.at(transfer.to, $0.sum) }, known: names)
        let excesses = sums.excesses(over: transfer.lines.map(\.inTransit))
        guard excesses.isEmpty else { return .refused(.exceedsInTransit(excesses)) }
        let rejected = LineSums(lines.map { $0.at(transfer.to, $0.rejected) }, known: names)
        let lost = LineSums(lines.map { $0.at(transfer.to, $0.lost) }, known: names)
        for (index, arrived) in sums.quantities.enumerated() where arrived > 0 {
            let sku = transfer.lines[index].sku
            let (rejected, lost) = (rejected.quantities[index], lost.quantities[index])
            let slot = try sheet.slot(of: levelKey(sku, transfer.to, &state), &state)
            let done =
                sheet.add(-arrived, to: .incoming, slot)
                && sheet.add(arrived - lost, to: .onHand, slot)
                && sheet.add(rejected, to: .unavailable, slot)
            guard done else { return .refused(.quantityOverflow(sku, transfer.to)) }
            transfer.lines[index].received += arrived - rejected - lost
            transfer.lines[index].rejected += rejected
            transfer.lines[index].lost += lost
        }
        if transfer.lines.allSatisfy({ $0.unshipped == 0 && $0.inTransit == 0 }) {
            transfer.state = .closed
        }
        transfer.version += 1
        state.setTransfer(transfer)
        return .transfer(transfer)
    }

    /// Ends a transfer; what is in transit is on hand at the source again, as if never shipped.
    static func cancelTransfer<State: LedgerRows>(
        _ command: CancelTransfer,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var transfer: Transfer
        switch try openTransfer(command.transfer, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .open(let found): transfer = found
        }
        let back = transfer.lines.filter { $0.inTransit > 0 }
        let sources: [MergedLine]
        switch try resolve(back.map { $0.at(transfer.from, $0.inTransit) }, to: .correct, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): sources = merged
        }
        for line in sources {
            let from = try sheet.slot(of: line.key, &state)
            let to = try sheet.slot(of: levelKey(line.sku, transfer.to, &state), &state)
            guard sheet.add(line.quantity, to: .onHand, from) else {
                return .refused(.quantityOverflow(line.sku, line.location))
            }
            let done = sheet.add(-line.quantity, to: .incoming, to)
            precondition(done, "what is in transit is counted as incoming")
        }
        for index in transfer.lines.indices {
            transfer.lines[index].shipped -= transfer.lines[index].inTransit
        }
        transfer.state = transfer.lines.contains { $0.shipped > 0 } ? .closed : .cancelled
        transfer.version += 1
        state.setTransfer(transfer)
        return .transfer(transfer)
    }

    private enum OpenTransfer {
        case open(Transfer)
        case refused(Refusal)
    }

    private static func openTransfer<State: LedgerRows>(
        _ id: TransferID,
        _ state: inout State
    ) throws(State.Failure) -> OpenTransfer {
        guard let transfer = try state.transfer(id) else { return .refused(.transferNotFound(id)) }
        return transfer.isOpen ? .open(transfer) : .refused(.transferClosed(id, transfer.state))
    }
}

extension Transfer {
    fileprivate func names(at location: LocationID) -> [LineName] {
        lines.map { LineName(sku: $0.sku, location: location) }
    }
}

extension TransferLine {
    fileprivate func at(_ location: LocationID, _ quantity: Quantity) -> StockLine {
        StockLine(sku: sku, location: location, quantity: quantity)
    }
}

extension ItemLine {
    fileprivate func at(_ location: LocationID) -> StockLine {
        StockLine(sku: sku, location: location, quantity: quantity)
    }
}

extension ArrivalLine {
    /// All units that are not in transit any more.
    fileprivate var sum: Quantity { ok + rejected + lost }

    fileprivate func at(_ location: LocationID, _ quantity: Quantity) -> StockLine {
        StockLine(sku: sku, location: location, quantity: quantity)
    }
}
