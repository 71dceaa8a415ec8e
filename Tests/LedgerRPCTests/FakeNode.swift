import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import LedgerRPC
import NIOCore
import NIOPosix
import Raft
import Replica
import Synchronization

/// A node that does what a test tells it when an admin asks, and remembers what was asked.
final class FakeNode: LedgerNode {
    struct State: Sendable {
        var result = AdminResult.noLeader
        var asked: [AdminRequest] = []
        /// How much time was left when it was asked.
        var timeLeft: [TimeAmount] = []
        var status = NodeStatus.sample
        var leaderStatus: NodeStatus?
    }

    let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
    private let state = Mutex(State())

    func with<T: Sendable>(_ body: (inout State) -> T) -> T { state.withLock { body(&$0) } }

    var status: NodeStatus { with { $0.status } }
    var metrics: NodeMetrics { NodeMetrics(samples: []) }

    func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (AdminResult) -> Void
    ) {
        let result = with { state in
            state.asked.append(request)
            state.timeLeft.append(deadline - .now())
            return state.result
        }
        eventLoop.execute { completion(result) }
    }

    func leaderStatus(
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        completion(with { $0.leaderStatus })
    }

    func status(
        of node: NodeID,
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        completion(nil)
    }

    // MARK: - What no test here asks for

    func submit(
        _ requests: [Request],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, SubmitResult) -> Void
    ) {
        for index in requests.indices { completion(index, .noLeader) }
    }

    func items(
        _ skus: [SKU],
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<[ItemView?]>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>? { nil }

    func reservation(
        _ id: ReservationID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Reservation?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func sale(
        _ id: SaleID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Sale?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func transfer(
        _ id: TransferID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Transfer?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func offer(
        _ sku: SKU,
        at location: LocationID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Offer?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Answer, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func location(
        _ id: LocationID,
        consistency: Replica.Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Location?>, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func digest(
        at position: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<LedgerDigest, Replica.ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }
}

extension NodeStatus {
    /// A leader of three.
    static var sample: NodeStatus {
        NodeStatus(
            id: "n1",
            role: .leader,
            term: 3,
            leader: "n1",
            commit: Position(9),
            applied: Position(9),
            stored: Position(7),
            logFirst: Position(1),
            logLast: Position(10),
            staleness: .microseconds(1_500),
            isReady: true,
            writeRefusal: nil,
            members: []
        )
    }
}

/// Serves a node's services, and gives `body` a client of them.
func serving(
    _ node: any LedgerNode,
    books: (any LedgerBooks)? = nil,
    limits: LedgerServiceLimits = LedgerServiceLimits(),
    timeout: Duration = .seconds(10),
    _ body: (EstoqueClient) async throws -> Void
) async throws {
    var router = GRPCRouter()
    LedgerServices(node: node, books: books, limits: limits).register(in: &router)
    let server = try await GRPCServer.start(
        on: MultiThreadedEventLoopGroup.singleton,
        host: "127.0.0.1",
        port: 0,
        router: router
    )
    var options = ClientOptions()
    options.timeout = timeout
    options.attemptTimeout = timeout
    let client = EstoqueClient(
        nodes: [NodeAddress(host: "127.0.0.1", port: server.localAddress.port ?? 0)],
        actor: Ledger.Actor(unchecked: "admin"),
        options: options
    )
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(client))
    } catch {
        result = .failure(error)
    }
    await client.close()
    await server.shutdown(within: .zero)
    try result.get()
}
