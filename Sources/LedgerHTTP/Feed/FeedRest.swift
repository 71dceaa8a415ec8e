import NIOCore
import Synchronization

/// Whether the feed's source rests, as nobody follows: a node without watchers pays nothing for them.
///
/// The source begins a rest, a watcher that comes ends it. Whoever comes is counted before it asks,
/// and the source counts once more after it has said that it rests, so that neither misses the other.
final class FeedRest: Sendable {
    private struct State {
        var isResting = true
        /// Since when nobody follows.
        var lonelySince: NIODeadline?
    }

    private let state = Mutex(State())
    private let watchers: @Sendable () -> Int

    init(watchers: @escaping @Sendable () -> Int) { self.watchers = watchers }

    var isResting: Bool { state.withLock { $0.isResting } }

    /// Whether the source is to rest from now on: nobody has followed for so long.
    func begins(after patience: TimeAmount) -> Bool {
        let now = NIODeadline.now()
        return state.withLock { state in
            guard watchers() == 0 else {
                state.lonelySince = nil
                return false
            }
            let since = state.lonelySince ?? now
            state.lonelySince = since
            guard since + patience <= now else { return false }
            state.isResting = true
            state.lonelySince = nil
            return true
        }
    }

    /// Somebody has come; true when the source rested, and is to be woken by the caller.
    func ends() -> Bool {
        state.withLock { state in
            defer { state.isResting = false }
            return state.isResting
        }
    }
}
