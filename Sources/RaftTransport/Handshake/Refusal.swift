import NIOCore

/// One node's answer to a handshake that it doesn't accept: a code for machines, a text for people.
package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the handshake; the numbers are part of the wire format.
    package enum Reason: UInt8, Hashable, Sendable {
        /// It is not a handshake of this protocol.
        case malformed = 1
        /// The two nodes belong to different clusters.
        case wrongCluster = 2
        /// The node that answers is not the one that was asked for.
        case wrongNode = 3
        /// There is no protocol version that both understand.
        case versionMismatch = 4
        /// A node talks to itself.
        case selfConnection = 5
        /// The owner doesn't know the node, or not with this data directory.
        case unauthorized = 6
        /// The replication group doesn't exist.
        case wrongGroup = 7
        /// The node was removed from the cluster, for good.
        case retired = 8
        /// A code that this version doesn't know.
        case other = 255
    }

    /// What is wrong.
    package let reason: Reason
    /// The facts, for a log; printable ASCII, at most 200 bytes.
    package let text: String

    static let textBytesMax = 200
    private static let fixedByteCount = 5

    package init(_ reason: Reason, _ text: String) {
        self.reason = reason
        self.text = Self.printable(text.utf8)
    }

    package var description: String { "\(reason): \(text)" }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeInteger(HandshakeFormat.magic, endianness: .little)
        buffer.writeInteger(reason.rawValue)
        buffer.writeString(text)
    }

    /// Reads a refusal; nil when it isn't one.
    init?(reading bytes: RawSpan) {
        guard bytes.byteCount >= Self.fixedByteCount,
            bytes.littleEndian(UInt32.self, at: 0) == HandshakeFormat.magic
        else { return nil }
        let code = bytes.littleEndian(UInt8.self, at: 4)
        let text = bytes.extracting(droppingFirst: Self.fixedByteCount).withUnsafeBytes {
            Self.printable($0)
        }
        self.init(Reason(rawValue: code) ?? .other, text)
    }

    /// What a stranger sends must not write control characters into a log.
    private static func printable(_ bytes: some Sequence<UInt8>) -> String {
        let visible = bytes.prefix(textBytesMax).map {
            (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?")
        }
        return String(decoding: visible, as: UTF8.self)
    }
}
