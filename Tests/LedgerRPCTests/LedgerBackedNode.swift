import Ledger
import LedgerClient
import LedgerRPC
import LedgerStore
import NIOCore
import NIOPosix
import Raft
import Replica
import Synchronization

/// A node that is alone and keeps its ledger in memory: the production rules behind the services.
final class LedgerBackedNode: LedgerNode {
    private struct State {
        var ledger = InMemoryLedgerState()
        var clock: UInt64 = 1_700_000_000_000_000
        /// Submissions of facts, if they are not to be applied yet.
        var held: [@Sendable () -> Void]?
        var onHeld: (@Sendable () -> Void)?
        var lists: [StoreTable: StoreList] = [:]
    }

    let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
    private let state = Mutex(State())

    var status: NodeStatus { .sample }
    var metrics: NodeMetrics { NodeMetrics(samples: []) }
    /// How many entries the log has, so to say.
    var position: Position { state.withLock { $0.ledger.header.position } }

    /// Lets time pass.
    func advance(by duration: Milliseconds) {
        state.withLock { $0.clock += duration.rawValue * 1_000 }
    }

    /// The log time of the last entry.
    var logTime: LogTime { state.withLock { $0.ledger.header.logTime } }

    /// Changes a level past the rules, to what would take millions of commands.
    func rewrite(_ sku: SKU, at location: LocationID, _ body: (inout StockLevel) -> Void) {
        state.withLock { state in
            guard let item = state.ledger.itemKey(sku),
                let place = state.ledger.locationKey(location)
            else { preconditionFailure("no \(sku) or no \(location)") }
            let key = LevelKey(location: place, item: item)
            var level = state.ledger.level(key)
            body(&level)
            state.ledger.setLevel(level, key: key)
        }
    }

    /// Applies no facts until ``releaseFacts()``; `onHeld` hears of each submission that waits.
    func holdFacts(_ onHeld: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.held = []
            state.onHeld = onHeld
        }
    }

    func releaseFacts() {
        let held = state.withLock { state in
            defer { state.held = nil }
            return state.held ?? []
        }
        for apply in held { apply() }
    }

    /// What the ledger holds.
    func reading<Value: Sendable>(_ body: (inout InMemoryLedgerState) -> Value) -> Value {
        state.withLock { body(&$0.ledger) }
    }

    /// The lists of stores by what is asked.
    var lists: [StoreTable: StoreList] {
        get { state.withLock { $0.lists } }
        set { state.withLock { $0.lists = newValue } }
    }

    func submit(
        _ requests: [Request],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, SubmitResult) -> Void
    ) {
        guard case .submitFacts? = requests.first?.command else {
            apply(requests, completion)
            return
        }
        let onHeld = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.held != nil else { return nil }
            state.held?.append { self.apply(requests, completion) }
            return state.onHeld ?? {}
        }
        if let onHeld { onHeld() } else { apply(requests, completion) }
    }

    private func apply(
        _ requests: [Request],
        _ completion: @escaping @Sendable (Int, SubmitResult) -> Void
    ) {
        for (index, request) in requests.enumerated() {
            let answer = state.withLock { state in
                state.clock += 1
                let position = Position(state.ledger.header.position.rawValue + 1)
                let stamp = LogTime(microseconds: state.clock)
                var changes = LedgerChanges()
                return LedgerRules.apply(
                    .request(request, stamp: stamp),
                    at: position,
                    to: &state.ledger,
                    changes: &changes
                ).answer
            }
            completion(index, answer.map(SubmitResult.answered) ?? .unknown)
        }
    }

    func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Answer, Replica.ReadFailure>) -> Void
    ) {
        completion(
            .success(state.withLock { LedgerRules.validate(request, on: &$0.ledger) })
        )
    }

    func sale(
        _ id: SaleID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Sale?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.success(stamped { $0.sale(id) }))
    }

    func transfer(
        _ id: TransferID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Transfer?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.success(stamped { $0.transfer(id) }))
    }

    func offer(
        _ sku: SKU,
        at location: LocationID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Offer?>, Replica.ReadFailure>) -> Void
    ) {
        completion(
            .success(
                stamped { ledger in
                    guard let item = ledger.itemKey(sku),
                        let place = ledger.locationKey(location)
                    else { return nil }
                    return ledger.offer(LevelKey(location: place, item: item))
                }
            )
        )
    }

    func reservation(
        _ id: ReservationID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Reservation?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.success(stamped { $0.reservation(id) }))
    }

    func location(
        _ id: LocationID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Location?>, Replica.ReadFailure>) -> Void
    ) {
        completion(
            .success(stamped { ledger in ledger.locationKey(id).flatMap { ledger.location($0) } })
        )
    }

    func stamped<Value: Sendable>(
        _ read: (inout InMemoryLedgerState) -> Value
    ) -> Stamped<Value> {
        state.withLock { state in
            let value = read(&state.ledger)
            return Stamped(
                value: value,
                stamp: ReadStamp(
                    position: state.ledger.header.position,
                    staleness: .zero,
                    node: "n1",
                    role: .leader
                )
            )
        }
    }

    // MARK: - What no test here asks for

    func items(
        _ skus: [SKU],
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<[ItemView?]>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>? { nil }

    func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (AdminResult) -> Void
    ) {
        completion(.noLeader)
    }

    func leaderStatus(
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        completion(nil)
    }

    func status(
        of node: NodeID,
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        completion(nil)
    }

    func digest(
        at position: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<LedgerDigest, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }
}

/// Serves a shop over the production rules, and gives `body` a client of it.
func withShop(
    limits: LedgerServiceLimits = LedgerServiceLimits(),
    _ body: (EstoqueClient, LedgerBackedNode) async throws -> Void
) async throws {
    let node = LedgerBackedNode()
    try await serving(node, books: node, limits: limits) { client in
        for command in Shop.stocking {
            _ = try await client.send(command)
            // Holds of a millisecond are over by then.
            node.advance(by: Milliseconds(2))
        }
        try await body(client, node)
    }
}
