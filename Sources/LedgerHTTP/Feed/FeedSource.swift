import Ledger
import LedgerStore
import Logging
import NIOCore
import Replica

/// Follows the applied log and turns it into records for the ring; one a node.
///
/// Confined to one loop of the HTTP server. It reads from the node's books like any other follower,
/// on the readers' threads, so that neither apply nor a writer ever waits for it.
///
/// ```
///  resting ─▶ asking ──▶ working ──▶ pausing ──▶ asking      changes came
///               ├──────▶ waiting ──────────────▶ asking      none did
///               ├──────▶ retrying ─────────────▶ asking      they can't be read now
///               ╰──────▶ resting                             nobody follows any more
/// ```
/// What a record shows is the state at its position, or a later one that the node was at when the
/// feed first looked at the item.
final class FeedSource {
    let eventLoop: any EventLoop
    let node: any LedgerNode
    let books: any LedgerBooks
    let limits: FeedLimits
    let ring: FeedRing
    let logger: Logger
    private let rest: FeedRest
    private let notify: @Sendable () -> Void
    /// Asks which items are named by those who follow now; there is no answer when they are too many.
    let watched: Watched
    typealias Watched =
        @Sendable (_ max: Int, _ completion: @escaping @Sendable (Set<SKU>?) -> Void) -> Void

    private var cursor: ChangeCursor
    private var waiter: ChangeWaiter?
    private var isStopped = false
    /// A certificate that the ring has yet to live up to.
    private var candidate: Freshness?

    var items: FeedItems
    /// The rows of the batch that are not converted yet, and what the others have become.
    var rows: ArraySlice<HistoryEntry> = []
    var records: [FeedRecord] = []
    var gaps: [FeedGap] = []
    private var batchEnd = Position(0)
    /// Fetched for the row that is next.
    var fetched: Location?
    /// What an item that is being read anew cost before.
    var priceBefore: (sku: SKU, price: Money?)?
    /// Items that are to be read next.
    var wanted: [SKU] = []
    /// Items at the location of that row of which nothing is told yet, once they are known.
    var untold: ArraySlice<SKU>?

    init(
        eventLoop: any EventLoop,
        node: any LedgerNode,
        books: any LedgerBooks,
        limits: FeedLimits,
        ring: FeedRing,
        start: Position,
        rest: FeedRest,
        logger: Logger,
        watched: @escaping Watched,
        notify: @escaping @Sendable () -> Void
    ) {
        self.eventLoop = eventLoop
        self.node = node
        self.books = books
        self.limits = limits
        self.ring = ring
        self.rest = rest
        self.logger = logger
        self.watched = watched
        self.notify = notify
        items = FeedItems(itemsMax: limits.itemsKept)
        cursor = .position(start)
    }

    /// Somebody follows: what happened shortly before is read back, so that a node where nobody did,
    /// or one that was restarted, can go on with the clients of another.
    func wake() {
        guard !isStopped else { return }
        let applied = node.status.applied.rawValue
        guard applied > ring.standing.position.rawValue + limits.refillPositions else {
            return ask()
        }
        jump(to: Position(applied - limits.refillPositions), "nobody followed for long")
    }

    func stop() {
        isStopped = true
        waiter?.cancel()
        waiter = nil
    }

    // MARK: - Asking

    func ask() {
        guard !isStopped, !rest.begins(after: limits.restAfter) else { return }
        if candidate == nil { candidate = certificate() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        books.changes(
            after: cursor,
            limit: limits.rowsPerRead,
            deadline: .now() + .seconds(30)
        ) { [eventLoop] result in
            eventLoop.execute { bound.value.take(result) }
        }
    }

    /// What the node says of its state now: by the way that every read goes.
    ///
    /// It is taken before the changes are asked for, which then contain all that it speaks of.
    private func certificate() -> Freshness? {
        let now = NIODeadline.now()
        return node.itemsInView([]).map { Freshness(stamp: $0.stamp, since: now) }
    }

    private func take(_ result: Result<ChangeBatch, BookFailure>) {
        guard !isStopped else { return }
        switch result {
        case .failure(let failure): retry(after: failure)
        case .success(let batch):
            let told = ring.standing.position
            if batch.applied.rawValue > told.rawValue + limits.lagMax {
                jump(to: batch.applied, "too far behind")
                return
            }
            cursor = .sequence(batch.next)
            batchEnd = batch.position
            rows = batch.entries[...]
            guard !rows.isEmpty else {
                publish()
                wait(after: batch.next)
                return
            }
            prepare()
        }
    }

    private func wait(after sequence: UInt64) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        waiter = books.whenChanged(after: sequence, deadline: .now() + limits.idle) {
            [eventLoop] _ in
            eventLoop.execute { bound.value.woken() }
        }
        if waiter == nil { retry(after: .read(.overloaded)) }
    }

    private func woken() {
        waiter = nil
        ask()
    }

    private func retry(after failure: BookFailure) {
        logger.debug("feed can't read now", metadata: ["feed.error": "\(failure)"])
        // No claim about the age is renewed meanwhile: it grows.
        schedule(limits.retry)
    }

    private func schedule(_ delay: TimeAmount) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: delay) { bound.value.ask() }
    }

    /// Leaves out what can't be told one by one; the watchers are reset.
    func jump(to position: Position, _ reason: String) {
        logger.info(
            "feed begins anew",
            metadata: ["feed.position": "\(position.rawValue)", "feed.reason": "\(reason)"]
        )
        ring.clear(at: position)
        items.removeAll()
        cursor = .position(position)
        rows = []
        records = []
        gaps = []
        fetched = nil
        untold = nil
        wanted = []
        priceBefore = nil
        candidate = nil
        notify()
        schedule(.zero)
    }

    // MARK: - Publishing

    /// All rows of the batch are records.
    func batchIsDone() {
        publish()
        schedule(limits.pace)
    }

    private func publish() {
        ring.append(records, gaps: gaps, through: batchEnd)
        records = []
        gaps = []
        let position = ring.standing.position
        if let certificate = candidate, certificate.stamp.position <= position {
            ring.certify(certificate)
            candidate = nil
        }
        notify()
    }

    /// Fetching went wrong in the middle of a batch: goes on where it was, later.
    func retryWork(_ failure: String) {
        logger.debug("feed can't read now", metadata: ["feed.error": "\(failure)"])
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: limits.retry) { bound.value.goOn() }
    }

    var isOver: Bool { isStopped }
}
