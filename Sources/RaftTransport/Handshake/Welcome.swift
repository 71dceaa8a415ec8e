import NIOCore
import Raft

/// The acceptor's first frame: who it is and which version of the messages will be spoken.
struct Welcome: Equatable {
    var version: UInt16
    var group: UInt32
    var incarnation: Incarnation
    var cluster: ClusterIdentity
    var node: NodeID

    private static let fixedByteCount = 36

    init(
        version: UInt16,
        group: UInt32 = HandshakeFormat.group,
        incarnation: Incarnation,
        cluster: ClusterIdentity,
        node: NodeID
    ) {
        self.version = version
        self.group = group
        self.incarnation = incarnation
        self.cluster = cluster
        self.node = node
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeInteger(HandshakeFormat.magic, endianness: .little)
        buffer.writeMultipleIntegers(
            version,
            UInt16(0),
            group,
            incarnation.rawValue,
            endianness: .little
        )
        HandshakeFormat.write(cluster, to: &buffer)
        HandshakeFormat.write(node, to: &buffer)
    }

    /// Reads a welcome; throws ``Refusal/Reason/malformed`` when it isn't one.
    init(reading bytes: RawSpan) throws(Refusal) {
        guard bytes.byteCount >= Self.fixedByteCount,
            bytes.littleEndian(UInt32.self, at: 0) == HandshakeFormat.magic
        else { throw Refusal(.malformed, "not a welcome of this protocol") }
        version = bytes.littleEndian(UInt16.self, at: 4)
        group = bytes.littleEndian(UInt32.self, at: 8)
        incarnation = Incarnation(rawValue: bytes.littleEndian(UInt64.self, at: 12))
        cluster = HandshakeFormat.readCluster(bytes, at: 20)
        var offset = Self.fixedByteCount
        guard let node = HandshakeFormat.readNode(bytes, at: &offset)
        else { throw Refusal(.malformed, "not a node's name") }
        self.node = node
    }
}
