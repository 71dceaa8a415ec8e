import Testing

/// What a test waited for did not come.
struct TimedOut: Error, CustomStringConvertible {
    var description: String
}

/// Looks again and again until something is so; the limit is for a test that has failed.
func waitUntil(
    _ what: String,
    within limit: Duration = .seconds(60),
    isSo: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isSo() {
        guard .now < deadline else { throw TimedOut(description: "not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
