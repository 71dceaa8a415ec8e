import NIOCore
import Raft
import RaftTransport
import TestSupport
import Testing

@Suite struct ExchangeTests {
    @Test func `frames arrive in order, in both directions, with kind and sender`() async throws {
        let (a, b) = try await makePair()
        try await a.run { network in
            for number in 0..<500 {
                network.send(kind: UInt8(number % 7), to: "b") { $0.writeInteger(UInt32(number)) }
            }
        }
        try await b.send([9, 9], kind: 0xEF, to: "a")
        try await eventually { try await b.record { $0.frames.count } == 500 }
        try await eventually { try await a.record { $0.frames.count } == 1 }

        let frames = try await b.record { $0.frames }
        for (number, frame) in frames.enumerated() {
            #expect(frame.peer == "a")
            #expect(frame.kind == UInt8(number % 7))
            #expect(
                frame.payload == ByteBuffer(integer: UInt32(number)).readableBytesView.map(\.self)
            )
        }
        let answer = try await a.record { $0.frames }
        #expect(answer == [.init(peer: "b", kind: 0xEF, payload: [9, 9])])
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `three nodes reach one another`() async throws {
        let nodes = [
            try await TestNode.start("a"), try await TestNode.start("b"),
            try await TestNode.start("c"),
        ]
        for node in nodes { try await node.meet(nodes[0], nodes[1], nodes[2]) }
        for node in nodes {
            for peer in nodes where peer.name != node.name {
                try await eventually { try await node.isConnected(to: peer.name) }
                try await node.send(Array(node.name.name.utf8), to: peer.name)
            }
        }
        for node in nodes {
            try await eventually { try await node.record { $0.frames.count } == 2 }
            let senders = try await node.record { Set($0.frames.map(\.peer)) }
            #expect(senders == Set(nodes.map(\.name)).subtracting([node.name]))
        }
        for node in nodes { try await node.shutdown() }
    }

    @Test func `nothing leaves before the flush, and then all of it as one batch`() async throws {
        let (a, b) = try await makePair { $0.flushesAutomatically = false }
        let waiting = try await a.run { network in
            for number in 0..<20 { network.send(kind: 1, to: "b") { $0.writeInteger(number) } }
            return network.waitingByteCount(to: "b")
        }
        #expect(waiting == 20 * (16 + 8))
        let left = try await a.run { network in
            network.flush()
            return network.waitingByteCount(to: "b")
        }
        #expect(left == 0)
        try await eventually { try await b.record { $0.frames.count } == 20 }
        let batches = try await b.record { $0.batches }
        #expect(batches == [20])
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `a payload of many reads arrives whole, and so does what follows it`() async throws {
        let (a, b) = try await makePair()
        let long = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await a.run { network in
            network.send(kind: 1, to: "b", payload: long.span.bytes)
            network.send(kind: 2, to: "b", payload: [UInt8]().span.bytes)
            network.send(kind: 3, to: "b", payload: long.span.bytes)
        }
        try await eventually { try await b.record { $0.frames.count } == 3 }
        let frames = try await b.record { $0.frames }
        #expect(frames.map(\.kind) == [1, 2, 3])
        #expect(frames[0].payload == long && frames[1].payload.isEmpty && frames[2].payload == long)
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `an array's encoder finds its array empty each time`() async throws {
        let (a, b) = try await makePair()
        try await a.run { network in
            network.sendEncoded(kind: 1, to: "b") { $0 += [1, 2, 3] }
            network.sendEncoded(kind: 1, to: "b") { $0.append(UInt8($0.count)) }
        }
        try await eventually { try await b.record { $0.frames.count } == 2 }
        let payloads = try await b.payloads()
        #expect(payloads == [[1, 2, 3], [0]])
        try await a.shutdown()
        try await b.shutdown()
    }

    @Test func `the status tells what happened`() async throws {
        let (a, b) = try await makePair()
        try await a.send([1, 2, 3], to: "b")
        try await eventually { try await b.record { $0.frames.count } == 1 }
        let atA = try #require(try await a.status(of: "b")?.outbound)
        #expect(atA.frames == 1 && atA.dropped == 0 && atA.connects == 1 && atA.version == 1)
        #expect(atA.address == b.address && atA.bytes >= 19)
        #expect(atA.incarnation == b.configuration.incarnation)
        let atB = try #require(try await b.status(of: "a")?.inbound)
        #expect(atB.frames == 1 && atB.bytes == 19 && atB.isConnected && atB.connects == 1)
        let states = try await a.record { $0.states["b"] }
        #expect(states?.suffix(3) == [.dialling, .greeting, .connected])
        try await a.shutdown()
        try await b.shutdown()
    }
}
