import Ledger
import NIOCore
import Replica
import Testing

@Suite struct `the availability endpoint` {
    @Test func `gives an entry for each sku in the order asked for`() async throws {
        let node = FakeNode()
        node.put("a", version: 26, levels: [level("s1", onHand: 20, reserved: 8)])
        node.put("b", currency: "", levels: [level("s1", onHand: 3)])
        try await withServer(node) { server in
            let response = try await server.get("/v1/availability?sku=b&sku=zz&sku=a")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(
                response.body == """
                    {"items":[{"sku":"b","status":"LOW_STOCK","available":3,"availableCapped":false,\
                    "price":null,"version":7},\
                    {"sku":"zz","status":"UNKNOWN_ITEM","available":0,"availableCapped":false,\
                    "price":null,"version":0},\
                    {"sku":"a","status":"IN_STOCK","available":12,"availableCapped":false,\
                    "price":{"amount":1999,"currency":"EUR"},"version":31}]}

                    """
            )
        }
    }

    @Test func `says what the read shows in its headers`() async throws {
        let node = FakeNode()
        node.put("a")
        node.with { $0.stamp.staleness = .milliseconds(2_400) }
        try await withServer(node) { server in
            let headers = try await server.get("/v1/availability?sku=a").headers
            #expect(headers["estoque-position"] == "42")
            #expect(headers["estoque-node"] == "n1")
            #expect(headers["estoque-role"] == "follower")
            let staleness = try #require(headers["estoque-staleness-ms"].flatMap { Int($0) })
            #expect((2_401...3_000).contains(staleness))
            #expect(headers["age"] == "2")
            #expect(
                headers["cache-control"]
                    == "public, max-age=1, stale-while-revalidate=5, stale-if-error=60"
            )
            #expect(headers["access-control-allow-origin"] == "*")
            #expect(headers["access-control-expose-headers"]?.contains("Estoque-Position") == true)
            #expect(headers["date"]?.hasSuffix(" GMT") == true)
        }
    }

    @Test func `an unknown age is said to be unknown`() async throws {
        let node = FakeNode()
        node.with { $0.stamp.staleness = nil }
        try await withServer(node) { server in
            let headers = try await server.get("/v1/availability?sku=a").headers
            #expect(headers["estoque-staleness-ms"] == "unknown")
            #expect(headers["age"] == nil)
        }
    }

    @Test func `one location is looked at when it is named`() async throws {
        let node = FakeNode()
        node.put(
            "a",
            levels: [
                level("s1", onHand: 2), level("s2", onHand: 50),
                level("s3", onHand: 80, online: false),
            ]
        )
        try await withServer(node) { server in
            let body = try await server.get("/v1/availability?sku=a&location=s2").body
            #expect(body.hasPrefix("{\"location\":\"s2\",\"items\":[{\"sku\":\"a\","))
            #expect(body.contains("\"status\":\"IN_STOCK\",\"available\":50,"))
            node.with { $0.locations = ["s9"] }
            let nowhere = try await server.get("/v1/availability?sku=a&location=s9").body
            #expect(nowhere.contains("\"status\":\"OUT_OF_STOCK\",\"available\":0,"))
        }
    }

    static let entries: [([LocatedLevel], Item.State, String)] = [
        (
            [level("a", onHand: 6, safety: 4)], .active,
            "LOW_STOCK\",\"available\":2,\"availableCapped\":false"
        ),
        (
            [level("a", onHand: 2, reserved: 2, backorder: 3)], .active,
            "BACKORDER\",\"available\":0,\"availableCapped\":false"
        ),
        (
            [level("a", onHand: 80), level("b", onHand: 81)], .active,
            "IN_STOCK\",\"available\":100,\"availableCapped\":true"
        ),
        (
            [level("a", onHand: 9, online: false)], .active,
            "OUT_OF_STOCK\",\"available\":0,\"availableCapped\":false"
        ),
        (
            [level("a", onHand: 9)], .archived,
            "UNKNOWN_ITEM\",\"available\":0,\"availableCapped\":false,\"price\":null"
        ),
    ]

    @Test(arguments: entries)
    func `each status is shown`(
        levels: [LocatedLevel],
        state: Item.State,
        expected: String
    )
        async throws
    {
        let node = FakeNode()
        node.put("a", state: state, levels: levels)
        try await withServer(node) { server in
            let body = try await server.get("/v1/availability?sku=a").body
            #expect(body.contains("\"status\":\"" + expected), "\(body)")
        }
    }

    @Test func `a tag that is still true is answered 304 with the age`() async throws {
        let node = FakeNode()
        node.put("a", levels: [level("s1", onHand: 5)])
        try await withServer(node) { server in
            let first = try await server.get("/v1/availability?sku=a")
            let tag = try #require(first.headers["etag"])
            node.with { $0.stamp.position = Position(99) }
            let again = try await server.get(
                "/v1/availability?sku=a",
                headers: ["If-None-Match: \"x\", W/\(tag)"]
            )
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again.headers["content-length"] == nil)
            #expect(again.headers["etag"] == tag)
            #expect(again.headers["estoque-position"] == "99")
            #expect(again.headers["estoque-staleness-ms"] != nil)
            node.put("a", levels: [level("s1", onHand: 4)])
            let changed = try await server.get(
                "/v1/availability?sku=a",
                headers: ["If-None-Match: \(tag)"]
            )
            #expect(changed.status == 200)
            #expect(changed.headers["etag"] != tag)
        }
    }

    @Test func `HEAD says all but the body`() async throws {
        let node = FakeNode()
        node.put("a")
        try await withServer(node) { server in
            let full = try await server.get("/v1/availability?sku=a")
            try await server.connect { connection in
                let head = try await connection.request("/v1/availability?sku=a", method: "HEAD")
                #expect(head.status == 200)
                #expect(head.headers["content-length"] == "\(full.body.utf8.count)")
                #expect(head.headers["etag"] == full.headers["etag"])
                // A body would be taken for the start of this answer.
                let next = try await connection.request("/v1/availability?sku=a")
                #expect(next.body == full.body)
            }
        }
    }

    @Test func `a hundred skus are answered and one more is refused`() async throws {
        try await withServer(FakeNode()) { server in
            let query = (1...100).map { "sku=s\($0)" }.joined(separator: "&")
            #expect(try await server.get("/v1/availability?\(query)").status == 200)
            let refused = try await server.get("/v1/availability?\(query)&sku=x")
            #expect(refused.status == 400)
            #expect(refused.body.contains("\"parameter\":\"sku\""))
        }
    }

    @Test func `a batch takes its skus from the body`() async throws {
        let node = FakeNode()
        node.put("a", levels: [level("s1", onHand: 7)])
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/availability:batchGet?location=s1",
                method: "POST",
                headers: ["Content-Type: application/json; charset=utf-8"],
                body: "{\"skus\": [\"a\", \"b\"]}"
            )
            #expect(response.status == 200)
            #expect(response.body.contains("\"available\":7"))
            #expect(response.body.contains("UNKNOWN"))
            #expect(response.headers["cache-control"] == "private, no-store")
            #expect(response.headers["etag"] == nil)
        }
    }

    @Test(arguments: [
        ("{\"skus\": []}", 400, "skus"),
        ("{\"skus\": [\"\"]}", 400, "skus"),
        ("{\"skus\": \"a\"}", 400, "skus"),
        ("{\"sku\": [\"a\"]}", 400, "sku"),
        ("not json", 400, "skus"),
        (
            "{\"skus\": [\(repeatElement("\"a\"", count: 1_001).joined(separator: ","))]}", 400,
            "skus"
        ),
    ])
    func `a wrong batch is refused by name`(
        body: String,
        status: Int,
        parameter: String
    )
        async throws
    {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(
                "/v1/availability:batchGet",
                method: "POST",
                body: body
            )
            #expect(response.status == status)
            #expect(response.body.contains("\"parameter\":\"\(parameter)\""))
        }
    }
}
