import NIOCore
import Testing

@testable import GRPCWire

/// Peers that break the rules: each is dealt with, and nobody else notices.
@Suite
struct HostileTests {
    typealias Frame = RawPeer.Frame

    /// Runs a raw peer against a server, and afterwards checks that another connection still works.
    private func run(
        limits: GRPCLimits = GRPCLimits(),
        _ body: (RawPeer) async throws -> Void
    ) async throws {
        try await EchoServer.run(limits: limits) { server, client in
            let peer = try await RawPeer.connect(to: server)
            try await body(peer)
            let reply = try await client.call(EchoServer.unary, ByteBuffer(string: "alive"))
            #expect(reply.message == ByteBuffer(string: "alive"))
            try await peer.close()
        }
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".utf8),
        Array(repeating: 0xFF, count: 5_000),
        RawPeer.preface + Array(repeating: 0xFF, count: 500),
        Array(RawPeer.preface.prefix(24)) + RawPeer.frame(Frame.data, 0, 1, [1, 2, 3]),
        RawPeer.preface + RawPeer.frame(Frame.data, 0, 7, [1, 2, 3]),
        RawPeer.preface + RawPeer.frame(Frame.headers, 4, 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        RawPeer.preface + RawPeer.frame(Frame.headers, 4, 2, []),
        RawPeer.preface + RawPeer.frame(Frame.windowUpdate, 0, 0, [0, 0, 0, 0]),
        RawPeer.preface + RawPeer.frame(9, 4, 1, [1]),
    ])
    func `a connection that talks nonsense is closed`(bytes: [UInt8]) async throws {
        try await run { peer in
            peer.send(bytes)
            try await peer.closed()
        }
    }

    @Test
    func `a connection that says nothing is closed`() async throws {
        var limits = GRPCLimits()
        limits.handshakeTimeout = .seconds(1)
        try await run(limits: limits) { peer in try await peer.closed() }
    }

    @Test
    func `a peer that answers no ping is closed`() async throws {
        var limits = GRPCLimits()
        limits.keepaliveInterval = .milliseconds(50)
        limits.keepaliveTimeout = .milliseconds(50)
        // Not `run`: with so short a patience the innocent connection might be closed as well.
        try await EchoServer.run(limits: limits) { server, _ in
            let peer = try await RawPeer.connect(to: server)
            peer.send(RawPeer.preface)
            _ = try await peer.frame { $0.type == Frame.ping && $0.flags == 0 }
            try await peer.closed()
        }
    }

    @Test
    func `a connection without calls is let go after the idle time`() async throws {
        var limits = GRPCLimits()
        limits.idleTimeout = .milliseconds(50)
        try await EchoServer.run(limits: limits) { server, _ in
            let peer = try await RawPeer.connect(to: server)
            peer.send(RawPeer.preface)
            let goAway = try await peer.frame { $0.type == Frame.goAway }
            #expect(goAway?.errorCode == 0)
            let ping = try await peer.frame { $0.type == Frame.ping && $0.flags == 0 }
            peer.send(RawPeer.frame(Frame.ping, 1, 0, ping?.payload ?? []))
            try await peer.closed()
        }
    }

    @Test
    func `a flood of pings is told to be calm`() async throws {
        try await run { peer in
            let ping = RawPeer.frame(Frame.ping, 0, 0, Array(repeating: 0, count: 8))
            peer.send(RawPeer.preface + Array(repeatElement(ping, count: 3_000).joined()))
            let goAway = try await peer.frame { $0.type == Frame.goAway }
            #expect(goAway?.errorCode == 11)
            try await peer.closed()
        }
    }

    @Test
    func `rapid reset is told to be calm`() async throws {
        var limits = GRPCLimits()
        limits.resetBurst = 100
        limits.resetsPerSecond = 1
        try await run(limits: limits) { peer in
            var bytes = RawPeer.preface
            for stream in stride(from: UInt32(1), to: 2_001, by: 2) {
                bytes += RawPeer.headers(stream)
                bytes += RawPeer.frame(Frame.reset, 0, stream, [0, 0, 0, 8])
            }
            peer.send(bytes)
            let goAway = try await peer.frame { $0.type == Frame.goAway }
            #expect(goAway?.errorCode == 11)
            try await peer.closed()
        }
    }

    @Test
    func `headers over the limit end the connection`() async throws {
        try await run { peer in
            let fields = (0..<200).map { ("x-\($0)", String(repeating: "v", count: 100)) }
            peer.send(RawPeer.preface + RawPeer.headers(1, RawPeer.requestHeaders + fields))
            try await peer.closed()
        }
    }

    struct BadRequest: Sendable {
        var change: (String, String?)
        var httpStatus: String
        var grpcStatus: String?
    }

    @Test(arguments: [
        BadRequest(change: ("content-type", "text/plain"), httpStatus: "415", grpcStatus: "2"),
        BadRequest(
            change: ("content-type", "application/grpc-web"),
            httpStatus: "415",
            grpcStatus: "2"
        ),
        BadRequest(change: ("content-type", nil), httpStatus: "415", grpcStatus: "2"),
        BadRequest(change: ("te", nil), httpStatus: "400", grpcStatus: "13"),
        BadRequest(change: (":method", "GET"), httpStatus: "405", grpcStatus: "13"),
        BadRequest(change: ("grpc-timeout", "soon"), httpStatus: "200", grpcStatus: "13"),
        BadRequest(change: ("grpc-encoding", "gzip"), httpStatus: "200", grpcStatus: "12"),
        BadRequest(
            change: ("content-type", "application/grpc+proto"),
            httpStatus: "200",
            grpcStatus: nil
        ),
    ])
    func `a request that is not gRPC is refused in HTTP's terms`(request: BadRequest) async throws {
        try await run { peer in
            var fields = RawPeer.requestHeaders.filter { $0.0 != request.change.0 }
            if let value = request.change.1 {
                fields.insert(
                    (request.change.0, value),
                    at: request.change.0.hasPrefix(":") ? 0 : fields.count
                )
            }
            peer.send(RawPeer.preface + RawPeer.headers(1, fields) + RawPeer.message(1, [1]))
            let headers = try peer.decode(try await peer.frame { $0.type == Frame.headers })
            #expect(headers[":status"] == request.httpStatus)
            #expect(headers["grpc-status"] == request.grpcStatus)
        }
    }

    @Test(arguments: [
        [(":path", "/a")], [("TE", "trailers")], [("connection", "close")], [(":status", "200")],
    ])
    func `a malformed request is reset`(extra: [(String, String)]) async throws {
        try await run { peer in
            peer.send(RawPeer.preface + RawPeer.headers(1, RawPeer.requestHeaders + extra))
            let reset = try await peer.frame { $0.type == Frame.reset }
            #expect(reset?.streamID == 1)
            #expect(reset?.errorCode == 1)
        }
    }

    struct BadBody: Sendable {
        var bytes: [UInt8]
        var status: String
    }

    @Test(arguments: [
        BadBody(bytes: RawPeer.message(1, claimedLength: .max, [1], endStream: false), status: "8"),
        BadBody(bytes: RawPeer.message(1, claimedLength: 2, [1]), status: "13"),
        BadBody(bytes: RawPeer.message(1, flags: 1, [1]), status: "12"),
        BadBody(bytes: RawPeer.message(1, flags: 7, [1]), status: "13"),
        BadBody(bytes: RawPeer.frame(Frame.data, 1, 1, []), status: "12"),
        BadBody(bytes: RawPeer.frame(Frame.data, 1, 1, [0, 0, 0]), status: "13"),
        BadBody(
            bytes: RawPeer.message(1, [1], endStream: false) + RawPeer.message(1, [2]),
            status: "12"
        ),
    ])
    func `a broken message ends its call alone`(body: BadBody) async throws {
        try await run { peer in
            peer.send(RawPeer.preface + RawPeer.headers(1) + body.bytes)
            let headers = try peer.decode(try await peer.frame { $0.type == Frame.headers })
            #expect(headers["grpc-status"] == body.status)
            // The same connection goes on.
            peer.send(RawPeer.headers(3) + RawPeer.message(3, [42]))
            let answer = try await peer.frame { $0.type == Frame.data && $0.streamID == 3 }
            #expect(answer?.payload == [0, 0, 0, 0, 1, 42])
        }
    }

    @Test
    func `padding counts for credit, so that a padded stream never stalls`() async throws {
        try await run { peer in
            // Each frame carries 1 byte of a message and 201 of padding; together they exceed the stream's window four times.
            let length = 10_400
            let settingsAck = RawPeer.frame(Frame.settings, 1, 0, [])
            peer.send(RawPeer.preface + settingsAck + RawPeer.headers(1))
            peer.send(RawPeer.message(1, claimedLength: UInt32(length), [], endStream: false))
            var creditLeft = GRPCLimits().streamWindowBytes - MessageDeframer.prefixBytes
            var creditReturned = 0
            for index in 0..<length {
                let isLast = index == length - 1
                let padded = [200, 1] + Array(repeating: UInt8(0), count: 200)
                if creditLeft < padded.count {
                    let before = creditReturned
                    try await peer.sights.wait { _ in peer.credit(for: 1) > before }
                    creditReturned = peer.credit(for: 1)
                    creditLeft += creditReturned - before
                }
                creditLeft -= padded.count
                peer.send(RawPeer.frame(Frame.data, 8 | (isLast ? 1 : 0), 1, padded))
            }
            let answer = try await peer.frame { $0.type == Frame.data && $0.isEndStream == false }
            #expect(
                answer?.payload.prefix(5) == [0, 0, 0, UInt8(length >> 8), UInt8(length & 0xFF)]
            )
        }
    }
}
