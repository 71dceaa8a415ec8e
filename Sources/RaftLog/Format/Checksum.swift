import CChecksum

/// CRC-32C over parts of byte arrays.
///
/// Every checksum of the log starts from a salt (``LogSalt``), so that bytes that are valid in one
/// place, file or directory are not valid in another.
enum Checksum {
    /// The checksum of `range` of `bytes`, continuing from `seed`.
    static func of(_ bytes: [UInt8], _ range: Range<Int>, seed: UInt32) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            let part = UnsafeRawBufferPointer(rebasing: buffer[range])
            return estoque_crc32c(seed, part.baseAddress, part.count)
        }
    }

    /// The checksum of a number, continuing from `seed`.
    static func of(_ number: UInt64, seed: UInt32) -> UInt32 {
        withUnsafeBytes(of: number.littleEndian) { buffer in
            estoque_crc32c(seed, buffer.baseAddress, buffer.count)
        }
    }
}

/// What the checksums of one log directory start from.
///
/// It comes from the directory's random incarnation. What a client writes into an entry can
/// therefore not be made to look like a record of the log.
struct LogSalt: Hashable, Sendable {
    /// The salt of what is valid anywhere in the directory: entries, the synced mark.
    let directory: UInt32

    init(incarnation: UInt64) { directory = Checksum.of(incarnation, seed: 0x4553_5451) }

    /// The salt of what is valid only at one offset of one segment: its header, its frames.
    func place(segment: UInt64, offset: Int) -> UInt32 {
        Checksum.of(UInt64(offset), seed: Checksum.of(segment, seed: directory))
    }
}
