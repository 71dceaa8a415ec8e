import NIOCore
import NIOPosix
import Raft
import TestSupport
import Testing

@testable import RaftTransport

@Suite struct LifeOfLinksTests {
    @Test func `a peer that restarts is found again`() async throws {
        let (a, b) = try await makePair()
        try await b.shutdown()
        try await eventually { try await !a.isConnected(to: "b") }
        let outcome = try await a.send([1], to: "b")
        #expect(outcome == .dropped(.disconnected))
        // Nothing listens there: refused by the system, not for ever.
        try await eventually {
            if case .unreachable = try await a.lastFailure(to: "b") { true } else { false }
        }
        let again = try await TestNode.start("b") { $0.listen = b.address }
        try await eventually { try await a.isConnected(to: "b") }
        try await a.send([2], to: "b")
        try await eventually { try await again.payloads() == [[2]] }
        let status = try #require(try await a.status(of: "b")?.outbound)
        #expect(status.connects == 2 && status.dropped == 1)
        try await a.shutdown()
        try await again.shutdown()
    }

    @Test func `peers come, move and go at run time`() async throws {
        let (a, b) = try await makePair()
        let c = try await TestNode.start("c")
        try await a.meet(b, c)
        try await eventually { try await a.isConnected(to: "c") }
        var connects = try await a.status(of: "b")?.outbound?.connects
        #expect(connects == 1, "an unchanged peer keeps its connection")

        let moved = try await TestNode.start("b")
        try await a.meet(moved, c)
        try await eventually { try await a.isConnected(to: "b") }
        connects = try await a.status(of: "b")?.outbound?.connects
        #expect(connects == 2)
        try await a.send([3], to: "b")
        try await eventually { try await moved.payloads() == [[3]] }

        try await a.meet(moved)
        let outcome = try await a.send([4], to: "c")
        #expect(outcome == .dropped(.unknownPeer))
        try await eventually { try await c.acceptedCount() == 0 }
        let states = try await a.record { $0.states["c"] }
        #expect(states?.last == .removed)
        for node in [a, b, c, moved] { try await node.shutdown() }
    }

    @Test func `what a removed peer sends is no longer heard`() async throws {
        let (a, b) = try await makePair()
        try await b.record { $0.verdict = { _, _ in .refused("removed") } }
        try await b.run { $0.setPeers([:]) }
        try await eventually {
            try await a.lastFailure(to: "b") == .refused(Refusal(.unauthorized, "removed"))
        }
        // The next attempt may already stand at the door, but nobody is inside.
        let insiders = try await b.run { network in network.accepted.compactMap(\.peer) }
        #expect(insiders.isEmpty)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a peer that takes nothing overflows once, within the bound`() async throws {
        let listener = try await RawListener.start(
            answer: WireBytes.welcome(from: "b"),
            then: .stopReading
        )
        let a = try await TestNode.start("a") {
            $0.limits.payloadBytesMax = 100_000
            $0.limits.outboundBytesMax = 300_000
            // Its signs of life aren't read either, and must not end the test.
            $0.limits.silenceMax = .seconds(60)
        }
        try await a.run { $0.setPeers(["b": listener.address]) }
        try await eventually { try await a.isConnected(to: "b") }
        let payload = Array(repeating: UInt8(1), count: 90_000)
        try await eventually {
            let outcome = try await a.send(payload, to: "b")
            let waiting = try await a.run { $0.waitingByteCount(to: "b") }
            #expect(waiting <= 300_000)
            return outcome == .dropped(.overflow)
        }
        for _ in 0..<10 {
            let outcome = try await a.send(payload, to: "b")
            #expect(outcome == .dropped(.overflow))
        }
        let overflows = try await a.record { $0.overflows }
        #expect(overflows == ["b"])
        let status = try #require(try await a.status(of: "b")?.outbound)
        #expect(status.dropped == 11 && status.state == .connected)
        try await a.shutdown()
        try await listener.close()
    }

    @Test func `a payload over the limit is not sent, and what was queued before it is`()
        async throws
    {
        let (a, b) = try await makePair { $0.limits.payloadBytesMax = 100 }
        let outcomes = try await a.run { network in
            [10, 101, 100].map { count in
                network.send(kind: 1, to: "b") { $0.writeRepeatingByte(7, count: count) }
            }
        }
        #expect(outcomes == [.queued, .dropped(.oversized), .queued])
        try await eventually { try await b.payloads().map(\.count) == [10, 100] }
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `an idle connection is kept alive from both ends`() async throws {
        let (a, b) = try await makePair { $0.limits.silenceMax = .milliseconds(600) }
        // Signs of life are all that flows: wait until there were enough of them to have outlived the limit.
        let before = try #require(try await a.status(of: "b")?.outbound)
        try await eventually {
            guard let now = try await a.status(of: "b")?.outbound else { return false }
            return now.bytes >= before.bytes + 12 * 16 || now.connects > 1
        }
        let status = try #require(try await a.status(of: "b"))
        #expect(status.outbound?.connects == 1 && status.inbound?.connects == 1)
        let frames = try await b.record { $0.frames.count }
        #expect(frames == 0)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a silent dialler is closed`() async throws {
        let b = try await TestNode.start("b") { $0.limits.silenceMax = .milliseconds(50) }
        let socket = try await RawSocket.connect(to: b.address)
        try await socket.write(WireBytes.hello(from: "x", to: "b"))
        try await eventually { socket.isClosed }
        let failure = try await b.lastInboundFailure(from: "x")
        #expect(failure == .silent)
        try await b.shutdown()
    }

    @Test func `a silent acceptor is given up`() async throws {
        let listener = try await RawListener.start(answer: WireBytes.welcome(from: "b"))
        let a = try await TestNode.start("a") { $0.limits.silenceMax = .milliseconds(50) }
        try await a.run { $0.setPeers(["b": listener.address]) }
        try await eventually { try await a.lastFailure(to: "b") == .silent }
        try await a.shutdown()
        try await listener.close()
    }

    @Test func `a newer connection of a node takes the place of its older one`() async throws {
        let b = try await TestNode.start("b")
        let older = try await RawSocket.connect(to: b.address)
        try await older.write(WireBytes.hello(from: "x", to: "b"))
        try await eventually { !older.received.isEmpty }
        let newer = try await RawSocket.connect(to: b.address)
        try await newer.write(WireBytes.hello(from: "x", to: "b"))
        try await eventually { older.isClosed }
        try await newer.write(WireBytes.frame(1, [5]))
        try await eventually { try await b.payloads() == [[5]] }
        let status = try #require(try await b.status(of: "x")?.inbound)
        #expect(status.isConnected && status.connects == 2 && status.lastFailure == .superseded)
        await newer.close()
        try await b.shutdown()
    }

    @Test func `a dismissed peer loses its connection in the middle of a read`() async throws {
        let b = try await TestNode.start("b")
        let socket = try await RawSocket.connect(to: b.address)
        try await socket.write(WireBytes.hello(from: "x", to: "b"))
        try await eventually { !socket.received.isEmpty }
        try await b.dismissOnFirstFrame("x")
        let frame = WireBytes.frame(1, [1])
        await socket.writeIgnoringErrors(frame + frame + frame)
        try await eventually { socket.isClosed }
        let (frames, batches) = try await b.record { ($0.frames.count, $0.batches) }
        #expect(frames == 1 && batches == [1])
        let failure = try await b.lastInboundFailure(from: "x")
        #expect(failure == .dismissed("nonsense"))
        try await b.shutdown()
    }

    @Test func `a way out that is cut loses what is sent, and is whole again once mended`()
        async throws
    {
        let (a, b) = try await makePair()
        try await a.run { $0.cut(.outbound, "b") }
        let outcome = try await a.send([1], to: "b")
        #expect(outcome == .dropped(.cut))
        try await b.send([2], to: "a")
        try await eventually { try await a.payloads() == [[2]] }
        try await a.run { $0.mend(.outbound, "b") }
        try await a.send([3], to: "b")
        try await eventually { try await b.payloads() == [[3]] }
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a way in that is cut hears nothing until it is mended`() async throws {
        let (a, b) = try await makePair {
            $0.limits.silenceMax = .milliseconds(80)
            $0.limits.handshakeTimeout = .milliseconds(80)
        }
        try await b.run { $0.cut(.inbound, "a") }
        // On a busy machine there may have been time-outs before the cut: they don't count.
        try await a.record { $0.states = [:] }
        try await a.send([1], to: "b")
        // The connection dies of silence, and a new one is not answered.
        try await eventually {
            try await a.record {
                $0.states["b", default: []].contains(.waiting(.handshakeTimedOut))
            }
        }
        try await b.run { $0.mend(.inbound, "a") }
        try await eventually { try await a.isConnected(to: "b") }
        try await eventually {
            try await a.send([2], to: "b")
            return try await b.payloads().contains([2])
        }
        let lost = try await b.payloads().contains([1])
        #expect(!lost)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `after the shutdown every socket is closed and nothing is told`() async throws {
        let (a, b) = try await makePair()
        try await a.shutdown()
        let told = try await a.record { $0.states.values.map(\.count) }
        try await eventually { try await b.acceptedCount() == 0 }
        let outcome = try await a.send([1], to: "b")
        #expect(outcome == .dropped(.unknownPeer))
        try await a.meet(b)
        let still = try await a.record { $0.states.values.map(\.count) }
        #expect(told == still)
        try await eventually {
            if case .unreachable = try await b.lastFailure(to: "a") { true } else { false }
        }
        try await b.shutdown()
    }
}
