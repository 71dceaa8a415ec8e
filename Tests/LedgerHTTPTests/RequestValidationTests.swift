import Testing

@Suite struct `wrong requests` {
    @Test(arguments: [
        ("/v1/availability", "sku"),
        ("/v1/availability?sku=", "sku"),
        ("/v1/availability?sku", "sku"),
        ("/v1/availability?sku=a%", "sku"),
        ("/v1/availability?sku=a%2", "sku"),
        ("/v1/availability?sku=%zz", "sku"),
        ("/v1/availability?sku=%00", "sku"),
        ("/v1/availability?sku=%ff%fe", "sku"),
        ("/v1/availability?sku=a%20b", "sku"),
        ("/v1/availability?sku=" + String(repeating: "x", count: 65), "sku"),
        ("/v1/availability?sku=a&location=", "location"),
        ("/v1/availability?sku=a&location=x&location=y", "location"),
        ("/v1/availability?sku=a&consistency=fresh", "consistency"),
        ("/v1/availability?sku=a&consistency=stale&consistency=stale", "consistency"),
        ("/v1/availability?sku=a&consistency=bounded", "max_staleness"),
        ("/v1/availability?sku=a&max_staleness=5", "max_staleness"),
        ("/v1/availability?sku=a&consistency=bounded&max_staleness=-1", "max_staleness"),
        ("/v1/availability?sku=a&consistency=bounded&max_staleness=1h", "max_staleness"),
        ("/v1/availability?sku=a&consistency=bounded&max_staleness=ms", "max_staleness"),
        ("/v1/availability?sku=a&consistency=bounded&max_staleness=1.5s", "max_staleness"),
        (
            "/v1/availability?sku=a&consistency=bounded&max_staleness=99999999999999999s",
            "max_staleness"
        ),
        ("/v1/availability?sku=a&consistency=session", "min_position"),
        ("/v1/availability?sku=a&min_position=5", "min_position"),
        ("/v1/availability?sku=a&consistency=session&min_position=+5", "min_position"),
        ("/v1/availability?sku=a&consistency=session&min_position=", "min_position"),
        (
            "/v1/availability?sku=a&consistency=session&min_position=18446744073709551616",
            "min_position"
        ),
        ("/v1/availability?sku=a&max_stalness=5", "max_stalness"),
        ("/v1/availability?sku=a&%22%0d%0aX=5", "\\\"\\r\\nX"),
        ("/v1/items/a?sku=b", "sku"),
        ("/v1/items/%zz", "sku"),
        ("/v1/items/a%20b", "sku"),
        ("/v1/stock/s1/a?location=s2", "location"),
        ("/v1/stock/%/a", "location"),
        ("/v1/stock/s1/a?as_of=yesterday", "as_of"),
        ("/v1/stock/s1/a?as_of=2026-02-29T00:00:00Z", "as_of"),
        ("/v1/stock/s1/a?as_of=5&consistency=linearizable", "consistency"),
        ("/v1/reservations/r%201", "reservation"),
        ("/v1/transfers/t?sku=a", "sku"),
        ("/v1/sales/%zz", "sale"),
        ("/v1/offers/s1/a%20b", "sku"),
        ("/v1/items?page_size=0", "page_size"),
        ("/v1/items?page_size=501", "page_size"),
        ("/v1/items?page_size=+5", "page_size"),
        ("/v1/items?q=a&q=b", "q"),
        ("/v1/items?query=a", "query"),
        ("/v1/items?consistency=strong", "consistency"),
        ("/v1/locations?page_size=501", "page_size"),
        ("/v1/locations?q=a", "q"),
        ("/v1/locations/a%20b", "location"),
        ("/v1/items/a/locations?page_token=x", "page_token"),
        ("/v1/items/a/locations?location=x", "location"),
        ("/v1/items?page_token=other", "page_token"),
        ("/v1/movements?page_token=other", "page_token"),
        ("/v1/movements?order=random", "order"),
        ("/v1/movements?from=5", "from"),
        ("/v1/movements?until=2026-11-25", "until"),
        ("/v1/movements?sku=a&sku=b", "sku"),
        ("/v1/movements?reservation=r&sku=a", "reservation"),
        ("/v1/movements?document=d&request=r", "document"),
    ])
    func `are refused with the parameter's name`(target: String, parameter: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target)
            #expect(response.status == 400)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.headers["cache-control"] == "no-store")
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:invalid-argument\""))
            #expect(response.body.contains("\"parameter\":\"\(parameter)\""), "\(response.body)")
        }
    }

    @Test(arguments: [
        "/v1", "/v1/", "/v1/nothing", "/v1/items/", "/v1/items/a/b",
        "/v1/stock/a", "/v1/stock/a/", "/v1/stock//a", "/v1/stock/a/b/c", "/livez/",
        "/v1/availability/", "/v1/movements/", "/v1/reservations", "/v1/offers/s1", "/v1/sales/a/b",
    ])
    func `paths that lead nowhere are a problem too`(target: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target)
            #expect(response.status == 404)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:not-found\""))
        }
    }

    @Test(arguments: [
        ("/v1/availability?sku=a", "POST", "GET, HEAD, OPTIONS"),
        ("/v1/items/a", "DELETE", "GET, HEAD, OPTIONS"),
        ("/v1/availability:batchGet", "GET", "POST, OPTIONS"),
        ("/metrics", "PUT", "GET, HEAD, OPTIONS"),
    ])
    func `another method is told which are known`(
        target: String,
        method: String,
        allow: String
    )
        async throws
    {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target, method: method)
            #expect(response.status == 405)
            #expect(response.headers["allow"] == allow)
            #expect(response.body.contains("urn:estoque:problem:method-not-allowed"))
        }
    }

    @Test(arguments: ["/v1/availability?sku=a", "/readyz"])
    func `a browser's preflight is told what it may ask`(target: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target, method: "OPTIONS")
            #expect(response.status == 204)
            #expect(response.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS")
            #expect(response.headers["access-control-allow-origin"] == "*")
        }
    }

    @Test(arguments: [
        "/v1/availability?sku=A%2bB%26C", "/v1/availability?sku=A+B%26C",
        "/v1/availability?&&s%6bu=A%2BB%26C&", "http://shop.example:80/v1/availability?sku=A+B%26C",
    ])
    func `encodings are undone in names and values`(target: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target)
            #expect(response.status == 200)
            #expect(response.body.contains("\"sku\":\"A+B&C\""))
        }
    }
}
