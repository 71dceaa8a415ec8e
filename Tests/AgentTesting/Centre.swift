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
            return .page(page(book, token, pageSize: 3))
        case .item(let sku, atLeast: _):
            return .item(state.itemKey(sku).flatMap { state.item($0) })
        }
    }

    /// Makes the links again, as a node does.
    private mutating func apply(_ submission: OutboxSubmission) -> Answer {
        var previous = submission.previousHash
        var facts: [SubmittedFact] = []
        for row in submission.facts {
            previous = codec.link(
                after: previous,
                epoch: submission.epoch,
                sequence: row.sequence,
                row.fact
            )
            let fact = codec.decode(row.fact, at: submission.location)
            let content: SubmittedFact.Content =
                fact.map { .known($0) }
                ?? .unknown(
                    UnreadFact(
                        kind: row.fact.kind,
                        version: row.fact.version,
                        payload: row.fact.bytes
                    )
                )
            facts.append(
                SubmittedFact(hash: previous, claimedTime: row.claimedTime, content: content)
            )
        }
        let command = SubmitFacts(
            location: submission.location,
            epoch: submission.epoch,
            firstSequence: submission.firstSequence,
            previousHash: submission.previousHash,
            facts: facts,
            completeThrough: submission.completeThrough
        )
        return apply(
            Request(
                id: submission.request,
                actor: Actor(unchecked: submission.location.text),
                command: .submitFacts(command)
            )
        )
    }

    // MARK: Books

    /// The location whose books are asked for: tests set it before each page.
    package var location = LocationID(unchecked: "shop")

    private func page(_ book: CopyBook, _ token: String?, pageSize: Int) -> CopyPage {
        var books = Books(state: state, location: location)
        state.visit(&books)
        let start = token.flatMap { Int($0) } ?? 0
        func cut<Row>(_ rows: [Row]) -> [Row] { Array(rows.dropFirst(start).prefix(pageSize)) }
        let (rows, count): (CopyPage.Rows, Int) =
            switch book {
            case .items: (.items(cut(books.items)), books.items.count)
            case .offers: (.offers(cut(books.offers)), books.offers.count)
            case .levels: (.levels(cut(books.levels)), books.levels.count)
            case .allotments: (.allotments(cut(books.allotments)), books.allotments.count)
            case .reservations: (.reservations(cut(books.reservations)), books.reservations.count)
            case .transfers: (.transfers(cut(books.transfers)), books.transfers.count)
            }
        let next = start + pageSize
        return CopyPage(
            position: state.header.position,
            rows: rows,
            nextToken: next < count ? "\(next)" : nil
        )
    }

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

/// Collects the books of a location.
private struct Books: LedgerVisitor {
    let state: InMemoryLedgerState
    let location: LocationID
    var items: [Item] = []
    var offers: [Offer] = []
    var levels: [LevelView] = []
    var allotments: [AllotmentView] = []
    var reservations: [Reservation] = []
    var transfers: [Transfer] = []

    mutating func visit(_ item: Item, key: ItemKey) { items.append(item) }
    mutating func visit(_ location: Location, key: LocationKey) {}
    mutating func visit(_ level: StockLevel, key: LevelKey) {
        guard state.location(key.location)?.id == location, let item = state.item(key.item) else {
            return
        }
        levels.append(LevelView(sku: item.sku, location: location, level: level))
    }
    mutating func visit(_ offer: Offer, key: LevelKey) {
        if offer.location == location { offers.append(offer) }
    }
    mutating func visit(_ reservation: Reservation) {
        let isOpen = reservation.state == .held || reservation.state == .confirmed
        if isOpen, reservation.lines.contains(where: { $0.location == location }) {
            reservations.append(reservation)
        }
    }
    mutating func visit(_ sale: Sale) {}
    mutating func visit(_ transfer: Transfer) {
        if transfer.isOpen, [transfer.from, transfer.to].contains(location) {
            transfers.append(transfer)
        }
    }
    mutating func visit(_ record: StoreRecord, key: StoreRecordKey) {
        guard case .allotment(let allotment) = record,
            state.location(key.location)?.id == location,
            let item = state.item(ItemKey(UInt32(truncatingIfNeeded: key.place)))
        else { return }
        allotments.append(AllotmentView(sku: item.sku, allotment: allotment))
    }
    mutating func visit(_ row: JournalRow) {}
    mutating func visit(_ header: LedgerHeader) {}
}
