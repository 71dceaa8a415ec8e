import NIOCore
import Raft
import TestSupport
import Testing

@testable import RaftTransport

@Suite struct HandshakeTests {
    /// One way in which two nodes do not belong together, and the answer to it.
    struct Mismatch: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: Refusal.Reason
        var change: @Sendable (inout PeerNetworkConfiguration) -> Void = { _ in }
        var dialledAs: NodeID = "b"
    }

    static let mismatches: [Mismatch] = [
        Mismatch(testDescription: "wrong cluster", reason: .wrongCluster) {
            $0.cluster = ClusterIdentity(high: 1, low: 1)
        },
        Mismatch(testDescription: "older version", reason: .versionMismatch) {
            $0.versions = 2...3
        },
        Mismatch(testDescription: "newer version", reason: .versionMismatch) {
            $0.versions = 8...9
        },
        Mismatch(testDescription: "wrong node", reason: .wrongNode, dialledAs: "c"),
    ]

    @Test(arguments: mismatches)
    func `a dialler that doesn't belong is told why`(_ mismatch: Mismatch) async throws {
        let lines = LogLines()
        let a = try await TestNode.start("a", logger: lines.logger) {
            $0.versions = 4...5
            mismatch.change(&$0)
        }
        let b = try await TestNode.start("b") { $0.versions = 4...6 }
        let peer = mismatch.dialledAs
        try await a.run { [address = b.address] in $0.setPeers([peer: address]) }
        // Twice around, to see that only the first refusal is logged.
        try await eventually {
            try await a.record { recorder in
                recorder.states[peer, default: []].count { state in
                    if case .waiting(.refused(let refusal)) = state {
                        return refusal.reason == mismatch.reason && !refusal.text.isEmpty
                    }
                    return false
                } >= 2
            }
        }
        #expect(lines.count(of: "no connection to peer") == 1)
        let outcome = try await a.send([1], to: peer)
        #expect(outcome == .dropped(.disconnected))
        let status = try await a.status(of: peer)
        #expect(status?.outbound?.connects == 0 && status?.outbound?.dropped == 1)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a node that dials itself under another name is refused`() async throws {
        let a = try await TestNode.start("a")
        try await a.run { [address = a.address] in $0.setPeers(["b": address]) }
        try await eventually {
            guard case .refused(let refusal) = try await a.lastFailure(to: "b") else {
                return false
            }
            return refusal.reason == .selfConnection
        }
        try await a.shutdown()
    }

    @Test func `a node's own name among its peers is ignored`() async throws {
        let a = try await TestNode.start("a")
        try await a.meet(a)
        let status = try await a.run { $0.status.count }
        #expect(status == 0)
        let outcome = try await a.send([1], to: "a")
        #expect(outcome == .dropped(.unknownPeer))
        try await a.shutdown()
    }

    @Test func `a node that the acceptor's owner doesn't know is refused`() async throws {
        let a = try await TestNode.start("a")
        let b = try await TestNode.start("b")
        try await b.record { $0.verdict = { _, _ in .refused("no member") } }
        try await b.meet(a)
        try await a.meet(b)
        try await eventually {
            try await a.lastFailure(to: "b") == .refused(Refusal(.unauthorized, "no member"))
        }
        let seen = try await b.lastInboundFailure(from: "a")
        #expect(seen == .mistrusted(Refusal(.unauthorized, "no member")))
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a node that was removed is told so`() async throws {
        let a = try await TestNode.start("a")
        let b = try await TestNode.start("b")
        try await b.record { $0.verdict = { _, _ in .retired("a was removed") } }
        try await b.meet(a)
        try await a.meet(b)
        try await eventually {
            try await a.lastFailure(to: "b") == .refused(Refusal(.retired, "a was removed"))
        }
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `rule 19: a node with another data directory is refused on either side`()
        async throws
    {
        let known = Incarnation(rawValue: 7)
        let verdict: @Sendable (NodeID, Incarnation) -> PeerVerdict = { _, incarnation in
            incarnation == known ? .welcome : .refused("was wiped")
        }
        let a = try await TestNode.start("a")
        let wiped = try await TestNode.start("b") { $0.incarnation = Incarnation(rawValue: 8) }
        try await a.record { $0.verdict = verdict }
        try await a.meet(wiped)
        try await wiped.meet(a)
        let refusal = Refusal(.unauthorized, "was wiped")
        try await eventually { try await wiped.lastFailure(to: "a") == .refused(refusal) }
        try await eventually { try await a.lastFailure(to: "b") == .mistrusted(refusal) }
        try await a.shutdown()
        try await wiped.shutdown()
    }

    @Test func `the highest version that both know is spoken`() async throws {
        let a = try await TestNode.start("a") { $0.versions = 1...5 }
        let b = try await TestNode.start("b") { $0.versions = 3...9 }
        try await a.meet(b)
        try await eventually { try await a.isConnected(to: "b") }
        let version = try await a.status(of: "b")?.outbound?.version
        #expect(version == 5)
        try await a.shutdown()
        try await b.shutdown()
    }

    /// What a listener might say to a hello, and what the dialler makes of it.
    static let answers: [(ByteBuffer, String)] = [
        (ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"), "damaged"),
        (WireBytes.frame(1, [1, 2, 3]), "out-of-place"),
        (WireBytes.frame(FrameKind.keepAlive, []), "out-of-place"),
        (WireBytes.frame(FrameKind.welcome, [1]), "mistrusted-malformed"),
        (WireBytes.frame(FrameKind.refusal, [1]), "out-of-place"),
        (WireBytes.welcome(from: "c"), "mistrusted-wrongNode"),
        (WireBytes.welcome(from: "b") { $0.group = 1 }, "mistrusted-wrongGroup"),
        (WireBytes.welcome(from: "b") { $0.version = 2 }, "mistrusted-versionMismatch"),
        (
            WireBytes.welcome(from: "b") { $0.cluster = ClusterIdentity(high: 0, low: 0) },
            "mistrusted-wrongCluster"
        ),
        (WireBytes.welcome(from: "b") + WireBytes.welcome(from: "b"), "out-of-place"),
        (WireBytes.welcome(from: "b") + WireBytes.frame(1, [7]), "out-of-place"),
    ]

    @Test(arguments: answers)
    func `a dialler trusts no wrong answer`(_ answer: ByteBuffer, _ code: String) async throws {
        let listener = try await RawListener.start(answer: answer)
        let a = try await TestNode.start("a")
        try await a.run { $0.setPeers(["b": listener.address]) }
        try await eventually { try await a.lastFailure(to: "b")?.code == code }
        try await a.shutdown()
        try await listener.close()
    }

    @Test func `a listener that says nothing is given up`() async throws {
        let listener = try await RawListener.start(answer: ByteBuffer())
        let a = try await TestNode.start("a") { $0.limits.handshakeTimeout = .milliseconds(50) }
        try await a.run { $0.setPeers(["b": listener.address]) }
        try await eventually { try await a.lastFailure(to: "b") == .handshakeTimedOut }
        try await a.shutdown()
        try await listener.close()
    }

    @Test func `a refusal's text cannot write control characters into a log`() {
        var buffer = ByteBuffer()
        buffer.writeInteger(HandshakeFormat.magic, endianness: .little)
        buffer.writeBytes([99, 0x1B, 0x5B, 0x41, 0x0A] + Array(repeating: 0x62, count: 400))
        let refusal = Refusal(reading: buffer.readableBytesSpan)
        #expect(refusal?.reason == .other)
        #expect(refusal?.text == "?[A?" + String(repeating: "b", count: 196))
    }
}
