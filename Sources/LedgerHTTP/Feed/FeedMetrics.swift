import Replica
import Synchronization

/// Why a stream was told to begin anew.
enum FeedReset: String, CaseIterable, Sendable {
    /// The client took its events too slowly.
    case slow = "SLOW"
    /// What it had not been told yet is not kept any more.
    case compacted = "COMPACTED"
    /// This node did not get to its cursor in time.
    case ahead = "AHEAD"
}

/// Counts what the feed does, for `/metrics`; a hub adds what one of its turns came to.
final class FeedMetrics: Sendable {
    struct Counts: Sendable {
        var streams: UInt64 = 0
        var polls: UInt64 = 0
        var rejected: UInt64 = 0
        var refusedCursors: UInt64 = 0
        var events: UInt64 = 0
        var bookmarks: UInt64 = 0
        /// Left out, as a later one of the same key made them needless.
        var conflated: UInt64 = 0
        /// Of those, for watchers that could take nothing then.
        var conflatedSlow: UInt64 = 0
        var resets = [UInt64](repeating: 0, count: FeedReset.allCases.count)
        var aged: UInt64 = 0

        mutating func count(_ reset: FeedReset) {
            if let index = FeedReset.allCases.firstIndex(of: reset) { resets[index] += 1 }
        }

        static func += (left: inout Counts, right: Counts) {
            left.streams += right.streams
            left.polls += right.polls
            left.rejected += right.rejected
            left.refusedCursors += right.refusedCursors
            left.events += right.events
            left.bookmarks += right.bookmarks
            left.conflated += right.conflated
            left.conflatedSlow += right.conflatedSlow
            for index in left.resets.indices { left.resets[index] += right.resets[index] }
            left.aged += right.aged
        }
    }

    private let counts = Mutex(Counts())
    private let watching = Atomic<Int>(0)

    var snapshot: Counts { counts.withLock { $0 } }
    /// Streams and polls that are open now.
    var watchers: Int { watching.load(ordering: .relaxed) }

    func add(_ more: Counts) { counts.withLock { $0 += more } }

    /// Lets another watcher in, unless there are so many.
    func admit(max: Int) -> Bool {
        guard watching.add(1, ordering: .relaxed).newValue <= max else {
            watching.subtract(1, ordering: .relaxed)
            counts.withLock { $0.rejected += 1 }
            return false
        }
        return true
    }

    func left() { watching.subtract(1, ordering: .relaxed) }
}
