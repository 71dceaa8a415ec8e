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
        var metrics: [NodeMetrics.Sample] = []
    }

    let inbox = Inbox()
    let view: AvailabilityView
    private let published: Mutex<Published>

    init(status: NodeStatus, viewItemsMax: Int) {
        view = AvailabilityView(capacity: viewItemsMax)
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

    func publish(completeAsOf: NodeInstant?, isSoleAuthority: Bool) {
        published.withLock { published in
            published.completeAsOf = completeAsOf
            published.isSoleAuthority = isSoleAuthority
        }
    }

    func publish(metrics: [NodeMetrics.Sample]) {
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
        var samples = published.withLock { $0.metrics }
        samples.append(
            NodeMetrics.Sample(
                "estoque_staleness_bound_seconds",
                .gauge,
                status.staleness.map { Double($0.nanoseconds) / 1e9 } ?? .infinity,
                help: "Upper bound on the age of this node's state; +Inf when unknown."
            )
        )
        return NodeMetrics(samples: samples)
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

    private static func age(_ published: Published) -> TimeAmount? {
        if published.isSoleAuthority { return .zero }
        return published.completeAsOf.map { completeAsOf in
            let age = SystemClock.monotonic().nanoseconds(since: completeAsOf)
            return .nanoseconds(Int64(clamping: age))
        }
    }
}
