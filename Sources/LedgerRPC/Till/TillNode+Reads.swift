import AgentCore
package import Ledger
package import NIOCore
package import Replica

/// Reads of the agent's copy and its own book.
extension TillNode {
    package func items(
        _ skus: [SKU],
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<[ItemView?]>, ReadFailure>) -> Void
    ) {
        let location = desk.location
        read(consistency, completion) { desk throws(DeskClosed) in
            var views: [ItemView?] = []
            for sku in skus {
                guard let stock = try await desk.stock(sku) else {
                    views.append(nil)
                    continue
                }
                views.append(ItemView(stock, at: location, try await desk.offer(sku)))
            }
            return views
        }
    }

    /// Nothing is in the memory of others.
    package func itemsInView(_ skus: [SKU]) -> Stamped<[ItemView?]>? { nil }

    package func reservation(
        _ id: ReservationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Reservation?>, ReadFailure>) -> Void
    ) {
        read(consistency, completion) { desk throws(DeskClosed) in try await desk.pickUp(id) }
    }

    package func sale(
        _ id: SaleID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Sale?>, ReadFailure>) -> Void
    ) {
        read(consistency, completion) { desk throws(DeskClosed) in try await desk.sale(id) }
    }

    package func transfer(
        _ id: TransferID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Transfer?>, ReadFailure>) -> Void
    ) {
        read(consistency, completion) { desk throws(DeskClosed) in try await desk.transfer(id) }
    }

    package func offer(
        _ sku: SKU,
        at location: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Offer?>, ReadFailure>) -> Void
    ) {
        guard location == desk.location else {
            eventLoop.execute { completion(.failure(.noQuorum)) }
            return
        }
        read(consistency, completion) { desk throws(DeskClosed) in try await desk.offer(sku) }
    }

    /// The agent knows of no location but by name.
    package func location(
        _ id: LocationID,
        consistency: Consistency,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<Location?>, ReadFailure>) -> Void
    ) {
        eventLoop.execute { completion(.failure(.noQuorum)) }
    }

    /// Looks at the desk, where what is asked for is no more than a copy can promise.
    private func read<Value: Sendable>(
        _ consistency: Consistency,
        _ completion: @escaping @Sendable (Result<Stamped<Value>, ReadFailure>) -> Void,
        _ look: @escaping @Sendable (any StoreDesk) async throws(DeskClosed) -> Value
    ) {
        let isBegun = begin { [self] in
            let result = await result(consistency, look)
            eventLoop.execute { completion(result) }
        }
        if !isBegun { eventLoop.execute { completion(.failure(.overloaded)) } }
    }

    private func result<Value: Sendable>(
        _ consistency: Consistency,
        _ look: @Sendable (any StoreDesk) async throws(DeskClosed) -> Value
    ) async -> Result<Stamped<Value>, ReadFailure> {
        do throws(DeskClosed) {
            let status = try await desk.status()
            note(status)
            guard let copy = status.head.copy else { return .failure(.notReady) }
            switch consistency {
            case .stale: break
            case .bounded: return .failure(.tooStale(age: nil))
            case .session(let position) where position <= copy.position: break
            case .session: return .failure(.sessionAhead(applied: copy.position))
            case .linearizable: return .failure(.noQuorum)
            }
            let stamp = ReadStamp(
                position: copy.position,
                staleness: nil,
                node: id,
                role: .follower
            )
            return .success(Stamped(value: try await look(desk), stamp: stamp))
        } catch {
            return .failure(.notReady)
        }
    }

    // MARK: What is no agent's business

    package func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        completion: @escaping @Sendable (AdminResult) -> Void
    ) {
        eventLoop.execute { completion(.noLeader) }
    }

    package func leaderStatus(
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        eventLoop.execute { completion(nil) }
    }

    package func digest(
        at position: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<LedgerDigest, ReadFailure>) -> Void
    ) {
        eventLoop.execute { completion(.failure(.noQuorum)) }
    }
}

extension ItemView {
    /// An item at the one location that the agent knows.
    fileprivate init(_ stock: AgentStock, at location: LocationID, _ offer: Offer?) {
        let place = Place(
            Location(
                id: location,
                name: location.text,
                kind: .store,
                priority: 0,
                sellsOnline: false,
                state: .active,
                version: 0
            )
        )
        self.init(
            item: stock.item,
            levels: [LocatedLevel(place: place, level: StockLevel(of: stock))],
            offers: offer.map { [LocatedOffer($0)] } ?? []
        )
    }
}
