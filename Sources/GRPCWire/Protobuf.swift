import NIOCore

/// Reads the fields of a protobuf message one after the other: all that health and reflection need of protobuf.
struct ProtobufReader {
    /// The bytes are no protobuf message.
    struct Malformed: Error {}

    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ByteBuffer)
        case fixed32(UInt32)
    }

    struct Field {
        var number: UInt64
        var value: Value
    }

    private var rest: ByteBuffer

    init(_ message: ByteBuffer) {
        rest = message
    }

    /// The next field, or nil at the end.
    mutating func next() throws(Malformed) -> Field? {
        guard rest.readableBytes > 0 else { return nil }
        let key = try readVarint()
        return Field(number: key >> 3, value: try readValue(wireType: key & 7))
    }

    private mutating func readValue(wireType: UInt64) throws(Malformed) -> Value {
        switch wireType {
        case 0:
            return .varint(try readVarint())
        case 1:
            guard let value = rest.readInteger(endianness: .little, as: UInt64.self) else {
                throw Malformed()
            }
            return .fixed64(value)
        case 2:
            let length = try readVarint()
            guard length <= UInt64(rest.readableBytes),
                let bytes = rest.readSlice(length: Int(length))
            else { throw Malformed() }
            return .bytes(bytes)
        case 5:
            guard let value = rest.readInteger(endianness: .little, as: UInt32.self) else {
                throw Malformed()
            }
            return .fixed32(value)
        default:
            // 3 and 4 are groups, which none of our messages has.
            throw Malformed()
        }
    }

    private mutating func readVarint() throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.readInteger(as: UInt8.self) else { throw Malformed() }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw Malformed()
    }
}

/// Writes the fields of a protobuf message.
struct ProtobufWriter {
    private(set) var buffer = ByteBuffer()

    mutating func write(_ value: UInt64, field: UInt64) {
        writeVarint(field << 3)
        writeVarint(value)
    }

    mutating func write(_ bytes: ByteBuffer, field: UInt64) {
        writeVarint(field << 3 | 2)
        writeVarint(UInt64(bytes.readableBytes))
        buffer.writeImmutableBuffer(bytes)
    }

    mutating func write(_ text: String, field: UInt64) {
        write(ByteBuffer(string: text), field: field)
    }

    private mutating func writeVarint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        buffer.writeInteger(UInt8(value))
    }
}
