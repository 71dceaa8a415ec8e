import NIOCore
import Raft
import TestSupport
import Testing

@testable import RaftTransport

@Suite struct HostileInputTests {
    /// Bytes that must end their connection.
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: ByteBuffer
    }

    private static let hello = WireBytes.hello(from: "x", to: "b")
    private static let frame = WireBytes.frame(1, [1, 2, 3, 4])

    static let attacks: [Attack] = [
        Attack(testDescription: "garbage", bytes: ByteBuffer(repeating: 0xA5, count: 4_000)),
        Attack(
            testDescription: "another protocol",
            bytes: ByteBuffer(string: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        ),
        Attack(testDescription: "a frame before the hello", bytes: frame),
        Attack(
            testDescription: "a hello that is none",
            bytes: WireBytes.frame(FrameKind.hello, [1])
        ),
        Attack(
            testDescription: "a hello longer than a hello may be",
            bytes: WireBytes.frame(FrameKind.hello, Array(repeating: 0, count: 513))
        ),
        Attack(
            testDescription: "a hello for another group",
            bytes: WireBytes.hello(from: "x", to: "b") { $0.group = 3 }
        ),
        Attack(testDescription: "two hellos", bytes: hello + hello),
        Attack(
            testDescription: "a welcome",
            bytes: hello + WireBytes.frame(FrameKind.welcome, [])
        ),
        Attack(
            testDescription: "an oversized length",
            bytes: hello + WireBytes.edited(frame, at: 3, to: 0xFF, fixingChecksum: true)
        ),
        Attack(
            testDescription: "an unknown format",
            bytes: hello + WireBytes.edited(frame, at: 4, to: 2, fixingChecksum: true)
        ),
        Attack(
            testDescription: "reserved flags",
            bytes: hello + WireBytes.edited(frame, at: 6, to: 1, fixingChecksum: true)
        ),
        Attack(
            testDescription: "an unknown group",
            bytes: hello + WireBytes.edited(frame, at: 8, to: 1, fixingChecksum: true)
        ),
        Attack(
            testDescription: "a wrong checksum",
            bytes: hello + WireBytes.edited(frame, at: 18, to: 0, fixingChecksum: false)
        ),
        Attack(
            testDescription: "an unknown kind of the transport",
            bytes: hello + WireBytes.frame(0xFF, [])
        ),
    ]

    @Test(arguments: attacks)
    func `bad bytes end their own connection and no other`(_ attack: Attack) async throws {
        let (a, b) = try await makePair()
        let socket = try await RawSocket.connect(to: b.address)
        await socket.writeIgnoringErrors(attack.bytes)
        try await eventually { socket.isClosed }
        // A good frame behind the bad bytes would not have been believed either.
        try await expectUnharmed(a, b)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `every byte of a valid stream is changed, and nothing false is believed`()
        async throws
    {
        let (a, b) = try await makePair()
        let stream = Self.hello + Self.frame
        for index in 0..<stream.readableBytes {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = stream
                let byte = try #require(damaged.getInteger(at: index, as: UInt8.self))
                damaged.setInteger(byte ^ mask, at: index)
                let socket = try await RawSocket.connect(to: b.address)
                await socket.writeIgnoringErrors(damaged)
                await socket.finish()
                try await eventually { socket.isClosed }
            }
        }
        try await expectUnharmed(a, b)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `every truncation of a valid stream is survived`() async throws {
        let (a, b) = try await makePair()
        let stream = Self.hello + Self.frame
        for length in 0..<stream.readableBytes {
            let socket = try await RawSocket.connect(to: b.address)
            let start = try #require(stream.getSlice(at: 0, length: length))
            await socket.writeIgnoringErrors(start)
            await socket.finish()
            try await eventually { socket.isClosed }
        }
        try await expectUnharmed(a, b)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a stream that comes byte by byte is understood`() async throws {
        let b = try await TestNode.start("b")
        let socket = try await RawSocket.connect(to: b.address)
        for byte in (Self.hello + Self.frame + Self.frame).readableBytesView {
            try await socket.write(ByteBuffer(bytes: [byte]))
        }
        try await eventually { try await b.record { $0.frames.count } == 2 }
        let payloads = try await b.payloads()
        #expect(payloads == [[1, 2, 3, 4], [1, 2, 3, 4]])
        await socket.close()
        try await b.shutdown()
    }

    @Test func `a connection without a hello is closed in time`() async throws {
        let b = try await TestNode.start("b") { $0.limits.handshakeTimeout = .milliseconds(40) }
        let socket = try await RawSocket.connect(to: b.address)
        try await eventually { socket.isClosed }
        try await b.shutdown()
    }

    @Test func `more connections than allowed are closed at once`() async throws {
        let b = try await TestNode.start("b") { $0.limits.acceptedConnectionsMax = 2 }
        let first = try await RawSocket.connect(to: b.address)
        let second = try await RawSocket.connect(to: b.address)
        try await eventually { try await b.acceptedCount() == 2 }
        let third = try await RawSocket.connect(to: b.address)
        try await eventually { third.isClosed }
        #expect(!first.isClosed && !second.isClosed)
        await first.close()
        try await eventually { try await b.acceptedCount() == 1 }
        let fourth = try await RawSocket.connect(to: b.address)
        try await fourth.write(Self.hello)
        try await eventually { !fourth.received.isEmpty }
        await second.close()
        await fourth.close()
        try await b.shutdown()
    }

    @Test func `strangers fill no log`() async throws {
        let lines = LogLines()
        let b = try await TestNode.start("b", logger: lines.logger)
        for _ in 0..<20 {
            let socket = try await RawSocket.connect(to: b.address)
            await socket.writeIgnoringErrors(ByteBuffer(repeating: 0xFF, count: 64))
            try await eventually { socket.isClosed }
        }
        #expect(lines.count(of: "connection refused") == 1)
        try await b.shutdown()
    }

    private func expectUnharmed(_ a: TestNode, _ b: TestNode) async throws {
        try await a.send([42], to: "b")
        try await eventually { try await !b.record { $0.frames.isEmpty } }
        let payloads = try await b.payloads()
        #expect(payloads == [[42]])
        let connects = try await a.status(of: "b")?.outbound?.connects
        #expect(connects == 1)
        try await eventually { try await b.acceptedCount() == 1 }
    }
}
