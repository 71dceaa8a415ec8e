import CZlib
import LedgerHTTP
import NIOCore
import Testing

@testable import LedgerHTTP

@Suite struct `compressed answers` {
    private static let zipped = "Accept-Encoding: br, gzip;q=0.5"

    /// A query for so many items that the answer is long.
    private func target(_ count: Int) -> String {
        "/v1/availability?" + (0..<count).map { "sku=item-\($0)" }.joined(separator: "&")
    }

    /// Short ones are compressed where they are, long ones elsewhere.
    @Test(arguments: [20, 100])
    func `a long body comes as gzip to those who accept it`(count: Int) async throws {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                let plain = try await connection.request(target(count))
                let zipped = try await connection.request(target(count), headers: [Self.zipped])
                #expect(plain.headers["content-encoding"] == nil)
                #expect(zipped.headers["content-encoding"] == "gzip")
                #expect(unzip(zipped.bytes) == plain.bytes)
                #expect(zipped.bytes.readableBytes * 4 < plain.bytes.readableBytes)
                #expect(plain.headers["vary"] == "accept-encoding")
                #expect(zipped.headers["vary"] == "accept-encoding")
                #expect(zipped.headers["etag"] != plain.headers["etag"])
                // The same connection goes on, in order.
                #expect(try await connection.request("/v1/items/none").status == 404)
            }
        }
    }

    @Test func `a client that has either form is told so, by its name`() async throws {
        try await withServer(FakeNode()) { server in
            for headers in [[], [Self.zipped]] {
                let first = try await server.get(target(30), headers: headers)
                let tag = try #require(first.headers["etag"])
                for others in [[], [Self.zipped]] {
                    let again = try await server.get(
                        target(30),
                        headers: others + ["If-None-Match: \"x\", W/\(tag)"]
                    )
                    #expect(again.status == 304)
                    #expect(again.headers["etag"] == tag)
                    #expect(again.headers["vary"] == "accept-encoding")
                    #expect(again.headers["content-encoding"] == nil)
                    #expect(again.body.isEmpty)
                }
            }
        }
    }

    @Test func `a HEAD says what a GET would`() async throws {
        try await withServer(FakeNode()) { server in
            for headers in [[], [Self.zipped]] {
                let got = try await server.get(target(50), headers: headers)
                let head = try await server.get(target(50), method: "HEAD", headers: headers)
                for name in ["content-length", "etag", "content-encoding", "vary", "content-type"] {
                    #expect(head.headers[name] == got.headers[name], "\(name)")
                }
            }
        }
    }

    @Test(arguments: [
        "Accept-Encoding: identity", "Accept-Encoding: gzip;q=0", "Accept-Encoding:",
        "Accept-Encoding: *;q=0", "Accept-Encoding: gzip;q=0.0, *", "Accept-Encoding: br",
    ])
    func `who does not accept it gets none`(header: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target(50), headers: [header])
            #expect(response.headers["content-encoding"] == nil)
        }
    }

    @Test(arguments: ["GZIP", "x-gzip", "*", "deflate, *;q=0.1", "gzip ; q=1"])
    func `who accepts it in other words gets it`(value: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(
                target(50),
                headers: ["Accept-Encoding: \(value)"]
            )
            #expect(response.headers["content-encoding"] == "gzip")
        }
    }

    @Test func `a short body stays as it is`() async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(target(1), headers: [Self.zipped])
            #expect(response.headers["content-encoding"] == nil)
        }
    }

    @Test func `pipelined requests keep their order around a compressed answer`() async throws {
        try await withServer(FakeNode()) { server in
            try await server.connect { connection in
                let long =
                    "GET \(target(100)) HTTP/1.1\r\nHost: t\r\n\(Self.zipped)\r\n\r\n"
                let short = "GET /v1/items/none HTTP/1.1\r\nHost: t\r\n\r\n"
                try await connection.send((long + short) + (long + short))
                for status in [200, 404, 200, 404] {
                    #expect(try await connection.response().status == status)
                }
            }
        }
    }

    @Test func `when too many are under way, a body goes out as it is`() async throws {
        let limits = changed { $0.compressionsMax = 0 }
        try await withServer(FakeNode(), limits: limits) { server in
            let response = try await server.get(target(100), headers: [Self.zipped])
            #expect(response.status == 200)
            #expect(response.headers["content-encoding"] == nil)
        }
    }
}

/// What gzip's bytes stand for, nil when they are none.
private func unzip(_ bytes: ByteBuffer) -> ByteBuffer? {
    var stream = z_stream()
    let version = ZLIB_VERSION
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, 31, version, size) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var plain = ByteBuffer()
    let isWhole = bytes.withUnsafeReadableBytes { input in
        plain.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 20) { output in
            stream.next_in = UnsafeMutablePointer(
                mutating: input.bindMemory(to: UInt8.self).baseAddress
            )
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
            stream.avail_out = UInt32(output.count)
            guard inflate(&stream, Z_FINISH) == Z_STREAM_END else { return 0 }
            return output.count - Int(stream.avail_out)
        } > 0
    }
    return isWhole ? plain : nil
}
