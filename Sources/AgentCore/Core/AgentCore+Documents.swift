import Ledger

/// What is about a document of the ledger: a sale that comes back, a pick-up, a transfer.
///
/// Held against the copy; what the copy doesn't know yet, the ledger judges.
extension AgentCore {
    mutating func plan(_ command: ReturnGoods) throws(Rows.Failure) -> Planned {
        var told = command
        var isNamed: Set<SKU> = []
        var lines: [FactPlan.Line] = []
        for (index, line) in command.lines.enumerated() {
            guard isNamed.insert(line.sku).inserted else {
                return .refuse(
                    .malformed(
                        FieldViolation(field: "lines", description: "must not come twice")
                    )
                )
            }
            told.lines[index].location = head.location
            let gained =
                command.disposition == .restock
                ? try coming(line.sku, line.quantity).right : 0
            lines.append(
                FactPlan.Line(sku: line.sku, quantity: line.quantity, right: gained)
            )
        }
        var plan = FactPlan(command: .returnGoods(told), lines: lines)
        if case .sale(let sale) = command.origin,
            let row = try staged.fact(selling: sale),
            case .sell(let sold)? = codec.decode(row.fact, at: head.location)?.command
        {
            plan.returnedSale = sale
            if let refusal = try excess(of: lines, over: sold, sale) { return .refuse(refusal) }
        }
        return .book(plan)
    }

    /// Refuses to take back more than was sold here.
    private mutating func excess(
        of lines: [FactPlan.Line],
        over sold: Sell,
        _ sale: SaleID
    ) throws(Rows.Failure) -> Refusal? {
        var excesses: [Shortage] = []
        for line in lines {
            let sum = sold.lines.first { $0.sku == line.sku }?.quantity ?? 0
            let left = sum - (try number(.returned(sale, line.sku)))
            guard line.quantity > left else { continue }
            excesses.append(shortage(line.sku, line.quantity, of: left))
        }
        return excesses.isEmpty ? nil : .exceedsSoldQuantity(excesses)
    }

    mutating func plan(_ command: Fulfill) throws(Rows.Failure) -> Planned {
        guard let reservation = try reservation(command.reservation) else {
            return .refuse(.reservationNotFound(command.reservation))
        }
        let document = FactEffect.Document.reservation(reservation.id)
        let here = reservation.lines.filter { $0.location == head.location }
        let open = here.map { ($0.sku, $0.open - pending.moved(document, $0.sku)) }
        var merged = MergedItems(command.lines)
        if merged.lines.isEmpty { merged = MergedItems(open.filter { $0.1 > 0 }) }
        guard !merged.lines.isEmpty else {
            return .refuse(.reservationClosed(reservation.id, .fulfilled))
        }
        let excesses = excesses(merged, over: open)
        guard excesses.isEmpty else { return .refuse(.exceedsOpenQuantity(excesses)) }
        let told = Fulfill(
            reservation: reservation.id,
            lines: merged.stock(at: head.location)
        )
        let lines = merged.lines.map { FactPlan.Line(sku: $0.sku, quantity: $0.quantity) }
        return .book(FactPlan(command: .fulfill(told), lines: lines))
    }

    mutating func plan(_ command: ShipTransfer) throws(Rows.Failure) -> Planned {
        guard let transfer = try transfer(command.transfer), transfer.from == head.location
        else { return .refuse(.transferNotFound(command.transfer)) }
        let document = FactEffect.Document.shipped(transfer.id)
        let open = transfer.lines.map {
            ($0.sku, $0.unshipped - pending.moved(document, $0.sku))
        }
        var merged = MergedItems(command.lines)
        if merged.lines.isEmpty { merged = MergedItems(open.filter { $0.1 > 0 }) }
        let excesses = excesses(merged, over: open)
        guard excesses.isEmpty, !merged.lines.isEmpty else {
            return .refuse(.exceedsRequested(excesses))
        }
        var lines: [FactPlan.Line] = []
        for (sku, quantity) in merged.lines {
            let moved = try moving(sku, -quantity)
            lines.append(FactPlan.Line(sku: sku, quantity: quantity, right: moved.right))
        }
        let told = ShipTransfer(
            transfer: transfer.id,
            lines: merged.items,
            document: command.document
        )
        return .book(FactPlan(command: .shipTransfer(told), lines: lines))
    }

    /// Goods may be here before the copy knows that they were shipped.
    mutating func plan(_ command: ReceiveTransfer) throws(Rows.Failure) -> Planned {
        guard let transfer = try transfer(command.transfer), transfer.to == head.location
        else { return .refuse(.transferNotFound(command.transfer)) }
        let document = FactEffect.Document.arrived(transfer.id)
        let expected = transfer.lines.map { line in
            let settled = line.received + line.rejected + line.lost
            return (line.sku, line.requested - settled - pending.moved(document, line.sku))
        }
        var told = command
        if told.lines.isEmpty {
            told.lines = transfer.lines.compactMap { line in
                let left = line.inTransit - pending.moved(document, line.sku)
                return left > 0 ? ArrivalLine(sku: line.sku, ok: left) : nil
            }
        }
        let merged = MergedItems(
            told.lines.map { line in
                // A sum that can't be counted is more than is expected.
                let (some, isOver) = line.ok.addingReportingOverflow(line.rejected)
                let (all, isFull) = some.addingReportingOverflow(line.lost)
                return (line.sku, isOver || isFull ? .max : all)
            }
        )
        if let sku = merged.overflow { return .refuse(.quantityOverflow(sku, head.location)) }
        let excesses = excesses(merged, over: expected)
        guard excesses.isEmpty, !told.lines.isEmpty else {
            return .refuse(.exceedsInTransit(excesses))
        }
        var lines: [FactPlan.Line] = []
        for line in told.lines {
            let gained = try coming(line.sku, line.ok).right
            lines.append(
                FactPlan.Line(sku: line.sku, quantity: line.ok + line.rejected, right: gained)
            )
        }
        return .book(FactPlan(command: .receiveTransfer(told), lines: lines))
    }

    private func excesses(
        _ asked: MergedItems,
        over open: [(SKU, Quantity)]
    ) -> [Shortage] {
        asked.lines.compactMap { sku, quantity in
            let left = open.first { $0.0 == sku }?.1 ?? 0
            return quantity > left ? shortage(sku, quantity, of: left) : nil
        }
    }

    private func shortage(_ sku: SKU, _ asked: Quantity, of left: Quantity) -> Shortage {
        Shortage(sku: sku, location: head.location, requested: asked, available: max(0, left))
    }
}
