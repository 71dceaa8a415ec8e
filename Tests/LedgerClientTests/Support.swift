import Ledger
import LedgerAPI
import LedgerClient

enum Sample {
    static let till = Actor(unchecked: "till-3")
    static let sku = SKU(unchecked: "MUG")
    static let store = LocationID(unchecked: "store-7")
    static let lines = [StockLine(sku: sku, location: store, quantity: 1)]
    static let sell = Command.sell(Sell(lines: lines))
    static let shortage = Shortage(sku: sku, location: store, requested: 1, available: 0)

    static func reserve(_ number: Int) -> Request {
        Request(
            id: RequestID(unchecked: "request-\(number)"),
            actor: till,
            command: .reserve(
                Reserve(
                    reservation: ReservationID(unchecked: "hold-\(number)"),
                    owner: Owner(kind: .customer, reference: Reference(unchecked: "c")),
                    lines: lines,
                    ttl: Milliseconds(60_000)
                )
            )
        )
    }

    static func reservation(_ id: ReservationID) -> Reservation {
        Reservation(
            id: id,
            owner: Owner(kind: .customer, reference: Reference(unchecked: "c")),
            state: .held,
            lines: [ReservationLine(sku: sku, location: store, requested: 1)],
            expireTime: LogTime(microseconds: 5),
            maxExpireTime: LogTime(microseconds: 6),
            orderReference: nil,
            version: 1
        )
    }
}

/// Runs a test with a client of some nodes, and ends all of them.
func withClient(
    of nodes: [FakeNode],
    knowing known: [NodeAddress]? = nil,
    options: ClientOptions = ClientOptions(),
    _ body: (EstoqueClient) async throws -> Void
) async throws {
    let client = EstoqueClient(
        nodes: known ?? nodes.map(\.address),
        actor: Sample.till,
        options: options
    )
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(client))
    } catch {
        result = .failure(error)
    }
    await client.close()
    for node in nodes { await node.stop() }
    try result.get()
}

/// How a call through a client goes: a call of its own, or with a session.
enum Way: CaseIterable {
    case unary
    case session

    func sender(of client: EstoqueClient) -> any CommandSender {
        switch self {
        case .unary: client
        case .session: client.session
        }
    }
}
