package import Ledger
import Logging
package import NIOCore
package import Raft
import Synchronization

/// A running node, as the edges see it: any thread may call it, the loop does the work.
///
/// Requests made on the node's own loop (which is where its gRPC connections live) join the
/// loop's next turn without a hop; others are gathered, and one wake-up brings them all.
package final class ReplicaNode: LedgerNode {
    package let eventLoop: any EventLoop
    let loop: NIOLoopBound<ReplicaLoop>
    let shared: SharedNodeState
    let store: NodeStore

    init(
        eventLoop: any EventLoop,
        loop: ReplicaLoop,
        shared: SharedNodeState,
        store: NodeStore
    ) {
        self.eventLoop = eventLoop
        self.loop = NIOLoopBound(loop, eventLoop: eventLoop)
        self.shared = shared
        self.store = store
    }

    package var status: NodeStatus { shared.status() }
    package var metrics: NodeMetrics { shared.metrics() }

    package func submit(
        _ requests: [Request],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, SubmitResult) -> Void
    ) {
        let entries = requests.map { request in
            var entry: [UInt8] = []
            entry.reserveCapacity(192)
            LedgerEntry.encode(request, into: &entry)
            return entry
        }
        onLoop { loop in
            loop.submit(entries, deadline: deadline) { index, verdict in
                switch verdict {
                case .result(let result): completion(index, result)
                case .boundary: completion(index, .unknown)
                }
            }
        }
    }

    package func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Answer, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(.linearizable, deadline: deadline) { failure in
                completion(failure.map { .failure($0) } ?? loop.validate(request))
            }
        }
    }

    package func items(
        _ skus: [SKU],
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<[ItemView?]>, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(consistency, deadline: deadline) { failure in
                if let failure { return completion(.failure(failure)) }
                loop.readItems(skus, deadline: deadline, completion)
            }
        }
    }

    package func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>? {
        shared.itemsInView(skus)
    }

    package func knowsLocation(_ id: LocationID) -> Bool { shared.knows(id) }

    package func reservation(
        _ id: ReservationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Reservation?>, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(consistency, deadline: deadline) { failure in
                completion(failure.map { .failure($0) } ?? loop.readReservation(id))
            }
        }
    }

    package func sale(
        _ id: SaleID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Sale?>, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(consistency, deadline: deadline) { failure in
                completion(failure.map { .failure($0) } ?? loop.readSale(id))
            }
        }
    }

    package func transfer(
        _ id: TransferID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Transfer?>, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(consistency, deadline: deadline) { failure in
                completion(failure.map { .failure($0) } ?? loop.readTransfer(id))
            }
        }
    }

    package func offer(
        _ sku: SKU,
        at location: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Offer?>, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(consistency, deadline: deadline) { failure in
                completion(failure.map { .failure($0) } ?? loop.readOffer(sku, at: location))
            }
        }
    }

    package func location(
        _ id: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Location?>, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            loop.whenReadable(consistency, deadline: deadline) { failure in
                completion(failure.map { .failure($0) } ?? loop.readLocation(id))
            }
        }
    }

    package func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (AdminResult) -> Void
    ) {
        onLoop { loop in loop.administer(request, deadline: deadline, completion) }
    }

    package func leaderStatus(
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        onLoop { loop in loop.leaderStatus(deadline: deadline, completion) }
    }

    package func status(
        of node: NodeID,
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        onLoop { loop in loop.status(of: node, deadline: deadline, completion) }
    }

    package func digest(
        at position: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<LedgerDigest, ReadFailure>) -> Void
    ) {
        onLoop { loop in
            if let position {
                loop.whenDigested(position, deadline: deadline, completion)
                return
            }
            loop.submitBoundary(deadline: deadline) { position in
                guard let position else {
                    completion(.failure(.noQuorum))
                    return
                }
                loop.whenDigested(position, deadline: deadline, completion)
            }
        }
    }

    /// Stops for good: what waits is failed, the log and the database are closed in order.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            onLoop { loop in loop.stop { continuation.resume() } }
        }
    }

    /// Runs `work` on the loop: now, when this is the loop, else with whatever else has gathered.
    func onLoop(_ work: @escaping @Sendable (ReplicaLoop) -> Void) {
        if eventLoop.inEventLoop {
            work(loop.value)
        } else if shared.inbox.add(work) {
            eventLoop.execute { [shared, loop] in
                for work in shared.inbox.takeAll() {
                    work(loop.value)
                }
            }
        }
    }
}

/// Work for the loop from other threads: a lock, an array, one wake-up for all of it.
final class Inbox: Sendable {
    private let waiting = Mutex<[@Sendable (ReplicaLoop) -> Void]>([])

    /// Returns true when the loop has to be woken.
    func add(_ work: @escaping @Sendable (ReplicaLoop) -> Void) -> Bool {
        waiting.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
    }

    func takeAll() -> [@Sendable (ReplicaLoop) -> Void] {
        waiting.withLock { waiting in
            let taken = waiting
            waiting = []
            return taken
        }
    }
}
