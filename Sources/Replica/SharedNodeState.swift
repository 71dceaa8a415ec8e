import Ledger
import NIOCore
import Raft
import Synchronization

/// What the loop publishes and any thread may read without it.
final class SharedNodeState: Sendable {
    private struct Published {
        var status: NodeStatus
        var completeAsOf: NodeInstant?
        /// A single node that leads is never older than itself.
        var isSoleAuthority = false
        /// The database has all that is applied.
        var isStored = false
        /// What the database has was complete as of then.
        var storedCompleteAsOf: NodeInstant?
        var metrics = NodeMetrics(samples: [])
    }

    let inbox = Inbox()
    let view: AvailabilityView
    let tail: ChangeTail
    let names = NameCache(namesMax: 131_072)
    private let published: Mutex<Published>
    private let locations = Mutex<Set<LocationID>>([])
    private let locationsMax: Int

    init(status: NodeStatus, limits: NodeLimits, tail: ChangeTail) {
        self.tail = tail
        view = AvailabilityView(countMax: limits.viewItemsMax, bytesMax: limits.viewBytesMax)
        locationsMax = limits.knownLocationsMax
        published = Mutex(Published(status: status))
    }

    /// The loop's turn is over: this is how things stand.
    func publish(status: NodeStatus, completeAsOf: NodeInstant?, isSoleAuthority: Bool) {
        published.withLock { published in
            published.status = status
            published.completeAsOf = completeAsOf
            published.isSoleAuthority = isSoleAuthority
        }
    }

    func publish(completeAsOf: NodeInstant?, isSoleAuthority: Bool, isStored: Bool) {
        published.withLock { published in
            published.completeAsOf = completeAsOf
            published.isSoleAuthority = isSoleAuthority
            published.isStored = isStored
        }
    }

    func publish(storedCompleteAsOf: NodeInstant?, isStored: Bool) {
        published.withLock { published in
            published.storedCompleteAsOf = storedCompleteAsOf
            published.isStored = isStored
        }
    }

    /// The stamp of a read from the database that begins after this call; its position is the read's.
    func storedStamp() -> ReadStamp {
        published.withLock { published in
            var stamp = ReadStamp(
                position: Position(0),
                staleness: nil,
                node: published.status.id,
                role: published.status.role
            )
            if published.isStored {
                stamp.staleness = Self.age(published)
            } else if let completeAsOf = published.storedCompleteAsOf {
                stamp.staleness = Self.age(since: completeAsOf)
            }
            return stamp
        }
    }

    func publish(metrics: NodeMetrics) {
        published.withLock { $0.metrics = metrics }
    }

    func status() -> NodeStatus {
        published.withLock { published in
            var status = published.status
            status.staleness = Self.age(published)
            return status
        }
    }

    func metrics() -> NodeMetrics {
        let status = status()
        var metrics = published.withLock { $0.metrics }
        metrics.samples.append(
            NodeMetrics.Sample(
                "estoque_staleness_bound_seconds",
                .gauge,
                status.staleness.map { Double($0.nanoseconds) / 1e9 } ?? .infinity,
                help: "Upper bound on the age of this node's state; +Inf when unknown."
            )
        )
        return metrics
    }

    /// The certificate is taken *before* the items are read.
    ///
    /// They are then at least as new as it says. The other way round, a certificate for later entries could be put on earlier ones.
    func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>? {
        let certificate = published.withLock { $0.status.isReady ? $0 : nil }
        guard let certificate, let (items, position) = view.read(skus) else { return nil }
        let stamp = ReadStamp(
            position: position,
            staleness: Self.age(certificate),
            node: certificate.status.id,
            role: certificate.status.role
        )
        return Stamped(value: items, stamp: stamp)
    }

    /// Remembers that a location exists; a full memory begins anew.
    func note(known id: LocationID) {
        locations.withLock { locations in
            if locations.count >= locationsMax { locations.removeAll() }
            locations.insert(id)
        }
    }

    func knows(_ id: LocationID) -> Bool { locations.withLock { $0.contains(id) } }

    private static func age(_ published: Published) -> TimeAmount? {
        if published.isSoleAuthority { return .zero }
        return published.completeAsOf.map(age(since:))
    }

    private static func age(since completeAsOf: NodeInstant) -> TimeAmount {
        let age = SystemClock.monotonic().nanoseconds(since: completeAsOf)
        return .nanoseconds(Int64(clamping: age))
    }
}
