/// A UUID's 128 bits; only the canonical text, in lower case with four hyphens, becomes one.
///
/// ```
/// 01234567-9012-4567-9012-456789012345      offsets into the text
/// └──high──────────┘ └──low───────────┘     eight digits are converted at a time
/// ```
public struct PackedUUID: Hashable, Sendable {
    /// The bytes of a text.
    public static let textBytes = 36
    private static let hyphen = UInt8(ascii: "-")

    /// The first sixteen digits.
    public let high: UInt64
    /// The last sixteen digits.
    public let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil when `text` is anything but a canonical UUID.
    public init?(_ text: String) {
        guard text.utf8.count == Self.textBytes else { return nil }
        var text = text
        let uuid = text.withUTF8 { PackedUUID(UnsafeRawBufferPointer($0)) }
        guard let uuid else { return nil }
        self = uuid
    }

    /// Nil when `text` is anything but a canonical UUID.
    public init?(_ text: UnsafeRawBufferPointer) {
        guard text.count == Self.textBytes,
            text[8] == Self.hyphen, text[13] == Self.hyphen,
            text[18] == Self.hyphen, text[23] == Self.hyphen,
            let first = HexDigits(Self.word(text, at: 0)).number,
            let second = HexDigits(Self.word(text, at: 9, and: 14)).number,
            let third = HexDigits(Self.word(text, at: 19, and: 24)).number,
            let fourth = HexDigits(Self.word(text, at: 28)).number
        else { return nil }
        high = UInt64(first) << 32 | UInt64(second)
        low = UInt64(third) << 32 | UInt64(fourth)
    }

    /// The canonical text.
    public var text: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { buffer in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            return Self.textBytes
        }
    }

    /// Writes the canonical text to the first `textBytes` bytes of memory.
    public func write(to bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= Self.textBytes, "there is room for the text")
        let second = HexDigits(number: UInt32(truncatingIfNeeded: high)).word
        let third = HexDigits(number: UInt32(truncatingIfNeeded: low >> 32)).word
        Self.store(HexDigits(number: UInt32(truncatingIfNeeded: high >> 32)).word, bytes, at: 0)
        Self.store(UInt32(truncatingIfNeeded: second), bytes, at: 9)
        Self.store(UInt32(truncatingIfNeeded: second >> 32), bytes, at: 14)
        Self.store(UInt32(truncatingIfNeeded: third), bytes, at: 19)
        Self.store(UInt32(truncatingIfNeeded: third >> 32), bytes, at: 24)
        Self.store(HexDigits(number: UInt32(truncatingIfNeeded: low)).word, bytes, at: 28)
        bytes[8] = Self.hyphen
        bytes[13] = Self.hyphen
        bytes[18] = Self.hyphen
        bytes[23] = Self.hyphen
    }

    private static func word(_ text: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func word(
        _ text: UnsafeRawBufferPointer,
        at first: Int,
        and second: Int
    ) -> UInt64 {
        let low = UInt32(littleEndian: text.loadUnaligned(fromByteOffset: first, as: UInt32.self))
        let high = UInt32(littleEndian: text.loadUnaligned(fromByteOffset: second, as: UInt32.self))
        return UInt64(high) << 32 | UInt64(low)
    }

    private static func store<Word: FixedWidthInteger>(
        _ word: Word,
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self)
    }
}

/// Eight hexadecimal digits as text, the first one in the lowest byte, all worked on at once.
private struct HexDigits {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    let word: UInt64

    init(_ word: UInt64) { self.word = word }

    /// The digits of a number, in lower case.
    init(number: UInt32) {
        var nibbles = UInt64(number.byteSwapped)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles >> 4 | nibbles << 8) & 0x0F0F_0F0F_0F0F_0F0F
        word = Self.text(of: nibbles)
    }

    /// The number, or nil when a byte is anything but `0`…`9` or `a`…`f`.
    var number: UInt32? {
        let letters = word >> 6 & Self.ones
        // A byte that is no digit can overflow into its neighbour here; it fails the comparison.
        let nibbles = (word & 0x0F0F_0F0F_0F0F_0F0F) &+ letters &* 9
        guard nibbles & 0xF0F0_F0F0_F0F0_F0F0 == 0, Self.text(of: nibbles) == word
        else { return nil }
        var bytes = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        bytes = (bytes | bytes >> 8) & 0x0000_FFFF_0000_FFFF
        bytes = (bytes | bytes >> 16) & 0xFFFF_FFFF
        return UInt32(truncatingIfNeeded: bytes).byteSwapped
    }

    /// The text of eight nibbles, a byte each: `0` is 0x30, and from ten on letters begin at 0x61.
    private static func text(of nibbles: UInt64) -> UInt64 {
        let letters = (nibbles &+ ones &* 6) >> 4 & ones
        return nibbles &+ ones &* 0x30 &+ letters &* 0x27
    }
}
