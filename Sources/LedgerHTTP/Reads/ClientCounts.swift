import Synchronization

/// How much of something each client has, by its address; clients without any aren't kept.
final class ClientCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Counts one more; false, and nothing is counted, when the client has `max` already.
    func enter(_ client: String, max: Int) -> Bool {
        counts.withLock { counts in
            let count = counts[client] ?? 0
            guard count < max else { return false }
            counts[client] = count + 1
            return true
        }
    }

    /// Counts one less.
    func leave(_ client: String) {
        counts.withLock { counts in
            guard let count = counts[client] else { return }
            counts[client] = count > 1 ? count - 1 : nil
        }
    }
}
