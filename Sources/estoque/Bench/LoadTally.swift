import Histogram
import NIOCore

/// What the generator counts.
struct LoadTally: Sendable {
    /// Of the measured part; microseconds.
    var latencies = Histogram<UInt64>(
        highestTrackableValue: 600_000_000,
        numberOfSignificantValueDigits: .three
    )
    /// In the measured part.
    var operations = 0
    /// Ever.
    var acknowledged = 0
    /// Ever.
    var refused = 0
    /// How often something was asked again.
    var retried = 0
    /// Asked, and no answer came before the end.
    var unknown: [Ask] = []
    /// The first of each kind, for people.
    var firstRefusal: String?
    var firstRetry: String?
    /// Whether what happens now counts.
    var isMeasuring = false

    mutating func acknowledge(_ ask: Ask, at now: NIODeadline) {
        acknowledged += 1
        guard isMeasuring else { return }
        operations += 1
        let microseconds = (now - ask.began).nanoseconds / 1_000
        _ = latencies.record(UInt64(min(max(microseconds, 1), 600_000_000)))
    }

    mutating func refuse(_ reason: String) {
        refused += 1
        if firstRefusal == nil { firstRefusal = reason }
    }

    mutating func retry(_ reason: String) {
        retried += 1
        if firstRetry == nil { firstRetry = reason }
    }
}
