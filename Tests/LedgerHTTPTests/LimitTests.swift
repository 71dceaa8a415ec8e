import LedgerHTTP
import LedgerStore
import NIOCore
import Replica
import TestSupport
import Testing

@Suite struct `limits on clients` {
    @Test func `beyond the connections that are served, only the node's health is told`()
        async throws
    {
        let limits = changed {
            $0.connectionsMax = 1
            $0.spareConnectionsMax = 1
        }
        try await withServer(FakeNode(), limits: limits) { server in
            try await server.connect { first in
                #expect(try await first.request("/v1/items/a").status == 404)
                try await server.connect { second in
                    let read = try await second.request("/v1/items/a")
                    #expect(read.status == 503)
                    #expect(read.headers["retry-after"] == "1")
                    #expect(read.body.contains("too-many-connections"))
                    #expect(try await second.isClosedByServer())
                }
                try await eventually("the place is free again") {
                    try await first.request("/metrics").body.contains("_connections 1\n")
                }
                for probe in ["/livez", "/readyz", "/metrics"] {
                    try await server.connect { second in
                        let health = try await second.request(probe)
                        #expect(health.status == 200)
                        #expect(health.headers["connection"] == "close")
                        #expect(try await second.isClosedByServer())
                    }
                    try await eventually("the place is free again") {
                        try await first.request("/metrics").body.contains("_connections 1\n")
                    }
                }
                #expect(try await first.request("/v1/items/a").status == 404)
            }
        }
    }

    @Test(arguments: [(20_000, 9_488, 256), (4_096, 1_536, 256), (1_024, 384, 64), (64, 24, 4)])
    func `connections take at most half of the files`(files: Int, served: Int, spare: Int) {
        let limits = changed { $0.fit(files: files) }
        #expect(limits.connectionsMax == served)
        #expect(limits.spareConnectionsMax == spare)
        #expect(served + 2 * spare <= max(files / 2, 1))
    }

    @Test func `still further ones are turned away at once`() async throws {
        let limits = changed {
            $0.connectionsMax = 1
            $0.spareConnectionsMax = 1
            $0.lingerTimeout = .seconds(20)
        }
        try await withServer(FakeNode(), limits: limits) { server in
            try await server.connect { first in
                #expect(try await first.request("/livez").status == 200)
                try await server.connect { second in
                    try await eventually("the second is there") {
                        try await first.request("/metrics").body.contains("_connections 2\n")
                    }
                    try await server.connect { third in
                        // It is told before it has asked anything.
                        let refusal = try await third.response()
                        #expect(refusal.status == 503)
                        #expect(refusal.body.contains("too-many-connections"))
                        #expect(try await third.isClosedByServer())
                    }
                    #expect(try await second.request("/livez").status == 200)
                }
                let metrics = try await first.request("/metrics").body
                #expect(metrics.contains("\nestoque_http_connections_refused_total 1\n"))
            }
        }
    }

    @Test func `a spare connection that asks nothing is told why it is closed`() async throws {
        let limits = changed {
            $0.connectionsMax = 1
            $0.lingerTimeout = .milliseconds(50)
        }
        try await withServer(FakeNode(), limits: limits) { server in
            try await server.connect { first in
                #expect(try await first.request("/livez").status == 200)
                try await server.connect { second in
                    let refusal = try await second.response()
                    #expect(refusal.status == 503)
                    #expect(try await second.isClosedByServer())
                }
            }
        }
    }

    @Test(arguments: ["", "GET /v1/items/a HTTP/1.1\r\nHost:"])
    func `a first request must come sooner than a later one`(bytes: String) async throws {
        let limits = changed {
            $0.firstRequestTimeout = .milliseconds(30)
            $0.clientTimeout = .seconds(60)
        }
        try await withServer(FakeNode(), limits: limits) { server in
            try await server.connect { connection in
                if !bytes.isEmpty { try await connection.send(bytes) }
                #expect(try await connection.isClosedByServer())
            }
        }
    }

    @Test func `a header that trickles is cut off however busy it looks`() async throws {
        let limits = changed { $0.firstRequestTimeout = .milliseconds(300) }
        try await withServer(FakeNode(), limits: limits) { server in
            try await server.connect { connection in
                try await connection.send("GET /livez HTTP/1.1\r\nHost: t\r\nX: ")
                let outbound = connection.outbound
                let trickle = Task {
                    while !Task.isCancelled {
                        try? await outbound.write(ByteBuffer(string: "a"))
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
                #expect(try await connection.isClosedByServer())
                trickle.cancel()
                await trickle.value
            }
        }
    }

    @Test func `a reader that never takes its answers is cut off`() async throws {
        let target =
            "/v1/availability?"
            + (100..<200).map { "sku=" + String(repeating: "x", count: 60) + "\($0)" }
            .joined(separator: "&")
        let request = ByteBuffer(string: "GET \(target) HTTP/1.1\r\nHost: t\r\n\r\n")
        let limits = changed {
            $0.clientTimeout = .milliseconds(300)
            $0.firstRequestTimeout = .seconds(20)
        }
        try await withServer(FakeNode(), limits: limits) { server in
            try await server.connect { connection in
                let outbound = connection.outbound
                // Until the server closes: nothing is read here meanwhile.
                var isOpen = true
                while isOpen {
                    do { try await outbound.write(request) } catch { isOpen = false }
                }
            }
            try await eventually("the connection has ended") {
                try await server.get("/metrics").body.contains("\nestoque_http_connections 1\n")
            }
        }
    }

    @Test func `one client's reads of the books are bounded, and others are served`() async throws {
        let node = FakeNode()
        node.with { $0.books.items[nil] = ItemPage(items: [], nextPageToken: nil) }
        node.with { $0.books.isHeld = true }
        let limits = changed { $0.bookReadsPerClientMax = 2 }
        try await withServer(node, limits: limits) { server in
            try await withThrowingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask { try await server.get("/v1/items").status }
                }
                try await eventually("both reads wait") { node.with { $0.held.count } == 2 }
                let third = try await server.get("/v1/items")
                #expect(third.status == 429)
                #expect(third.headers["retry-after"] == "1")
                #expect(third.body.contains("too-many-requests"))
                // Other reads aren't concerned.
                #expect(try await server.get("/v1/items/a").status == 404)
                node.with { $0.books.isHeld = false }
                node.releaseHeld()
                for try await status in group { #expect(status == 200) }
                #expect(try await server.get("/v1/items").status == 200)
            }
        }
    }

    @Test func `a linearizable read of the books waits for the position that was confirmed`()
        async throws
    {
        let node = FakeNode()
        node.with { $0.books.items[nil] = ItemPage(items: [], nextPageToken: nil) }
        node.with { $0.books.history[nil] = HistoryPage(entries: [], nextPageToken: nil) }
        try await withServer(node) { server in
            for target in ["/v1/items", "/v1/movements"] {
                let response = try await server.get("\(target)?consistency=linearizable")
                #expect(response.status == 200)
                #expect(response.headers["cache-control"] == "private, no-store")
            }
            #expect(node.asked == [.linearizable, .linearizable])
            node.with { $0.behaviour = .fails(.noQuorum) }
            let refused = try await server.get("/v1/items?consistency=linearizable")
            #expect(refused.status == 503)
            #expect(refused.body.contains("no-quorum"))
        }
        let position = node.with { $0.stamp.position }
        #expect(node.with { $0.books.minPositions } == [position, position])
    }
}
