import AgentCore
import AgentTesting
import Ledger
import StoreAgent
import Testing

/// A cluster in this process that can be cut off.
actor TestCentre: StoreCentre {
    struct Unreachable: Error {}

    static let location = LocationID(unchecked: "shop")
    static let tea = SKU(unchecked: "TEA")

    private var centre = Centre()
    private var isReachable = true
    private var bells: [Int: AsyncStream<Void>.Continuation] = [:]
    private var lastBell = 0
    private(set) var redials = 0

    init() {
        centre.location = Self.location
        centre.apply(
            .upsertItem(
                UpsertItem(sku: Self.tea, title: "Green tea", price: 250, currency: "EUR")
            )
        )
        centre.apply(.upsertLocation(UpsertLocation(id: Self.location, name: "Shop")))
        centre.apply(
            .receive(
                Receive(lines: [
                    StockLine(sku: Self.tea, location: Self.location, quantity: 1_000)
                ])
            )
        )
    }

    func find() throws -> Reference? {
        guard isReachable else { throw Unreachable() }
        return Reference(unchecked: "cluster")
    }

    func answer(_ call: CentreCall) -> CentreAnswer {
        guard isReachable else { return .failed }
        let answer = centre.answer(call.question)
        for bell in bells.values { bell.yield() }
        return answer
    }

    func follow(
        after position: Position,
        onChanges: @escaping @Sendable ([FeedRow], Position) -> Bool
    ) async -> FeedLoss {
        let (rings, bell) = AsyncStream<Void>.makeStream()
        lastBell += 1
        let number = lastBell
        bells[number] = bell
        defer { bells[number] = nil }
        bell.yield()
        var told = position
        for await _ in rings {
            guard isReachable else { return .broken }
            let end = centre.state.header.position
            guard told < end else { continue }
            let rows = centre.feed(of: Self.location, after: told, through: end)
            told = end
            guard onChanges(rows, end) else { return .broken }
        }
        return .broken
    }

    func redial() { redials += 1 }

    func set(isReachable: Bool) {
        self.isReachable = isReachable
        for bell in bells.values { bell.yield() }
    }

    func apply(_ command: Command) -> Outcome {
        let outcome = centre.apply(command)
        for bell in bells.values { bell.yield() }
        return outcome
    }

    var level: StockLevel { centre.level(Self.tea, Self.location) }
    var factCount: UInt64 { centre.agent(Self.location)?.factCount ?? 0 }
    var violations: [LedgerViolation] { LedgerAudit.check(centre.state) }
}
