import Ledger
import NIOCore
import Replica

/// The watchers of one loop: it reads the ring at its own pace and serves them.
///
/// ```
///  ring ──news──▶ deliver: record ─index─▶ watchers' pending ──flush──▶ connections
/// ```
/// The ring is its inbox: when it is slow, it finds more there the next time, of which watchers of
/// the latest state need only the last of each key. Confined to its loop.
final class FeedHub {
    let eventLoop: any EventLoop
    let node: any LedgerNode
    let limits: FeedLimits
    let ring: FeedRing
    let metrics: FeedMetrics
    let wakeSource: () -> Void

    var index = WatcherIndex()
    /// All watchers, in tenths: each tenth is looked at once a bookmark's interval.
    var slices = [[Watcher]](repeating: [], count: FeedHub.sliceCount)
    var nextSlice = 0
    var looksAt = 0
    var rounds: RepeatedTask?
    var random = SystemRandomNumberGenerator()
    /// Watchers that wait for this node to get to their cursor.
    var ahead: [Watcher] = []
    /// Those with something to send.
    private var touched: [Watcher] = []
    private var isFlushing = false
    /// The number of the next record, and how far that is.
    private(set) var next: UInt64
    private(set) var position: Position
    private(set) var freshness: Freshness?
    var counts = FeedMetrics.Counts()

    static let sliceCount = 10

    init(
        eventLoop: any EventLoop,
        node: any LedgerNode,
        limits: FeedLimits,
        ring: FeedRing,
        metrics: FeedMetrics,
        wakeSource: @escaping () -> Void
    ) {
        self.eventLoop = eventLoop
        self.node = node
        self.limits = limits
        self.ring = ring
        self.metrics = metrics
        self.wakeSource = wakeSource
        let standing = ring.standing
        next = standing.next
        position = standing.position
        freshness = standing.freshness
    }

    /// Takes what is new in the ring to those whom it concerns.
    func run() {
        guard !isFlushing else { return }
        guard let news = ring.news(from: next) else {
            missEverything()
            return
        }
        next = news.standing.next
        position = news.standing.position
        freshness = news.standing.freshness
        for gap in news.gaps { resetWatchers(concernedBy: gap) }
        for item in news.items { deliver(item) }
        considerAhead()
        flushTouched()
        report()
    }

    /// Those who would have to be told of too much begin anew; the others go on.
    private func resetWatchers(concernedBy gap: FeedGap) {
        for slice in slices {
            for watcher in slice
            where watcher.state == .live && watcher.next <= gap.number
                && gap.position > watcher.cursor && gap.concerns(watcher.request.filter)
            {
                reset(watcher, .compacted)
            }
        }
    }

    private func deliver(_ item: FeedRing.Item) {
        let record = item.record
        index.forEach(concernedBy: record) { watcher in
            // It may have found this in the ring by itself, or in its snapshot.
            guard watcher.next <= item.number, record.position > watcher.cursor,
                let face = watcher.request.filter.face(of: record)
            else { return }
            let isLast = face == .whole ? item.wholeIsLast : item.placedIsLast
            guard isLast || watcher.request.mode == .log else {
                counts.conflated += 1
                return
            }
            watcher.pending.append(FeedEvent(record: record, face: face))
            touch(watcher)
        }
    }

    func touch(_ watcher: Watcher) {
        guard !watcher.isTouched else { return }
        watcher.isTouched = true
        touched.append(watcher)
    }

    /// Some watchers a turn, so that other connections of this loop get theirs in between.
    private func flushTouched() {
        let part = touched.prefix(limits.watchersPerTurn)
        for watcher in part {
            watcher.isTouched = false
            flush(watcher)
        }
        touched.removeFirst(part.count)
        isFlushing = !touched.isEmpty
        guard isFlushing else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute {
            let hub = bound.value
            hub.flushTouched()
            // What came meanwhile.
            if !hub.isFlushing { hub.run() }
        }
    }

    /// The ring has dropped what this hub had not delivered, or begun anew.
    private func missEverything() {
        let standing = ring.standing
        next = standing.next
        position = standing.position
        freshness = standing.freshness
        for slice in slices {
            for watcher in slice where watcher.state == .live { reset(watcher, .compacted) }
        }
        considerAhead()
        report()
    }

    func report() {
        metrics.add(counts)
        counts = FeedMetrics.Counts()
    }

    // MARK: - Coming and going

    func insert(_ watcher: Watcher) {
        watcher.slice = nextSlice
        nextSlice = (nextSlice + 1) % Self.sliceCount
        slices[watcher.slice].append(watcher)
        beginRounds()
    }

    /// Forgets a watcher, whatever it was doing.
    func remove(_ watcher: Watcher) {
        guard watcher.state != .over else { return }
        if watcher.state == .live { index.remove(watcher) }
        ahead.removeAll { $0 === watcher }
        watcher.state = .over
        watcher.client = nil
        watcher.pending = []
        if let index = slices[watcher.slice].firstIndex(where: { $0 === watcher }) {
            let last = slices[watcher.slice].count - 1
            slices[watcher.slice].swapAt(index, last)
            slices[watcher.slice].removeLast()
        }
        metrics.left()
        if slices.allSatisfy(\.isEmpty) {
            rounds?.cancel()
            rounds = nil
        }
    }
}
