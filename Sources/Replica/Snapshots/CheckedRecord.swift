import CChecksum

/// A few bytes with a checksum, for small files that must be right or be seen to be wrong.
///
///     magic  checksum  payload bytes  payload
///     u32    u32       u32            …
enum CheckedRecord {
    private static let headerBytes = 12

    static func encode(_ magic: UInt32, _ payload: [UInt8]) -> [UInt8] {
        var covered: [UInt8] = []
        covered.append(little: UInt32(payload.count))
        covered.append(contentsOf: payload)
        var bytes: [UInt8] = []
        bytes.append(little: magic)
        bytes.append(little: covered.withUnsafeBytes { checksum($0) })
        return bytes + covered
    }

    /// The payload of a record that begins at an offset; nil if it is not one.
    static func decode(_ magic: UInt32, _ bytes: [UInt8], at offset: Int = 0) -> [UInt8]? {
        var reader = FieldReader(Array(bytes.dropFirst(offset)))
        guard reader.integer() == magic, let expected: UInt32 = reader.integer(),
            let count: UInt32 = reader.integer(), count <= reader.remaining
        else { return nil }
        let start = offset + 8
        let covered = bytes[start..<start + 4 + Int(count)]
        guard covered.withUnsafeBytes({ checksum($0) }) == expected else { return nil }
        return Array(covered.dropFirst(4))
    }

    /// CRC-32C of some bytes, continuing from `seed`.
    static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        estoque_crc32c(seed, bytes.baseAddress, bytes.count)
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(little number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}

/// Reads little-endian fields, and nil past the end.
struct FieldReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    mutating func integer<Number: FixedWidthInteger>() -> Number? {
        let size = MemoryLayout<Number>.size
        guard remaining >= size else { return nil }
        defer { offset += size }
        return bytes.withUnsafeBytes {
            Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
    }

    /// All that is left.
    mutating func rest() -> [UInt8] {
        defer { offset = bytes.count }
        return Array(bytes[offset...])
    }
}
