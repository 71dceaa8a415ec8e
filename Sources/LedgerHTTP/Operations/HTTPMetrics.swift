import NIOCore
import Replica
import Synchronization

/// Counts what the HTTP server does, for `/metrics`.
///
/// One lock for everything: an exchange takes it twice, for some tens of nanoseconds.
final class HTTPMetrics: Sendable {
    /// Upper bounds of the histogram's buckets, in seconds; a last one without a bound follows.
    static let bounds: [Double] = [0.000_1, 0.000_5, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5]
    private static let boundsNanoseconds = bounds.map { Int64($0 * 1_000_000_000) }
    /// Classes of status codes, 1xx to 5xx.
    static let classes = 5

    /// Everything counted, at one moment.
    struct Counts: Sendable {
        /// By route and class of status.
        var requests = [UInt64](repeating: 0, count: Route.allCases.count * classes)
        /// By route and bucket; not cumulative.
        var buckets = [UInt64](repeating: 0, count: Route.allCases.count * (bounds.count + 1))
        /// By route.
        var nanoseconds = [UInt64](repeating: 0, count: Route.allCases.count)
        var inFlight = 0
        var connections = 0
        var connectionsTotal: UInt64 = 0
        var connectionsRefused: UInt64 = 0
        var malformed: UInt64 = 0
        var abandoned: UInt64 = 0
    }

    private let counts = Mutex(Counts())

    /// The counts now.
    var snapshot: Counts { counts.withLock { $0 } }

    /// Returns how many are open now.
    func connectionOpened() -> Int {
        counts.withLock {
            $0.connections += 1
            $0.connectionsTotal += 1
            return $0.connections
        }
    }

    func connectionWasRefused() {
        counts.withLock { $0.connectionsRefused += 1 }
    }

    func connectionClosed() {
        counts.withLock { $0.connections -= 1 }
    }

    func requestWasMalformed() {
        counts.withLock { $0.malformed += 1 }
    }

    /// A request's head has arrived.
    func began() {
        counts.withLock { $0.inFlight += 1 }
    }

    /// Its answer has been written.
    func finished(_ exchange: Exchange, status: Int, at now: NIODeadline) {
        let duration = max((now - exchange.startedAt).nanoseconds, 0)
        let bucket =
            Self.boundsNanoseconds.firstIndex { duration <= $0 } ?? Self.bounds.count
        let route = exchange.route.rawValue
        let statusClass = min(max(status / 100, 1), Self.classes) - 1
        counts.withLock {
            $0.inFlight -= 1
            $0.requests[route * Self.classes + statusClass] += 1
            $0.buckets[route * (Self.bounds.count + 1) + bucket] += 1
            $0.nanoseconds[route] &+= UInt64(duration)
        }
    }

    /// The connection was lost before the answer was out.
    func abandoned(_ exchange: Exchange) {
        counts.withLock {
            $0.inFlight -= 1
            $0.abandoned += 1
        }
    }
}
