import AgentCore
import AgentTesting
import Ledger
import Testing

typealias Core = AgentCore<InMemoryAgentRows, EntryFactCodec>

/// One agent beside a ledger, with a wire between them that tests can cut.
struct Shop {
    static let location = LocationID(unchecked: "shop")
    static let tea = SKU(unchecked: "TEA")
    static let cup = SKU(unchecked: "CUP")

    var centre: Centre
    var core: Core
    var clock = AgentClock(
        wall: LogTime(microseconds: 1_700_000_000_000_000),
        steady: Milliseconds(1_000)
    )
    /// Whether calls and the feed get through.
    var isWired = true
    /// Calls that were made and not answered yet.
    var calls: [CentreCall] = []
    /// Calls that were made, all of them.
    var madeCalls: [CentreCall] = []
    var answers: [UInt64: TillAnswer] = [:]
    var redials = 0
    private var feedAt: Position?
    private var wakeAt: Milliseconds?
    private var tickets: UInt64 = 0
    private var requests = 0

    /// A shop with 100 TEA and 10 CUP, where the agent has registered and copied everything.
    init(
        settings: AgentSettings = AgentSettings(),
        onlineShare: UInt8 = 0,
        isOpen: Bool = true
    ) {
        centre = Centre()
        centre.location = Self.location
        for (sku, title) in [(Self.tea, "Green tea"), (Self.cup, "Cup")] {
            centre.apply(
                .upsertItem(UpsertItem(sku: sku, title: title, price: 250, currency: "EUR"))
            )
        }
        for name in ["shop", "depot"] {
            centre.apply(
                .upsertLocation(UpsertLocation(id: LocationID(unchecked: name), name: name))
            )
        }
        centre.apply(
            .receive(
                Receive(lines: [
                    StockLine(sku: Self.tea, location: Self.location, quantity: 100),
                    StockLine(sku: Self.cup, location: Self.location, quantity: 10),
                ])
            )
        )
        core = Self.core(
            InMemoryAgentRows(
                location: Self.location,
                instance: Reference(unchecked: "0123456789abcdef0123456789abcdef")
            ),
            settings,
            seed: 1,
            AgentClock(wall: LogTime(microseconds: 1), steady: Milliseconds(1_000))
        )
        guard isOpen else { return }
        handle([.connected(to: nil)])
        settle()
    }

    static func core(
        _ rows: InMemoryAgentRows,
        _ settings: AgentSettings,
        takesOver: Bool = false,
        seed: UInt64,
        _ clock: AgentClock
    ) -> Core {
        Core(
            rows: rows,
            codec: EntryFactCodec(),
            settings: settings,
            takesOver: takesOver,
            seed: seed,
            clock: clock
        )
    }

    /// The agent is started again from rows: its own, or others.
    mutating func restart(from rows: InMemoryAgentRows? = nil, takesOver: Bool = false) {
        core = Self.core(
            rows ?? core.rows,
            core.settings,
            takesOver: takesOver,
            seed: UInt64(requests + 77),
            clock
        )
        calls = []
        feedAt = nil
        handle([.connected(to: nil)])
    }

    mutating func handle(_ inputs: [AgentInput]) {
        var effects: [AgentEffect] = []
        wakeAt = nil
        core.handle(inputs, at: clock, into: &effects)
        for effect in effects {
            switch effect {
            case .answer(let ticket, let answer):
                #expect(answers[ticket] == nil, "a ticket is answered once")
                answers[ticket] = answer
            case .call(let call):
                calls.append(call)
                madeCalls.append(call)
            case .follow(after: let position): feedAt = position
            case .wake(at: let time): wakeAt = time
            case .redial: redials += 1
            }
        }
    }

    /// Lets everything through until nothing is on its way.
    mutating func settle() {
        guard isWired else { return }
        for _ in 0..<200 {
            if !calls.isEmpty {
                let call = calls.removeFirst()
                handle([.answered(call: call.id, centre.answer(call.question))])
            } else if !feed() {
                expectRest()
                return
            }
        }
        Issue.record("never quiet")
    }

    /// An agent that has nothing to do asks for no tick at once, again and again.
    mutating func expectRest() {
        for _ in 0..<50 {
            guard let wake = wakeAt, wake <= clock.steady else { return }
            handle([.tick])
        }
        Issue.record("it never rests")
    }

    /// Tells the agent what has changed; false when nothing has.
    private mutating func feed() -> Bool {
        let end = centre.state.header.position
        guard let start = feedAt, start < end else { return false }
        feedAt = end
        handle([
            .changes(
                centre.feed(of: Self.location, after: start, through: end),
                after: start,
                through: end
            )
        ])
        return true
    }

    /// The wire is cut: calls that are under way never come back.
    mutating func cut() {
        isWired = false
        calls = []
        feedAt = nil
        handle([.disconnected])
    }

    mutating func mend() {
        isWired = true
        handle([.connected(to: nil)])
        settle()
    }

    mutating func pass(_ milliseconds: UInt64) {
        clock.steady = Milliseconds(clock.steady.rawValue + milliseconds)
        clock.wall = clock.wall.advanced(by: Milliseconds(milliseconds))
        centre.pass(milliseconds)
        handle([.tick])
        settle()
    }

    // MARK: Tills

    mutating func mint() -> RequestID {
        requests += 1
        return RequestID(unchecked: "till-\(requests)")
    }

    /// Asks, and lets everything through.
    @discardableResult
    mutating func ask(
        _ command: Command,
        id: RequestID? = nil,
        prices: [ItemPrice] = [],
        countsAgainstBook: Bool = false
    ) -> TillAnswer? {
        let ticket = begin(
            command,
            id: id,
            prices: prices,
            countsAgainstBook: countsAgainstBook
        )
        settle()
        return answers[ticket]
    }

    /// Asks, and lets nothing through yet.
    mutating func begin(
        _ command: Command,
        id: RequestID? = nil,
        prices: [ItemPrice] = [],
        countsAgainstBook: Bool = false
    ) -> UInt64 {
        tickets += 1
        let request = TillRequest(
            id: id ?? mint(),
            command: command,
            prices: prices,
            countsAgainstBook: countsAgainstBook
        )
        handle([.till(ticket: tickets, request)])
        return tickets
    }

    @discardableResult
    mutating func sell(
        _ quantity: Quantity,
        _ sku: SKU = Self.tea,
        id: RequestID? = nil
    ) -> TillAnswer? {
        ask(.sell(Sell(lines: [Self.line(quantity, sku)])), id: id)
    }

    static func line(_ quantity: Quantity, _ sku: SKU = Self.tea) -> StockLine {
        StockLine(sku: sku, location: location, quantity: quantity)
    }

    // MARK: What tests look at

    mutating func stock(_ sku: SKU = Self.tea) -> AgentStock {
        guard let stock = core.stock(sku) else { fatalError("\(sku) is in the copy") }
        return stock
    }

    func level(_ sku: SKU = Self.tea) -> StockLevel { centre.level(sku, Self.location) }

    /// Everything that was told is in the ledger, and the books agree.
    mutating func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(core.head.outboxDepth == 0, sourceLocation: sourceLocation)
        for sku in [Self.tea, Self.cup] {
            let (stock, level) = (stock(sku), level(sku))
            #expect(stock.onHand == level.onHand, sourceLocation: sourceLocation)
            #expect(stock.unavailable == level.unavailable, sourceLocation: sourceLocation)
            let allotment = centre.allotment(sku, Self.location)
            let open = allotment.map { $0.epoch == core.head.epoch ? $0.open : 0 } ?? 0
            #expect(stock.rights == open, sourceLocation: sourceLocation)
        }
        #expect(LedgerAudit.check(centre.state).isEmpty, sourceLocation: sourceLocation)
    }
}

extension TillAnswer? {
    /// The receipt, if it was done.
    var receipt: TillReceipt? {
        if case .done(let receipt)? = self { receipt } else { nil }
    }

    /// The refusal, if it was refused.
    var refusal: Refusal? {
        if case .refused(let refusal)? = self { refusal } else { nil }
    }
}
