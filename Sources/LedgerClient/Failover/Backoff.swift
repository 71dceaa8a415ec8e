import NIOCore

/// How long to wait before each further attempt: a random part of a pause that doubles.
///
/// Random, so that clients that failed together don't come back together.
struct Backoff {
    private let base: Duration
    private let max: Duration
    private var attempts = 0

    init(_ options: ClientOptions) {
        base = options.backoffBase
        max = options.backoffMax
    }

    /// The next pause, at least as long as the node asked for.
    mutating func next(
        atLeast asked: Duration?,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        let doublings = min(attempts, 16)
        attempts += 1
        let ceiling = min(max, base * (1 << doublings))
        let part = Double.random(in: 0...1, using: &random)
        let pause = ceiling * part
        guard let asked else { return pause }
        // On top of what was asked for, for the same reason.
        return asked + pause
    }
}
