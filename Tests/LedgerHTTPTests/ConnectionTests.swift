import LedgerHTTP
import NIOCore
import TestSupport
import Testing

@Suite struct `connections` {
    @Test func `answers come in the order of the requests whoever gives them`() async throws {
        let node = FakeNode()
        node.put("a")
        try await withServer(node) { server in
            try await server.connect { connection in
                let get = { (target: String) in "GET \(target) HTTP/1.1\r\nHost: t\r\n\r\n" }
                try await connection.send(
                    get("/v1/items/a?consistency=linearizable") + get("/livez")
                        + get("/v1/items/a") + get("/nowhere") + get("/v1/items/b")
                )
                var statuses: [Int] = []
                for _ in 0..<5 { statuses.append(try await connection.response().status) }
                #expect(statuses == [200, 200, 200, 404, 404])
            }
        }
    }

    @Test func `a request split into bytes is one request`() async throws {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                for character in "GET /v1/items/b HTTP/1.1\r\nHost: t\r\n\r\n" {
                    try await connection.send(String(character))
                }
                #expect(try await connection.response().status == 404)
            }
        }
    }

    @Test(arguments: ["Connection: close", "Connection: Close"])
    func `a client that closes is closed behind the answer`(header: String) async throws {
        try await withServer(FakeNode()) { server in
            for target in ["/v1/items/b", "/nowhere"] {
                try await server.connect { connection in
                    let response = try await connection.request(target, headers: [header])
                    #expect(response.status == 404)
                    #expect(response.headers["connection"] == "close")
                    #expect(try await connection.isClosedByServer())
                }
            }
        }
    }

    @Test func `a client that ends its side still gets its answer`() async throws {
        let node = FakeNode()
        node.with {
            $0.servesView = false
            $0.behaviour = .holds
        }
        try await withServer(node) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/items/b HTTP/1.1\r\nHost: t\r\n\r\n")
                connection.outbound.finish()
                try await eventually("the read reaches the node") { !node.asked.isEmpty }
                node.releaseHeld()
                #expect(try await connection.response().status == 404)
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test(arguments: [
        ("GARBAGE\r\n\r\n", 400, "malformed-request"),
        ("GET /v1/items/a HTTP/1.1\r\n\r\n", 400, "malformed-request"),
        ("GET /livez HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n", 400, "malformed-request"),
        ("GET /v1/items/a HTTP/1.1\r\nHost: t\r\nBad Header: x\r\n\r\n", 400, "malformed-request"),
        (
            "GET /v1/items/a HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc", 400,
            "body-not-allowed"
        ),
        (
            "GET /v1/items/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "body-not-allowed"
        ),
        ("GET /livez HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc", 400, "body-not-allowed"),
        (
            "POST /v1/availability:batchGet HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            501, "transfer-coding-unknown"
        ),
        (
            "POST /v1/availability:batchGet HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n",
            400, "malformed-request"
        ),
        ("GET ftp://t/livez HTTP/1.1\r\nHost: t\r\n\r\n", 400, "malformed-request"),
        (
            "GET /v1/availability:batchGet HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc",
            405,
            "method-not-allowed"
        ),
        (
            "POST /v1/availability:batchGet HTTP/1.1\r\nHost: t\r\nContent-Length: 999999\r\n\r\n",
            413,
            "body-too-large"
        ),
        (
            "POST /nowhere HTTP/1.1\r\nHost: t\r\nContent-Length: 999999\r\n\r\n", 413,
            "body-too-large"
        ),
        (
            "GET /v1/availability?sku=\(String(repeating: "a", count: 17_000)) HTTP/1.1\r\nHost: t\r\n\r\n",
            414, "target-too-long"
        ),
        (
            "GET /livez HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "a", count: 30_000))\r\n\r\n",
            431,
            "headers-too-large"
        ),
        (
            "GET /livez HTTP/1.1\r\nHost: t\r\n\(String(repeating: "X: y\r\n", count: 100))\r\n",
            431,
            "headers-too-large"
        ),
    ])
    func `what can not go on is answered and closed`(
        bytes: String,
        status: Int,
        type: String
    )
        async throws
    {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                try await connection.send(bytes)
                let response = try await connection.response()
                #expect(response.status == status)
                #expect(response.headers["content-type"] == "application/problem+json")
                #expect(response.body.contains("\"type\":\"urn:estoque:problem:\(type)\""))
                #expect(response.headers["connection"] == "close")
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test(arguments: ["/v1/availability:batchGet", "/nowhere"])
    func `a chunked body is cut off at the limit`(target: String) async throws {
        try await withServer(FakeNode(), limits: changed { $0.bodyBytesMax = 1_000 }) { server in
            try await server.connect { connection in
                try await connection.send(
                    "POST \(target) HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "800\r\n" + String(repeating: "a", count: 0x800) + "\r\n"
                )
                let response = try await connection.response()
                #expect([404, 413].contains(response.status))
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test func `a request answered before its end is counted once`() async throws {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                try await connection.send(
                    "POST /nowhere HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                #expect(try await connection.response().status == 404)
            }
            try await eventually("the connection has ended") {
                try await server.get("/metrics").body.contains("\nestoque_http_connections 1\n")
            }
            let metrics = try await server.get("/metrics").body
            #expect(metrics.contains("\nestoque_http_requests_in_flight 1\n"))
            #expect(metrics.contains("\nestoque_http_requests_abandoned_total 0\n"))
        }
    }

    @Test func `a body of another type is refused`() async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(
                "/v1/availability:batchGet",
                method: "POST",
                headers: ["Content-Type: text/xml"],
                body: "<skus/>"
            )
            #expect(response.status == 415)
        }
    }

    @Test func `who waits to be told to go on is told so`() async throws {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                try await connection.send(
                    "POST /v1/availability:batchGet HTTP/1.1\r\nHost: t\r\nContent-Length: 14\r\n"
                        + "Expect: 100-continue\r\n\r\n"
                )
                #expect(try await connection.response().status == 100)
                try await connection.send("{\"skus\":[\"a\"]}")
                #expect(try await connection.response().status == 200)
            }
        }
    }

    @Test(arguments: ["", "GET /v1/items/a HTTP/1.1\r\nHost:"])
    func `a silent client is cut off`(bytes: String) async throws {
        try await withServer(FakeNode(), limits: changed { $0.clientTimeout = .milliseconds(30) }) {
            server in
            try await server.connect { connection in
                if !bytes.isEmpty { try await connection.send(bytes) }
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test func `a body that trickles is cut off however busy it looks`() async throws {
        try await withServer(FakeNode(), limits: changed { $0.clientTimeout = .milliseconds(400) })
        {
            server in
            try await server.connect { connection in
                try await connection.send(
                    "POST /v1/availability:batchGet HTTP/1.1\r\nHost: t\r\nContent-Length: 9999\r\n\r\n"
                )
                let outbound = connection.outbound
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        while !Task.isCancelled {
                            try? await outbound.write(ByteBuffer(string: "a"))
                            try? await Task.sleep(for: .milliseconds(5))
                        }
                    }
                    let response = try await connection.response()
                    #expect(response.status == 408)
                    group.cancelAll()
                }
            }
        }
    }

    @Test func `a connection in use lives longer than the timeout`() async throws {
        try await withServer(FakeNode(), limits: changed { $0.clientTimeout = .seconds(2) }) {
            server in
            try await server.connect { connection in
                for _ in 0..<25 {
                    #expect(try await connection.request("/v1/items/a").status == 404)
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    @Test func `a reader that asks but does not take its answers is held back`() async throws {
        let node = FakeNode()
        let target =
            "/v1/availability?"
            + (100..<200).map { "sku=" + String(repeating: "x", count: 60) + "\($0)" }
            .joined(separator: "&")
        let request = ByteBuffer(string: "GET \(target) HTTP/1.1\r\nHost: t\r\n\r\n")
        // Some 8 MB of answers, more than the buffers of both ends hold.
        let count = 500
        try await withServer(node) { server in
            try await server.connect { connection in
                let outbound = connection.outbound
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        for _ in 0..<count { try await outbound.write(request) }
                    }
                    var answered = -1
                    try await eventually("no more is answered") {
                        try await Task.sleep(for: .milliseconds(100))
                        let before = answered
                        answered = try await server.answered("availability")
                        return answered > 0 && answered == before
                    }
                    #expect(answered < count)
                    for _ in 0..<count {
                        let response = try await connection.response()
                        #expect(response.status == 200)
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `a graceful stop lets a waiting read finish and refuses new connections`()
        async throws
    {
        let node = FakeNode()
        node.put("a")
        node.with {
            $0.servesView = false
            $0.behaviour = .holds
        }
        try await withServer(node) { server in
            try await server.connect { connection in
                try await connection.send("GET /v1/items/a HTTP/1.1\r\nHost: t\r\n\r\n")
                try await eventually("the read reaches the node") { !node.asked.isEmpty }
                await server.shutDown()
                try await eventually("no new connections") {
                    (try? await server.get("/livez")) == nil
                }
                node.releaseHeld()
                let response = try await connection.response()
                #expect(response.status == 200)
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test(arguments: ["/v1/items/a", "/nowhere"])
    func `an offer to upgrade is answered plainly and ends the connection`(
        target: String
    )
        async throws
    {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                let response = try await connection.request(
                    target,
                    headers: ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"]
                )
                #expect(response.status == 404)
                #expect(response.headers["connection"] == "close")
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test(arguments: UInt64(1)...8)
    func `damaged and cut requests never stop the server`(seed: UInt64) async throws {
        let node = FakeNode()
        node.put("a")
        let whole =
            "GET /v1/items/a HTTP/1.1\r\nHost: t\r\n\r\nGET /livez HTTP/1.1\r\nHost: t\r\n\r\n"
            + "GET /v1/items/a?consistency=linearizable HTTP/1.1\r\nHost: t\r\n\r\n"
            + "POST /v1/availability:batchGet HTTP/1.1\r\nHost: t\r\nContent-Length: 14\r\n\r\n{\"skus\":[\"a\"]}"
            + "POST /nowhere HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        var random = SplitMix(seed: seed)
        let limits = changed { $0.lingerTimeout = .milliseconds(100) }
        try await withServer(node, limits: limits) { server in
            for _ in 0..<25 {
                var bytes = Array((whole + whole).utf8)
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let index = Int.random(in: bytes.indices, using: &random)
                    bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                }
                let cut = Int.random(in: bytes.indices, using: &random)
                let middle = Int.random(in: 0...cut, using: &random)
                try await server.connect { connection in
                    // The server may hang up on us at any byte.
                    try? await connection.outbound.write(ByteBuffer(bytes: bytes[..<middle]))
                    try? await connection.outbound.write(ByteBuffer(bytes: bytes[middle..<cut]))
                    connection.outbound.finish()
                    _ = try await connection.isClosedByServer()
                }
            }
            try await eventually("all connections and requests have ended") {
                let metrics = try await server.get("/metrics").body
                return metrics.contains("\nestoque_http_requests_in_flight 1\n")
                    && metrics.contains("\nestoque_http_connections 1\n")
            }
        }
    }
}
