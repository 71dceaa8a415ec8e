package import AgentCore
package import Ledger
import LedgerStore

/// An agent's service, as tills and people see it over HTTP and gRPC.
package struct AgentDesk<Codec: FactCodec>: StoreDesk {
    private let service: AgentService<Codec>
    /// How the agent behaves.
    package let settings: AgentSettings

    /// The desk of an agent.
    ///
    /// - Parameters:
    ///   - service: The agent.
    ///   - settings: Those that it was made with.
    package init(of service: AgentService<Codec>, settings: AgentSettings) {
        self.service = service
        self.settings = settings
    }

    /// The store.
    package var location: LocationID { service.location }

    /// Answers a till.
    package func ask(_ request: TillRequest) async throws(DeskClosed) -> TillAnswer {
        do { return try await service.ask(request) } catch { throw DeskClosed() }
    }

    /// What there is of an item.
    package func stock(_ sku: SKU) async throws(DeskClosed) -> AgentStock? {
        do { return try await service.stock(sku) } catch { throw DeskClosed() }
    }

    /// Items by words of their titles, or the beginning of their SKU.
    package func items(
        matching text: String,
        limit: Int
    ) async throws(DeskClosed) -> [AgentStock] {
        do {
            return try await service.items(matching: text, limit: limit)
        } catch { throw DeskClosed() }
    }

    /// Open reservations of the store.
    package func pickUps(
        after name: String?,
        limit: Int
    ) async throws(DeskClosed) -> [Reservation] {
        do {
            return try await service.pickUps(
                after: name.map(ReservationID.init(unchecked:)),
                limit: limit
            )
        } catch { throw DeskClosed() }
    }

    /// Open transfers from and to the store.
    package func transfers(
        after name: String?,
        limit: Int
    ) async throws(DeskClosed) -> [Transfer] {
        do {
            return try await service.transfers(
                after: name.map(TransferID.init(unchecked:)),
                limit: limit
            )
        } catch { throw DeskClosed() }
    }

    /// How it stands with the agent.
    package func status() async throws(DeskClosed) -> AgentStatus {
        do { return try await service.status() } catch { throw DeskClosed() }
    }

    /// Units that may be sold without asking.
    package func openUnits() async throws(DeskClosed) -> Quantity {
        try await look { core throws(StoreError) in try core.openUnits() }
    }

    /// A sale that was made here.
    package func sale(_ id: SaleID) async throws(DeskClosed) -> Sale? {
        try await look { core throws(StoreError) in try core.sale(id) }
    }

    /// An open reservation of the store.
    package func pickUp(_ id: ReservationID) async throws(DeskClosed) -> Reservation? {
        try await look { core throws(StoreError) in try core.pickUp(id) }
    }

    /// An open transfer from or to the store.
    package func transfer(_ id: TransferID) async throws(DeskClosed) -> Transfer? {
        try await look { core throws(StoreError) in try core.movedTransfer(id) }
    }

    /// What is different about an item at the store.
    package func offer(_ sku: SKU) async throws(DeskClosed) -> Offer? {
        try await look { core throws(StoreError) in try core.ownOffer(sku) }
    }

    private func look<Value: Sendable>(
        _ body: @escaping @Sendable (inout AgentService<Codec>.Core) throws(StoreError) -> Value
    ) async throws(DeskClosed) -> Value {
        do { return try await service.look(body) } catch { throw DeskClosed() }
    }
}
