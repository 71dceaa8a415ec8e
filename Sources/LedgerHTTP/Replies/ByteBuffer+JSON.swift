import NIOCore

extension ByteBuffer {
    /// A JSON string with its quotes (RFC 8259, 7): quotes, backslashes and controls are escaped,
    /// the rest is UTF-8 as it is.
    mutating func writeJSONString(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            writeString(text)
        } else {
            for byte in text.utf8 { writeJSONEscaped(byte) }
        }
        writeInteger(UInt8(ascii: "\""))
    }

    private mutating func writeJSONEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): writeStaticString("\\\"")
        case UInt8(ascii: "\\"): writeStaticString("\\\\")
        case UInt8(ascii: "\n"): writeStaticString("\\n")
        case UInt8(ascii: "\r"): writeStaticString("\\r")
        case UInt8(ascii: "\t"): writeStaticString("\\t")
        case 0..<0x20:
            writeStaticString("\\u00")
            writeHexDigit(byte >> 4)
            writeHexDigit(byte & 0xF)
        default: writeInteger(byte)
        }
    }

    private mutating func writeHexDigit(_ nibble: UInt8) {
        writeInteger(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }

    /// A signed integer in decimal.
    mutating func writeDecimal(_ value: Int64) {
        if value < 0 { writeInteger(UInt8(ascii: "-")) }
        writeDecimal(value.magnitude)
    }

    /// An unsigned integer in decimal.
    mutating func writeDecimal(_ value: UInt64) {
        guard value >= 10 else {
            writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        writeString(String(value))
    }

    /// `true` or `false`.
    mutating func writeJSONBool(_ value: Bool) {
        if value { writeStaticString("true") } else { writeStaticString("false") }
    }

    /// 64 bits as 16 hexadecimal digits.
    mutating func writeHex(_ value: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            writeHexDigit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xF)
        }
    }
}
