/// What a log writer did, and how fast, for metrics.
package struct LogMetrics: Hashable, Sendable {
    /// What was written.
    package var counters = LogCounters()
    /// How long the syncs took.
    package var syncTimes = TimeHistogram()
    /// Whether the disk was full at the last try to get space.
    package var isShortOfSpace = false
}

/// A histogram of durations in powers of two, in the shape that Prometheus wants.
package struct TimeHistogram: Hashable, Sendable {
    /// The upper bound of the first bucket; each following one is twice as long.
    package static let firstBound = Duration.microseconds(64)
    /// How many bounded buckets there are: up to two seconds.
    package static let bucketCount = 16

    /// How many durations fell in each bucket; the last one has no bound.
    package private(set) var buckets = [UInt64](repeating: 0, count: bucketCount + 1)
    /// How many durations there were.
    package private(set) var count: UInt64 = 0
    /// How long they were together.
    package private(set) var sum = Duration.zero
    /// How long the longest was.
    package private(set) var longest = Duration.zero

    /// A histogram of nothing.
    package init() {}

    /// The upper bound of a bucket; `nil` for the last.
    package static func bound(of bucket: Int) -> Duration? {
        bucket < bucketCount ? firstBound * (1 << bucket) : nil
    }

    /// Takes note of a duration.
    package mutating func record(_ duration: Duration) {
        var bucket = 0
        while let bound = Self.bound(of: bucket), duration > bound { bucket += 1 }
        buckets[bucket] += 1
        count += 1
        sum += duration
        longest = max(longest, duration)
    }
}
