/// A hash of everything that was added, in its order: the fingerprint of a run, or of a log.
struct RunningHash: Hashable, Sendable {
    private(set) var value: UInt64

    init(_ value: UInt64 = 0x243F_6A88_85A3_08D3) { self.value = value }

    mutating func add(_ word: UInt64) {
        let (high, low) = (value ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        // The sum keeps the past where the product happens to be zero.
        value = (high ^ low) &+ (value << 25 | value >> 39)
    }

    mutating func add(_ number: Int) { add(UInt64(truncatingIfNeeded: number)) }

    mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while buffer.count - offset >= 8 {
                let word = buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                add(UInt64(littleEndian: word))
                offset += 8
            }
            var rest = UInt64(buffer.count)
            while offset < buffer.count {
                rest = rest << 8 | UInt64(buffer[offset])
                offset += 1
            }
            add(rest)
        }
    }

    /// Sixteen hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
