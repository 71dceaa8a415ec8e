package import Ledger
package import NIOCore
package import Raft

/// What a read promises about its age; see the consistency table in the README.
package enum Consistency: Equatable, Sendable {
    /// A consistent prefix of the log; its age is stated.
    case stale
    /// No older than asked, or refused; never sent to the leader silently.
    case bounded(maxStaleness: TimeAmount)
    /// Includes everything up to a position the caller has seen.
    case session(minPosition: Position)
    /// Includes everything acknowledged before the read began.
    case linearizable
}

/// Why a read could not be had at the level asked for.
package enum ReadFailure: Error, Equatable, Sendable {
    /// `bounded`: the node's state is older than asked; its age, or nil when unknown.
    case tooStale(age: TimeAmount?)
    /// `session`: the node has not applied the position yet.
    case sessionAhead(applied: Position)
    /// `linearizable`: no quorum confirmed the read in time.
    case noQuorum
    /// The node has not loaded its own state yet, or is stopping.
    case notReady
    /// Too many reads wait already.
    case overloaded
}

/// What is said about every read: which prefix of the log it shows, and how old that may be.
package struct ReadStamp: Equatable, Sendable {
    /// The state shown contains every entry up to here and none after.
    package var position: Position
    /// An upper bound on the age, by the freshness certificate; nil when unknown.
    package var staleness: TimeAmount?
    package var node: NodeID
    package var role: NodeRole

    package init(position: Position, staleness: TimeAmount?, node: NodeID, role: NodeRole) {
        self.position = position
        self.staleness = staleness
        self.node = node
        self.role = role
    }
}

/// A node's part in its cluster, as it is told to readers.
package enum NodeRole: String, Sendable {
    case leader
    case follower
    case candidate
    case learner
}

/// The answer to a read: a value and the stamp that goes with it.
package struct Stamped<Value: Sendable>: Sendable {
    package var value: Value
    package var stamp: ReadStamp

    package init(value: Value, stamp: ReadStamp) {
        self.value = value
        self.stamp = stamp
    }
}

/// The one view that the edges (gRPC and HTTP) have of a node.
///
/// Every method may be called from any thread. Completions run on the node's own event loop;
/// they must not block it.
package protocol LedgerNode: AnyObject, Sendable {
    /// The loop on which completions run; calls made on it avoid a hop.
    var eventLoop: any EventLoop { get }
    /// What the node knows of itself and its cluster, as of the last turn of its loop.
    var status: NodeStatus { get }
    /// Why no leader does what is asked here, where it isn't the usual reason.
    var absence: String? { get }
    /// Counters for `/metrics`, as of now.
    var metrics: NodeMetrics { get }

    /// Commits requests, each for itself, through the leader when this node isn't it.
    ///
    /// The completion is called once for each of them, with its index, in any order.
    func submit(
        _ requests: [Request],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, SubmitResult) -> Void
    )

    /// What the answer to a request would be, at a state that includes everything acknowledged before;
    /// nothing is done or remembered.
    ///
    /// This node's own state will do, whoever leads: a quorum has confirmed that it lacks nothing.
    func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Answer, ReadFailure>) -> Void
    )

    /// The items as of one position, in the order asked for; nil for an unknown SKU.
    func items(
        _ skus: [SKU],
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<[ItemView?]>, ReadFailure>) -> Void
    )

    /// The same with `stale` or a `bounded` that holds, at once and without the loop, when
    /// everything asked for is in the in-memory view; nil sends the caller to `items`.
    func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>?

    /// Whether a location is known to exist, at once and without the loop; false when that isn't known.
    ///
    /// Locations are never deleted, so what was seen once stays true.
    func knowsLocation(_ id: LocationID) -> Bool

    /// A reservation, nil when unknown.
    func reservation(
        _ id: ReservationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Reservation?>, ReadFailure>) -> Void
    )

    /// A sale, nil when unknown.
    func sale(
        _ id: SaleID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Sale?>, ReadFailure>) -> Void
    )

    /// A transfer, nil when unknown.
    func transfer(
        _ id: TransferID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Transfer?>, ReadFailure>) -> Void
    )

    /// What is different about an item at a location, nil when nothing is.
    func offer(
        _ sku: SKU,
        at location: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Offer?>, ReadFailure>) -> Void
    )

    /// A location, nil when unknown.
    func location(
        _ id: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Location?>, ReadFailure>) -> Void
    )

    /// Changes the members or moves leadership, through the leader when this node isn't it.
    func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (AdminResult) -> Void
    )

    /// The leader's own status, asked of it when this node isn't it; nil when none answers in time.
    ///
    /// Its age is as that of ``status(of:deadline:completion:)``.
    func leaderStatus(
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    )

    /// A node's own status, asked of it when it isn't this one; nil when it doesn't answer in time.
    ///
    /// The age in it was true at some moment after this call: see ``NodeStatus/aged(since:at:)``.
    func status(
        of node: NodeID,
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    )

    /// Has the cluster write a boundary entry, and answers with this node's digest of the whole
    /// ledger exactly at it. Ask each node for the same position to compare them.
    func digest(
        at position: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<LedgerDigest, ReadFailure>) -> Void
    )
}

extension LedgerNode {
    /// A node that keeps no note of them knows none.
    package func knowsLocation(_ id: LocationID) -> Bool { false }

    /// The usual one.
    package var absence: String? { nil }
}
