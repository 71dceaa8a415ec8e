/// A condition did not come true in time.
struct TimedOut: Error, CustomStringConvertible {
    var what: String
    var limit: Duration

    var description: String { "not within \(limit): \(what)" }
}

/// Asks again and again until there is a value, or the limit is over; an error ends it at once.
func eventually<Value>(
    within limit: Duration,
    _ what: String,
    _ value: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if let value = try await value() { return value }
        guard clock.now < deadline else { throw TimedOut(what: what, limit: limit) }
        try await clock.sleep(for: .milliseconds(10))
    }
}

/// Asks again and again until it is so, or the limit is over.
func waitUntil(
    within limit: Duration,
    _ what: String,
    _ isSo: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(within: limit, what) { try await isSo() ? true : nil }
}
