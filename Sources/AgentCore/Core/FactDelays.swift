package import Ledger

/// How long facts waited from when they happened until the ledger had them, by the agent's clock.
///
/// Counted once for each acknowledgement, for the oldest fact in it, so that it says the worst of it.
package struct FactDelays: Equatable, Sendable {
    /// Upper bounds of the buckets in milliseconds; a last one without a bound follows.
    package static let bounds: [UInt64] = [
        10, 25, 50, 100, 250, 1_000, 5_000, 60_000, 600_000, 3_600_000, 86_400_000,
    ]

    /// By bucket; not cumulative.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// All together.
    package private(set) var sum = Milliseconds(0)

    /// A clock that was set back counts as no time.
    mutating func note(from claimed: LogTime, to now: LogTime) {
        let delay = now > claimed ? (now.microseconds - claimed.microseconds) / 1_000 : 0
        let bucket = Self.bounds.firstIndex { delay <= $0 } ?? Self.bounds.count
        counts[bucket] += 1
        sum = sum + Milliseconds(delay)
    }
}
