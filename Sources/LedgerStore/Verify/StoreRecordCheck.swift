import Ledger

/// What is kept for store agents, held against itself and against the journal.
///
/// It remembers a few numbers of each store, and the last fact of each epoch that the journal tells of; not
/// the facts, conflicts or rights themselves.
struct StoreRecordCheck {
    /// Epochs whose facts are followed; of more nothing is said.
    static let epochsMax = 100_000

    private struct Store {
        var agent: StoreAgent
        var allotted: Quantity = 0
        var hasLastFate = false
    }

    private struct Epoch: Hashable {
        var location: LocationID
        var epoch: UInt32
    }

    private var stores: [LocationKey: Store] = [:]
    private var lastFacts: [Epoch: (sequence: UInt64, hash: FactHash)] = [:]
    /// There were more epochs than could be followed.
    private(set) var isOverfull = false
    private(set) var faults: [LedgerViolation] = []

    /// Notes a record; agents come first, as the order of keys has it.
    mutating func visit(_ record: StoreRecord, key: StoreRecordKey, name: String) {
        switch (record, key.kind) {
        case (.agent(let agent), .agent): stores[key.location] = Store(agent: agent)
        case (.allotment(let allotment), .allotment): visit(allotment, key, name)
        case (.conflict, _) where key.isConflict:
            if key.kind == .fork, stores[key.location]?.agent.state != .frozen {
                report(8, "\(name): its chain has forked, and it is not frozen")
            }
        case (.fact(hash: let hash, fate: _), .fact): visitFact(hash, key, name)
        case (.quarantined(let aside), .quarantined):
            let mark = aside.mark
            if mark.epoch != UInt32(truncatingIfNeeded: key.place) || mark.sequence != key.sequence
            {
                report(10, "\(name): the fact put aside as \(key) is another")
            }
        case (.closedEpoch, .closedEpoch): break
        default: report(10, "\(name): a record of another kind is kept as \(key)")
        }
    }

    private mutating func visit(_ allotment: Allotment, _ key: StoreRecordKey, _ name: String) {
        if allotment.open < 0 || allotment.frozen < 0 || allotment.recalled < 0 {
            report(
                1,
                "\(name): rights of \(allotment.open) open, \(allotment.frozen) frozen and "
                    + "\(allotment.recalled) recalled units"
            )
        }
        guard stores[key.location] != nil else {
            return report(1, "\(name): rights of a store that has no agent")
        }
        stores[key.location]?.allotted += allotment.allotted
        if allotment.epoch > stores[key.location]?.agent.epoch ?? 0 {
            report(8, "\(name): rights of epoch \(allotment.epoch), which is to come")
        }
    }

    private mutating func visitFact(_ hash: FactHash, _ key: StoreRecordKey, _ name: String) {
        guard let agent = stores[key.location]?.agent,
            key == .fact(key.location, agent.epoch, agent.lastSequence)
        else { return }
        stores[key.location]?.hasLastFate = true
        if hash != agent.lastHash {
            report(8, "\(name): fact \(key.sequence) of epoch \(agent.epoch) has another link")
        }
    }

    /// Each fact comes once, without a gap; a replay comes later again, for a fact that came before.
    mutating func follow(_ row: JournalRow) {
        guard case .fact(let trace, actor: _, outcome: _) = row.cause else { return }
        let epoch = Epoch(location: trace.mark.location, epoch: trace.mark.epoch)
        guard let last = lastFacts[epoch] else {
            // The agent that was told of a new epoch goes on where it was in the one before.
            guard lastFacts.count < Self.epochsMax else {
                isOverfull = true
                return
            }
            lastFacts[epoch] = (trace.mark.sequence, trace.hash)
            return
        }
        guard trace.mark.sequence > last.sequence else { return }
        if trace.mark.sequence != last.sequence + 1 {
            report(
                8,
                "\(epoch.location): journal row \(row.sequence) tells of fact "
                    + "\(trace.mark.sequence) after fact \(last.sequence)"
            )
        }
        lastFacts[epoch] = (trace.mark.sequence, trace.hash)
    }

    /// What is wrong, once all records and the journal were seen.
    mutating func finish() -> [LedgerViolation] {
        for (_, store) in stores.sorted(by: { $0.key < $1.key }) {
            let agent = store.agent
            if store.allotted != agent.allottedUnits {
                report(
                    1,
                    "\(agent.location): \(agent.allottedUnits) units are allotted, its rights say "
                        + "\(store.allotted)"
                )
            }
            let epoch = Epoch(location: agent.location, epoch: agent.epoch)
            // None came yet in an epoch that has just begun.
            guard let last = lastFacts[epoch] else { continue }
            if last.sequence != agent.lastSequence || last.hash != agent.lastHash {
                report(
                    8,
                    "\(agent.location): its agent is at fact \(agent.lastSequence) of epoch "
                        + "\(agent.epoch), the journal at \(last.sequence)"
                )
            } else if !store.hasLastFate {
                report(8, "\(agent.location): what became of fact \(last.sequence) is missing")
            }
        }
        return faults
    }

    private mutating func report(_ invariant: Int, _ detail: String) {
        faults.append(LedgerViolation(invariant: invariant, detail: detail))
    }
}
