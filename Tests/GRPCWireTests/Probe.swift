import Synchronization
import Testing

/// Gathers what callbacks on event loops saw, and lets a test wait for it.
final class Probe<Element: Sendable>: Sendable {
    private let seen = Mutex<[Element]>([])

    func note(_ element: Element) {
        seen.withLock { $0.append(element) }
    }

    var elements: [Element] { seen.withLock { $0 } }

    /// Returns what was seen once `condition` holds for it; fails the test if that takes longer than `limit`.
    @discardableResult
    func wait(
        upTo limit: Duration = .seconds(10),
        sourceLocation: SourceLocation = #_sourceLocation,
        until condition: ([Element]) -> Bool
    ) async throws -> [Element] {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            let now = elements
            if condition(now) { return now }
            if clock.now >= end {
                Issue.record("waited in vain; seen: \(now)", sourceLocation: sourceLocation)
                return now
            }
            try await clock.sleep(for: .milliseconds(2))
        }
    }
}
