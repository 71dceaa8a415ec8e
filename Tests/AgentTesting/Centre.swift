package import AgentCore
package import Ledger

/// A ledger behind the calls and the feed of agents: the rules themselves, and pages and rows from its
/// state.
package struct Centre: Sendable {
    package private(set) var state = InMemoryLedgerState()
    private var time: UInt64 = 1_000_000_000
    private let codec = EntryFactCodec()
    private var requests = 0

    /// An empty ledger.
    package init() {}

    /// Applies a request as the log would.
    @discardableResult
    package mutating func apply(_ request: Request) -> Answer {
        time += 1_000
        var changes = LedgerChanges()
        let entry = LedgerEntry.request(request, stamp: LogTime(microseconds: time))
        let position = Position(state.header.position.rawValue + 1)
        let applied = LedgerRules.apply(entry, at: position, to: &state, changes: &changes)
        guard let answer = applied.answer else { fatalError("a request is answered") }
        return answer
    }

    /// Applies a command of somebody else.
    @discardableResult
    package mutating func apply(_ command: Command) -> Outcome {
        requests += 1
        let id = RequestID(unchecked: "centre-\(requests)-\(state.header.position.rawValue)")
        return apply(Request(id: id, actor: Actor(unchecked: "admin"), command: command)).outcome
    }

    /// The ledger's clock goes on.
    package mutating func pass(_ milliseconds: UInt64) { time += milliseconds * 1_000 }

    /// What a call of an agent gives.
    package mutating func answer(_ question: CentreCall.Question) -> CentreAnswer {
        switch question {
        case .command(let request): return .applied(apply(request))
        case .submit(let submission): return .applied(apply(submission))
        case .page(let book, let token, atLeast: let position):
            precondition(position <= state.header.position)
            guard let page = CopyPage(book, token, rows: 3, of: location, in: state) else {
                preconditionFailure("tokens come from pages")
            }
            return .page(page)
        case .item(let sku, atLeast: _):
            return .item(state.itemKey(sku).flatMap { state.item($0) })
        }
    }

    /// Makes the links again, as a node does.
    private mutating func apply(_ submission: OutboxSubmission) -> Answer {
        apply(
            Request(
                id: submission.request,
                actor: Actor(unchecked: submission.location.text),
                command: .submitFacts(submission.command(by: codec))
            )
        )
    }

    // MARK: Books

    /// The location whose books are asked for: tests set it before each page.
    package var location = LocationID(unchecked: "shop")

    /// The feed of a location between two positions, the second included.
    package func feed(of location: LocationID, after: Position, through: Position) -> [FeedRow] {
        var rows: [FeedRow] = []
        for row in state.journal.reversed() {
            guard row.position > after else { break }
            guard row.position <= through else { continue }
            let told = FeedRow(row, at: location) { key in
                guard let item = state.item(key.item), let place = state.location(key.location)
                else { return nil }
                return (item.sku, place.id)
            }
            if let told { rows.append(told) }
        }
        return rows.reversed()
    }

    // MARK: What tests look at

    /// A level, all zeros when it was never written.
    package func level(_ sku: SKU, _ location: LocationID) -> StockLevel {
        guard let key = levelKey(sku, location) else { return StockLevel() }
        return state.level(key)
    }

    /// The key of a level.
    package func levelKey(_ sku: SKU, _ location: LocationID) -> LevelKey? {
        guard let item = state.itemKey(sku), let place = state.locationKey(location) else {
            return nil
        }
        return LevelKey(location: place, item: item)
    }

    /// The agent of a store.
    package func agent(_ location: LocationID) -> StoreAgent? {
        guard let key = state.locationKey(location),
            case .agent(let agent)? = state.storeRecord(.agent(key))
        else { return nil }
        return agent
    }

    /// The rights of a store to an item, as the ledger keeps them.
    package func allotment(_ sku: SKU, _ location: LocationID) -> Allotment? {
        guard let key = levelKey(sku, location),
            case .allotment(let allotment)? = state.storeRecord(.allotment(key))
        else { return nil }
        return allotment
    }

    /// Every conflict that is open.
    package var conflicts: [Conflict] {
        StoreRecordKey.Kind.allCases.flatMap { state.storeRecords($0) }.compactMap {
            if case .conflict(let conflict) = $0.record { conflict } else { nil }
        }
    }
}
