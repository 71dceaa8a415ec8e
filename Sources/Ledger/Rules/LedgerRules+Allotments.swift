/// Rights of stores to sell without asking. Units move between them and everybody else's only here and
/// with facts.
extension LedgerRules {
    private enum FoundAgent {
        case found(StoreAgent, LocationKey)
        case refused(Refusal)
    }

    private static func find<State: LedgerRows>(
        _ location: LocationID,
        _ state: inout State
    ) throws(State.Failure) -> FoundAgent {
        guard let key = try state.locationKey(location) else {
            return .refused(.locationNotFound(location))
        }
        guard let agent = try agent(key, &state) else {
            return .refused(.storeNotRegistered(location))
        }
        return .found(agent, key)
    }

    /// Grants as much of each line as is available and as the store's share allows; nothing at all is
    /// a refusal.
    static func grant<State: LedgerRows>(
        _ command: GrantAllotment,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        var agent: StoreAgent
        let key: LocationKey
        switch try find(command.location, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .found(let found, let place): (agent, key) = (found, place)
        }
        guard command.epoch == agent.epoch else {
            return .refused(.staleEpoch(command.location, current: agent.epoch))
        }
        guard agent.state == .active else { return .refused(.storeFrozen(command.location)) }
        let lines: [MergedLine]
        let asked = command.lines.map {
            StockLine(sku: $0.sku, location: command.location, quantity: $0.quantity)
        }
        switch try resolve(asked, to: .promise, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        var shortages: [Shortage] = []
        var granted: [(MergedLine, Quantity)] = []
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            let quantity = sheet.level(slot).grantable(line.quantity, agent.settings)
            if quantity > 0 {
                granted.append((line, quantity))
            } else {
                shortages.append(line.shortage(line.quantity, of: 0))
            }
        }
        guard !granted.isEmpty else { return .refused(.insufficientStock(shortages)) }
        var views: [AllotmentView] = []
        views.reserveCapacity(granted.count)
        for (line, quantity) in granted {
            let slot = try sheet.slot(of: line.key, &state)
            let done = sheet.add(quantity, to: .allotted, slot)
            precondition(done, "no more is allotted than is on hand, which is counted already")
            var allotment = try allotment(line.key, epoch: agent.epoch, &state)
            allotment.granted += quantity
            set(allotment, line.key, change: quantity, of: &agent, &state)
            views.append(AllotmentView(sku: line.sku, allotment: allotment))
        }
        agent.version += 1
        state.setStoreRecord(.agent(agent), key: .agent(key))
        return .allotments(epoch: agent.epoch, views)
    }

    /// Notes what the ledger would like to have back; the agent gives it back with a fact.
    static func recall<State: LedgerRows>(
        _ command: RecallAllotment,
        _ state: inout State
    ) throws(State.Failure) -> Outcome {
        let agent: StoreAgent
        switch try find(command.location, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .found(let found, _): agent = found
        }
        let asked = command.lines.map {
            StockLine(sku: $0.sku, location: command.location, quantity: $0.quantity)
        }
        let lines: [MergedLine]
        switch try resolve(asked, to: .record, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        var views: [AllotmentView] = []
        views.reserveCapacity(lines.count)
        for line in lines {
            var allotment = try allotment(line.key, epoch: agent.epoch, &state)
            allotment.recalled = max(0, min(line.quantity, allotment.open))
            state.setStoreRecord(.allotment(allotment), key: .allotment(line.key))
            views.append(AllotmentView(sku: line.sku, allotment: allotment))
        }
        return .allotments(epoch: agent.epoch, views)
    }

    /// Ends the current epoch, if it is the one that is named, and frees the rights of ended ones.
    static func revoke<State: LedgerRows>(
        _ command: RevokeAllotment,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> Outcome {
        guard command.reason != nil else { return .refused(.reasonRequired) }
        var agent: StoreAgent
        let key: LocationKey
        switch try find(command.location, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .found(let found, let place): (agent, key) = (found, place)
        }
        guard command.epoch <= agent.epoch, command.epoch > 0 else {
            return .refused(.staleEpoch(command.location, current: agent.epoch))
        }
        let named = command.skus.map {
            StockLine(sku: $0, location: command.location, quantity: 0)
        }
        let lines: [MergedLine]
        switch try resolve(named, to: .record, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): lines = merged
        }
        if command.epoch == agent.epoch {
            guard agent.epoch < LedgerLimits.epochMax else {
                return .refused(.storeFrozen(command.location))
            }
            // The same agent goes on in the next epoch where it was; only its rights are gone.
            closeEpoch(agent, key, &state)
            agent.epoch += 1
        }
        var views: [AllotmentView] = []
        views.reserveCapacity(lines.count)
        for line in lines {
            let slot = try sheet.slot(of: line.key, &state)
            var allotment = try allotment(line.key, epoch: agent.epoch, &state)
            let freed = allotment.frozen
            let done = sheet.add(-freed, to: .allotted, slot)
            precondition(done, "what is frozen is counted as allotted")
            allotment.frozen = 0
            set(allotment, line.key, change: -freed, of: &agent, &state)
            allotment.frozen = freed
            views.append(AllotmentView(sku: line.sku, allotment: allotment))
        }
        agent.version += 1
        state.setStoreRecord(.agent(agent), key: .agent(key))
        return .allotments(epoch: agent.epoch, views)
    }

    /// A count has settled what an agent of an earlier epoch may have sold: its rights are free.
    static func freeFrozen<State: LedgerRows>(
        _ key: LevelKey,
        _ slot: Int,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) {
        guard var agent = try agent(key.location, &state) else { return }
        var allotment = try allotment(key, epoch: agent.epoch, &state)
        let freed = allotment.frozen
        guard freed > 0 else { return }
        let done = sheet.add(-freed, to: .allotted, slot)
        precondition(done, "what is frozen is counted as allotted")
        allotment.frozen = 0
        set(allotment, key, change: -freed, of: &agent, &state)
        state.setStoreRecord(.agent(agent), key: .agent(key.location))
    }
}

extension StockLevel {
    /// How many of so many units can be allotted: what is available, within the share of the store.
    func grantable(_ asked: Quantity, _ settings: StoreSettings) -> Quantity {
        let share =
            onHand / 100 * Quantity(100 - settings.onlineShare)
            + onHand % 100 * Quantity(100 - settings.onlineShare) / 100
        return max(0, min(asked, available, share - allotted))
    }
}
