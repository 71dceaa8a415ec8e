import Raft
import Replica

/// A copy of a node's state that peers can have.
struct StateCopy: Sendable {
    var position: LogPosition
    var configuration: LoggedConfiguration
    var content: StateContent
}

/// The bytes that stand for a state on its way: they follow from its digest, so that whoever has all
/// of them in their order has that state, and nothing else gives the same checksum.
struct StateContent: Sendable {
    let bytes: [UInt8]
    let checksum: UInt64

    init(digest: UInt64, count: Int) {
        var chance = Chance(seed: digest)
        var made: [UInt8] = []
        made.reserveCapacity(count)
        while made.count < count {
            var word = chance.bits()
            for _ in 0..<min(8, count - made.count) {
                made.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        bytes = made
        checksum = Self.checksum(of: made)
    }

    static func checksum(of bytes: [UInt8]) -> UInt64 {
        var hash = RunningHash()
        hash.add(bytes)
        return hash.value
    }

    /// A piece from a byte on; nil beyond the end.
    func chunk(at offset: UInt64, count: Int) -> SnapshotChunk? {
        guard offset < UInt64(bytes.count) else { return nil }
        let start = Int(offset)
        let piece = Array(bytes[start..<min(bytes.count, start + count)])
        return SnapshotChunk(
            offset: offset,
            totalBytes: UInt64(bytes.count),
            totalChecksum: checksum,
            checksum: UInt32(truncatingIfNeeded: Self.checksum(of: piece)),
            bytes: piece
        )
    }
}

/// A state that is being brought to a node, beside its own.
struct SideFile: Sendable {
    let position: LogPosition
    var bytes: [UInt8] = []
    var totalBytes: UInt64?
    var totalChecksum: UInt64 = 0

    var isComplete: Bool { totalBytes == UInt64(bytes.count) }

    /// Whether the whole is what was offered.
    var isSound: Bool { StateContent.checksum(of: bytes) == totalChecksum }

    /// Takes the next piece; false if it is another one, or damaged.
    mutating func take(_ chunk: SnapshotChunk) -> Bool {
        guard chunk.offset == UInt64(bytes.count), !chunk.bytes.isEmpty,
            chunk.checksum == UInt32(truncatingIfNeeded: StateContent.checksum(of: chunk.bytes)),
            totalBytes == nil
                || (totalBytes, totalChecksum) == (chunk.totalBytes, chunk.totalChecksum)
        else { return false }
        totalBytes = chunk.totalBytes
        totalChecksum = chunk.totalChecksum
        bytes += chunk.bytes
        return true
    }
}
