import AgentCore
import Ledger

/// What must hold in a world of stores, while it runs and at its end.
extension AgentWorld {
    /// After an entry of the log.
    func check(after position: Position) throws(Violation) {
        guard centre.changedFates.isEmpty else {
            throw Violation(.answers, "told otherwise than before: \(centre.changedFates)")
        }
        if keepsPromises { try checkPromises(after: position) }
        guard chance.once(in: 8), let agent = agents.isEmpty ? nil : chance.pick(agents) else {
            return
        }
        try checkRights(of: agent)
    }

    /// Nothing that a store sold within its rights was anybody else's.
    private func checkPromises(after position: Position) throws(Violation) {
        for row in centre.state.journal.reversed() {
            guard row.position > position else { break }
            if case .fact(let trace, actor: _, outcome: _) = row.cause,
                !trace.fate.isDisjoint(with: [.overdrawn, .oversold, .negativeOnHand])
            {
                throw Violation(.ledger, "sold what wasn't the store's: \(trace)")
            }
        }
        for kind in [StoreRecordKey.Kind.oversold, .negativeOnHand] {
            if let open = centre.state.storeRecords(kind).first {
                throw Violation(.ledger, "a promise was made twice: \(open.record)")
            }
        }
    }

    /// What an agent may still sell, and what it has sold and not told, is allotted to it.
    func checkRights(of agent: SimulatedAgent) throws(Violation) {
        guard var core = agent.core, core.head.frozen == nil, !agent.isDuplicated,
            core.head.rightsUnknownThrough == nil, !agent.isCentreRestored,
            let place = centre.state.locationKey(agent.location),
            case .agent(let known)? = centre.state.storeRecord(.agent(place)),
            known.instance == core.head.instance, known.epoch == core.head.epoch,
            known.state == .active
        else { return }
        var untold: [SKU: Quantity] = [:]
        for row in agent.rows.facts(after: known.lastSequence, limit: 100_000) {
            guard let fact = EntryFactCodec().decode(row.fact, at: agent.location),
                fact.rightsEpoch == known.epoch
            else { continue }
            for (sku, right) in fact.usedRights { untold[sku, default: 0] += right }
        }
        for index in 0..<plan.items {
            let sku = SimulatedCentre.sku(index)
            guard let item = centre.state.itemKey(sku), let stock = core.stock(sku) else {
                continue
            }
            let key = StoreRecordKey.allotment(LevelKey(location: place, item: item))
            var open: Quantity = 0
            if case .allotment(let allotment)? = centre.state.storeRecord(key) {
                open = allotment.rolled(to: known.epoch).open
            }
            let claimed = stock.rights + (untold[sku] ?? 0)
            guard claimed <= open else {
                throw Violation(
                    .ledger,
                    "\(agent.location)#\(agent.index) has or used rights to \(claimed) \(sku), "
                        + "\(open) are allotted to it"
                )
            }
        }
    }

    // MARK: - At the end

    func judge() throws(Violation) {
        for agent in agents { try checkRights(of: agent) }
        let found = LedgerAudit.check(centre.state)
        guard found.isEmpty else { throw Violation(.ledger, "\(found.prefix(3))") }
        let taken = try takenFacts()
        statistics.facts = taken.count
        for agent in agents {
            try judge(agent, taken)
            if let counts = agent.core?.counts {
                statistics.grants += Int(counts.grants)
                statistics.copies += Int(counts.copies)
            }
        }
    }

    private struct FactName: Hashable {
        let location: LocationID
        let instance: Reference
        let sequence: UInt64
    }

    /// The facts that the ledger took in, each once, with what they moved.
    private func takenFacts() throws(Violation) -> [FactName: JournalRow] {
        var taken: [FactName: JournalRow] = [:]
        for row in centre.state.journal {
            if case .cure = row.cause { statistics.cures += 1 }
            guard case .fact(let trace, actor: _, outcome: _) = row.cause else { continue }
            if trace.fate.contains(.overdrawn) { statistics.overdrawn += 1 }
            if trace.fate.isConflict { statistics.conflicts += 1 }
            let epoch = SimulatedCentre.EpochName(
                location: trace.mark.location,
                epoch: trace.mark.epoch
            )
            guard let instance = centre.owners[epoch] else {
                throw Violation(.answers, "nobody's fact was taken in: \(trace.mark)")
            }
            let name = FactName(
                location: trace.mark.location,
                instance: instance,
                sequence: trace.mark.sequence
            )
            if taken.updateValue(row, forKey: name) != nil {
                throw Violation(.answers, "taken in twice: \(trace.mark) of \(instance)")
            }
        }
        return taken
    }

    /// What tills were told is what the ledger has, to the unit.
    private func judge(
        _ agent: SimulatedAgent,
        _ taken: [FactName: JournalRow]
    ) throws(Violation) {
        guard let head = agent.head else { return }
        let mustBeKnown =
            !agent.isGone && head.frozen == nil && !agent.isDuplicated && head.epoch > 0
        for (sequence, told) in agent.told.sorted(by: { $0.key < $1.key }) {
            let name = FactName(
                location: agent.location,
                instance: head.instance,
                sequence: sequence
            )
            guard let row = taken[name] else {
                guard !mustBeKnown else {
                    throw Violation(
                        .answers,
                        "\(agent.location)#\(agent.index): fact \(sequence) is lost"
                    )
                }
                continue
            }
            guard !agent.isDuplicated else { continue }
            var moved: [SKU: Quantity] = [:]
            for movement in row.movements where movement.onHand != 0 {
                guard let sku = centre.state.item(movement.key.item)?.sku else { continue }
                moved[sku, default: 0] += movement.onHand
            }
            guard moved == told.changes.filter({ $0.value != 0 }) else {
                throw Violation(
                    .answers,
                    "\(agent.location)#\(agent.index): fact \(sequence) moved \(moved), "
                        + "the till was told \(told.changes)"
                )
            }
        }
        if mustBeKnown { try judgeBook(of: agent) }
    }

    /// An agent that has told everything has the ledger's book.
    private func judgeBook(of agent: SimulatedAgent) throws(Violation) {
        guard var core = agent.core, let place = centre.state.locationKey(agent.location),
            let copy = core.head.copy,
            copy.position >= centre.lastPosition(at: agent.location)
        else { return }
        for index in 0..<plan.items {
            let sku = SimulatedCentre.sku(index)
            guard let item = centre.state.itemKey(sku), let stock = core.stock(sku) else {
                continue
            }
            let level = centre.state.level(LevelKey(location: place, item: item))
            guard stock.onHand == level.onHand, stock.reserved == level.reserved else {
                throw Violation(
                    .history,
                    "\(agent.location)#\(agent.index) has \(stock.onHand) \(sku) on hand and "
                        + "\(stock.reserved) reserved, the ledger \(level) at "
                        + "\(centre.state.header.position); the copy is \(String(describing: core.head.copy))"
                )
            }
        }
    }
}

extension Fact {
    /// The rights that it used up by item; those gained are below zero.
    fileprivate var usedRights: [(SKU, Quantity)] {
        if case .returnAllotment(let command) = command {
            return command.lines.map { ($0.sku, $0.quantity) }
        }
        return zip(command.lineItems, rights).map { ($0, $1) }
    }
}

extension Command {
    /// The item of each line of a fact.
    fileprivate var lineItems: [SKU] {
        switch self {
        case .receive(let command): command.lines.map(\.sku)
        case .adjust(let command): command.lines.map(\.sku)
        case .sell(let command): command.lines.map(\.sku)
        case .fulfill(let command): command.lines.map(\.sku)
        case .writeOff(let command): command.lines.map(\.sku)
        case .markUnavailable(let command): command.lines.map(\.sku)
        case .returnGoods(let command): command.lines.map(\.sku)
        case .count(let command): command.lines.map(\.sku)
        case .shipTransfer(let command): command.lines.map(\.sku)
        case .receiveTransfer(let command): command.lines.map(\.sku)
        default: []
        }
    }
}
