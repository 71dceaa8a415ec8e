import Ledger

/// The bytes are not what the fast readers know: broken, or rare, such as a field of a newer peer.
///
/// Whoever catches it reads the same bytes again with the generated messages, which know all that
/// the format allows and say what is wrong.
struct UnusualMessage: Error {}

/// Reads fields in protobuf's binary format from borrowed bytes; every read is checked against the
/// end of its message.
///
/// The bytes are handed to each call, since a value that keeps a span can't be stored yet.
struct ProtobufCursor {
    private(set) var offset: Int
    private let end: Int

    /// Invariant: `offset <= end <= bytes.byteCount` of the bytes that the range was taken from.
    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and wire type as one number; nil at the end of the message.
    ///
    /// Numbers above 15 have two bytes, and none of the messages read here has them.
    mutating func key(_ bytes: RawSpan) throws(UnusualMessage) -> UInt8? {
        guard offset < end else { return nil }
        let byte = load(bytes)
        guard byte & 0x80 == 0 else { throw UnusualMessage() }
        return byte
    }

    mutating func varint(_ bytes: RawSpan) throws(UnusualMessage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < end, shift < 64 {
            let byte = load(bytes)
            // The tenth byte has room for one bit.
            if shift == 63, byte > 1 { throw UnusualMessage() }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw UnusualMessage()
    }

    mutating func flag(_ bytes: RawSpan) throws(UnusualMessage) -> Bool {
        switch try varint(bytes) {
        case 0: return false
        case 1: return true
        default: throw UnusualMessage()
        }
    }

    /// An enum's case; 0, which stands for none, is unusual.
    mutating func choice<Choice: RawRepresentable<UInt8>>(
        _ bytes: RawSpan
    ) throws(UnusualMessage) -> Choice {
        let number = try varint(bytes)
        guard let choice = UInt8(exactly: number).flatMap(Choice.init(rawValue:)) else {
            throw UnusualMessage()
        }
        return choice
    }

    /// Where the content of a text or a message lies.
    mutating func block(_ bytes: RawSpan) throws(UnusualMessage) -> Range<Int> {
        let length = try varint(bytes)
        guard length <= UInt64(end - offset) else { throw UnusualMessage() }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    mutating func identifier<ID: ClientIdentifier>(
        _ bytes: RawSpan
    ) throws(UnusualMessage) -> ID {
        let range = try block(bytes)
        let id: ID? = bytes.withUnsafeBytes { all in
            let units = UnsafeRawBufferPointer(rebasing: all[range])
            guard (1...64).contains(units.count) else { return nil }
            if let uuid = PackedUUID(units) { return ID(uuid: uuid) }
            // Without branches, so that the compiler takes many bytes at once.
            var isPrintable = true
            for unit in units { isPrintable = isPrintable && unit &- 0x21 < 0x7F - 0x21 }
            return isPrintable ? ID(unchecked: String(decoding: units, as: UTF8.self)) : nil
        }
        guard let id else { throw UnusualMessage() }
        return id
    }

    func expectEnd() throws(UnusualMessage) {
        guard offset == end else { throw UnusualMessage() }
    }

    private mutating func load(_ bytes: RawSpan) -> UInt8 {
        let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        offset += 1
        return byte
    }
}

/// A field's number with its wire type, as it stands in the bytes.
enum FieldKey {
    static func number(_ field: UInt8) -> UInt8 { field << 3 }
    static func block(_ field: UInt8) -> UInt8 { field << 3 | 2 }
}

/// Sets a field that was not set before: protobuf's last-one-wins is left to the generated messages.
func setOnce<Value>(_ place: inout Value?, _ value: Value) throws(UnusualMessage) {
    guard place == nil else { throw UnusualMessage() }
    place = value
}
