/// SipHash-2-4 with 128 bits of result (Aumasson and Bernstein, 2012), under a fixed key.
///
/// Names lines of files: fast, the same in every process, and wide enough that two lines never
/// share a name by chance.
struct SipHash128: Equatable, Sendable {
    /// The first eight bytes of the result, little-endian.
    let first: UInt64
    /// The last eight bytes.
    let last: UInt64

    init(_ bytes: Span<UInt8>, key: (UInt64, UInt64) = (0x0065_7571_6F74_7365, 0x0074_726F_706D_69))
    {
        var state = State(key)
        var offset = 0
        while offset + 8 <= bytes.count {
            state.compress(Self.word(bytes, from: offset, count: 8))
            offset += 8
        }
        let rest = bytes.count - offset
        let length = UInt64(truncatingIfNeeded: bytes.count) << 56
        state.compress(length | Self.word(bytes, from: offset, count: rest))
        (first, last) = state.finish()
    }

    private static func word(_ bytes: Span<UInt8>, from offset: Int, count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        return word
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(_ key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736F_6D65_7073_6575
            v1 = key.1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE
            v2 = key.0 ^ 0x6C79_6765_6E65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        mutating func compress(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> (UInt64, UInt64) {
            v2 ^= 0xEE
            for _ in 0..<4 { round() }
            let first = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xDD
            for _ in 0..<4 { round() }
            return (first, v0 ^ v1 ^ v2 ^ v3)
        }

        private mutating func round() {
            v0 &+= v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 &+= v3
            v3 = rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }

        private func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
            word << bits | word >> (64 - bits)
        }
    }
}
