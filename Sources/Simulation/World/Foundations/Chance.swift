import Raft

/// The source of all chance in a simulated world: a seed decides everything that is drawn.
///
/// The arithmetic is written out, so that a seed means the same with every version of the library.
struct Chance: Sendable {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// 64 random bits.
    mutating func bits() -> UInt64 { generator.next() }

    /// A number from 0 to below `bound`, which must be positive.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "nothing can be drawn from nothing")
        return Int(generator.next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number in the range.
    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// A duration in the range.
    mutating func span(in range: ClosedRange<Nanoseconds>) -> Nanoseconds {
        let width = range.upperBound - range.lowerBound
        return range.lowerBound + generator.next().multipliedFullWidth(by: width + 1).high
    }

    /// A duration about `mean`: mostly shorter, at times several times as long.
    mutating func span(about mean: Nanoseconds) -> Nanoseconds {
        let factor: Nanoseconds = once(in: 8) ? 5 : 1
        return span(in: mean / 8...mean) * factor
    }

    /// True so many times in a thousand.
    mutating func permille(_ count: Int) -> Bool { count > 0 && below(1_000) < count }

    /// True once in so many times.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }

    /// One of the values; there must be one.
    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    /// The values in another order.
    mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var result = values
        var last = result.count - 1
        while last > 0 {
            result.swapAt(last, below(last + 1))
            last -= 1
        }
        return result
    }

    /// A source of its own, so that what is drawn there doesn't move what is drawn here.
    mutating func fork() -> Chance { Chance(seed: generator.next()) }
}
