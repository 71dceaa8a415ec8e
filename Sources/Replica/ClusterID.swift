package import Raft
import RaftLog
package import RaftTransport

/// The 16 bytes that tell one cluster from every other, as 32 hexadecimal digits.
package struct ClusterID: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// The identity of a cluster that begins with these members at these addresses.
    ///
    /// Every node computes the same one from what it is told, so that a cluster starts without
    /// anyone handing out a number; from then on the data directories carry it. The addresses are
    /// part of it, since two clusters may well name their nodes alike.
    package init(founding name: String, members: [(id: NodeID, address: PeerAddress)]) {
        var text = "\(name)\n"
        for member in members.sorted(by: { $0.id < $1.id }) {
            text += "\(member.id) \(member.address)\n"
        }
        high = Self.hash("high\n\(text)")
        low = Self.hash("low\n\(text)")
    }

    /// FNV-1a, 64 bits: the same on every node, and nobody gains from a collision.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// Reads 32 hexadecimal digits; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ ("0123456789abcdef").utf8.contains($0) }),
            let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
    }

    init(_ found: LogIdentity.Cluster) {
        high = found.high
        low = found.low
    }

    package var description: String { log.description }
    var transport: ClusterIdentity { ClusterIdentity(high: high, low: low) }
    var log: LogIdentity.Cluster { LogIdentity.Cluster(high: high, low: low) }
}
