import AgentCore
import Ledger
import LedgerHTTP
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A real agent's core behind a desk, with no cluster: it is cut off from the beginning.
final class TestDesk: StoreDesk {
    typealias Core = AgentCore<InMemoryAgentRows, EntryFactCodec>

    static let store = LocationID(unchecked: "store-7")
    static let tea = SKU(unchecked: "TEA-250")
    static let mug = SKU(unchecked: "MUG-1")

    private struct State {
        var core: Core
        var ticket: UInt64 = 0
        var isClosed = false
    }

    let settings: AgentSettings
    private let state: Mutex<State>

    /// With ten of the tea on the shelf, of which three are its own to sell; or with nothing copied yet.
    init(
        policy: AgentSettings.CutOffPolicy = .block,
        isReady: Bool = true
    ) {
        var settings = AgentSettings()
        settings.policy = policy
        self.settings = settings
        var rows = InMemoryAgentRows(
            location: Self.store,
            instance: Reference(unchecked: "instance")
        )
        if isReady { rows.commit(Self.furniture) }
        let core = Core(
            rows: rows,
            codec: EntryFactCodec(),
            settings: settings,
            seed: 7,
            clock: Self.clock
        )
        state = Mutex(State(core: core))
    }

    private static let clock = AgentClock(
        wall: LogTime(microseconds: 1_790_000_000_000_000),
        steady: Milliseconds(1)
    )

    private static var furniture: AgentWrites {
        var head = AgentHead(location: store, instance: Reference(unchecked: "instance"))
        head.epoch = 1
        head.firstEpoch = 1
        head.copy = AgentHead.Copy(position: Position(9), known: 0)
        var level = StockLevel()
        level.onHand = 10
        level.allotted = 3
        var allotment = Allotment(epoch: 1)
        allotment.granted = 3
        var writes = AgentWrites()
        writes.records[.head] = .head(head)
        for (sku, title) in [(tea, "Green tea"), (mug, "Cork mug")] {
            let item = Item(
                sku: sku,
                title: title,
                attributes: [],
                price: 350,
                currency: "EUR",
                state: .active,
                version: 1
            )
            writes.records[AgentKey(.item, sku.text)] = .item(item)
        }
        writes.records[AgentKey(.level, tea.text)] = .level(level)
        writes.records[AgentKey(.allotment, tea.text)] = .allotment(allotment)
        return writes
    }

    var location: LocationID { Self.store }

    /// From now on nothing is answered.
    func close() { state.withLock { $0.isClosed = true } }

    func ask(_ request: TillRequest) async throws(DeskClosed) -> TillAnswer {
        try look { state in
            state.ticket += 1
            var effects: [AgentEffect] = []
            let input = AgentInput.till(ticket: state.ticket, request)
            state.core.handle([input], at: Self.clock, into: &effects)
            for case .answer(let ticket, let answer) in effects where ticket == state.ticket {
                return answer
            }
            preconditionFailure("cut off, everything is answered at once")
        }
    }

    func stock(_ sku: SKU) async throws(DeskClosed) -> AgentStock? {
        try look { $0.core.stock(sku) }
    }

    func items(matching text: String, limit: Int) async throws(DeskClosed) -> [AgentStock] {
        try look { $0.core.items(matching: text, limit: limit) }
    }

    func pickUps(after name: String?, limit: Int) async throws(DeskClosed) -> [Reservation] {
        try look { $0.core.pickUps(after: name, limit: limit) }
    }

    func transfers(after name: String?, limit: Int) async throws(DeskClosed) -> [Transfer] {
        try look { $0.core.transfers(after: name, limit: limit) }
    }

    func sale(_ id: SaleID) async throws(DeskClosed) -> Sale? {
        try look { $0.core.sale(id) }
    }

    func pickUp(_ id: ReservationID) async throws(DeskClosed) -> Reservation? {
        try look { $0.core.pickUp(id) }
    }

    func transfer(_ id: TransferID) async throws(DeskClosed) -> Transfer? {
        try look { $0.core.movedTransfer(id) }
    }

    func offer(_ sku: SKU) async throws(DeskClosed) -> Offer? {
        try look { $0.core.ownOffer(sku) }
    }

    func status() async throws(DeskClosed) -> AgentStatus { try look { $0.core.status() } }
    func openUnits() async throws(DeskClosed) -> Quantity { try look { $0.core.openUnits() } }

    private func look<Value: Sendable>(
        _ body: (inout State) -> Value
    ) throws(DeskClosed) -> Value {
        let value = state.withLock { state in state.isClosed ? nil : body(&state) }
        guard let value else { throw DeskClosed() }
        return value
    }
}

/// Runs a till's server on a port of its own while `body` runs, then shuts it down gracefully.
func withTill(
    _ desk: TestDesk = TestDesk(),
    limits: TillLimits = TillLimits(),
    _ body: (TestServer) async throws -> Void
) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (addresses, continuation) = AsyncStream.makeStream(of: SocketAddress.self)
    let server = TillServer(
        desk: desk,
        port: 0,
        limits: limits,
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: logger,
        onServerRunning: { continuation.yield($0) }
    )
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    try await withThrowingTaskGroup { tasks in
        tasks.addTask { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        guard let address = await iterator.next() else { throw TestFailure("no address") }
        do {
            try await body(
                TestServer(
                    address: address,
                    host: "localhost",
                    shutDown: { await group.triggerGracefulShutdown() }
                )
            )
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
