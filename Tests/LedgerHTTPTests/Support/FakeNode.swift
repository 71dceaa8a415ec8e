import Ledger
import NIOCore
import NIOPosix
import Replica
import Synchronization

import struct Raft.NodeID

/// A node that answers as it is told, and remembers what it was asked.
final class FakeNode: LedgerNode {
    /// How `items` and `location` answer.
    enum Behaviour: Sendable {
        case answers
        case fails(ReadFailure)
        /// Keeps the completion until `releaseHeld`.
        case holds
    }

    struct State: Sendable {
        var items: [SKU: ItemView] = [:]
        var locations: Set<LocationID> = []
        var locationVersion: UInt64 = 1
        /// Those that it knows without being asked for them.
        var knownLocations: Set<LocationID> = []
        var stamp = ReadStamp(
            position: Position(42),
            staleness: .milliseconds(7),
            node: "n1",
            role: .follower
        )
        var servesView = true
        var behaviour = Behaviour.answers
        var isReady = true
        var leader: NodeID? = "n1"
        var writeRefusal: String?
        var samples: [NodeMetrics.Sample] = []
        var asked: [Consistency] = []
        var deadlines: [NIODeadline] = []
        var held: [@Sendable () -> Void] = []
        /// What a submitted request is answered with.
        var submitResult = SubmitResult.noLeader
        var submitted: [Ledger.Request] = []
        var members: [MemberStatus] = []
        /// What the other nodes say when they are asked how they are, and who was asked.
        var others: [NodeID: NodeStatus] = [:]
        var statusAsked: [NodeID] = []
        var books = FakeBooks()
    }

    let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
    private let state = Mutex(State())

    func with<T: Sendable>(_ body: (inout State) -> T) -> T { state.withLock { body(&$0) } }

    /// Consistencies that reached `items`.
    var asked: [Consistency] { with { $0.asked } }

    /// Lets go of all completions that are held.
    func releaseHeld() {
        let held = with { state in
            let held = state.held
            state.held = []
            return held
        }
        for completion in held { eventLoop.execute(completion) }
    }

    var status: NodeStatus {
        with { state in
            NodeStatus(
                id: state.stamp.node,
                role: state.stamp.role,
                term: 3,
                leader: state.leader,
                commit: state.stamp.position,
                applied: state.stamp.position,
                stored: Position(40),
                logFirst: Position(1),
                logLast: state.stamp.position,
                staleness: state.stamp.staleness,
                isReady: state.isReady,
                writeRefusal: state.writeRefusal,
                members: state.members
            )
        }
    }

    var metrics: NodeMetrics { NodeMetrics(samples: with { $0.samples }) }

    func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>? {
        with { state in
            guard state.servesView else { return nil }
            return Stamped(value: skus.map { state.items[$0] }, stamp: state.stamp)
        }
    }

    func knowsLocation(_ id: LocationID) -> Bool { with { $0.knownLocations.contains(id) } }

    func items(
        _ skus: [SKU],
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<[ItemView?]>, ReadFailure>) -> Void
    ) {
        with {
            $0.asked.append(consistency)
            $0.deadlines.append(deadline)
        }
        answer(completion) { state in
            Stamped(value: skus.map { state.items[$0] }, stamp: state.stamp)
        }
    }

    func sale(
        _ id: SaleID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Sale?>, ReadFailure>) -> Void
    ) {
        answer(completion) { state in
            let found = state.books.sale.flatMap { $0.id == id ? $0 : nil }
            return Stamped(value: found, stamp: state.stamp)
        }
    }

    func transfer(
        _ id: TransferID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Transfer?>, ReadFailure>) -> Void
    ) {
        answer(completion) { state in
            let found = state.books.transfer.flatMap { $0.id == id ? $0 : nil }
            return Stamped(value: found, stamp: state.stamp)
        }
    }

    func offer(
        _ sku: SKU,
        at location: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Offer?>, ReadFailure>) -> Void
    ) {
        answer(completion) { state in
            let found = state.books.offer
                .flatMap { $0.sku == sku && $0.location == location ? $0 : nil }
            return Stamped(value: found, stamp: state.stamp)
        }
    }

    func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Answer, ReadFailure>) -> Void
    ) {
        completion(.failure(.notReady))
    }

    func location(
        _ id: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Location?>, ReadFailure>) -> Void
    ) {
        answer(completion) { state in
            var found = state.locations.contains(id) ? place(id.text) : nil
            found?.version = state.locationVersion
            return Stamped(value: found, stamp: state.stamp)
        }
    }

    private func answer<Value: Sendable>(
        _ completion: @escaping @Sendable (Result<Value, ReadFailure>) -> Void,
        with value: @escaping @Sendable (State) -> Value
    ) {
        let complete = { @Sendable [self] (behaviour: Behaviour) in
            if case .fails(let failure) = behaviour {
                completion(.failure(failure))
            } else {
                completion(.success(value(with { $0 })))
            }
        }
        let behaviour = with { $0.behaviour }
        if case .holds = behaviour {
            with { $0.held.append { complete(.answers) } }
        } else {
            eventLoop.execute { complete(behaviour) }
        }
    }

    func submit(
        _ requests: [Ledger.Request],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, SubmitResult) -> Void
    ) {
        let result = with { state in
            state.submitted += requests
            return state.submitResult
        }
        eventLoop.execute {
            for index in requests.indices { completion(index, result) }
        }
    }

    func reservation(
        _ id: ReservationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Reservation?>, ReadFailure>) -> Void
    ) {
        answer(completion) { state in
            let found = state.books.reservation.flatMap { $0.id == id ? $0 : nil }
            return Stamped(value: found, stamp: state.stamp)
        }
    }

    func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (AdminResult) -> Void
    ) {
        completion(.noLeader)
    }

    func leaderStatus(
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        let status = with { state in state.leader.flatMap { state.others[$0] } }
        eventLoop.execute { completion(status) }
    }

    func status(
        of node: NodeID,
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        let status = with { state in
            state.statusAsked.append(node)
            return state.others[node]
        }
        eventLoop.execute { completion(status) }
    }

    func digest(
        at position: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<LedgerDigest, ReadFailure>) -> Void
    ) {
        eventLoop.execute { completion(.failure(.notReady)) }
    }
}

extension FakeNode {
    /// Puts an item into the catalogue, with its levels.
    func put(
        _ sku: String,
        title: String = "A thing",
        price: Int64 = 1_999,
        currency: String = "EUR",
        state: Item.State = .active,
        attributes: [Attribute] = [],
        version: UInt64 = 2,
        levels: [LocatedLevel] = [],
        offers: [Offer] = []
    ) {
        let item = Item(
            sku: SKU(unchecked: sku),
            title: title,
            attributes: attributes,
            price: price,
            currency: currency,
            state: state,
            version: version
        )
        let view = ItemView(item: item, levels: levels, offers: offers.map { LocatedOffer($0) })
        with { $0.items[item.sku] = view }
    }
}

/// A level for tests, by the buckets that matter there.
func level(
    _ location: String,
    onHand: Int64,
    reserved: Int64 = 0,
    safety: Int64 = 0,
    backorder: Int64 = 0,
    online: Bool = true
) -> LocatedLevel {
    var level = StockLevel()
    level.onHand = onHand
    level.reserved = reserved
    level.safetyStock = safety
    level.backorderLimit = backorder
    level.version = 4
    let place = Place(place(location, online: online))
    return LocatedLevel(place: place, level: level)
}

/// A store for tests.
func place(_ id: String, online: Bool = true) -> Location {
    Location(
        id: LocationID(unchecked: id),
        name: "Store \(id)",
        kind: .store,
        priority: 0,
        sellsOnline: online,
        state: .active,
        version: 1
    )
}
