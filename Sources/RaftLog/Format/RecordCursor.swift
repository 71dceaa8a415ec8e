/// Reads little-endian values from a byte array, never past the end it was given.
struct RecordCursor {
    let bytes: [UInt8]
    private(set) var offset: Int
    let end: Int

    init(_ bytes: [UInt8], from offset: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.offset = min(offset, bytes.count)
        self.end = min(end ?? bytes.count, bytes.count)
    }

    var remaining: Int { end - offset }

    /// The next integer, or `nil` if there are too few bytes.
    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        guard remaining >= MemoryLayout<Value>.size else { return nil }
        defer { offset += MemoryLayout<Value>.size }
        return bytes.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
    }

    /// The next number that can be counted on from without overflow.
    mutating func counter() -> UInt64? {
        guard let number: UInt64 = integer(), number <= UInt64.max >> 2 else { return nil }
        return number
    }

    /// The next bytes, or `nil` if there are too few.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    /// Goes past bytes that somebody else reads; `false` if there are too few.
    mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, remaining >= count else { return false }
        offset += count
        return true
    }
}

extension [UInt8] {
    /// Appends an integer, little-endian.
    mutating func append<Value: FixedWidthInteger>(integer value: Value) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Overwrites bytes with an integer, little-endian.
    mutating func store<Value: FixedWidthInteger>(integer value: Value, at offset: Int) {
        withUnsafeMutableBytes {
            $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
        }
    }

    /// Whether all of `range` is zero.
    func isZero(_ range: Range<Int>) -> Bool { lastNonZero(in: range) == nil }

    /// The last place in `range` that is not zero.
    func lastNonZero(in range: Range<Int>) -> Int? {
        withUnsafeBytes { buffer in
            var end = range.upperBound
            // Eight at a time: the rest of a segment is megabytes of zeros.
            while end - 8 >= range.lowerBound,
                buffer.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0
            {
                end -= 8
            }
            while end > range.lowerBound, buffer[end - 1] == 0 { end -= 1 }
            return end > range.lowerBound ? end - 1 : nil
        }
    }
}
