import GRPCWire
import NIOCore
import NIOPosix
import Testing

@Suite
struct LimitTests {
    private func end(
        of client: GRPCClientConnection,
        _ path: String,
        _ message: ByteBuffer
    ) async -> GRPCCallEnd? {
        do throws(GRPCCallEnd) {
            _ = try await client.call(path, message)
            return nil
        } catch {
            return error
        }
    }

    @Test
    func `thousands of calls at once are all answered over few streams`() async throws {
        var limits = GRPCLimits()
        limits.concurrentStreamsMax = 20
        try await EchoServer.run(limits: limits) { _, client in
            let replies = (0..<3_000).map { number in
                client.unary(EchoServer.unary, ByteBuffer(string: "\(number)"))
            }
            for (number, reply) in replies.enumerated() {
                let answer = try await reply.get()
                #expect(answer.message == ByteBuffer(string: "\(number)"))
            }
        }
    }

    @Test
    func `calls beyond the client's queue are refused, and surely did not run`() async throws {
        var limits = GRPCLimits()
        limits.concurrentStreamsMax = 2
        limits.queuedCallsMax = 3
        try await EchoServer.run(limits: limits, clientLimits: limits) { _, client in
            let waiting = (0..<5).map { _ in client.unary(EchoServer.never, ByteBuffer()) }
            let refused = await end(of: client, EchoServer.unary, ByteBuffer())
            #expect(refused?.status.code == .resourceExhausted)
            #expect(refused?.mayHaveRun == false)
            await client.close()
            for reply in waiting {
                await #expect(throws: GRPCCallEnd.self) { try await reply.get() }
            }
        }
    }

    @Test
    func
        `a message over the limit is RESOURCE_EXHAUSTED in either direction, and harms no other call`()
        async throws
    {
        var limits = GRPCLimits()
        limits.receivedMessageBytesMax = 1_000
        let large = ByteBuffer(repeating: 1, count: 1_001)
        try await EchoServer.run(limits: limits) { _, client in
            #expect(
                await end(of: client, EchoServer.unary, large)?.status.code == .resourceExhausted
            )
            #expect(await end(of: client, EchoServer.unary, ByteBuffer()) == nil)
        }
        try await EchoServer.run(clientLimits: limits) { _, client in
            #expect(
                await end(of: client, EchoServer.unary, large)?.status.code == .resourceExhausted
            )
            #expect(await end(of: client, EchoServer.unary, ByteBuffer()) == nil)
        }
    }

    @Test
    func `connections beyond the limit are closed, those before live on`() async throws {
        var limits = GRPCLimits()
        limits.connectionsMax = 1
        try await EchoServer.run(limits: limits) { server, client in
            let status = await #expect(throws: GRPCStatus.self) {
                try await GRPCClientConnection.connect(
                    host: "127.0.0.1",
                    port: server.localAddress.port ?? 0,
                    on: MultiThreadedEventLoopGroup.singleton
                )
            }
            #expect(status?.code == .unavailable)
            #expect(await end(of: client, EchoServer.unary, ByteBuffer()) == nil)
            #expect(server.connectionCount == 1)
        }
    }

    @Test
    func `a client that does not read its answers is cut off`() async throws {
        var limits = GRPCLimits()
        limits.pendingOutputBytesMax = 1_000_000
        var router = EchoServer.router
        let cancellations = Probe<GRPCStatusCode>()
        router.serverStreaming("/test.L/Flood") { _, call in
            call.onEvent = { event in
                if case .cancelled(let status) = event { cancellations.note(status.code) }
            }
            for _ in 0..<200 { call.send(ByteBuffer(repeating: 1, count: 65_536)) }
        }
        try await EchoServer.run(limits: limits, router: router) { server, client in
            let peer = try await RawPeer.connect(to: server, readsAnswers: false)
            let fields = RawPeer.requestHeaders.map {
                $0.0 == ":path" ? ($0.0, "/test.L/Flood") : $0
            }
            peer.send(RawPeer.preface + RawPeer.headers(1, fields) + RawPeer.message(1, []))
            try await cancellations.wait { $0 == [.unavailable] }
            #expect(await end(of: client, EchoServer.unary, ByteBuffer()) == nil)
            try await peer.close()
        }
    }

    @Test
    func `unfinished messages of many streams are bounded together`() async throws {
        var limits = GRPCLimits()
        limits.bufferedInputBytesMax = 50_000
        try await EchoServer.run(limits: limits) { server, _ in
            let peer = try await RawPeer.connect(to: server)
            var bytes = RawPeer.preface
            for stream in stride(from: UInt32(1), through: 9, by: 2) {
                bytes += RawPeer.headers(stream)
                bytes += RawPeer.message(
                    stream,
                    claimedLength: 1_000_000,
                    Array(repeating: 1, count: 12_000),
                    endStream: false
                )
            }
            peer.send(bytes)
            let answer = try await peer.frame { $0.type == RawPeer.Frame.headers }
            #expect(answer?.streamID == 9)
            #expect(try peer.decode(answer)["grpc-status"] == "8")
            try await peer.close()
        }
    }
}
