import NIOCore
import Raft

@testable import RaftTransport

/// Bytes as a correct peer would write them, for tests to damage.
enum WireBytes {
    static func frame(_ kind: UInt8, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        FrameHeader.append(kind: kind, to: &buffer) { $0.writeBytes(payload) }
        return buffer
    }

    static func hello(
        from node: NodeID,
        to peer: NodeID,
        _ adjust: (inout Hello) -> Void = { _ in }
    ) -> ByteBuffer {
        var hello = HandshakeRules(TestNode.configuration(node)).hello(to: peer)
        adjust(&hello)
        let adjusted = hello
        var buffer = ByteBuffer()
        FrameHeader.append(kind: FrameKind.hello, to: &buffer) { adjusted.write(to: &$0) }
        return buffer
    }

    static func welcome(
        from node: NodeID,
        _ adjust: (inout Welcome) -> Void = { _ in }
    ) -> ByteBuffer {
        var welcome = Welcome(
            version: 1,
            incarnation: Incarnation(rawValue: 9),
            cluster: TestNode.cluster,
            node: node
        )
        adjust(&welcome)
        let adjusted = welcome
        var buffer = ByteBuffer()
        FrameHeader.append(kind: FrameKind.welcome, to: &buffer) { adjusted.write(to: &$0) }
        return buffer
    }

    /// The frame with one of its bytes changed and its checksum, perhaps, put right again.
    static func edited(
        _ frame: ByteBuffer,
        at index: Int,
        to byte: UInt8,
        fixingChecksum: Bool
    ) -> ByteBuffer {
        var frame = frame
        frame.setInteger(byte, at: index)
        if fixingChecksum {
            let bytes = frame.readableBytesSpan
            let checksum = bytes.extracting(droppingFirst: FrameHeader.byteCount).checksum(
                continuing: bytes.extracting(first: 12).checksum()
            )
            var copy = ByteBuffer(buffer: frame)
            copy.setInteger(checksum, at: 12, endianness: .little)
            return copy
        }
        return frame
    }
}

extension ByteBuffer {
    static func + (left: ByteBuffer, right: ByteBuffer) -> ByteBuffer {
        var sum = left
        sum.writeImmutableBuffer(right)
        return sum
    }
}
