/// 128 bits that stand for a set of facts, kept up to date as facts come and go.
///
/// Each fact contributes bits of its own, and all contributions are combined by exclusive or. Two
/// different sets have the same bits with a chance of 2⁻¹²⁸, so that a search of a billion
/// configurations mistakes one for another with a chance below 2⁻⁶⁸.
struct Fingerprint: Hashable, Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0

    /// Adds a fact, or takes it away again.
    mutating func toggle(_ fact: Fact) {
        first ^= fact.first
        second ^= fact.second
    }

    /// The facts of both, which must have none in common.
    func union(_ other: Fingerprint) -> Fingerprint {
        var union = self
        union.first ^= other.first
        union.second ^= other.second
        return union
    }

    /// The contribution of one fact, made of its parts.
    struct Fact {
        fileprivate private(set) var first: UInt64
        fileprivate private(set) var second: UInt64

        /// A fact about something; facts of different kinds never share a kind's number.
        init(_ kind: Kind, _ index: Int) {
            first = 0x9E37_79B9_7F4A_7C15 &* (UInt64(bitPattern: Int64(index)) &+ 1)
            second = 0xC2B2_AE3D_27D4_EB4F &* (UInt64(bitPattern: Int64(index)) &+ 1)
            add(kind.rawValue)
        }

        /// Adds the next part; the order of parts matters.
        mutating func add(_ part: UInt64) {
            first = Self.mixed((first ^ part) &+ 0x9E37_79B9_7F4A_7C15)
            second = Self.mixed((second &+ part) ^ 0x1656_67B1_9E37_79F9)
        }

        mutating func add(_ part: Int64) { add(UInt64(bitPattern: part)) }

        /// The finalizer of SplitMix64: every bit of the input changes half of the output's.
        private static func mixed(_ word: UInt64) -> UInt64 {
            var word = word
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return word ^ word >> 31
        }
    }

    /// What facts are about.
    enum Kind: UInt64 {
        case done = 1
        case level
        case reservation
        case item
        case location
        case identity
    }
}
