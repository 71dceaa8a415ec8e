import NIOCore
import Raft

/// What the payloads of the handshake share.
///
/// Integers are little-endian, names have their length before them. A later version may append fields; an older reader ignores what it doesn't know.
enum HandshakeFormat {
    /// `ESTQ`, the first bytes of every handshake payload.
    static let magic: UInt32 = 0x5154_5345
    /// The longest payload that is read from a connection before it is trusted.
    static let payloadBytesMax = 512
    /// The only replication group there is.
    static let group: UInt32 = 0

    static func write(_ cluster: ClusterIdentity, to buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(cluster.high, cluster.low, endianness: .big)
    }

    static func readCluster(_ bytes: RawSpan, at offset: Int) -> ClusterIdentity {
        ClusterIdentity(
            high: bytes.bigEndian(UInt64.self, at: offset),
            low: bytes.bigEndian(UInt64.self, at: offset + 8)
        )
    }

    static func write(_ node: NodeID, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(node.name.utf8.count))
        buffer.writeString(node.name)
    }

    static func write(_ address: PeerAddress?, to buffer: inout ByteBuffer) {
        let text = address?.description ?? ""
        guard text.utf8.count <= UInt8.max else {
            buffer.writeInteger(UInt8(0))
            return
        }
        buffer.writeInteger(UInt8(text.utf8.count))
        buffer.writeString(text)
    }

    /// Reads an address and moves `offset` behind it; nil when it is empty.
    static func readAddress(
        _ bytes: RawSpan,
        at offset: inout Int
    ) throws(Refusal) -> PeerAddress? {
        guard offset < bytes.byteCount else { throw Refusal(.malformed, "no return address") }
        let start = offset + 1
        let end = start + Int(bytes.littleEndian(UInt8.self, at: offset))
        guard end <= bytes.byteCount else { throw Refusal(.malformed, "no return address") }
        offset = end
        guard start < end else { return nil }
        let text = bytes.extracting(start..<end).withUnsafeBytes {
            String(decoding: $0, as: UTF8.self)
        }
        guard let address = PeerAddress(text) else {
            throw Refusal(.malformed, "not a return address")
        }
        return address
    }

    /// Reads a name and moves `offset` behind it; nil when there is none.
    static func readNode(_ bytes: RawSpan, at offset: inout Int) -> NodeID? {
        guard offset < bytes.byteCount else { return nil }
        let start = offset + 1
        let end = start + Int(bytes.littleEndian(UInt8.self, at: offset))
        guard end <= bytes.byteCount else { return nil }
        offset = end
        return bytes.extracting(start..<end).withUnsafeBytes {
            NodeID(String(decoding: $0, as: UTF8.self))
        }
    }
}
