import NIOCore

/// Lets one log line through per interval, and counts what it held back.
struct LogThrottle {
    private let interval: TimeAmount
    private var opensAt: NIODeadline?
    private var suppressed = 0

    init(interval: TimeAmount) {
        self.interval = interval
    }

    /// Whether a line may be written now: how many were held back since the last one, or nil.
    mutating func admit(at now: NIODeadline) -> Int? {
        if let opensAt, now < opensAt {
            suppressed += 1
            return nil
        }
        opensAt = now + interval
        defer { suppressed = 0 }
        return suppressed
    }
}
