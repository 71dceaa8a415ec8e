import GRPCWire
import NIOCore
import Synchronization
import Testing

@Suite
struct StreamingTests {
    enum Seen: Hashable, Sendable {
        case message(String)
        case end(GRPCStatusCode)
    }

    /// Begins a call whose messages and end are noted.
    static func start(
        _ path: String,
        on client: GRPCClientConnection,
        noting probe: Probe<Seen>,
        deadline: NIODeadline? = nil
    ) async throws -> GRPCClientCallHandle {
        try await client.eventLoop.submit {
            client.startCall(path, deadline: deadline) { event in
                switch event {
                case .message(let message): probe.note(.message(String(buffer: message)))
                case .finished(let end): probe.note(.end(end.status.code))
                case .initialMetadata, .writable: break
                }
            }.handle
        }.get()
    }

    /// Expects a sender of messages of 16 KiB to get as far as the stream's window (512 KiB) and its own high water (256 KiB),
    /// and not much farther, however long the connection stays busy.
    static func expectStall(of sent: () -> Int, on client: GRPCClientConnection) async throws {
        try await Probe<Int>().wait { _ in sent() >= 48 }
        for _ in 0..<20 {
            _ = await #expect(throws: GRPCCallEnd.self) {
                try await client.call("/test.S/Unknown", ByteBuffer())
            }
        }
        #expect((48...64).contains(sent()))
    }

    @Test
    func `a stream of answers comes whole and in order`() async throws {
        try await EchoServer.run { _, client in
            let probe = Probe<Seen>()
            let call = try await Self.start(EchoServer.count, on: client, noting: probe)
            call.run { $0.send(ByteBuffer(string: "1000"), end: true) }
            let seen = try await probe.wait { $0.last == .end(.ok) }
            #expect(seen == (0..<1_000).map { .message("\($0)") } + [.end(.ok)])
        }
    }

    @Test
    func `a conversation is answered message by message and ends when its client ends it`()
        async throws
    {
        try await EchoServer.run { _, client in
            let probe = Probe<Seen>()
            let call = try await Self.start(EchoServer.chat, on: client, noting: probe)
            for number in 0..<20 {
                call.run { $0.send(ByteBuffer(string: "\(number)")) }
                try await probe.wait { $0.last == .message("\(number)") }
            }
            call.run { $0.closeSending() }
            try await probe.wait { $0.last == .end(.ok) }
        }
    }

    @Test
    func `a client that pauses stops a server that heeds isWritable, and gets everything later`()
        async throws
    {
        let sent = Mutex(0)
        let total = 400
        var router = GRPCRouter()
        let sender: GRPCRouter.RequestHandler = { _, call in
            let fill = { [unowned call] in
                while call.isWritable, sent.withLock({ $0 }) < total {
                    sent.withLock { $0 += 1 }
                    call.send(ByteBuffer(repeating: 7, count: 16_384))
                }
                if sent.withLock({ $0 }) == total { call.finish() }
            }
            call.onEvent = { if case .writable = $0 { fill() } }
            fill()
        }
        router.serverStreaming("/test.S/Fill", sender)
        try await EchoServer.run(router: router) { _, client in
            let bytes = Probe<Int>()
            let ends = Probe<GRPCStatusCode>()
            let call = try await client.eventLoop.submit {
                let call = client.startCall("/test.S/Fill") { event in
                    if case .message(let message) = event { bytes.note(message.readableBytes) }
                    if case .finished(let end) = event { ends.note(end.status.code) }
                }
                call.pauseReading()
                call.send(ByteBuffer(), end: true)
                return call.handle
            }.get()
            try await Self.expectStall(of: { sent.withLock { $0 } }, on: client)
            #expect(bytes.elements.isEmpty)
            call.run { $0.resumeReading() }
            try await ends.wait { $0 == [.ok] }
            #expect(bytes.elements == Array(repeating: 16_384, count: total))
        }
    }

    @Test
    func `a server that pauses stops a client that heeds isWritable`() async throws {
        let serverCall = Mutex<GRPCServerCallHandle?>(nil)
        let received = Mutex(0)
        var router = GRPCRouter()
        router.streaming("/test.S/Slow") { call in
            call.pauseReading()
            let handle = call.handle
            serverCall.withLock { $0 = handle }
            call.onEvent = { [unowned call] event in
                switch event {
                case .message: received.withLock { $0 += 1 }
                case .requestsEnded: call.respond(ByteBuffer())
                case .writable, .draining, .cancelled: break
                }
            }
        }
        try await EchoServer.run(router: router) { _, client in
            let sent = Mutex(0)
            let ends = Probe<GRPCStatusCode>()
            let total = 400
            try await client.eventLoop.submit {
                var fill: () -> Void = {}
                let call = client.startCall("/test.S/Slow") { event in
                    if case .writable = event { fill() }
                    if case .finished(let end) = event {
                        ends.note(end.status.code)
                        fill = {}
                    }
                }
                fill = { [unowned call] in
                    while call.isWritable, sent.withLock({ $0 }) < total {
                        let count = sent.withLock { count in
                            count += 1
                            return count
                        }
                        call.send(ByteBuffer(repeating: 7, count: 16_384), end: count == total)
                    }
                }
                fill()
            }.get()
            try await Self.expectStall(of: { sent.withLock { $0 } }, on: client)
            #expect(received.withLock { $0 } == 0)
            serverCall.withLock { $0 }?.run { $0.resumeReading() }
            try await ends.wait { $0 == [.ok] }
            #expect(received.withLock { $0 } == total)
        }
    }

    @Test
    func `a server may answer before its client has finished`() async throws {
        var router = GRPCRouter()
        router.streaming("/test.S/Enough") { call in
            call.onEvent = { [unowned call] event in
                if case .message = event { call.fail(GRPCStatus(.alreadyExists, "enough")) }
            }
        }
        try await EchoServer.run(router: router) { server, client in
            let probe = Probe<Seen>()
            let call = try await Self.start("/test.S/Enough", on: client, noting: probe)
            call.run { $0.send(ByteBuffer(string: "1")) }
            try await probe.wait { $0 == [.end(.alreadyExists)] }
            call.run { $0.send(ByteBuffer(string: "2")) }
            // The connection has taken no harm, and no stream is left over.
            let end = await #expect(throws: GRPCCallEnd.self) {
                try await client.call("/test.S/None", ByteBuffer())
            }
            #expect(end?.status.code == .unimplemented)
        }
    }
}
