import AgentCore
import Ledger
import Testing

@testable import LedgerHTTP

/// Every way in which a till's request can be wrong.
@Suite struct TillRefusalTests {
    /// A request that never gets to the agent, and what it is told.
    struct Malformed: Sendable, CustomTestStringConvertible {
        var body: String
        var status = 400
        var contains: String
        var path = "/v1/sales"
        var headers = TillTests.headers()
        var testDescription: String { "\(path) \(headers) \(body.prefix(90))" }
    }

    private static func lines(_ line: String) -> String { "{\"lines\":[{\(line)}]}" }
    private static let good = TillTests.sale
    private static let line = "\"sku\":\"a\",\"quantity\":1"

    static let malformed: [Malformed] = [
        Malformed(body: "", contains: "the body must be a JSON object"),
        Malformed(body: "[]", contains: "the body must be a JSON object"),
        Malformed(body: "{\"lines\":", contains: "the body must be a JSON object"),
        Malformed(body: "{}", contains: "lines is required"),
        Malformed(body: "{\"lines\":null}", contains: "lines is required"),
        Malformed(body: "{\"lines\":[]}", contains: "lines must be 1 to 200"),
        Malformed(body: "{\"lines\":7}", contains: "lines must be a list"),
        Malformed(body: "{\"lines\":[7]}", contains: "lines[0] must be an object"),
        Malformed(body: lines("\"quantity\":1"), contains: "lines[0].sku is required"),
        Malformed(body: lines("\"sku\":\"a\""), contains: "lines[0].quantity is required"),
        Malformed(
            body: lines("\"sku\":\"a\",\"quantity\":1.5"),
            contains: "lines[0].quantity must be a whole number"
        ),
        Malformed(
            body: lines("\"sku\":\"a\",\"quantity\":99999999999999999999"),
            contains: "lines[0].quantity must be a whole number"
        ),
        Malformed(
            body: lines("\"sku\":\"a\",\"quantity\":0"),
            contains: "\"field\":\"lines[0].quantity\""
        ),
        Malformed(
            body: lines("\"sku\":\"a\",\"quantity\":-1"),
            contains: "\"field\":\"lines[0].quantity\""
        ),
        Malformed(
            body: lines("\"sku\":\"\",\"quantity\":1"),
            contains: "lines[0].sku must be 1 to 64 visible"
        ),
        Malformed(body: lines("\(line),\"x\":1"), contains: "lines[0].x is not known here"),
        Malformed(body: "{\"colour\":1}", contains: "colour is not known here"),
        Malformed(
            body: lines("\(line),\"price\":{\"amount\":-1,\"currency\":\"EUR\"}"),
            contains: "lines[0].price.amount must be 0 to"
        ),
        Malformed(
            body: lines("\(line),\"price\":{\"amount\":1,\"currency\":\"eur\"}"),
            contains: "lines[0].price.currency must be three capital letters"
        ),
        Malformed(
            body: "{\"sale\":\"a b\",\"lines\":[{\(line)}]}",
            contains: "sale must be 1 to 64 visible"
        ),
        Malformed(
            body: lines(line),
            contains: "sale or reservation is required",
            path: "/v1/returns"
        ),
        Malformed(
            body: "{\"sale\":\"s\",\"disposition\":\"EATEN\",\"lines\":[{\(line)}]}",
            contains: "disposition must be RESTOCK or DAMAGED",
            path: "/v1/returns"
        ),
        Malformed(
            body: "{\"lines\":[{\"sku\":\"a\",\"counted\":1},"
                + "{\"sku\":\"b\",\"counted\":1,\"book\":2}]}",
            contains: "must have a book in all of them or in none",
            path: "/v1/counts"
        ),
        Malformed(body: "{\"sku\":\"a\"}", contains: "price is required", path: "/v1/prices"),
        Malformed(
            body: lines(line),
            contains: "\"reason\":\"REASON_REQUIRED\"",
            path: "/v1/adjustments"
        ),
        Malformed(
            body: good,
            contains: "Idempotency-Key is required",
            headers: ["Content-Type: application/json"]
        ),
        Malformed(
            body: good,
            contains: "Idempotency-Key must be 1 to 64 visible",
            headers: TillTests.headers("a b")
        ),
        Malformed(
            body: good,
            status: 415,
            contains: "UNSUPPORTED_MEDIA_TYPE",
            headers: ["Idempotency-Key: a"]
        ),
        Malformed(
            body: good,
            status: 403,
            contains: "CROSS_ORIGIN",
            headers: TillTests.headers() + ["Origin: http://example.org"]
        ),
        Malformed(body: good, contains: "no parameters", path: "/v1/sales?x=1"),
        Malformed(body: good, status: 404, contains: "NOT_FOUND", path: "/v1/holds"),
        Malformed(
            body: "{}",
            status: 404,
            contains: "RESERVATION_NOT_FOUND",
            path: "/v1/pickups/r-1/fulfill"
        ),
        Malformed(
            body: "{}",
            status: 404,
            contains: "TRANSFER_NOT_FOUND",
            path: "/v1/transfers/t-1/ship"
        ),
        Malformed(
            body: "{}",
            status: 404,
            contains: "TRANSFER_NOT_FOUND",
            path: "/v1/transfers/t-1/arrive"
        ),
        Malformed(body: good, status: 405, contains: "allowed are GET, HEAD", path: "/v1/status"),
        Malformed(
            body: "{\"lines\":\"" + String(repeating: "x", count: 70_000) + "\"}",
            status: 413,
            contains: "BODY_TOO_LARGE"
        ),
    ]

    @Test(arguments: malformed)
    func `a request that is wrong is told what is wrong, and does nothing`(
        _ wrong: Malformed
    ) async throws {
        let desk = TestDesk()
        try await withTill(desk) { server in
            let answer = try await server.get(
                wrong.path,
                method: "POST",
                headers: wrong.headers,
                body: wrong.body
            )
            #expect(answer.status == wrong.status, "\(answer.body)")
            #expect(answer.body.contains(wrong.contains), "\(answer.body)")
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(try await desk.status().head.sequence == 0)
        }
    }

    @Test(arguments: [
        "/v1/items?q=a&q=b", "/v1/items?limit=0", "/v1/items?limit=201", "/v1/items?x=1",
        "/v1/items?q=%zz", "/v1/status?x=1", "/v1/pickups?q=a", "/v1/pickups?after=a%20b",
    ])
    func `a question that is wrong is told so`(path: String) async throws {
        try await withTill { server in
            let answer = try await server.get(path)
            #expect(answer.status == 400)
            #expect(answer.body.contains("INVALID_ARGUMENT"))
        }
    }

    @Test func `under another name than its own it isn't there`() async throws {
        try await withTill { server in
            var elsewhere = server
            elsewhere.host = "shop.example.org"
            let answer = try await elsewhere.get("/v1/status")
            #expect(answer.status == 403)
            #expect(answer.body.contains("HOST_UNKNOWN"))
            for host in ["127.0.0.1:1", "[::1]:8", "LOCALHOST"] {
                var known = server
                known.host = host
                #expect(try await known.get("/v1/status").status == 200, "\(host)")
            }
        }
    }

    @Test func `more followers than may be are turned away`() async throws {
        var limits = TillLimits()
        limits.followersMax = 1
        limits.followEvery = .milliseconds(1)
        try await withTill(limits: limits) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/changes HTTP/1.1\r\nHost: localhost\r\n\r\n")
                _ = try await connection.text(until: "\n\n")
                let refused = try await server.get("/v1/changes")
                #expect(refused.status == 503)
                #expect(refused.body.contains("OVERLOADED"))
            }
        }
    }
}
