import Ledger
import NIOCore
import Replica
import Testing

@testable import LedgerHTTP

/// Carts take holds over HTTP, and are told why not.
@Suite struct HoldTests {
    static let request = "11111111-2222-4333-8444-555555555555"
    static let reservation = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
    static let secret = "a-secret-that-nobody-guesses"
    static let json = ["Content-Type: application/json"]

    static func body(_ members: String = "") -> String {
        "{\"requestId\":\"\(request)\",\"cart\":\"\(secret)\"\(members)}"
    }

    static let lines = ",\"lines\":[{\"sku\":\"a\",\"quantity\":2}]"

    @Test func `a hold is taken for the digest of the cart's secret, online, wherever it is`()
        async throws
    {
        let node = FakeNode()
        node.with { $0.submitResult = .answered(Self.answer(.reservation(Self.held()))) }
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: Self.json,
                body: Self.body(
                    ",\"reservation\":\"\(Self.reservation)\",\"ttlMs\":60000,\"lines\":"
                        + "[{\"sku\":\"a\",\"quantity\":2},{\"sku\":\"b\",\"quantity\":1,\"location\":\"l\"}]"
                )
            )
            #expect(response.status == 201)
            #expect(response.headers["location"] == "/v1/reservations/\(Self.reservation)")
            #expect(response.headers["estoque-position"] == "77")
            #expect(response.headers["access-control-allow-origin"] == nil)
            #expect(response.body.hasPrefix("{\"hold\":{\"reservation\":\"\(Self.reservation)\""))
            #expect(
                response.body.contains("\"time\":\"1970-01-01T00:00:05.000000Z\",\"position\":77")
            )
        }
        let sent = try #require(node.with { $0.submitted.first })
        #expect(sent.id.text == Self.request)
        #expect(sent.actor.text == "web")
        let owner = try #require(CartToken(Self.secret)).owner
        let expected = Reserve(
            reservation: ReservationID(unchecked: Self.reservation),
            owner: owner,
            lines: [
                StockLine(
                    sku: SKU(unchecked: "b"),
                    location: LocationID(unchecked: "l"),
                    quantity: 1
                )
            ],
            ttl: Milliseconds(60_000),
            unplaced: [ItemLine(sku: SKU(unchecked: "a"), quantity: 2)],
            placement: .split,
            online: true
        )
        #expect(sent.command == .reserve(expected))
        #expect(!owner.reference.text.contains(Self.secret))
    }

    @Test func `without a name the hold is named after its request, and lasts ten minutes`()
        async throws
    {
        let node = FakeNode()
        try await withServer(node) { server in
            _ = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: Self.json,
                body: Self.body(Self.lines)
            )
        }
        guard case .reserve(let reserve) = node.with({ $0.submitted.first?.command }) else {
            Issue.record("nothing was submitted")
            return
        }
        #expect(reserve.reservation.text == Self.request)
        #expect(reserve.ttl == Milliseconds(600_000))
    }

    @Test(arguments: ["extend", "confirm", "release"])
    func `a cart changes its own hold, and finds no other's`(action: String) async throws {
        let node = FakeNode()
        node.with {
            $0.books.reservation = Self.held()
            $0.submitResult = .answered(Self.answer(.reservation(Self.held())))
        }
        try await withServer(node) { server in
            let path = "/v1/holds/\(Self.reservation):\(action)"
            let own = try await server.get(
                path,
                method: "POST",
                headers: Self.json,
                body: Self.body()
            )
            #expect(own.status == 200)
            #expect(node.with { $0.submitted.count } == 1)
            let others = try await server.get(
                path,
                method: "POST",
                headers: Self.json,
                body: "{\"requestId\":\"\(Self.request)\",\"cart\":\"another-secret-of-a-cart\"}"
            )
            #expect(others.status == 404)
            #expect(others.body.contains("RESERVATION_NOT_FOUND"))
            #expect(node.with { $0.submitted.count } == 1)
        }
    }

    static func held() -> Reservation {
        Reservation(
            id: ReservationID(unchecked: reservation),
            owner: CartToken(secret)?.owner
                ?? Owner(kind: .customer, reference: Reference(unchecked: "?")),
            state: .held,
            lines: [
                ReservationLine(
                    sku: SKU(unchecked: "a"),
                    location: LocationID(unchecked: "l"),
                    requested: 2
                )
            ],
            expireTime: LogTime(microseconds: 605_000_000),
            maxExpireTime: LogTime(microseconds: 900_000_000),
            orderReference: nil,
            version: 1
        )
    }

    static func answer(_ outcome: Outcome) -> Answer {
        Answer(
            position: Position(77),
            logTime: LogTime(microseconds: 5_000_000),
            outcome: outcome
        )
    }
}
