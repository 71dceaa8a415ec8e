import Ledger
import NIOCore

/// The connection of a watcher, as its hub sees it; on the same loop.
protocol FeedClient: AnyObject {
    /// Whether more bytes would find room.
    var canTakeMore: Bool { get }
    /// Writes the head of a stream.
    func beginStream(_ freshness: Freshness?, socketBytes: Int)
    /// Writes and flushes a part of a stream.
    func send(_ bytes: ByteBuffer)
    /// Ends a stream in good order.
    func endStream()
    /// Answers instead: a poll, or whoever is refused.
    func answer(_ reply: Reply)
}

/// A cursor and a filter: one who follows the feed.
///
/// It lives on its hub's loop. What waits for it are references to records that all share.
final class Watcher {
    enum State: Equatable {
        /// Its snapshot is being read.
        case opening
        /// This node has not got to its cursor.
        case ahead
        case live
        case over
    }

    let request: FeedRequest
    /// Nil once it is over.
    var client: (any FeedClient)?
    var state = State.opening
    /// The head of its stream is written.
    var hasBegun = false
    /// How old its snapshot is.
    var snapshotFreshness: Freshness?
    /// The client knows everything up to here by itself.
    var cursor: Position
    /// The position of the event sent last; `prev` of the next.
    var previous: Position
    /// Everything up to here has been sent.
    var told = Position(0)
    /// The number of the next record that may concern it.
    var next: UInt64 = 0
    var pending: [FeedEvent] = []
    var isTouched = false
    var isFlushing = false
    var lastWrite = NIODeadline.uptimeNanoseconds(0)
    /// Since when it takes nothing.
    var blockedSince: NIODeadline?
    /// When its stream is to end, its poll to be answered, or its cursor to be given up.
    var endsAt = NIODeadline.distantFuture
    var waitsUntil = NIODeadline.distantFuture
    /// Which tenth of the watchers it belongs to, for the hub's rounds.
    var slice = 0

    init(_ request: FeedRequest, client: any FeedClient) {
        self.request = request
        self.client = client
        cursor = request.after ?? Position(0)
        previous = cursor
    }

    var isPoll: Bool { request.form != .stream }

    /// Leaves of each key the last event only, in order; how many went.
    func conflate() -> Int {
        var seen = Set<FeedKey>()
        var kept: [FeedEvent] = []
        for event in pending.reversed() {
            if let key = event.record.key(event.face), !seen.insert(key).inserted { continue }
            kept.append(event)
        }
        kept.reverse()
        defer { pending = kept }
        return pending.count - kept.count
    }
}
