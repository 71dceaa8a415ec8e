import Testing

/// A condition that did not come true in time.
struct TimedOut: Error {}

/// Waits until `condition` holds, and fails where it was called if that takes too long.
func eventually(
    within limit: Duration = .seconds(10),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while try await !condition() {
        guard clock.now < deadline else {
            Issue.record("did not happen within \(limit)", sourceLocation: sourceLocation)
            throw TimedOut()
        }
        try await Task.sleep(for: .milliseconds(1))
    }
}
