import GRPCWire
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Deadlines, cancellation, lost connections and shutdown.
@Suite
struct EndingTests {
    typealias Seen = StreamingTests.Seen

    /// A method that never answers and notes how its calls begin and end.
    private func waiting(
        _ cancellations: Probe<GRPCStatusCode>,
        arrivals: Probe<Bool>? = nil
    ) -> GRPCRouter {
        var router = EchoServer.router
        router.unary("/test.W/Wait") { _, call in
            arrivals?.note(true)
            call.onEvent = { event in
                if case .cancelled(let status) = event { cancellations.note(status.code) }
            }
        }
        return router
    }

    @Test
    func `a deadline ends a call on both sides`() async throws {
        let cancellations = Probe<GRPCStatusCode>()
        try await EchoServer.run(router: waiting(cancellations)) { _, client in
            let end = await #expect(throws: GRPCCallEnd.self) {
                try await client.call("/test.W/Wait", ByteBuffer(), deadline: .now() + .seconds(1))
            }
            #expect(end?.status.code == .deadlineExceeded)
            // Whichever side's clock fires first, the handler hears of the end exactly once.
            let seen = try await cancellations.wait { !$0.isEmpty }
            #expect(seen == [.deadlineExceeded] || seen == [.cancelled])
        }
    }

    @Test
    func `the server itself answers DEADLINE_EXCEEDED to a client that only waits`() async throws {
        let cancellations = Probe<GRPCStatusCode>()
        try await EchoServer.run(router: waiting(cancellations)) { server, _ in
            let peer = try await RawPeer.connect(to: server)
            let fields = RawPeer.requestHeaders.map {
                $0.0 == ":path" ? ($0.0, "/test.W/Wait") : $0
            }
            peer.send(
                RawPeer.preface + RawPeer.headers(1, fields + [("grpc-timeout", "50m")])
                    + RawPeer.message(1, [1])
            )
            let answer = try await peer.frame { $0.type == RawPeer.Frame.headers && $0.isEndStream }
            let headers = try peer.decode(answer)
            #expect(headers["grpc-status"] == "4")
            #expect(cancellations.elements == [.deadlineExceeded])
            try await peer.close()
        }
    }

    @Test
    func `many deadlines end at their own times`() async throws {
        try await EchoServer.run { _, client in
            let ends = Probe<Int>()
            try await client.eventLoop.submit {
                for index in [5, 1, 4, 2, 3] {
                    let deadline = NIODeadline.now() + .milliseconds(Int64(index) * 60)
                    client.startUnary(EchoServer.never, ByteBuffer(), deadline: deadline) { _ in
                        ends.note(index)
                    }
                }
            }.get()
            let seen = try await ends.wait { $0.count == 5 }
            #expect(seen == [1, 2, 3, 4, 5])
        }
    }

    @Test
    func `a cancelled task cancels its call on the server`() async throws {
        let cancellations = Probe<GRPCStatusCode>()
        let arrivals = Probe<Bool>()
        try await EchoServer.run(router: waiting(cancellations, arrivals: arrivals)) { _, client in
            let code = try await withThrowingTaskGroup(of: GRPCStatusCode?.self) { group in
                group.addTask {
                    do throws(GRPCCallEnd) {
                        _ = try await client.call("/test.W/Wait", ByteBuffer())
                        return nil
                    } catch {
                        return error.status.code
                    }
                }
                try await arrivals.wait { !$0.isEmpty }
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(code == .cancelled)
            try await cancellations.wait { $0 == [.cancelled] }
        }
    }

    @Test
    func `a lost connection ends its calls on both sides`() async throws {
        let cancellations = Probe<GRPCStatusCode>()
        try await EchoServer.run(router: waiting(cancellations)) { server, client in
            let reply = client.unary("/test.W/Wait", ByteBuffer())
            // Behind it on the same connection, so that the first one is surely there.
            _ = try await client.call(EchoServer.unary, ByteBuffer())
            await client.close()
            let end = await #expect(throws: GRPCCallEnd.self) { try await reply.get() }
            #expect(end?.status.code == .unavailable)
            #expect(end?.mayHaveRun == true)
            try await cancellations.wait { $0 == [.unavailable] }
            let late = await #expect(throws: GRPCCallEnd.self) {
                try await client.call(EchoServer.unary, ByteBuffer())
            }
            #expect(late?.mayHaveRun == false)
        }
    }

    @Test
    func `shutdown lets open calls end and refuses new ones`() async throws {
        let open = Mutex<GRPCServerCallHandle?>(nil)
        let drained = Probe<Bool>()
        var router = EchoServer.router
        router.unary("/test.W/Hold") { _, call in
            let handle = call.handle
            open.withLock { $0 = handle }
            call.onEvent = { if case .draining = $0 { drained.note(true) } }
        }
        let states = Probe<GRPCConnectionState>()
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await GRPCServer.start(
            on: group,
            host: "127.0.0.1",
            port: 0,
            router: router
        )
        let client = try await GRPCClientConnection.connect(
            host: "127.0.0.1",
            port: server.localAddress.port ?? 0,
            on: group,
            onStateChange: { states.note($0) }
        )
        let reply = client.unary("/test.W/Hold", ByteBuffer())
        _ = try await client.call(EchoServer.unary, ByteBuffer())
        async let end: Void = server.shutdown(within: .seconds(30))
        try await drained.wait { $0 == [true] }
        try await states.wait { $0.contains(.draining) }
        let refused = await #expect(throws: GRPCCallEnd.self) {
            try await client.call(EchoServer.unary, ByteBuffer())
        }
        #expect(refused?.status.code == .unavailable)
        #expect(refused?.mayHaveRun == false)
        open.withLock { $0 }?.respond(ByteBuffer(string: "after all"))
        let answer = try await reply.get()
        #expect(answer.message == ByteBuffer(string: "after all"))
        await end
        #expect(server.connectionCount == 0)
        let seen = try await states.wait { $0.count == 3 }
        #expect(Array(seen.prefix(2)) == [.ready, .draining])
    }

    @Test
    func `a call that crosses with the announced end harms nobody`() async throws {
        let open = Mutex<GRPCServerCallHandle?>(nil)
        let drained = Probe<Bool>()
        var router = EchoServer.router
        router.unary("/test.W/Hold") { _, call in
            let handle = call.handle
            open.withLock { $0 = handle }
            call.onEvent = { if case .draining = $0 { drained.note(true) } }
        }
        try await EchoServer.run(router: router) { server, _ in
            typealias Frame = RawPeer.Frame
            let peer = try await RawPeer.connect(to: server)
            let held = RawPeer.requestHeaders.map { $0.0 == ":path" ? ($0.0, "/test.W/Hold") : $0 }
            peer.send(RawPeer.preface + RawPeer.headers(1, held) + RawPeer.message(1, []))
            try await drained.wait { _ in open.withLock { $0 != nil } }
            async let end: Void = server.shutdown(within: .seconds(30))
            let first = try await peer.frame { $0.type == Frame.goAway }
            #expect(first?.payload == [0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
            #expect(drained.elements == [true])

            // It left before its sender knew: it is served.
            peer.send(RawPeer.headers(3) + RawPeer.message(3, [42]))
            let served = try await peer.frame { $0.type == Frame.data && $0.streamID == 3 }
            #expect(served?.payload == [0, 0, 0, 0, 1, 42])

            // From here on the sender knows.
            let ping = try await peer.frame { $0.type == Frame.ping && $0.flags == 0 }
            peer.send(RawPeer.frame(Frame.ping, 1, 0, ping?.payload ?? []))
            let last = try await peer.frame { $0.type == Frame.goAway && $0.payload[0] == 0 }
            #expect(last?.payload == [0, 0, 0, 3, 0, 0, 0, 0])
            peer.send(RawPeer.headers(5) + RawPeer.message(5, [42]))
            let refused = try await peer.frame { $0.type == Frame.reset && $0.streamID == 5 }
            #expect(refused?.errorCode == 7)

            // What had begun ends in peace.
            open.withLock { $0 }?.respond(ByteBuffer(bytes: [9]))
            let answer = try await peer.frame { $0.type == Frame.data && $0.streamID == 1 }
            #expect(answer?.payload == [0, 0, 0, 0, 1, 9])
            try await peer.closed()
            await end
        }
    }

    @Test
    func `a shutdown in the middle of a storm loses no call that has begun`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await GRPCServer.start(
            on: group,
            host: "127.0.0.1",
            port: 0,
            router: EchoServer.router
        )
        let client = try await GRPCClientConnection.connect(
            host: "127.0.0.1",
            port: server.localAddress.port ?? 0,
            on: group
        )
        let answered = Probe<Bool>()
        let ends = Probe<GRPCCallEnd>()
        let callers = 64
        try await client.eventLoop.submit {
            func call() {
                client.startUnary(EchoServer.unary, ByteBuffer(string: "x")) { result in
                    switch result {
                    case .success:
                        answered.note(true)
                        call()
                    case .failure(let end): ends.note(end)
                    }
                }
            }
            for _ in 0..<callers { call() }
        }.get()
        try await answered.wait { $0.count > 200 }
        await server.shutdown(within: .seconds(20))
        let seen = try await ends.wait { $0.count == callers }
        #expect(seen.allSatisfy { $0.status.code == .unavailable && !$0.mayHaveRun })
    }

    @Test
    func `shutdown cuts off what does not end in its grace`() async throws {
        let cancellations = Probe<GRPCStatusCode>()
        try await EchoServer.run(router: waiting(cancellations)) { server, client in
            let reply = client.unary("/test.W/Wait", ByteBuffer())
            _ = try await client.call(EchoServer.unary, ByteBuffer())
            await server.shutdown(within: .milliseconds(50))
            let end = await #expect(throws: GRPCCallEnd.self) { try await reply.get() }
            #expect(end?.status.code == .unavailable)
            #expect(cancellations.elements == [.unavailable])
        }
    }

    @Test
    func `nobody listening is UNAVAILABLE`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await GRPCServer.start(
            on: group,
            host: "127.0.0.1",
            port: 0,
            router: EchoServer.router
        )
        let port = server.localAddress.port ?? 0
        await server.shutdown(within: .zero)
        let status = await #expect(throws: GRPCStatus.self) {
            try await GRPCClientConnection.connect(host: "127.0.0.1", port: port, on: group)
        }
        #expect(status?.code == .unavailable)
    }
}
