import NIOCore
import Raft

/// The dialler's first frame: who it is and whom it expects to meet.
struct Hello: Equatable {
    var versions: ClosedRange<UInt16>
    var group: UInt32
    var incarnation: Incarnation
    var cluster: ClusterIdentity
    var node: NodeID
    var expected: NodeID
    /// Where the dialler itself listens, as its peers reach it; nil if it doesn't say.
    var returnAddress: PeerAddress?

    private static let fixedByteCount = 36

    init(
        versions: ClosedRange<UInt16>,
        group: UInt32 = HandshakeFormat.group,
        incarnation: Incarnation,
        cluster: ClusterIdentity,
        node: NodeID,
        expected: NodeID,
        returnAddress: PeerAddress? = nil
    ) {
        self.versions = versions
        self.group = group
        self.incarnation = incarnation
        self.cluster = cluster
        self.node = node
        self.expected = expected
        self.returnAddress = returnAddress
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeInteger(HandshakeFormat.magic, endianness: .little)
        buffer.writeMultipleIntegers(
            versions.lowerBound,
            versions.upperBound,
            group,
            incarnation.rawValue,
            endianness: .little
        )
        HandshakeFormat.write(cluster, to: &buffer)
        HandshakeFormat.write(node, to: &buffer)
        HandshakeFormat.write(expected, to: &buffer)
        HandshakeFormat.write(returnAddress, to: &buffer)
    }

    /// Reads a hello; throws ``Refusal/Reason/malformed`` when it isn't one.
    init(reading bytes: RawSpan) throws(Refusal) {
        guard bytes.byteCount >= Self.fixedByteCount,
            bytes.littleEndian(UInt32.self, at: 0) == HandshakeFormat.magic
        else { throw Refusal(.malformed, "not a hello of this protocol") }
        let lowest = bytes.littleEndian(UInt16.self, at: 4)
        let highest = bytes.littleEndian(UInt16.self, at: 6)
        guard lowest <= highest else { throw Refusal(.malformed, "empty range of versions") }
        versions = lowest...highest
        group = bytes.littleEndian(UInt32.self, at: 8)
        incarnation = Incarnation(rawValue: bytes.littleEndian(UInt64.self, at: 12))
        cluster = HandshakeFormat.readCluster(bytes, at: 20)
        var offset = Self.fixedByteCount
        guard let node = HandshakeFormat.readNode(bytes, at: &offset),
            let expected = HandshakeFormat.readNode(bytes, at: &offset)
        else { throw Refusal(.malformed, "not a node's name") }
        self.node = node
        self.expected = expected
        returnAddress = try HandshakeFormat.readAddress(bytes, at: &offset)
    }
}
