/// Durations by size, for `/metrics`: some fixed buckets and a sum.
package struct DurationHistogram: Equatable, Sendable {
    /// Upper bounds of the buckets in seconds; a last one without a bound follows.
    package static let bounds: [Double] = [
        0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    ]
    private static let nanoseconds = bounds.map { UInt64($0 * 1e9) }

    /// One more than bounds; not cumulative.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    package private(set) var sumNanoseconds: UInt64 = 0

    package init() {}

    /// Takes one duration in.
    package mutating func record(nanoseconds: UInt64) {
        let bucket = Self.nanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        counts[bucket] += 1
        sumNanoseconds &+= nanoseconds
    }
}
