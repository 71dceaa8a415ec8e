import Ledger
import Replica
import Testing

@testable import LedgerHTTP

/// Every reason why a cart doesn't get its hold.
@Suite struct HoldRefusalTests {
    /// A request that never gets to the ledger, and what it is told.
    struct Malformed: Sendable, CustomTestStringConvertible {
        var body: String
        var status = 400
        var contains: String
        var path = "/v1/holds"
        var headers = HoldTests.json
        var testDescription: String {
            "\(path) \(headers.joined(separator: ", ")) \(body.prefix(90))"
        }
    }

    private static let id = HoldTests.request
    private static let secret = HoldTests.secret
    private static let extend = "/v1/holds/\(HoldTests.reservation):extend"
    private static func taking(_ members: String) -> String { HoldTests.body(members) }
    private static let good = taking(HoldTests.lines)

    static let malformed: [Malformed] = [
        Malformed(body: "", contains: "the body must be a JSON object"),
        Malformed(body: "[]", contains: "the body must be a JSON object"),
        Malformed(body: "{", contains: "the body must be a JSON object"),
        Malformed(body: "{}", contains: "requestId is required"),
        Malformed(body: "{\"requestId\":7}", contains: "requestId is of another type"),
        Malformed(body: "{\"requestId\":\"\(id)\"}", contains: "cart is required"),
        Malformed(body: taking(""), contains: "lines is required"),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"size\":2}]"),
            contains: "lines[0].size is not known here"
        ),
        Malformed(body: taking(",\"lines\":[]"), contains: "lines must be 1 to 50"),
        Malformed(body: taking(",\"lines\":[7]"), contains: "lines[0]"),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a\"}]"),
            contains: "lines[0].quantity is required"
        ),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a\",\"quantity\":1.5}]"),
            contains: "lines[0].quantity must be a whole number"
        ),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a\",\"quantity\":0}]"),
            contains: "\"field\":\"lines[0].quantity\""
        ),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a\",\"quantity\":1001}]"),
            contains: "lines[0].quantity must be at most 1000"
        ),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a b\",\"quantity\":1}]"),
            contains: "\"field\":\"lines[0].sku\""
        ),
        Malformed(
            body: taking(",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"location\":\"ü\"}]"),
            contains: "\"field\":\"lines[0].location\""
        ),
        Malformed(
            body: taking(",\"colour\":1" + HoldTests.lines),
            contains: "colour is not known here"
        ),
        Malformed(
            body: taking(",\"order\":\"o\"" + HoldTests.lines),
            contains: "order is not known here"
        ),
        Malformed(
            body: taking(",\"ttlMs\":0" + HoldTests.lines),
            contains: "ttlMs must be 1 to 1800000"
        ),
        Malformed(body: taking(",\"ttlMs\":1800001" + HoldTests.lines), contains: "ttlMs must be"),
        Malformed(
            body: taking(",\"ttlMs\":-1" + HoldTests.lines),
            contains: "ttlMs must be a whole number"
        ),
        Malformed(
            body: taking(",\"reservation\":\"cart-1\"" + HoldTests.lines),
            contains: "reservation must be a UUID"
        ),
        Malformed(
            body: taking(",\"replaces\":\"a b\"" + HoldTests.lines),
            contains: "\"field\":\"replaces\""
        ),
        Malformed(
            body: "{\"requestId\":\"1\",\"cart\":\"\(secret)\"\(HoldTests.lines)}",
            contains: "requestId must be a UUID"
        ),
        Malformed(
            body: "{\"requestId\":\"\(id)\",\"cart\":\"short\"\(HoldTests.lines)}",
            contains: "cart must be 22 to 128 random characters"
        ),
        Malformed(
            body: taking(HoldTests.lines),
            contains: "reservation must be a UUID",
            path: "/v1/holds/cart-1:extend"
        ),
        Malformed(
            body: taking(""),
            status: 404,
            contains: "NOT_FOUND",
            path: "/v1/holds/\(id):give"
        ),
        Malformed(
            body: taking(""),
            status: 404,
            contains: "NOT_FOUND",
            path: "/v1/holds/\(id):take"
        ),
        Malformed(body: taking(""), status: 404, contains: "NOT_FOUND", path: "/v1/holds/\(id)"),
        Malformed(body: taking(HoldTests.lines), contains: "lines is not known here", path: extend),
        Malformed(body: good, contains: "no parameters", path: "/v1/holds?ttl=1"),
        Malformed(body: good, status: 415, contains: "UNSUPPORTED_MEDIA_TYPE", headers: []),
        Malformed(
            body: good,
            status: 415,
            contains: "UNSUPPORTED_MEDIA_TYPE",
            headers: ["Content-Type: text/plain"]
        ),
    ]

    @Test(arguments: malformed)
    func `what can't be understood is named and never submitted`(_ one: Malformed) async throws {
        let node = FakeNode()
        try await withServer(node) { server in
            let response = try await server.get(
                one.path,
                method: "POST",
                headers: one.headers,
                body: one.body
            )
            #expect(response.status == one.status)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.body.contains(one.contains), "\(response.body)")
        }
        #expect(node.with { $0.submitted.isEmpty })
    }

    @Test(arguments: [
        ["Origin: http://elsewhere"], ["Origin: null"], ["Origin: http://test:81"],
        ["Origin: ftp://test"], ["Origin: http://test/path"], ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"], ["Origin: http://test", "Sec-Fetch-Site: cross-site"],
    ])
    func `a page of another origin can't write`(headers: [String]) async throws {
        let node = FakeNode()
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: HoldTests.json + headers,
                body: Self.good
            )
            #expect(response.status == 403)
            #expect(response.body.contains("CROSS_ORIGIN"))
            #expect(response.headers["access-control-allow-origin"] == nil)
            let preflight = try await server.get("/v1/holds", method: "OPTIONS", headers: headers)
            #expect(preflight.headers["access-control-allow-origin"] == nil)
            #expect(preflight.headers["access-control-allow-methods"] == nil)
        }
        #expect(node.with { $0.submitted.isEmpty })
    }

    @Test(arguments: [
        ["Origin: http://test"], ["Origin: https://TEST", "Sec-Fetch-Site: same-origin"], [],
        ["Sec-Fetch-Site: none"],
    ])
    func `the own page and programs may write`(headers: [String]) async throws {
        let node = FakeNode()
        try await withServer(node) { server in
            _ = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: HoldTests.json + headers,
                body: Self.good
            )
        }
        #expect(node.with { $0.submitted.count } == 1)
    }

    /// A refusal of the ledger, and what the cart is told.
    struct Refused: Sendable {
        var refusal: Refusal
        var status: Int
        var contains: String
    }

    private static let held = ReservationID(unchecked: HoldTests.reservation)
    private static let sku = SKU(unchecked: "a")
    private static let place = LocationID(unchecked: "l")

    static let refusals: [Refused] = [
        Refused(
            refusal: .insufficientStock([
                Shortage(sku: sku, location: place, requested: 3, available: 1),
                Shortage(sku: SKU(unchecked: "b"), location: nil, requested: 2, available: -4),
            ]),
            status: 409,
            contains:
                "\"lines\":[{\"sku\":\"a\",\"location\":\"l\",\"requested\":3,\"available\":1},"
                + "{\"sku\":\"b\",\"location\":null,\"requested\":2,\"available\":0}]"
        ),
        Refused(
            refusal: .itemNotFound(sku),
            status: 404,
            contains: "\"reason\":\"ITEM_NOT_FOUND\""
        ),
        Refused(refusal: .itemArchived(sku), status: 409, contains: "\"sku\":\"a\""),
        Refused(refusal: .locationNotFound(place), status: 404, contains: "LOCATION_NOT_FOUND"),
        Refused(refusal: .locationClosed(place), status: 409, contains: "\"location\":\"l\""),
        Refused(refusal: .reservationExists(held), status: 409, contains: "RESERVATION_EXISTS"),
        Refused(
            refusal: .reservationNotFound(held),
            status: 404,
            contains: "RESERVATION_NOT_FOUND"
        ),
        Refused(refusal: .reservationExpired(held), status: 409, contains: "RESERVATION_EXPIRED"),
        Refused(
            refusal: .reservationClosed(held, .confirmed),
            status: 409,
            contains: "\"state\":\"CONFIRMED\""
        ),
        Refused(
            refusal: .maxTTLReached(held, latest: LogTime(microseconds: 9)),
            status: 409,
            contains: "MAX_TTL_REACHED"
        ),
        Refused(
            refusal: .holdQuotaExceeded(HoldTests.held().owner, limit: 9),
            status: 429,
            contains: "\"limit\":\"9\""
        ),
        Refused(refusal: .quantityOverflow(sku, place), status: 409, contains: "QUANTITY_OVERFLOW"),
        Refused(
            refusal: .idempotencyKeyReused(RequestID(unchecked: HoldTests.request)),
            status: 422,
            contains: "IDEMPOTENCY_KEY_REUSED"
        ),
    ]

    @Test(arguments: refusals)
    func `a refusal of the ledger has its reason and its lines`(_ one: Refused) async throws {
        let node = FakeNode()
        node.with { $0.submitResult = .answered(HoldTests.answer(.refused(one.refusal))) }
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: HoldTests.json,
                body: Self.good
            )
            #expect(response.status == one.status)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.body.contains(one.contains), "\(response.body)")
            #expect((response.headers["retry-after"] != nil) == (one.status == 429))
        }
    }

    @Test(arguments: [
        (SubmitResult.noLeader, 503, "NO_LEADER"), (.overloaded, 503, "OVERLOADED"),
        (.unknown, 504, "OUTCOME_UNKNOWN"),
    ])
    func `without an answer of the ledger the cart is told when to ask again`(
        result: SubmitResult,
        status: Int,
        reason: String
    ) async throws {
        let node = FakeNode()
        node.with { $0.submitResult = result }
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: HoldTests.json,
                body: Self.good
            )
            #expect(response.status == status)
            #expect(response.headers["retry-after"] == "1")
            #expect(response.body.contains(reason))
        }
    }

    @Test func `reading a hold is another resource's, and a body has a limit`() async throws {
        let node = FakeNode()
        try await withServer(node, limits: changed { $0.bodyBytesMax = 200 }) { server in
            let read = try await server.get("/v1/holds")
            #expect(read.status == 405)
            #expect(read.headers["allow"] == "POST, OPTIONS")
            let long = try await server.get(
                "/v1/holds",
                method: "POST",
                headers: HoldTests.json,
                body: Self.good + String(repeating: " ", count: 200)
            )
            #expect(long.status == 413)
        }
        #expect(node.with { $0.submitted.isEmpty })
    }

    @Test func `a hold belongs to the SHA-256 of its cart's secret, not to the secret`() {
        let secret = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(
            CartToken(secret)?.owner.reference.text == "web:248d6a61d20638b8e5c026930c3e6039"
        )
    }
}
