import AgentCore
import Ledger

/// What tills ask for, what they are told, and what others do with the ledger meanwhile.
extension AgentWorld {
    func comeToTill() throws(Violation) {
        guard requestsLeft > 0, step < 1_500_000 else { return try mend() }
        requestsLeft -= 1
        schedule(.till, after: chance.span(about: plan.tillEvery))
        let open = agents.filter { $0.core != nil }
        guard !open.isEmpty else { return }
        let agent = chance.pick(open)
        lastRequest += 1
        let request = request(at: agent)
        try ask(request, at: agent)
        // A till that is impatient asks twice.
        if chance.once(in: 20) { try ask(request, at: agent) }
    }

    func ask(_ request: TillRequest, at agent: SimulatedAgent) throws(Violation) {
        agent.lastTicket += 1
        let ticket = agent.lastTicket
        agent.open[ticket] = request
        try handle([.till(ticket: ticket, request)], agent)
    }

    private func request(at agent: SimulatedAgent) -> TillRequest {
        let id = RequestID(unchecked: "till-\(lastRequest)")
        let sku = SimulatedCentre.sku(chance.below(plan.items))
        let quantity = Quantity(chance.number(in: 1...4))
        let line = StockLine(sku: sku, location: agent.location, quantity: quantity)
        let command: Command
        switch chance.below(plan.corrects ? 14 : 10) {
        case 0: command = .receive(Receive(lines: [line]))
        case 1 where !agent.sales.isEmpty:
            let sale = chance.pick(agent.sales)
            command = .returnGoods(
                ReturnGoods(
                    origin: .sale(sale.id),
                    lines: [ReturnLine(sku: sale.sku, soldAt: agent.location, quantity: 1)],
                    disposition: chance.once(in: 2) ? .restock : .damaged
                )
            )
        case 2 where !orders.isEmpty:
            let order = chance.pick(orders)
            command = .fulfill(Fulfill(reservation: order, lines: [line]))
        case 10:
            let counted = Quantity(chance.number(in: 0...40))
            command = .count(
                Count(
                    lines: [
                        CountLine(
                            sku: sku,
                            location: agent.location,
                            counted: counted,
                            book: 0
                        )
                    ]
                )
            )
            return TillRequest(id: id, command: command, countsAgainstBook: true)
        case 11:
            command = .markUnavailable(
                MarkUnavailable(lines: [line], reason: Reference(unchecked: "BROKEN"))
            )
        case 12:
            let change = chance.once(in: 2) ? quantity : -quantity
            let found = StockLine(sku: sku, location: agent.location, quantity: change)
            command = .adjust(Adjust(lines: [found], reason: Reference(unchecked: "FOUND")))
        case 13:
            command = .setOffer(
                SetOffer(
                    sku: sku,
                    location: agent.location,
                    price: Money(amount: Int64(chance.below(500)), currency: "EUR"),
                    fields: .price
                )
            )
        default: command = .sell(Sell(lines: [line]))
        }
        return TillRequest(id: id, command: command)
    }

    /// A till is told: from now on it holds, whatever happens to the agent.
    func hear(_ answer: TillAnswer, _ ticket: UInt64, _ agent: SimulatedAgent) throws(Violation) {
        guard let request = agent.open.removeValue(forKey: ticket) else {
            throw Violation(.answers, "a till is answered twice: \(answer)")
        }
        switch answer {
        case .refused: statistics.refused += 1
        case .unavailable: statistics.unanswered += 1
        case .done(let receipt):
            statistics.done += 1
            guard receipt.sequence > 0 else { return }
            let told = SimulatedAgent.Told(changes: changes(of: request, at: agent, receipt))
            if let before = agent.told[receipt.sequence], before.changes != told.changes {
                throw Violation(
                    .answers,
                    "\(agent.location)#\(agent.index) told two things as fact \(receipt.sequence)"
                )
            }
            if agent.told[receipt.sequence] == nil { agent.told[receipt.sequence] = told }
            if let sale = receipt.sale, let line = receipt.lines.first {
                agent.sales.append((sale, line.sku, line.quantity))
            }
        }
    }

    /// What the row that was committed says to have moved, which is what the till was told.
    private func changes(
        of request: TillRequest,
        at agent: SimulatedAgent,
        _ receipt: TillReceipt
    ) -> [SKU: Quantity] {
        guard let row = agent.rows.fact(receipt.sequence),
            let fact = EntryFactCodec().decode(row.fact, at: agent.location)
        else { return [:] }
        var changes: [SKU: Quantity] = [:]
        for line in fact.command.movedOnHand { changes[line.sku, default: 0] += line.quantity }
        return changes
    }

    // MARK: - Others

    func orderOnline() {
        guard !isMending else { return }
        schedule(.online, after: chance.span(about: plan.onlineEvery))
        let sku = SimulatedCentre.sku(chance.below(plan.items))
        let location = Self.store(chance.below(plan.stores))
        lastOrder += 1
        let id = ReservationID(unchecked: "order-\(lastOrder)")
        let line = StockLine(
            sku: sku,
            location: location,
            quantity: Quantity(chance.number(in: 1...3))
        )
        let outcome = centre.send(
            .reserve(
                Reserve(
                    reservation: id,
                    owner: Owner(kind: .customer, reference: Reference(unchecked: "online")),
                    lines: [line],
                    ttl: Milliseconds(UInt64(chance.number(in: 1_000...3_600_000))),
                    online: true
                )
            )
        )
        if !outcome.isRefusal, chance.once(in: 2) {
            centre.send(.confirm(Confirm(reservation: id, order: nil)))
            orders.append(id)
        } else if !outcome.isRefusal, chance.once(in: 3) {
            centre.send(.release(Release(reservation: id, lines: [], reason: nil)))
        }
        feedAll()
    }

    func administer() {
        guard !isMending else { return }
        schedule(.admin, after: chance.span(about: plan.adminEvery))
        let sku = SimulatedCentre.sku(chance.below(plan.items))
        let location = Self.store(chance.below(plan.stores))
        let line = StockLine(
            sku: sku,
            location: location,
            quantity: Quantity(chance.number(in: 1...20))
        )
        switch chance.below(6) {
        case 0, 1: centre.send(.receive(Receive(lines: [line])))
        case 2:
            centre.send(
                .recallAllotment(
                    RecallAllotment(
                        location: location,
                        lines: [ItemLine(sku: sku, quantity: line.quantity)]
                    )
                )
            )
        case 3:
            centre.send(
                .upsertItem(
                    UpsertItem(
                        sku: sku,
                        title: "Item \(lastRequest)",
                        price: 100,
                        currency: "EUR"
                    )
                )
            )
        case 4:
            centre.send(
                .setOffer(
                    SetOffer(
                        sku: sku,
                        location: location,
                        price: Money(amount: Int64(chance.below(300)), currency: "EUR"),
                        fields: .price
                    )
                )
            )
        default:
            centre.send(
                .sell(Sell(lines: [line], sale: SaleID(unchecked: "online-\(lastRequest)")))
            )
        }
        feedAll()
    }
}

extension Command {
    /// What a fact says to have come or gone, by item.
    var movedOnHand: [(sku: SKU, quantity: Quantity)] {
        switch self {
        case .receive(let command): command.lines.map { ($0.sku, $0.quantity) }
        case .adjust(let command): command.lines.map { ($0.sku, $0.quantity) }
        case .sell(let command): command.lines.map { ($0.sku, -$0.quantity) }
        case .fulfill(let command): command.lines.map { ($0.sku, -$0.quantity) }
        case .writeOff(let command): command.lines.map { ($0.sku, -$0.quantity) }
        case .returnGoods(let command): command.lines.map { ($0.sku, $0.quantity) }
        case .count(let command): command.lines.map { ($0.sku, $0.counted - $0.book) }
        case .shipTransfer(let command): command.lines.map { ($0.sku, -$0.quantity) }
        case .receiveTransfer(let command): command.lines.map { ($0.sku, $0.ok + $0.rejected) }
        default: []
        }
    }
}
