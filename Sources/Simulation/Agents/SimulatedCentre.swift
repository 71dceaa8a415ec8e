import AgentCore
import Ledger

/// The ledger as agents see it: the rules over rows in memory, its journal as a feed, its books in
/// pages; a value, so that a copy is a backup.
struct SimulatedCentre {
    static let warehouse = LocationID(unchecked: "warehouse")
    private static let base: UInt64 = 1_700_000_000_000_000
    /// Few, so that copies take several pages.
    private static let pageRows = 2

    private(set) var state = InMemoryLedgerState()
    /// Another one after each time that it was restored.
    var cluster = Reference(unchecked: "cluster-0")
    private var time = Self.base
    private var requests = 0
    private let codec = EntryFactCodec()
    /// Whose epoch of a store each is.
    private(set) var owners: [EpochName: Reference] = [:]
    /// What was told of facts: once and for all.
    private(set) var fates: [FactMark: FactFate] = [:]
    /// Facts that were answered otherwise than before.
    private(set) var changedFates: [FactMark] = []

    struct EpochName: Hashable {
        let location: LocationID
        let epoch: UInt32
    }

    mutating func setTime(_ now: WorldTime) {
        time = max(time, Self.base + now.nanoseconds / 1_000)
    }

    mutating func found(_ plan: AgentPlan, _ chance: inout Chance) {
        for index in 0..<plan.stores {
            send(
                .upsertLocation(
                    UpsertLocation(id: AgentWorld.store(index), name: "Store \(index)")
                )
            )
        }
        send(.upsertLocation(UpsertLocation(id: Self.warehouse, name: "Warehouse")))
        for index in 0..<plan.items {
            let sku = Self.sku(index)
            send(
                .upsertItem(
                    UpsertItem(sku: sku, title: "Item \(index)", price: 99, currency: "EUR")
                )
            )
            for store in 0..<plan.stores {
                let line = StockLine(
                    sku: sku,
                    location: AgentWorld.store(store),
                    quantity: Quantity(chance.number(in: 1...60))
                )
                send(.receive(Receive(lines: [line])))
            }
        }
    }

    static func sku(_ index: Int) -> SKU { SKU(unchecked: "item-\(index)") }

    /// Applies a command of somebody who isn't an agent.
    @discardableResult
    mutating func send(_ command: Command) -> Outcome {
        requests += 1
        // Never the same, not even after an old state was restored.
        let id = RequestID(unchecked: "centre-\(requests)-\(time)")
        return apply(Request(id: id, actor: Actor(unchecked: "centre"), command: command)).outcome
    }

    mutating func answer(
        _ question: CentreCall.Question,
        to location: LocationID
    ) -> CentreAnswer {
        switch question {
        case .command(let request): return .applied(apply(request), credit: nil)
        case .submit(let submission): return .applied(take(submission), credit: 1_024)
        case .page(let book, let token, let atLeast):
            guard atLeast <= state.header.position else { return .failed }
            let page = CopyPage(book, token, rows: Self.pageRows, of: location, in: state)
            return page.map { .page($0) } ?? .failed
        case .item(let sku, let atLeast):
            guard atLeast <= state.header.position else { return .failed }
            return .item(state.itemKey(sku).flatMap { state.item($0) })
        }
    }

    private mutating func apply(_ request: Request) -> Answer {
        var changes = LedgerChanges()
        let applied = LedgerRules.apply(
            .request(request, stamp: LogTime(microseconds: time)),
            at: Position(state.header.position.rawValue + 1),
            to: &state,
            changes: &changes
        )
        guard let answer = applied.answer else {
            preconditionFailure("a request has an answer")
        }
        if case .store(let agent) = answer.outcome {
            owners[EpochName(location: agent.location, epoch: agent.epoch)] = agent.instance
        }
        if case .allotments(let epoch, _) = answer.outcome,
            case .revokeAllotment(let command) = request.command
        {
            let before = EpochName(location: command.location, epoch: epoch - 1)
            let after = EpochName(location: command.location, epoch: epoch)
            if let owner = owners[before], owners[after] == nil { owners[after] = owner }
        }
        return answer
    }

    /// Makes the links again, as a node does.
    private mutating func take(_ submission: OutboxSubmission) -> Answer {
        let answer = apply(
            Request(
                id: submission.request,
                actor: Actor(unchecked: submission.location.text),
                command: .submitFacts(submission.command(by: codec))
            )
        )
        if case .facts(let receipt) = answer.outcome { remember(receipt, submission) }
        return answer
    }

    private mutating func remember(_ receipt: FactsReceipt, _ submission: OutboxSubmission) {
        for (index, fate) in receipt.fates.enumerated() {
            let mark = FactMark(
                location: submission.location,
                epoch: submission.epoch,
                sequence: submission.firstSequence + UInt64(index)
            )
            if let before = fates.updateValue(fate, forKey: mark), before != fate {
                changedFates.append(mark)
            }
        }
    }

    // MARK: - Feed and books

    /// The rows after a position that concern a location, up to some entry.
    func rows(
        after position: Position,
        at location: LocationID,
        entries: Int
    )
        -> (rows: [FeedRow], through: Position)
    {
        var low = 0
        var high = state.journal.count
        while low < high {
            let middle = (low + high) / 2
            if state.journal[middle].position <= position {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var rows: [FeedRow] = []
        var through = state.header.position
        var seen = 0
        for row in state.journal[low...] {
            if seen >= entries, row.position > through { break }
            if let found = FeedRow(row, at: location, name: name) { rows.append(found) }
            seen += 1
            if seen == entries { through = row.position }
        }
        return (rows.filter { $0.position <= through }, through)
    }

    /// The last entry that concerns a location.
    func lastPosition(at location: LocationID) -> Position {
        for row in state.journal.reversed() {
            if FeedRow(row, at: location, name: name) != nil { return row.position }
        }
        return Position(0)
    }

    private func name(_ key: LevelKey) -> (sku: SKU, location: LocationID)? {
        guard let item = state.item(key.item), let place = state.location(key.location) else {
            return nil
        }
        return (item.sku, place.id)
    }
}
