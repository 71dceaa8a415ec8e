package import Ledger

/// The agent as its edges see it: what tills ask, and what people look at.
///
/// Everything is answered by the one thread that owns the core; who asks may be on any.
package protocol StoreDesk: Sendable {
    /// The store.
    var location: LocationID { get }
    /// How the agent behaves.
    var settings: AgentSettings { get }

    /// Answers a till; what is told as done is durable.
    ///
    /// - Throws: ``DeskClosed`` when the agent has stopped; nobody knows then whether it was done.
    func ask(_ request: TillRequest) async throws(DeskClosed) -> TillAnswer
    /// What there is of an item; nil: it isn't in the copy.
    func stock(_ sku: SKU) async throws(DeskClosed) -> AgentStock?
    /// Items by words of their title, or the beginning of their SKU.
    func items(matching text: String, limit: Int) async throws(DeskClosed) -> [AgentStock]
    /// Open reservations of the store, by name after one.
    func pickUps(after name: String?, limit: Int) async throws(DeskClosed) -> [Reservation]
    /// Open transfers from and to the store, by name after one.
    func transfers(after name: String?, limit: Int) async throws(DeskClosed) -> [Transfer]
    /// A sale that was made here; nil: it is another's, or long ago.
    func sale(_ id: SaleID) async throws(DeskClosed) -> Sale?
    /// An open reservation of the store.
    func pickUp(_ id: ReservationID) async throws(DeskClosed) -> Reservation?
    /// An open transfer from or to the store.
    func transfer(_ id: TransferID) async throws(DeskClosed) -> Transfer?
    /// What is different about an item at the store; nil when nothing is.
    func offer(_ sku: SKU) async throws(DeskClosed) -> Offer?
    /// How it stands with the agent.
    func status() async throws(DeskClosed) -> AgentStatus
    /// Units that may be sold without asking, of all items; looks at every one of them.
    func openUnits() async throws(DeskClosed) -> Quantity
}

/// The agent has stopped and answers nothing any more.
package struct DeskClosed: Error, Equatable, Sendable {
    /// The only one of its kind.
    package init() {}
}
