/// Holds what is kept for store agents against levels, against each other, and against the journal.
struct StoreAudit {
    private var agents: [LocationKey: StoreAgent] = [:]
    private var allotments: [LevelKey: Allotment] = [:]
    private var conflicts: [StoreRecordKey: Conflict] = [:]
    private var closed: [StoreRecordKey: ClosedEpoch] = [:]
    private var facts: [StoreRecordKey: FactFate] = [:]
    private var quarantined: Set<StoreRecordKey> = []
    /// The last fact of each epoch of a store that the journal tells of.
    private var lastFacts: [FactMark: FactTrace] = [:]
    private var violations: [LedgerViolation] = []

    var allotmentKeys: [LevelKey] { allotments.keys.sorted() }

    /// What is allotted of a level to the store's agent.
    func allotted(_ key: LevelKey) -> Quantity { allotments[key]?.allotted ?? 0 }

    mutating func visit(_ record: StoreRecord, key: StoreRecordKey) {
        switch (record, key.kind) {
        case (.agent(let agent), .agent): agents[key.location] = agent
        case (.allotment(let allotment), .allotment):
            allotments[LevelKey(rawValue: key.place)] = allotment
        case (.conflict(let conflict), _) where key.isConflict: conflicts[key] = conflict
        case (.closedEpoch(let epoch), .closedEpoch): closed[key] = epoch
        case (.fact(hash: _, let fate), .fact): facts[key] = fate
        case (.quarantined, .quarantined): quarantined.insert(key)
        default: report(10, "a row of another kind is kept as \(key)")
        }
    }

    /// Each fact comes once, without a gap; a replay comes later again, for a fact that came before.
    mutating func follow(_ row: JournalRow) {
        guard case .fact(let trace, actor: _, outcome: _) = row.cause else { return }
        var epoch = trace.mark
        epoch.sequence = 0
        let last = lastFacts[epoch]?.mark.sequence ?? 0
        if trace.mark.sequence > last {
            // The agent that was told of a new epoch goes on where it was in the one before.
            if trace.mark.sequence != last + 1, lastFacts[epoch] != nil {
                report(8, "\(trace.mark) came after fact \(last)")
            }
            lastFacts[epoch] = trace
        }
    }

    mutating func finish(_ levels: [LevelKey: StockLevel]) -> [LedgerViolation] {
        checkConflicts(levels)
        checkAgents()
        for (key, allotment) in allotments.sorted(by: { $0.key < $1.key }) {
            if allotment.open < 0 || allotment.frozen < 0 || allotment.recalled < 0 {
                report(1, "\(key.text): \(allotment)")
            }
            if allotment.epoch > agents[key.location]?.epoch ?? 0 {
                report(8, "\(key.text): rights of an epoch to come")
            }
        }
        return violations
    }

    private mutating func checkConflicts(_ levels: [LevelKey: StockLevel]) {
        for (key, level) in levels.sorted(by: { $0.key < $1.key }) {
            let missing = conflicts[.oversold(key)]?.quantity ?? 0
            if missing != level.shortfall {
                report(4, "\(key.text): \(level.shortfall) too many promised, \(missing) known")
            }
            let negative = conflicts[.negativeOnHand(key)]?.quantity ?? 0
            if negative != max(0, -level.onHand) {
                report(4, "\(key.text): on hand \(level.onHand), \(negative) known to miss")
            }
        }
        for key in conflicts.keys.sorted() where key.kind == .fork {
            if agents[key.location]?.state != .frozen {
                report(8, "\(key) is open, the store is not")
            }
        }
    }

    private mutating func checkAgents() {
        for (key, agent) in agents.sorted(by: { $0.key < $1.key }) {
            let rights = allotments.filter { $0.key.location == key }
            let sum = rights.values.reduce(0) { $0 + $1.allotted }
            if sum != agent.allottedUnits {
                report(1, "\(agent.location): \(agent.allottedUnits) allotted, rows say \(sum)")
            }
            let epoch = FactMark(location: agent.location, epoch: agent.epoch, sequence: 0)
            // None came yet in an epoch that has just begun.
            guard let last = lastFacts[epoch] else { continue }
            if last.mark.sequence != agent.lastSequence || last.hash != agent.lastHash {
                report(8, "\(agent.location) is at \(agent.lastSequence), not \(last.mark)")
            }
            if facts[.fact(key, agent.epoch, agent.lastSequence)] == nil {
                report(8, "\(agent.location): the fate of the last fact is missing")
            }
        }
    }

    private mutating func report(_ invariant: Int, _ detail: String) {
        violations.append(LedgerViolation(invariant: invariant, detail: detail))
    }
}
