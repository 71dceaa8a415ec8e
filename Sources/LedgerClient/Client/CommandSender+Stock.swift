public import Ledger
import LedgerAPI

/// The commands about returns, counts, transfers and offers.
extension CommandSender {
    /// Units that are there but damaged or on hold, or no longer.
    public func markUnavailable(
        _ command: MarkUnavailable,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        try await levels(.markUnavailable(command), id)
    }

    /// Unavailable units are gone for good.
    public func writeOff(
        _ command: WriteOff,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        try await levels(.writeOff(command), id)
    }

    /// How much of a level may be promised.
    public func setStockPolicy(
        _ command: SetStockPolicy,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[LevelView]> {
        try await levels(.setStockPolicy(command), id)
    }

    /// What was sold came back.
    public func returnGoods(
        _ command: ReturnGoods,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Outcome> {
        try await outcome(.returnGoods(command), id)
    }

    /// A stock-take.
    public func count(
        _ command: Count,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Outcome> {
        try await outcome(.count(command), id)
    }

    /// Plans to move goods.
    public func createTransfer(
        _ command: CreateTransfer,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Transfer> {
        try await transfer(.createTransfer(command), id)
    }

    /// Goods left the source.
    public func shipTransfer(
        _ command: ShipTransfer,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Transfer> {
        try await transfer(.shipTransfer(command), id)
    }

    /// Goods arrived at the destination.
    public func receiveTransfer(
        _ command: ReceiveTransfer,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Transfer> {
        try await transfer(.receiveTransfer(command), id)
    }

    /// Ends a transfer; what is in transit goes back.
    public func cancelTransfer(
        _ command: CancelTransfer,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Transfer> {
        try await transfer(.cancelTransfer(command), id)
    }

    /// A price that a store has set, based on one that it saw maybe long ago.
    ///
    /// Nil: it was changed elsewhere meanwhile, and the ledger's stands; where the two differ a conflict
    /// keeps both.
    public func proposeOffer(
        _ command: SetOffer,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Offer?> {
        let answer = try await send(.setOffer(command), id: id)
        switch answer.outcome {
        case .offer(let offer): return Applied(offer, answer)
        case .done: return Applied(nil, answer)
        default: throw .unreadable(id)
        }
    }

    /// What is different about an item at one location.
    ///
    /// For a command without a base price: see ``proposeOffer(_:id:)``.
    public func setOffer(
        _ command: SetOffer,
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<Offer> {
        let answer = try await send(.setOffer(command), id: id)
        guard case .offer(let offer) = answer.outcome else { throw .unreadable(id) }
        return Applied(offer, answer)
    }

    /// Several commands as one: all, or none; gives what each did.
    public func together(
        _ commands: [Command],
        id: RequestID = .mint()
    ) async throws(EstoqueError) -> Applied<[Outcome]> {
        let answer = try await send(.batch(Batch(commands: commands)), id: id)
        guard case .batch(let outcomes) = answer.outcome else { throw .unreadable(id) }
        return Applied(outcomes, answer)
    }

    private func outcome(
        _ command: Command,
        _ id: RequestID
    ) async throws(EstoqueError) -> Applied<Outcome> {
        let answer = try await send(command, id: id)
        return Applied(answer.outcome, answer)
    }

    private func transfer(
        _ command: Command,
        _ id: RequestID
    ) async throws(EstoqueError) -> Applied<Transfer> {
        let answer = try await send(command, id: id)
        guard case .transfer(let transfer) = answer.outcome else { throw .unreadable(id) }
        return Applied(transfer, answer)
    }
}
