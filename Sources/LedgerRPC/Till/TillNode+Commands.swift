import AgentCore
package import Ledger
package import NIOCore
package import Replica

/// Commands: the store's own are the agent's, the others the cluster's.
extension TillNode {
    package func submit(
        _ requests: [Request],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, SubmitResult) -> Void
    ) {
        for (index, request) in requests.enumerated() {
            let isBegun = begin { [self] in
                let result = await answer(request, deadline)
                eventLoop.execute { completion(index, result) }
            }
            if !isBegun { eventLoop.execute { completion(index, .overloaded) } }
        }
    }

    /// The ledger isn't here, so nobody can say what it would do.
    package func validate(
        _ request: Request,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Answer, ReadFailure>) -> Void
    ) {
        eventLoop.execute { completion(.failure(.noQuorum)) }
    }

    private func answer(_ request: Request, _ deadline: NIODeadline) async -> SubmitResult {
        do throws(DeskClosed) {
            guard let asked = till(request) else { return try await send(request, deadline) }
            switch try await desk.ask(asked) {
            case .done(let receipt):
                return .answered(try await answer(receipt, to: asked.command))
            case .refused(let refusal): return .answered(try await answer(.refused(refusal)))
            case .unavailable(.frozen):
                let refusal = Refusal.storeFrozen(desk.location)
                return .answered(try await answer(.refused(refusal)))
            case .unavailable(.notReady): return .noLeader
            case .unavailable: return .overloaded
            }
        } catch {
            return .unknown
        }
    }

    /// What the agent is asked; nil: it is none of its business.
    private func till(_ request: Request) -> TillRequest? {
        var command = request.command
        switch command {
        case .sell(var sell):
            // As the cluster names it: a till knows the name of what it asked for.
            sell.sale = sell.sale ?? SaleID(request.id)
            command = .sell(sell)
        case .setOffer(let offer):
            guard offer.location == desk.location, offer.fields == .price,
                offer.expectedVersion == nil
            else { return nil }
        case .returnAllotment: return nil
        default: guard command.isPhysical else { return nil }
        }
        return TillRequest(id: request.id, command: command)
    }

    private func send(
        _ request: Request,
        _ deadline: NIODeadline
    ) async throws(DeskClosed) -> SubmitResult {
        let status = try await desk.status()
        note(status)
        let left = deadline - .now()
        guard !status.isCutOff, left > .zero else { return .noLeader }
        return await forward(request, .nanoseconds(left.nanoseconds))
    }

    /// An answer as of what the agent knows.
    private func answer(_ outcome: Outcome) async throws(DeskClosed) -> Answer {
        let status = try await desk.status()
        note(status)
        return Answer(
            position: status.head.copy?.position ?? Position(0),
            logTime: status.head.heard,
            outcome: outcome
        )
    }

    /// What was done, as the cluster would tell it.
    private func answer(
        _ receipt: TillReceipt,
        to command: Command
    ) async throws(DeskClosed) -> Answer {
        let outcome: Outcome
        switch command {
        case .count: outcome = .counted(applied: try await levels(receipt), outdated: [])
        case .returnGoods(let goods): outcome = try await returned(goods)
        case .fulfill(let fulfil):
            guard let found = try await desk.pickUp(fulfil.reservation) else {
                return try await answer(.refused(.reservationNotFound(fulfil.reservation)))
            }
            outcome = .reservation(found)
        case .shipTransfer(let ship): outcome = try await moved(ship.transfer)
        case .receiveTransfer(let arrival): outcome = try await moved(arrival.transfer)
        case .setOffer(let offer):
            let own = try await desk.offer(offer.sku)
            outcome = .offer(own ?? Self.nothing(offer))
        default: outcome = .levels(try await levels(receipt))
        }
        var answer = try await answer(outcome)
        answer.logTime = receipt.time
        return answer
    }

    /// The sale as it is known here; one of another store has no lines here.
    private func returned(_ goods: ReturnGoods) async throws(DeskClosed) -> Outcome {
        switch goods.origin {
        case .sale(let id):
            .sale(try await desk.sale(id) ?? Sale(id: id, lines: [], version: 0))
        case .reservation(let id):
            if let found = try await desk.pickUp(id) {
                .reservation(found)
            } else {
                .levels([])
            }
        }
    }

    private func moved(_ id: TransferID) async throws(DeskClosed) -> Outcome {
        guard let found = try await desk.transfer(id) else {
            return .refused(.transferNotFound(id))
        }
        return .transfer(found)
    }

    private static func nothing(_ offer: SetOffer) -> Offer {
        Offer(
            sku: offer.sku,
            location: offer.location,
            price: offer.price,
            attributes: [],
            version: 0
        )
    }

    private func levels(_ receipt: TillReceipt) async throws(DeskClosed) -> [LevelView] {
        var views: [LevelView] = []
        for line in receipt.lines {
            guard let stock = try await desk.stock(line.sku) else { continue }
            var level = StockLevel(of: stock)
            level.onHand = line.onHand
            views.append(LevelView(sku: line.sku, location: desk.location, level: level))
        }
        return views
    }
}

extension StockLevel {
    /// As the agent sees it: what may be sold without asking is allotted.
    init(of stock: AgentStock) {
        self.init()
        onHand = stock.onHand
        reserved = stock.reserved
        allotted = stock.rights
        unavailable = stock.unavailable
        incoming = stock.incoming
    }
}
