package import AgentCore
package import Ledger

/// What happens at the store, one function each; all of them can be asked again with the same id.
extension AgentService {
    /// Sold at a till.
    ///
    /// - Parameters:
    ///   - lines: What and how many.
    ///   - prices: Where it isn't the price on the shelf.
    ///   - document: A document elsewhere.
    ///   - id: Names the request.
    /// - Returns: The receipt, or why not.
    /// - Throws: That the agent has ended.
    package func sell(
        _ lines: [ItemLine],
        prices: [ItemPrice] = [],
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let sell = Sell(lines: here(lines), document: document)
        return try await ask(TillRequest(id: id, command: .sell(sell), prices: prices))
    }

    /// Goods arrived.
    package func receive(
        _ lines: [ItemLine],
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        try await ask(.receive(Receive(lines: here(lines), document: document)), id)
    }

    /// What was sold came back, here.
    package func returnGoods(
        _ command: ReturnGoods,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        try await ask(.returnGoods(command), id)
    }

    /// A stock-take against the books that were shown; without them, against the agent's own now.
    package func count(
        _ lines: [(sku: SKU, counted: Quantity, book: Quantity?)],
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let count = Count(
            lines: lines.map {
                CountLine(
                    sku: $0.sku,
                    location: location,
                    counted: $0.counted,
                    book: $0.book ?? 0
                )
            },
            document: document
        )
        return try await ask(
            TillRequest(
                id: id,
                command: .count(count),
                countsAgainstBook: lines.allSatisfy { $0.book == nil }
            )
        )
    }

    /// A correction; below zero goods are gone.
    package func adjust(
        _ lines: [ItemLine],
        reason: Reference?,
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let adjust = Adjust(lines: here(lines), reason: reason, document: document)
        return try await ask(.adjust(adjust), id)
    }

    /// Goods are damaged or on hold; below zero: no longer.
    package func markUnavailable(
        _ lines: [ItemLine],
        reason: Reference?,
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let mark = MarkUnavailable(lines: here(lines), reason: reason, document: document)
        return try await ask(.markUnavailable(mark), id)
    }

    /// Damaged goods are gone for good.
    package func writeOff(
        _ lines: [ItemLine],
        reason: Reference?,
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let writeOff = WriteOff(lines: here(lines), reason: reason, document: document)
        return try await ask(.writeOff(writeOff), id)
    }

    /// A reservation is picked up; no lines: all that is open here.
    package func fulfill(
        _ reservation: ReservationID,
        _ lines: [ItemLine] = [],
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        try await ask(.fulfill(Fulfill(reservation: reservation, lines: here(lines))), id)
    }

    /// Goods of a transfer left; no lines: all that hasn't.
    package func ship(
        _ transfer: TransferID,
        _ lines: [ItemLine] = [],
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let ship = ShipTransfer(transfer: transfer, lines: lines, document: document)
        return try await ask(.shipTransfer(ship), id)
    }

    /// Goods of a transfer arrived; no lines: all that is in transit, fit to be sold.
    package func arrive(
        _ transfer: TransferID,
        _ lines: [ArrivalLine] = [],
        document: Reference? = nil,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let arrival = ReceiveTransfer(transfer: transfer, lines: lines, document: document)
        return try await ask(.receiveTransfer(arrival), id)
    }

    /// What an item costs at the store; nil: what it costs everywhere.
    package func setPrice(
        _ sku: SKU,
        _ price: Money?,
        id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        let offer = SetOffer(sku: sku, location: location, price: price, fields: .price)
        return try await ask(.setOffer(offer), id)
    }

    private func ask(
        _ command: Command,
        _ id: RequestID
    ) async throws(AgentEnd) -> TillAnswer {
        try await ask(TillRequest(id: id, command: command))
    }

    private func here(_ lines: [ItemLine]) -> [StockLine] {
        lines.map { StockLine(sku: $0.sku, location: location, quantity: $0.quantity) }
    }
}
