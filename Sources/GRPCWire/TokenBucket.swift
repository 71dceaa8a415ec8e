import NIOCore

/// Allows bursts up to a size and a steady rate after that.
struct TokenBucket {
    private let burst: Double
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: NIODeadline

    init(burst: Int, perSecond: Int, now: NIODeadline) {
        self.burst = Double(burst)
        self.perSecond = Double(perSecond)
        self.tokens = Double(burst)
        self.filledAt = now
    }

    /// Takes one token; false says that the rate is exceeded.
    mutating func take(now: NIODeadline) -> Bool {
        let elapsed = Double((now - filledAt).nanoseconds) / 1_000_000_000
        tokens = min(burst, tokens + elapsed * perSecond)
        filledAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
