/// Reads values from the front of borrowed bytes; every read is checked against their end.
///
/// The bytes are handed to each call, since a value that keeps a span can't be stored yet.
struct ByteCursor {
    /// Where the next value begins.
    private(set) var offset = 0

    /// Throws unless every byte has been read.
    func expectEnd(_ bytes: RawSpan) throws(LedgerCodecError) {
        let rest = bytes.byteCount - offset
        guard rest == 0 else { throw .trailingBytes(rest) }
    }

    /// Moves past `count` bytes and gives where they began.
    mutating func skip(_ count: Int, _ bytes: RawSpan) throws(LedgerCodecError) -> Int {
        guard count >= 0, count <= bytes.byteCount - offset else { throw .truncated }
        let start = offset
        offset += count
        return start
    }

    mutating func byte(_ bytes: RawSpan) throws(LedgerCodecError) -> UInt8 {
        guard offset < bytes.byteCount else { throw .truncated }
        let value = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        offset += 1
        return value
    }

    mutating func bool(_ bytes: RawSpan) throws(LedgerCodecError) -> Bool {
        switch try byte(bytes) {
        case 0: return false
        case 1: return true
        default: throw .outOfRange
        }
    }

    /// Eight bytes, little-endian.
    mutating func fixed64(_ bytes: RawSpan) throws(LedgerCodecError) -> UInt64 {
        let start = try skip(8, bytes)
        let word = bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
        return UInt64(littleEndian: word)
    }

    /// Two bytes, little-endian.
    mutating func fixed16(_ bytes: RawSpan) throws(LedgerCodecError) -> UInt16 {
        let start = try skip(2, bytes)
        let word = bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt16.self)
        return UInt16(littleEndian: word)
    }

    /// Seven bits a byte, least significant first, in its shortest form.
    mutating func varint(_ bytes: RawSpan) throws(LedgerCodecError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte(bytes)
            // The tenth byte has room for the topmost bit only.
            guard shift < 63 || next <= 1 else { throw .outOfRange }
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 {
                guard next != 0 || shift == 0 else { throw .notCanonical }
                return value
            }
            shift += 7
        }
    }

    /// A signed number whose small absolute values are short.
    mutating func signed(_ bytes: RawSpan) throws(LedgerCodecError) -> Int64 {
        let zigzag = try varint(bytes)
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    /// The number of elements that follow, checked against the bytes that are left before anything
    /// is allocated for them.
    mutating func count(
        ofAtLeast elementBytes: Int,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Int {
        let count = try varint(bytes)
        let room = UInt64((bytes.byteCount - offset) / elementBytes)
        guard count <= room else { throw .truncated }
        return Int(count)
    }

    /// UTF-8 with its length before it.
    mutating func text(_ bytes: RawSpan) throws(LedgerCodecError) -> String {
        let count = try count(ofAtLeast: 1, bytes)
        let start = try skip(count, bytes)
        return try bytes.extracting(start..<offset).withUnsafeBytes {
            units throws(LedgerCodecError) in
            let text = String(units)
            // The initializer mends what is not UTF-8, so a difference is an error.
            guard text.utf8.elementsEqual(units) else { throw .badText }
            return text
        }
    }
}

extension String {
    /// A copy of these bytes, kept inside the value when they are fifteen or fewer.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(unsafeUninitializedCapacity: bytes.count) { buffer in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            return bytes.count
        }
    }
}
