import NIOCore

/// The growing pauses between attempts to reach a peer: each twice the one before up to a cap,
/// of which a random part between half and all is waited, so that nodes don't dial in step.
struct Backoff {
    private let first: TimeAmount
    private let cap: TimeAmount
    private var next: TimeAmount

    init(first: TimeAmount, cap: TimeAmount) {
        self.first = first
        self.cap = cap
        next = first
    }

    mutating func pause(using random: inout some RandomNumberGenerator) -> TimeAmount {
        let full = next.nanoseconds
        next = .nanoseconds(full > cap.nanoseconds / 2 ? cap.nanoseconds : full * 2)
        return .nanoseconds(Int64.random(in: full / 2...full, using: &random))
    }

    mutating func reset() {
        next = first
    }
}
