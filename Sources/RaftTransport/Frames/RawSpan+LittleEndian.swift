import CChecksum

extension RawSpan {
    /// Reads an integer whose least significant byte comes first; the range must be inside.
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type,
        at offset: Int
    ) -> Value {
        Value(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Reads an integer whose most significant byte comes first; the range must be inside.
    func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type,
        at offset: Int
    ) -> Value {
        Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The CRC-32C of all bytes, continued from that of the bytes before them.
    func checksum(continuing seed: UInt32 = 0) -> UInt32 {
        withUnsafeBytes { estoque_crc32c(seed, $0.baseAddress, $0.count) }
    }
}
