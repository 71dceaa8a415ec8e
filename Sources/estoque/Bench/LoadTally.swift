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
    /// The longest time without an acknowledgement, in the measured part.
    private(set) var longestPause = TimeAmount.zero
    private var lastAcknowledgedAt: NIODeadline?
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
    private(set) var isMeasuring = false

    /// From now on, or no longer, what happens counts.
    mutating func measure(_ isMeasuring: Bool, at now: NIODeadline) {
        notePause(until: now)
        self.isMeasuring = isMeasuring
        lastAcknowledgedAt = isMeasuring ? now : nil
    }

    mutating func acknowledge(_ ask: Ask, at now: NIODeadline) {
        acknowledged += 1
        guard isMeasuring else { return }
        operations += 1
        notePause(until: now)
        lastAcknowledgedAt = now
        let microseconds = (now - ask.began).nanoseconds / 1_000
        _ = latencies.record(UInt64(min(max(microseconds, 1), 600_000_000)))
    }

    private mutating func notePause(until now: NIODeadline) {
        guard let last = lastAcknowledgedAt else { return }
        longestPause = max(longestPause, now - last)
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
