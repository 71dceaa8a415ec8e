package import Raft

/// Whose log a directory holds: written once, when the directory is made.
package struct LogIdentity: Hashable, Sendable {
    /// The 16 random bytes that tell one cluster from every other.
    package struct Cluster: Hashable, Sendable, CustomStringConvertible {
        /// The first eight bytes, big-endian.
        package let high: UInt64
        /// The last eight bytes, big-endian.
        package let low: UInt64

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// Thirty-two lower-case hexadecimal digits.
        package var description: String {
            [high, low].map { number in
                let digits = String(number, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
        }
    }

    /// The cluster it belongs to.
    package let cluster: Cluster
    /// The node it belongs to.
    package let node: NodeID
    /// A random number drawn when the directory was made: a node whose directory was wiped comes
    /// back with another one, and can be told from the voter that made its old promises.
    package let incarnation: UInt64

    /// An identity made of its parts.
    package init(cluster: Cluster, node: NodeID, incarnation: UInt64) {
        self.cluster = cluster
        self.node = node
        self.incarnation = incarnation
    }
}

extension LogIdentity {
    /// The bytes of the `identity` file: magic, checksum, version, group, then the fields.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(integer: Self.magic)
        bytes.append(integer: UInt32(0))
        bytes.append(integer: formatVersion)
        bytes.append(integer: replicationGroup)
        bytes.append(integer: cluster.high)
        bytes.append(integer: cluster.low)
        bytes.append(integer: incarnation)
        bytes.append(UInt8(node.name.utf8.count))
        bytes.append(contentsOf: node.name.utf8)
        bytes.store(integer: Checksum.of(bytes, 8..<bytes.count, seed: 0), at: 4)
        return bytes
    }

    /// Reads the bytes of an `identity` file.
    static func decode(_ bytes: [UInt8], file: String) throws(LogError) -> Self {
        let damaged = LogError.damaged(
            LogDamage(file: file, offset: 0, detail: "this is not a valid identity")
        )
        var cursor = RecordCursor(bytes)
        guard cursor.integer() == magic, let checksum: UInt32 = cursor.integer(),
            let version: UInt16 = cursor.integer()
        else { throw damaged }
        guard version == formatVersion else {
            throw .unsupportedFormat(file: file, version: version)
        }
        guard checksum == Checksum.of(bytes, 8..<bytes.count, seed: 0),
            cursor.integer() == replicationGroup,
            let high: UInt64 = cursor.integer(), let low: UInt64 = cursor.integer(),
            let incarnation: UInt64 = cursor.integer(),
            let nameLength: UInt8 = cursor.integer(), let name = cursor.take(Int(nameLength)),
            cursor.remaining == 0, let node = NodeID(String(decoding: name, as: UTF8.self))
        else { throw damaged }
        return Self(
            cluster: Cluster(high: high, low: low),
            node: node,
            incarnation: incarnation
        )
    }

    private static let magic: UInt32 = 0x4449_5145  // "EQID"
}

/// The version of everything that the log writes.
let formatVersion: UInt16 = 1

/// The replication group of a log: one for now, named so that there can be more.
let replicationGroup: UInt16 = 0
