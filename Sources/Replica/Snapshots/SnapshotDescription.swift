package import Raft
package import RaftLog

/// What a copy of the state is, as far as a receiver must know to tell it from others.
///
/// Copies at one position are the same ledger on every node, but not the same file.
package struct SnapshotDescription: Hashable, Sendable {
    /// The last position that the state includes.
    package var last: LogPosition
    package var byteCount: UInt64
    /// Of the whole file: see ``checksum(of:byteCount:)``.
    package var checksum: UInt64

    /// A whole file's checksum: CRC-32C, as its pieces have one.
    package static func checksum(
        of file: any LogFile,
        byteCount: UInt64
    ) throws(FileSystemError) -> UInt64 {
        var checksum: UInt32 = 0
        var offset: UInt64 = 0
        while offset < byteCount {
            let count = Int(min(byteCount - offset, pieceBytes))
            let bytes = try file.read(at: Int(offset), count: count)
            guard bytes.count == count else {
                throw FileSystemError(.read, file.path, .other("it ends at byte \(offset)"))
            }
            checksum = bytes.withUnsafeBytes { CheckedRecord.checksum($0, seed: checksum) }
            offset += UInt64(count)
        }
        return UInt64(checksum)
    }

    private static let pieceBytes: UInt64 = 1 << 20

    func append(to bytes: inout [UInt8]) {
        bytes.append(little: last.index.rawValue)
        bytes.append(little: last.term.rawValue)
        bytes.append(little: byteCount)
        bytes.append(little: checksum)
    }

    package init(last: LogPosition, byteCount: UInt64, checksum: UInt64) {
        self.last = last
        self.byteCount = byteCount
        self.checksum = checksum
    }

    /// Reads what ``append(to:)`` wrote; nil for anything else.
    init?(_ reader: inout FieldReader) {
        guard let index: UInt64 = reader.integer(), let term: UInt64 = reader.integer(),
            let byteCount: UInt64 = reader.integer(), let checksum: UInt64 = reader.integer(),
            index <= .max >> 2, term <= .max >> 2, byteCount <= .max >> 2
        else { return nil }
        last = LogPosition(index: LogIndex(index), term: Term(term))
        self.byteCount = byteCount
        self.checksum = checksum
    }
}
