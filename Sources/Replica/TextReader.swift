/// Texts with their length before them, and numbers, little-endian: what nodes say to each other beside
/// requests.
extension [UInt8] {
    mutating func appendText(_ text: String) {
        let utf8 = text.utf8.prefix(Int(UInt16.max))
        append(UInt8(truncatingIfNeeded: utf8.count))
        append(UInt8(truncatingIfNeeded: utf8.count >> 8))
        append(contentsOf: utf8)
    }

    mutating func appendNumber(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

/// Reads what these write; nil for anything else, however hostile.
struct TextReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: RawSpan) { self.bytes = bytes.withUnsafeBytes { Array($0) } }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func number() -> UInt64? {
        guard bytes.count - offset >= 8 else { return nil }
        defer { offset += 8 }
        return (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    mutating func text() -> String? {
        guard let low = byte(), let high = byte() else { return nil }
        let count = Int(low) | Int(high) << 8
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }
}
