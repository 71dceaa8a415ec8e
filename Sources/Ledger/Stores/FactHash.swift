/// A link of a store's chain: the SHA-256 of the link before it and of what the fact says.
///
/// Computed where facts enter and leave (the store agent, the node that takes them in); the ledger
/// only compares.
public struct FactHash: Hashable, Sendable {
    /// The first eight bytes, big-endian, and so on.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// The link before the first fact: all zeros.
    public static let start = FactHash(words: (0, 0, 0, 0))

    /// Takes the four words.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Takes 32 bytes; nil when there are more or fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var parts: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() {
            parts[index / 8] = parts[index / 8] << 8 | UInt64(byte)
        }
        words = (parts[0], parts[1], parts[2], parts[3])
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
    }

    /// By bytes.
    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    /// All of it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
