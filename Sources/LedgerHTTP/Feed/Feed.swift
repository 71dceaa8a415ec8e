import Ledger
import Logging
import NIOCore
import Replica
import Synchronization

/// The stream of changes of one node: a source, a ring, and a hub for each loop.
///
/// ```
///  node's books ──▶ FeedSource ──▶ FeedRing ──▶ FeedHub ──▶ connections of its loop
///                   (one loop)    (shared)      (each loop)
/// ```
final class Feed: Sendable {
    let node: any LedgerNode
    let limits: FeedLimits
    let ring: FeedRing
    let metrics: FeedMetrics
    let rest: FeedRest
    private let books: (any LedgerBooks)?
    private let logger: Logger
    private let parts = Mutex(Parts())

    private struct Parts {
        var hubs: [ObjectIdentifier: HubHandle] = [:]
        var source: (eventLoop: any EventLoop, bound: NIOLoopBound<FeedSource>)?
        var hasStarted = false
        var hasStopped = false
    }

    init(node: any LedgerNode, limits: FeedLimits, logger: Logger) {
        self.node = node
        self.limits = limits
        self.logger = logger
        books = node as? any LedgerBooks
        ring = FeedRing(recordsMax: limits.recordsMax)
        let metrics = FeedMetrics()
        self.metrics = metrics
        rest = FeedRest(watchers: { metrics.watchers })
    }

    /// Whether there is anything to follow.
    var hasStarted: Bool { parts.withLock { $0.hasStarted } }

    /// Begins to follow the node's changes on a loop.
    func start(on eventLoop: any EventLoop) {
        guard let books else { return }
        let applied = node.status.applied.rawValue
        let first = Position(applied - min(applied, limits.refillPositions))
        ring.clear(at: first)
        parts.withLock { $0.hasStarted = true }
        eventLoop.execute { [self] in
            let source = FeedSource(
                eventLoop: eventLoop,
                node: node,
                books: books,
                limits: limits,
                ring: ring,
                start: first,
                rest: rest,
                logger: logger,
                watched: { [weak self] max, completion in
                    self?.askForWatched(max: max, completion)
                },
                notify: { [weak self] in self?.wakeHubs() }
            )
            let goesOn = parts.withLock { parts in
                guard !parts.hasStopped else { return false }
                parts.source = (eventLoop, NIOLoopBound(source, eventLoop: eventLoop))
                return true
            }
            // Somebody may have come already.
            if goesOn, metrics.watchers > 0, rest.ends() { source.wake() }
        }
    }

    /// Somebody follows the changes: if nobody did, the source is woken.
    func wakeSource() {
        guard let source = parts.withLock({ $0.source }), rest.ends() else { return }
        source.eventLoop.execute { source.bound.value.wake() }
    }

    /// Follows no more; the hubs stay for the connections that they have.
    func stop(on eventLoop: any EventLoop) {
        let source = parts.withLock { parts in
            parts.hasStopped = true
            defer { parts.source = nil }
            return parts.source
        }
        guard let source else { return }
        eventLoop.execute { source.bound.value.stop() }
    }

    /// The hub of a loop; called on that loop.
    func hub(on eventLoop: any EventLoop) -> FeedHub {
        eventLoop.preconditionInEventLoop()
        let id = ObjectIdentifier(eventLoop)
        if let handle = parts.withLock({ $0.hubs[id] }) { return handle.hub.value }
        let hub = FeedHub(
            eventLoop: eventLoop,
            node: node,
            limits: limits,
            ring: ring,
            metrics: metrics,
            wakeSource: { [weak self] in self?.wakeSource() }
        )
        let handle = HubHandle(eventLoop: eventLoop, hub: hub)
        parts.withLock { $0.hubs[id] = handle }
        return hub
    }

    /// Asks one hub after the other which items its watchers name; nil when there are more than `max`.
    private func askForWatched(
        max: Int,
        _ completion: @escaping @Sendable (Set<SKU>?) -> Void
    ) {
        let handles = parts.withLock { Array($0.hubs.values) }
        Self.gather(from: handles[...], [], max: max, completion)
    }

    private static func gather(
        from handles: ArraySlice<HubHandle>,
        _ found: Set<SKU>,
        max: Int,
        _ completion: @escaping @Sendable (Set<SKU>?) -> Void
    ) {
        guard found.count <= max else { return completion(nil) }
        guard let handle = handles.first else { return completion(found) }
        handle.eventLoop.execute {
            let more = handle.hub.value.index.skus(max: max + 1)
            gather(from: handles.dropFirst(), found.union(more), max: max, completion)
        }
    }

    private func wakeHubs() {
        let handles = parts.withLock { Array($0.hubs.values) }
        for handle in handles { handle.wake() }
    }
}

/// A hub as other threads see it: something that can be woken, once for all that has gathered.
private final class HubHandle: Sendable {
    let eventLoop: any EventLoop
    let hub: NIOLoopBound<FeedHub>
    private let isWoken = Atomic<Bool>(false)

    init(eventLoop: any EventLoop, hub: FeedHub) {
        self.eventLoop = eventLoop
        self.hub = NIOLoopBound(hub, eventLoop: eventLoop)
    }

    func wake() {
        guard !isWoken.exchange(true, ordering: .acquiringAndReleasing) else { return }
        eventLoop.execute { [self] in
            isWoken.store(false, ordering: .releasing)
            hub.value.run()
        }
    }
}
