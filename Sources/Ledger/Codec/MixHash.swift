/// A fast 64-bit hash without a seed: equal bytes give equal hashes on every node and for ever.
///
/// Eight bytes at a time are folded in by one wide multiplication. It finds accidents, not forgers:
/// nobody may rely on it where an adversary picks both inputs.
struct MixHash {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xD6E8_FEB8_6659_FD93

    private var state: UInt64

    /// Different `domain`s hash equal bytes differently.
    init(domain: UInt64 = 0) {
        state = domain &* Self.second ^ Self.first
    }

    mutating func add(_ word: UInt64) {
        // The sum keeps the past alive where the product happens to be zero.
        state = Self.fold(state ^ word, Self.second) &+ (state << 23 | state >> 41)
    }

    mutating func add(_ bytes: RawSpan, from start: Int = 0) {
        var offset = start
        while bytes.byteCount - offset >= 8 {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            add(UInt64(littleEndian: word))
            offset += 8
        }
        var tail: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.byteCount {
            tail |= UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) << shift
            shift += 8
            offset += 1
        }
        add(tail)
        add(UInt64(bytes.byteCount - start))
    }

    var value: UInt64 {
        Self.fold(Self.fold(state ^ Self.first, Self.second) ^ state, Self.first)
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
