/// The writing half of the codec: values are appended to a buffer that the caller keeps.
extension [UInt8] {
    mutating func append(bool value: Bool) {
        append(value ? 1 : 0)
    }

    mutating func append(fixed64 value: UInt64) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(fixed16 value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(signed value: Int64) {
        append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(count: Int) {
        append(varint: UInt64(count))
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { units in
            append(count: units.count)
            append(contentsOf: units)
        }
    }
}
