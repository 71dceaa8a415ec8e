/// Booking what has happened: never refused, but for what can't be counted.
extension LedgerRules {
    /// A line of a fact whose item is in the catalogue.
    private struct KnownLine {
        let index: Int
        let level: LevelKey
        /// What came, or went (below zero), on hand.
        let change: Quantity
    }

    /// What a fact did to the books, before its row is written.
    private struct Booking {
        var kind: JournalRow.Kind
        var outcome: Outcome
        var reason: Reference?
        var document: Reference?
        var sale: SaleID?
    }

    /// Books a fact with its row, and opens the conflicts that it leaves.
    static func settle<State: LedgerRows>(
        _ submitted: SubmittedFact,
        _ mark: FactMark,
        _ origin: CommandOrigin,
        _ agent: inout StoreAgent,
        _ key: LocationKey,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> FactFate {
        guard case .known(let fact) = submitted.content else {
            setAside(submitted, mark, [.quarantined], origin, key, &state)
            return [.quarantined]
        }
        var fate: FactFate = []
        let lines = fact.command.physicalLines
        let (known, unknown) = try sort(lines, at: key, &state)
        var sheet = LevelSheet(cause: mark)
        var booked: Booking?
        if !known.isEmpty {
            let command =
                unknown.isEmpty ? fact.command : fact.command.keeping(known.map(\.index))
            if try isClosed(known, at: key, &state) { fate.insert(.closedPlace) }
            booked = try book(command, mark, key, &fate, origin, &state, &sheet, &changes)
            if booked == nil {
                // Beyond what a level can count: kept until somebody has looked at it.
                setAside(submitted, mark, [.quarantined], origin, key, &state)
                return [.quarantined]
            }
        }
        for index in unknown {
            fate.insert(.unknownItem)
            suspend(lines[index], index, mark, key, &state)
        }
        guard let booked else {
            setAside(submitted, mark, fate, origin, key, &state)
            return fate
        }
        for line in known { try use(line, of: fact, &agent, &fate, &state, &sheet) }
        try sheet.write(to: &state, &changes)
        let amiss = sheet.movements.filter(\.after.isAmiss)
        if amiss.contains(where: \.after.isOversold) { fate.insert(.oversold) }
        if amiss.contains(where: { $0.after.onHand < 0 }) { fate.insert(.negativeOnHand) }
        let oversold = amiss.filter(\.after.isOversold).map(\.key)
        // What is to be cured is told in rows after this one, but this one says that it is.
        var cures: [Reservation] = []
        if agent.settings.releasesHolds, !oversold.isEmpty {
            cures = try holdsToRelease(oversold, &state)
            if !cures.isEmpty { fate.insert(.curedHolds) }
        }
        append(
            kind: booked.kind,
            cause: .fact(
                FactTrace(
                    mark: mark,
                    hash: submitted.hash,
                    claimedTime: submitted.claimedTime,
                    prices: fact.prices.isEmpty ? [] : known.map { fact.prices[$0.index] },
                    fate: fate
                ),
                actor: origin.actor,
                outcome: booked.outcome
            ),
            movements: sheet.changedMovements,
            reason: booked.reason,
            document: booked.document,
            sale: booked.sale,
            &state
        )
        changes.tally.count(booked.kind, booked.outcome)
        try cure(cures, oversold, mark, &state, &changes)
        return fate
    }

    /// The lines of items that are in the catalogue, and the others.
    private static func sort<State: LedgerRows>(
        _ lines: [PhysicalLine],
        at location: LocationKey,
        _ state: inout State
    ) throws(State.Failure) -> (known: [KnownLine], unknown: [Int]) {
        var known: [KnownLine] = []
        known.reserveCapacity(lines.count)
        var unknown: [Int] = []
        for (index, line) in lines.enumerated() {
            guard let item = try state.itemKey(line.sku) else {
                unknown.append(index)
                continue
            }
            let level = LevelKey(location: location, item: item)
            known.append(KnownLine(index: index, level: level, change: line.change))
        }
        return (known, unknown)
    }

    /// Books the command as it is, or as a correction when its document is not as it says; nil when a
    /// level would leave its bounds.
    private static func book<State: LedgerRows>(
        _ command: Command,
        _ mark: FactMark,
        _ key: LocationKey,
        _ fate: inout FactFate,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Booking? {
        let outcome = try execute(
            fact: command,
            at: mark.location,
            origin,
            &state,
            &sheet,
            &changes
        )
        guard case .refused(let refusal) = outcome else {
            return Booking(
                kind: command.kind,
                outcome: outcome,
                reason: command.reason,
                document: command.document,
                sale: command.sale
            )
        }
        if case .quantityOverflow = refusal { return nil }
        fate.insert(.unmatched)
        sheet = LevelSheet(cause: mark)
        let moved = command.physicalLines.filter { $0.change != 0 }.map {
            StockLine(sku: $0.sku, location: mark.location, quantity: $0.change)
        }
        guard case .merged(let lines) = try resolve(moved, to: .record, &state) else {
            preconditionFailure("the items and the store of the lines were found before")
        }
        let corrected = try moveOnHand(lines, sign: 1, &state, &sheet)
        guard !corrected.isRefusal else { return nil }
        var conflict = Conflict(
            kind: .unmatched,
            location: mark.location,
            sku: lines.first?.sku,
            openedAt: state.header.position,
            openedTime: state.header.logTime,
            cause: mark,
            quantity: lines.reduce(0) { $0 + $1.quantity }
        )
        conflict.mismatch = refusal.reason
        state.setStoreRecord(
            .conflict(conflict),
            key: .factConflict(key, mark.epoch, mark.sequence, line: LedgerLimits.factLinesMax)
        )
        return Booking(
            kind: .adjust,
            outcome: corrected,
            reason: .unmatchedFact,
            document: command.subject ?? command.document
        )
    }

    /// Whether anything that the fact names is closed or archived; it is booked all the same.
    private static func isClosed<State: LedgerRows>(
        _ lines: [KnownLine],
        at location: LocationKey,
        _ state: inout State
    ) throws(State.Failure) -> Bool {
        if try state.locationState(location) == .closed { return true }
        for line in lines where try state.itemState(line.level.item) == .archived { return true }
        return false
    }

    private static func execute<State: LedgerRows>(
        fact command: Command,
        at location: LocationID,
        _ origin: CommandOrigin,
        _ state: inout State,
        _ sheet: inout LevelSheet,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        switch command {
        case .receive(let command): return try receive(command, &state, &sheet)
        case .adjust(let command): return try adjust(command, &state, &sheet)
        case .sell(let command): return try sell(command, origin, &state, &sheet)
        case .fulfill(let command): return try fulfill(command, &state, &sheet, &changes)
        case .markUnavailable(let command): return try markUnavailable(command, &state, &sheet)
        case .writeOff(let command): return try writeOff(command, &state, &sheet)
        case .returnGoods(let command): return try returnGoods(command, &state, &sheet, &changes)
        case .count(let command): return try count(command, &state, &sheet)
        case .shipTransfer(let command):
            let transfer = try state.transfer(command.transfer)
            guard transfer?.from == location else {
                return .refused(.transferNotFound(command.transfer))
            }
            return try shipTransfer(command, &state, &sheet)
        case .receiveTransfer(let command):
            let transfer = try state.transfer(command.transfer)
            guard transfer?.to == location else {
                return .refused(.transferNotFound(command.transfer))
            }
            return try receiveTransfer(command, &state, &sheet)
        case .returnAllotment: return .done
        default: preconditionFailure("a fact is about goods that have moved")
        }
    }

    /// Moves the rights that a line of the fact used, gained or gave back, as the agent counted them; a
    /// count frees those of earlier epochs besides.
    private static func use<State: LedgerRows>(
        _ line: KnownLine,
        of fact: Fact,
        _ agent: inout StoreAgent,
        _ fate: inout FactFate,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) {
        let right = fact.rightsEpoch == agent.epoch ? fact.right(line.index) : 0
        if fact.isSale, right <= 0 { fate.insert(.overdrawn) }
        guard right != 0 || fact.isCount else { return }
        let before = try allotment(line.level, epoch: agent.epoch, &state)
        var allotment = before
        if fact.isCount { allotment.frozen = 0 }
        if right > 0 {
            let used = min(right, max(0, allotment.open))
            allotment.used += used
            if fact.isReturnOfRights { allotment.recalled = max(0, allotment.recalled - used) }
            if fact.isSale, used < -line.change { fate.insert(.overdrawn) }
        } else {
            // Nobody gains more than came in.
            allotment.used -= min(-right, max(0, line.change))
        }
        guard allotment != before else { return }
        let change = allotment.allotted - before.allotted
        let slot = try sheet.slot(of: line.level, &state)
        // Rights that no bucket could count are not taken: the units are everybody's.
        guard sheet.add(change, to: .allotted, slot) else { return }
        set(allotment, line.level, change: change, of: &agent, &state)
    }

    /// Keeps a line whose item isn't known until somebody knows it.
    private static func suspend<State: LedgerRows>(
        _ line: PhysicalLine,
        _ index: Int,
        _ mark: FactMark,
        _ key: LocationKey,
        _ state: inout State
    ) {
        let conflict = Conflict(
            kind: .unknownItem,
            location: mark.location,
            sku: line.sku,
            openedAt: state.header.position,
            openedTime: state.header.logTime,
            cause: mark,
            quantity: line.change
        )
        state.setStoreRecord(
            .conflict(conflict),
            key: .factConflict(key, mark.epoch, mark.sequence, line: index)
        )
    }
}

extension Fact {
    /// The rights that a line used up, or gained (below zero).
    fileprivate func right(_ index: Int) -> Quantity {
        if case .returnAllotment(let command) = command { return command.lines[index].quantity }
        return rights.isEmpty ? 0 : rights[index]
    }

    fileprivate var isSale: Bool {
        if case .sell = command { true } else { false }
    }

    fileprivate var isCount: Bool {
        if case .count = command { true } else { false }
    }

    fileprivate var isReturnOfRights: Bool {
        if case .returnAllotment = command { true } else { false }
    }
}

extension Command {
    /// The document of the ledger that it is about.
    fileprivate var subject: Reference? {
        switch self {
        case .sell(let command): command.sale.map { Reference(unchecked: $0.text) }
        case .fulfill(let command): Reference(unchecked: command.reservation.text)
        case .shipTransfer(let command): Reference(unchecked: command.transfer.text)
        case .receiveTransfer(let command): Reference(unchecked: command.transfer.text)
        case .returnGoods(let command):
            switch command.origin {
            case .sale(let id): Reference(unchecked: id.text)
            case .reservation(let id): Reference(unchecked: id.text)
            }
        default: nil
        }
    }
}
