/// Sums of hashes that are all zero if two sides agree, in 65,536 parts.
///
/// What one side says is added, what the other says is taken away. If both say the same, in whatever
/// order, nothing is left; a difference leaves something in its part, but for a chance of one in
/// 2⁶⁴. So millions of rows are compared in half a megabyte, and only the rows of a part that isn't zero
/// have to be looked at one by one.
struct BalanceSheet {
    static let partBits: UInt64 = 16
    private var parts = [UInt64](repeating: 0, count: 1 << Int(partBits))

    /// The part of a key, by the topmost bits of its hash.
    @inline(__always)
    static func part(_ keyHash: UInt64) -> Int {
        Int(truncatingIfNeeded: keyHash >> (64 - partBits))
    }

    @inline(__always)
    mutating func add(_ token: UInt64, _ keyHash: UInt64) {
        parts[Self.part(keyHash)] &+= token
    }

    @inline(__always)
    mutating func take(_ token: UInt64, _ keyHash: UInt64) {
        parts[Self.part(keyHash)] &-= token
    }

    /// Adds a quantity of what has this hash.
    @inline(__always)
    mutating func add(quantity: Int64, _ keyHash: UInt64) {
        parts[Self.part(keyHash)] &+= UInt64(bitPattern: quantity) &* (keyHash | 1)
    }

    /// The parts in which the sides differ.
    var differences: [Int] { parts.indices.filter { parts[$0] != 0 } }
}

/// Hashes for ``BalanceSheet``, with a seed of this process.
enum BalanceHash {
    /// Of a few numbers, in their order.
    @inline(__always)
    static func of(_ first: UInt64, _ second: UInt64) -> UInt64 {
        SlotHash.of(SlotHash.of(first) &+ second &* 0x9FB2_1C65_1E98_DF25)
    }

    /// Of a level's buckets at a version; what promises are bound to is not among them.
    @inline(__always)
    static func of(
        _ key: UInt64,
        version: UInt64,
        _ onHand: Int64,
        _ reserved: Int64,
        _ allotted: Int64,
        _ unavailable: Int64,
        _ incoming: Int64
    ) -> UInt64 {
        var hash = of(key, version)
        hash = of(hash, UInt64(bitPattern: onHand))
        hash = of(hash, UInt64(bitPattern: reserved))
        hash = of(hash, UInt64(bitPattern: allotted))
        hash = of(hash, UInt64(bitPattern: unavailable))
        return of(hash, UInt64(bitPattern: incoming))
    }
}
