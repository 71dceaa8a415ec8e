/// Random bits for identities: xoshiro256**, seeded by the system.
///
/// Fast and long enough in period that no two identities of a run are alike; not for secrets.
/// After Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021).
struct Xoshiro256: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Seeded by another generator.
    init(seededBy seed: inout some RandomNumberGenerator) {
        state = (seed.next(), seed.next(), seed.next(), seed.next())
        // All zero is the one state that it never leaves.
        if state.0 | state.1 | state.2 | state.3 == 0 { state.3 = 1 }
    }

    /// Seeded by the system.
    init() {
        var system = SystemRandomNumberGenerator()
        self.init(seededBy: &system)
    }

    mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }
}

/// A random UUID, kept as its bits and written as its text.
struct RandomUUID: Equatable, Sendable {
    private var high: UInt64
    private var low: UInt64

    /// The bytes of its text.
    static let textBytes = 36

    /// A new one, of version 4 (RFC 9562, section 5.4).
    init(using random: inout some RandomNumberGenerator) {
        high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Writes the text, lower-case hexadecimal digits with hyphens.
    func write(to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        let first = Self.digits(UInt32(truncatingIfNeeded: high >> 32))
        let second = Self.digits(UInt32(truncatingIfNeeded: high))
        let third = Self.digits(UInt32(truncatingIfNeeded: low >> 32))
        let fourth = Self.digits(UInt32(truncatingIfNeeded: low))
        let hyphen = UInt8(ascii: "-")
        bytes.storeBytes(of: first.bigEndian, toByteOffset: offset, as: UInt64.self)
        bytes[offset + 8] = hyphen
        Self.store(second >> 32, to: bytes, at: offset + 9)
        bytes[offset + 13] = hyphen
        Self.store(second, to: bytes, at: offset + 14)
        bytes[offset + 18] = hyphen
        Self.store(third >> 32, to: bytes, at: offset + 19)
        bytes[offset + 23] = hyphen
        Self.store(third, to: bytes, at: offset + 24)
        bytes.storeBytes(of: fourth.bigEndian, toByteOffset: offset + 28, as: UInt64.self)
    }

    /// The text.
    var text: String {
        var bytes = [UInt8](repeating: 0, count: Self.textBytes)
        bytes.withUnsafeMutableBytes { write(to: $0, at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func store(
        _ digits: UInt64,
        to bytes: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        let four = UInt32(truncatingIfNeeded: digits)
        bytes.storeBytes(of: four.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Eight hexadecimal digits, the first in the highest byte: all at once, a nibble to a byte.
    private static func digits(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // Adding 6 carries into the fifth bit for those above 9: letters, 39 places further.
        let letters = (nibbles + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles + 0x3030_3030_3030_3030 + letters * 0x27
    }
}
