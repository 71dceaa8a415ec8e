import Ledger

/// The production rules over rows in memory, with one store and its agent's chain.
struct StudyLedger {
    static let store = LocationID(unchecked: "store")
    private static let agent = Reference(unchecked: "agent")

    private(set) var state = InMemoryLedgerState()
    private var changes = LedgerChanges()
    private var requests: UInt64 = 0
    /// Facts that the agent has told.
    private var sequence: UInt64 = 0
    private var link = FactHash.start
    var seconds: Int64

    init(_ items: [SKU], stock: [SKU: Quantity], settings: StoreSettings, from seconds: Int64) {
        self.seconds = seconds
        send(.upsertLocation(UpsertLocation(id: Self.store, name: "")))
        for sku in items { send(.upsertItem(UpsertItem(sku: sku, title: ""))) }
        for sku in items {
            guard let quantity = stock[sku], quantity > 0 else { continue }
            let line = StockLine(sku: sku, location: Self.store, quantity: quantity)
            send(.receive(Receive(lines: [line])))
        }
        send(
            .registerStore(
                RegisterStore(location: Self.store, instance: Self.agent, settings: settings)
            )
        )
    }

    @discardableResult
    mutating func send(_ command: Command) -> Outcome {
        requests += 1
        let request = Request(
            id: RequestID(unchecked: "r\(requests)"),
            actor: Actor(unchecked: "study"),
            command: command
        )
        changes.removeAll()
        let applied = LedgerRules.apply(
            .request(request, stamp: LogTime(microseconds: UInt64(max(0, seconds)) * 1_000_000)),
            at: Position(state.header.position.rawValue + 1),
            to: &state,
            changes: &changes
        )
        guard let answer = applied.answer else { preconditionFailure("a request has an answer") }
        return answer.outcome
    }

    func level(_ sku: SKU) -> StockLevel {
        guard let item = state.itemKey(sku), let place = state.locationKey(Self.store) else {
            return StockLevel()
        }
        return state.level(LevelKey(location: place, item: item))
    }

    /// The rights that the store's agent may use.
    func rights(_ sku: SKU) -> Quantity {
        guard let item = state.itemKey(sku), let place = state.locationKey(Self.store) else {
            return 0
        }
        let key = StoreRecordKey.allotment(LevelKey(location: place, item: item))
        guard case .allotment(let allotment)? = state.storeRecord(key) else { return 0 }
        return allotment.open
    }

    /// Asks for rights; gives how many there are then.
    mutating func grant(_ sku: SKU, _ quantity: Quantity) -> Quantity {
        if quantity > 0 {
            send(
                .grantAllotment(
                    GrantAllotment(
                        location: Self.store,
                        epoch: 1,
                        lines: [ItemLine(sku: sku, quantity: quantity)]
                    )
                )
            )
        }
        return rights(sku)
    }

    /// Tells what was sold at the store with which rights, as its agent does.
    mutating func tell(sales: [(sku: SKU, quantity: Quantity, rights: Quantity)]) {
        tell(
            sales.enumerated().map { index, sale in
                let line = StockLine(
                    sku: sale.sku,
                    location: Self.store,
                    quantity: sale.quantity
                )
                let id = SaleID(unchecked: "s\(sequence + UInt64(index) + 1)")
                return Fact(
                    command: .sell(Sell(lines: [line], sale: id)),
                    rightsEpoch: 1,
                    rights: [sale.rights]
                )
            }
        )
    }

    /// Gives rights back.
    mutating func giveBack(_ rights: [(sku: SKU, quantity: Quantity)]) {
        tell(
            rights.filter { $0.quantity > 0 }.map { sku, quantity in
                let line = StockLine(sku: sku, location: Self.store, quantity: quantity)
                return Fact(
                    command: .returnAllotment(ReturnAllotment(lines: [line])),
                    rightsEpoch: 1
                )
            }
        )
    }

    private mutating func tell(_ all: [Fact]) {
        for start in stride(from: 0, to: all.count, by: LedgerLimits.factsMax) {
            let (first, previous) = (sequence + 1, link)
            let facts = all[start..<min(start + LedgerLimits.factsMax, all.count)].map { fact in
                sequence += 1
                // The rules only compare links; any that differ do here.
                link = FactHash(words: (sequence, link.words.0 ^ sequence, 0, 1))
                return SubmittedFact(
                    hash: link,
                    claimedTime: LogTime(microseconds: 0),
                    content: .known(fact)
                )
            }
            let submission = SubmitFacts(
                location: Self.store,
                epoch: 1,
                firstSequence: first,
                previousHash: previous,
                facts: facts
            )
            let outcome = send(.submitFacts(submission))
            precondition(!outcome.isRefusal, "facts of one agent are taken in: \(outcome)")
        }
    }
}
