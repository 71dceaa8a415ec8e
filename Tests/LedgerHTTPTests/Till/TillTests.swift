import AgentCore
import Ledger
import Testing

@testable import LedgerHTTP

/// What tills are told over HTTP by an agent that is cut off.
@Suite struct TillTests {
    static let sale = "{\"lines\":[{\"sku\":\"TEA-250\",\"quantity\":2}]}"

    static func headers(_ key: String = "key-1") -> [String] {
        ["Content-Type: application/json", "Idempotency-Key: \(key)"]
    }

    private func post(
        _ server: TestServer,
        _ path: String,
        _ body: String,
        key: String = "key-1"
    ) async throws -> TestResponse {
        try await server.get(path, method: "POST", headers: Self.headers(key), body: body)
    }

    @Test func `a sale has a receipt, and is made once however often it is asked for`() async throws
    {
        let desk = TestDesk()
        try await withTill(desk) { server in
            let first = try await post(server, "/v1/sales", Self.sale)
            #expect(first.status == 200)
            #expect(first.body.contains("\"sequence\":1,\"sale\":\"instance-1-1-"))
            #expect(
                first.body.contains(
                    "{\"sku\":\"TEA-250\",\"quantity\":2,"
                        + "\"price\":{\"amount\":350,\"currency\":\"EUR\"},"
                        + "\"overdrawn\":0,\"onHand\":8}"
                )
            )
            let again = try await post(server, "/v1/sales", Self.sale)
            #expect(again.body == first.body)
            let other = "{\"lines\":[{\"sku\":\"TEA-250\",\"quantity\":1}]}"
            let reused = try await post(server, "/v1/sales", other)
            #expect(reused.status == 422)
            #expect(reused.body.contains("IDEMPOTENCY_KEY_REUSED"))
            #expect(try await desk.stock(TestDesk.tea)?.onHand == 8)
        }
    }

    @Test func `what is beyond its rights says what is left, and since when it is cut off`()
        async throws
    {
        try await withTill { server in
            let body = "{\"lines\":[{\"sku\":\"TEA-250\",\"quantity\":4}]}"
            let refused = try await post(server, "/v1/sales", body)
            #expect(refused.status == 409)
            #expect(refused.headers["content-type"] == "application/problem+json")
            #expect(refused.body.contains("\"reason\":\"INSUFFICIENT_STOCK\""))
            #expect(refused.body.contains("\"requested\":4,\"available\":3"))
            #expect(refused.body.contains("\"cutOffSince\":\"2026-"))
        }
    }

    @Test func `a shop that overdraws sells all the same, and says so`() async throws {
        try await withTill(TestDesk(policy: .overdraw)) { server in
            let body = "{\"lines\":[{\"sku\":\"TEA-250\",\"quantity\":4}]}"
            let sold = try await post(server, "/v1/sales", body)
            #expect(sold.status == 200)
            #expect(sold.body.contains("\"overdrawn\":1,\"onHand\":6"))
        }
    }

    @Test func `goods come, come back, are counted, damaged, written off and corrected`()
        async throws
    {
        let desk = TestDesk()
        try await withTill(desk) { server in
            let lines = "\"lines\":[{\"sku\":\"TEA-250\",\"quantity\":2}]"
            let sold = try await post(
                server,
                "/v1/sales",
                "{\(lines),\"sale\":\"S-1\"}",
                key: "a"
            )
            #expect(sold.body.contains("\"sale\":\"S-1\""))
            let asked = [
                ("/v1/receipts", "{\(lines)}", 10),
                ("/v1/returns", "{\"sale\":\"S-1\",\(lines)}", 12),
                ("/v1/damage", "{\(lines),\"reason\":\"torn\"}", 12),
                ("/v1/write-offs", "{\(lines),\"reason\":\"torn\"}", 10),
                ("/v1/adjustments", "{\(lines),\"reason\":\"found\"}", 12),
                ("/v1/counts", "{\"lines\":[{\"sku\":\"TEA-250\",\"counted\":9}]}", 9),
            ]
            for (path, body, onHand) in asked {
                let answer = try await post(server, path, body, key: path)
                #expect(answer.status == 200, "\(path): \(answer.body)")
                #expect(answer.body.contains("\"onHand\":\(onHand)}"), "\(path): \(answer.body)")
            }
            let more = try await post(
                server,
                "/v1/returns",
                "{\"sale\":\"S-1\",\(lines)}",
                key: "more"
            )
            #expect(more.status == 409)
            #expect(more.body.contains("\"reason\":\"EXCEEDS_SOLD_QUANTITY\""))
            #expect(more.body.contains("\"available\":0"))
        }
    }

    @Test func `a price of its own holds at once, and goes again`() async throws {
        let desk = TestDesk()
        try await withTill(desk) { server in
            let price = "{\"amount\":299,\"currency\":\"EUR\"}"
            let set = "{\"sku\":\"TEA-250\",\"price\":\(price)}"
            #expect(try await post(server, "/v1/prices", set).status == 200)
            let shown = try await server.get("/v1/items/TEA-250")
            #expect(shown.body.contains("\"price\":\(price)"))
            let gone = "{\"sku\":\"TEA-250\",\"price\":null}"
            #expect(try await post(server, "/v1/prices", gone, key: "key-2").status == 200)
            #expect(try await desk.stock(TestDesk.tea)?.price?.amount == 350)
        }
    }

    @Test func `items are found by words, and one by its SKU`() async throws {
        try await withTill { server in
            let found = try await server.get("/v1/items?q=green")
            #expect(
                found.body == "{\"items\":[{\"sku\":\"TEA-250\",\"title\":\"Green tea\","
                    + "\"state\":\"ACTIVE\",\"price\":{\"amount\":350,\"currency\":\"EUR\"},"
                    + "\"onHand\":10,\"unavailable\":0,\"reserved\":0,\"incoming\":0,"
                    + "\"allotted\":3}]}\n"
            )
            let all = try await server.get("/v1/items?limit=1")
            #expect(all.body.contains("MUG-1") && !all.body.contains("TEA-250"))
            #expect(try await server.get("/v1/items/NONE").status == 404)
            #expect(try await server.get("/v1/pickups").body.contains("{\"pickups\":[]"))
            #expect(try await server.get("/v1/transfers").body.contains("{\"transfers\":[]"))
        }
    }

    @Test func `the status says what waits, and so do the metrics`() async throws {
        try await withTill { server in
            _ = try await post(server, "/v1/sales", Self.sale)
            let status = try await server.get("/v1/status").body
            #expect(status.contains("\"location\":\"store-7\",\"state\":\"CUT_OFF\""))
            #expect(status.contains("\"outboxDepth\":1"))
            #expect(status.contains("\"unitsAllotted\":1}"))
            let metrics = try await server.get("/metrics").body
            for line in [
                "estoque_agent_outbox_facts 1", "estoque_agent_units_allotted 1",
                "estoque_agent_sales_total 1", "estoque_agent_connected 0",
                "estoque_agent_fact_delay_seconds_count 0",
            ] {
                #expect(metrics.contains("\n\(line)\n"), "\(line)")
            }
            #expect(try await server.get("/livez").status == 200)
        }
    }

    @Test func `whoever follows the status hears of a sale, until the server stops`() async throws {
        var limits = TillLimits()
        limits.followEvery = .milliseconds(1)
        try await withTill(limits: limits) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/changes HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let head = try await connection.text(until: "\r\n\r\n")
                #expect(head?.contains("text/event-stream") == true)
                while let event = try await connection.text(until: "\n\n") {
                    if event.contains("\"sequence\":0") {
                        let sold = try await post(server, "/v1/sales", Self.sale)
                        #expect(sold.status == 200)
                    } else if event.contains("\"sequence\":1") {
                        break
                    }
                }
                await server.shutDown()
                while try await connection.text(until: "\n\n") != nil {}
            }
        }
    }

    @Test func `an agent without a copy sells nothing, and one that has ended neither`()
        async throws
    {
        try await withTill(TestDesk(isReady: false)) { server in
            let answer = try await post(server, "/v1/sales", Self.sale)
            #expect(answer.status == 503)
            #expect(answer.body.contains("\"reason\":\"NOT_READY\""))
        }
        let desk = TestDesk()
        desk.close()
        try await withTill(desk) { server in
            let answer = try await post(server, "/v1/sales", Self.sale)
            #expect(answer.status == 504)
            #expect(answer.body.contains("\"reason\":\"OUTCOME_UNKNOWN\""))
            #expect(try await server.get("/v1/status").status == 503)
        }
    }

    @Test func `the page is at the root, and may do nothing but load from here`() async throws {
        try await withTill { server in
            let page = try await server.get("/")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.body.contains("/assets/till.js"))
            let policy = PageResponder.contentSecurityPolicy
            #expect(page.headers["content-security-policy"] == policy)
            for name in ["till.js", "till.css", "base.css", "tillwords.js"] {
                #expect(try await server.get("/assets/\(name)").status == 200, "\(name)")
            }
        }
    }
}
