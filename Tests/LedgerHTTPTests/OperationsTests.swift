import Ledger
import Replica
import Testing

@Suite struct `operations` {
    @Test func `livez is about the process alone`() async throws {
        let node = FakeNode()
        node.with {
            $0.isReady = false
            $0.leader = nil
        }
        try await withServer(node) { server in
            let response = try await server.get("/livez")
            #expect(response.status == 200)
            #expect(response.body == "ok\n")
            #expect(response.headers["cache-control"] == "no-store")
            let json = try await server.get("/livez", headers: ["Accept: application/json"])
            #expect(json.body == "{\"live\":true}\n")
            let head = try await server.get("/livez", method: "HEAD")
            #expect(head.headers["content-length"] == "3")
        }
    }

    @Test func `readyz tells a person and a program the same`() async throws {
        let node = FakeNode()
        node.with { $0.leader = nil }
        try await withServer(node) { server in
            let text = try await server.get("/readyz")
            #expect(text.status == 200)
            #expect(text.body.hasPrefix("ok\nready: true\nnode: n1\nrole: follower\n"))
            let json = try await server.get("/readyz", headers: ["Accept: application/json"])
            #expect(
                json.body == """
                    {"ready":true,"node":"n1","role":"follower","term":3,"leader":null,"commit":42,\
                    "applied":42,"stored":40,"stalenessMs":7,"writeRefusal":null}

                    """
            )
        }
    }

    @Test func `a node that has not loaded is not ready for anything`() async throws {
        let node = FakeNode()
        node.with { $0.isReady = false }
        try await withServer(node) { server in
            for path in ["/readyz", "/readyz/write"] {
                let response = try await server.get(path)
                #expect(response.status == 503)
                #expect(response.headers["retry-after"] == "5")
                #expect(response.body.contains("urn:estoque:problem:not-ready"))
            }
        }
    }

    @Test func `writes need a leader and no refusal`() async throws {
        let node = FakeNode()
        try await withServer(node) { server in
            #expect(try await server.get("/readyz/write").status == 200)
            node.with { $0.writeRefusal = "disk \"full\"" }
            let refused = try await server.get("/readyz/write")
            #expect(refused.status == 503)
            #expect(refused.body.contains("\"detail\":\"disk \\\"full\\\"\""))
            node.with {
                $0.writeRefusal = nil
                $0.leader = nil
            }
            let alone = try await server.get("/readyz/write")
            #expect(alone.status == 503)
            #expect(alone.body.contains("urn:estoque:problem:no-leader"))
            #expect(try await server.get("/readyz").status == 200)
        }
    }

    @Test func `metrics have the node's samples and count requests by route and class`()
        async throws
    {
        let node = FakeNode()
        node.with {
            $0.samples = [
                .init("estoque_a", .gauge, 1.5, help: "A \\ b\nc.", labels: [("x", "q\"\\\n")]),
                .init("estoque_b_total", .counter, 7, help: "B."),
                .init("estoque_a", .gauge, 2, help: "A.", labels: [("x", "y")]),
            ]
        }
        try await withServer(node) { server in
            _ = try await server.get("/v1/availability?sku=a")
            _ = try await server.get("/v1/items/zz")
            _ = try await server.get("/nowhere")
            let response = try await server.get("/metrics")
            #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = response.body.split(separator: "\n").map(String.init)
            #expect(
                Array(lines.prefix(6)) == [
                    "# HELP estoque_a A \\\\ b\\nc.", "# TYPE estoque_a gauge",
                    "estoque_a{x=\"q\\\"\\\\\\n\"} 1.5", "estoque_a{x=\"y\"} 2",
                    "# HELP estoque_b_total B.", "# TYPE estoque_b_total counter",
                ]
            )
            for line in [
                "estoque_http_requests_total{route=\"availability\",class=\"2xx\"} 1",
                "estoque_http_requests_total{route=\"item\",class=\"4xx\"} 1",
                "estoque_http_requests_total{route=\"other\",class=\"4xx\"} 1",
                "estoque_http_requests_in_flight 1",
                "estoque_http_request_duration_seconds_count{route=\"availability\"} 1",
                "estoque_http_request_duration_seconds_bucket{route=\"item\",le=\"+Inf\"} 1",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            let types = lines.filter { $0.hasPrefix("# TYPE") }
            #expect(Set(types).count == types.count)
        }
    }
}

extension TestServer {
    /// How many requests of a route were answered with success.
    func answered(_ route: String) async throws -> Int {
        let prefix = "estoque_http_requests_total{route=\"\(route)\",class=\"2xx\"} "
        let line = try await get("/metrics").body.split(separator: "\n")
            .first { $0.hasPrefix(prefix) }
        return line.flatMap { Int($0.dropFirst(prefix.utf8.count)) } ?? -1
    }
}
