import NIOCore
import Raft
import Testing

@testable import RaftTransport

@Suite struct PiecesTests {
    /// Always the same numbers.
    struct Dice: RandomNumberGenerator {
        var state: UInt64 = 1
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    @Test func `pauses double up to the cap, shaken within their upper half`() {
        var dice = Dice()
        var backoff = Backoff(first: .milliseconds(50), cap: .seconds(1))
        for full in [50, 100, 200, 400, 800, 1_000, 1_000] as [Int64] {
            let pause = backoff.pause(using: &dice)
            #expect(pause >= .microseconds(full * 500) && pause <= .milliseconds(full))
        }
        backoff.reset()
        #expect(backoff.pause(using: &dice) <= .milliseconds(50))
    }

    @Test func `two nodes with other dice do not dial in step`() {
        var one = Dice(state: 1)
        var other = Dice(state: 2)
        var left = Backoff(first: .milliseconds(50), cap: .seconds(1))
        var right = left
        #expect(left.pause(using: &one) != right.pause(using: &other))
    }

    @Test func `a quiet connection speaks, a silent one is given up`() {
        var liveness = Liveness(silentTicksMax: 8)
        #expect(liveness.tick() == .nothing)
        #expect(liveness.tick() == .speak)
        liveness.spoke()
        #expect(liveness.tick() == .nothing)
        liveness.heard()
        for _ in 0..<8 { #expect(liveness.tick() != .giveUp) }
        #expect(liveness.tick() == .giveUp)
    }

    @Test func `a throttle lets one line through and counts the rest`() {
        var throttle = LogThrottle(interval: .seconds(1))
        let start = NIODeadline.now()
        #expect(throttle.admit(at: start) == 0)
        #expect(throttle.admit(at: start + .milliseconds(1)) == nil)
        #expect(throttle.admit(at: start + .milliseconds(999)) == nil)
        #expect(throttle.admit(at: start + .seconds(1)) == 2)
    }

    @Test func `every bit of a frame is covered`() throws {
        let frame = WireBytes.frame(3, [0, 1, 2, 3, 4, 5, 6, 7])
        let whole = try FrameHeader.next(in: frame.readableBytesSpan, at: 0, payloadBytesMax: 8)
        #expect(whole?.kind == 3 && whole?.payloadByteCount == 8)
        for bit in 0..<frame.readableBytes * 8 {
            var damaged = frame
            let byte = try #require(damaged.getInteger(at: bit / 8, as: UInt8.self))
            damaged.setInteger(byte ^ 1 << (bit % 8), at: bit / 8)
            // Refused, or, if its length grew, not yet complete.
            let read = try? FrameHeader.next(
                in: damaged.readableBytesSpan,
                at: 0,
                payloadBytesMax: 1 << 20
            )
            #expect(read == nil, "bit \(bit)")
        }
    }

    @Test func `an announced length makes no room`() throws {
        var header = ByteBuffer()
        header.writeInteger(UInt32(8 << 20), endianness: .little)
        header.writeInteger(FrameHeader.formatVersion)
        header.writeBytes(Array(repeating: 0, count: 11))
        let read = try FrameHeader.next(
            in: header.readableBytesSpan,
            at: 0,
            payloadBytesMax: 8 << 20
        )
        #expect(read == nil)
        var accumulator = FrameAccumulator(bytesKept: 1_024)
        accumulator.keep(accumulator.join(header))
        #expect(accumulator.byteCount == 16)
        let joined = accumulator.join(ByteBuffer(bytes: [1]))
        #expect(joined.readableBytes == 17 && joined.capacity < 4_096)

        #expect(throws: FrameFault.oversized(payloadBytes: 8 << 20)) {
            try FrameHeader.next(
                in: header.readableBytesSpan,
                at: 0,
                payloadBytesMax: (8 << 20) - 1
            )
        }
    }

    @Test func `hello and welcome survive the wire, and every truncation is refused`() throws {
        let rules = HandshakeRules(TestNode.configuration("a"))
        let hello = rules.hello(to: "the-other-one")
        var bytes = ByteBuffer()
        hello.write(to: &bytes)
        let read = try Hello(reading: bytes.readableBytesSpan)
        #expect(read == hello)
        for count in 0..<bytes.readableBytes {
            #expect(throws: Refusal.self) {
                try Hello(reading: bytes.readableBytesSpan.extracting(first: count))
            }
        }
        // What a later version may append is ignored.
        bytes.writeBytes([1, 2, 3])
        let longer = try Hello(reading: bytes.readableBytesSpan)
        #expect(longer == hello)

        let welcome = Welcome(
            version: 3,
            incarnation: Incarnation(rawValue: .max),
            cluster: TestNode.cluster,
            node: "b"
        )
        bytes.clear()
        welcome.write(to: &bytes)
        let answer = try Welcome(reading: bytes.readableBytesSpan)
        #expect(answer == welcome)
        for count in 0..<bytes.readableBytes {
            #expect(throws: Refusal.self) {
                try Welcome(reading: bytes.readableBytesSpan.extracting(first: count))
            }
        }
    }

    @Test func `an address with colons is written in brackets`() {
        #expect(PeerAddress(host: "::1", port: 7).description == "[::1]:7")
        #expect(PeerAddress(host: "node-1.example", port: 7).description == "node-1.example:7")
        #expect(
            ClusterIdentity(high: 1, low: 255).description == "000000000000000100000000000000ff"
        )
    }
}
