import Ledger

/// What a trace is of: a level, a location, or the hash of a name, in one number.
///
/// ```
/// 00 item (30 bits) location (32 bits)     a level; location 0 is the item itself
/// 01 location, shifted by 24               a location
/// 1  hash (63 bits)                        a request, reservation, document, …
/// ```
/// A leaf of the index on disk is found by the topmost 40 bits, which keep all levels of an item
/// together and locations apart. A hash finds candidates: whoever reads compares the names in the row.
struct TraceTerm: Hashable, Comparable, Sendable {
    /// Bits that decide which leaf a term is in.
    static let prefixBits: UInt64 = 40
    private static let shift: UInt64 = 64 - prefixBits
    private static let locationMark: UInt64 = 1 << 62
    private static let hashMark: UInt64 = 1 << 63

    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A level.
    @inline(__always)
    init(_ key: LevelKey) {
        rawValue = key.rawValue << 32 | key.rawValue >> 32
    }

    /// An item as such: before those of its levels.
    init(_ item: ItemKey) { rawValue = UInt64(item.rawValue) << 32 }

    init(_ location: LocationKey) {
        rawValue = Self.locationMark | UInt64(location.rawValue) << Self.shift
    }

    /// A name, by a hash that ``IdentityHasher`` made.
    init(hash: UInt64) { rawValue = Self.hashMark | hash }

    /// What finds the leaf.
    var prefix: UInt64 { rawValue >> Self.shift }

    /// The location of a level; nil for what is no level, and for an item as such.
    var location: LocationKey? {
        guard rawValue < Self.locationMark else { return nil }
        let location = UInt32(truncatingIfNeeded: rawValue)
        return location == 0 ? nil : LocationKey(location)
    }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// That a journal row concerns something.
struct TraceEntry: Equatable, Sendable {
    var term: TraceTerm
    var sequence: UInt64
}

/// Which terms a question is about: one, or an item with all its levels.
struct TraceRange: Equatable, Sendable {
    var terms: ClosedRange<TraceTerm>

    init(_ term: TraceTerm) { terms = term...term }

    /// An item and its levels.
    init(_ item: ItemKey) {
        let first = TraceTerm(item)
        terms = first...TraceTerm(rawValue: first.rawValue | 0xFFFF_FFFF)
    }

    func contains(_ term: TraceTerm) -> Bool { terms.contains(term) }
}
