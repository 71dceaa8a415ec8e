import Ledger

/// What goods that come, go or are counted come to.
///
/// Rights: what comes in is the agent's, since nobody else can have been promised it; what goes takes
/// from the agent's rights first, so that nothing is promised elsewhere that isn't there.
extension AgentCore {
    mutating func plan(_ request: TillRequest) throws(Rows.Failure) -> Planned {
        let asked = Request(
            id: request.id,
            actor: Actor(unchecked: head.location.text),
            command: request.command
        )
        if let fault = asked.validate().first ?? misplaced(request.command) {
            return .refuse(.malformed(fault))
        }
        switch request.command {
        case .sell(let command): return try plan(command, request)
        case .receive(let command): return try plan(command)
        case .adjust(let command): return try plan(command)
        case .count(let command):
            return try plan(command, fillsBook: request.countsAgainstBook)
        case .markUnavailable(let command): return try plan(command)
        case .writeOff(let command): return try plan(command)
        case .returnGoods(let command): return try plan(command)
        case .fulfill(let command): return try plan(command)
        case .shipTransfer(let command): return try plan(command)
        case .receiveTransfer(let command): return try plan(command)
        default:
            return .refuse(
                .malformed(
                    FieldViolation(
                        field: "command",
                        description: "must be about goods at the store, or a price of it"
                    )
                )
            )
        }
    }

    /// Lines that are about another location's goods, or too many of them.
    private func misplaced(_ command: Command) -> FieldViolation? {
        let locations = command.namedLocations
        guard locations.count <= LedgerLimits.factLinesMax else {
            return FieldViolation(
                field: "lines",
                description: "must be at most \(LedgerLimits.factLinesMax)"
            )
        }
        guard locations.allSatisfy({ $0 == nil || $0 == head.location }) else {
            return FieldViolation(
                field: "lines.location_id",
                description: "must be the store of this agent, \(head.location)"
            )
        }
        return nil
    }

    private mutating func plan(
        _ command: Sell,
        _ request: TillRequest
    ) throws(Rows.Failure) -> Planned {
        let merged = MergedItems(command.lines)
        if let sku = merged.overflow { return .refuse(.quantityOverflow(sku, head.location)) }
        if let sale = command.sale, try staged.fact(selling: sale) != nil {
            return .refuse(.saleExists(sale))
        }
        var plan = FactPlan(command: .sell(command), lines: [])
        var prices: [Money] = []
        for (sku, quantity) in merged.lines {
            guard try item(sku) != nil else { return .refuse(.itemNotFound(sku)) }
            let open = try rights(sku)
            let right = max(0, min(quantity, open))
            plan.lines.append(FactPlan.Line(sku: sku, quantity: quantity, right: right))
            if right < quantity {
                plan.shortages.append(
                    Shortage(
                        sku: sku,
                        location: head.location,
                        requested: quantity,
                        available: open
                    )
                )
            }
            if let asked = request.prices.first(where: { $0.sku == sku })?.price {
                prices.append(asked)
            } else if let price = try price(sku) {
                prices.append(price)
            }
        }
        let sale = command.sale ?? AgentNames.sale(head, run)
        // For each line, or for none: what has no price isn't told as free.
        plan.prices = prices.count == plan.lines.count ? prices : []
        plan.sale = sale
        plan.command = .sell(
            Sell(
                lines: merged.stock(at: head.location),
                document: command.document,
                sale: sale
            )
        )
        return .book(plan)
    }

    private mutating func plan(_ command: Receive) throws(Rows.Failure) -> Planned {
        let merged = MergedItems(command.lines)
        if let sku = merged.overflow { return .refuse(.quantityOverflow(sku, head.location)) }
        var lines: [FactPlan.Line] = []
        for (sku, quantity) in merged.lines { lines.append(try coming(sku, quantity)) }
        let told = Receive(
            lines: merged.stock(at: head.location),
            document: command.document
        )
        return .book(FactPlan(command: .receive(told), lines: lines))
    }

    private mutating func plan(_ command: Adjust) throws(Rows.Failure) -> Planned {
        guard command.reason != nil else { return .refuse(.reasonRequired) }
        let merged = MergedItems(command.lines)
        if let sku = merged.overflow { return .refuse(.quantityOverflow(sku, head.location)) }
        var lines: [FactPlan.Line] = []
        for (sku, change) in merged.lines { lines.append(try moving(sku, change)) }
        let told = Adjust(
            lines: merged.stock(at: head.location),
            reason: command.reason,
            document: command.document
        )
        return .book(FactPlan(command: .adjust(told), lines: lines))
    }

    private mutating func plan(
        _ command: Count,
        fillsBook: Bool
    ) throws(Rows.Failure) -> Planned {
        var told = command
        var lines: [FactPlan.Line] = []
        for (index, line) in command.lines.enumerated() {
            told.lines[index].bookVersion = nil
            if fillsBook { told.lines[index].book = try ownOnHand(line.sku) }
            let (change, isOver) =
                line.counted.subtractingReportingOverflow(told.lines[index].book)
            guard !isOver else { return .refuse(.quantityOverflow(line.sku, head.location)) }
            let moved = try moving(line.sku, change)
            lines.append(
                FactPlan.Line(sku: line.sku, quantity: line.counted, right: moved.right)
            )
        }
        return .book(FactPlan(command: .count(told), lines: lines))
    }

    private mutating func plan(_ command: MarkUnavailable) throws(Rows.Failure) -> Planned {
        guard command.reason != nil else { return .refuse(.reasonRequired) }
        let merged = MergedItems(command.lines)
        if let sku = merged.overflow { return .refuse(.quantityOverflow(sku, head.location)) }
        var lines: [FactPlan.Line] = []
        for (sku, change) in merged.lines {
            if change < 0, let refusal = try excess(of: -change, sku) {
                return .refuse(refusal)
            }
            // What is fit for sale again is everybody's: the ledger grants it anew.
            let right = change > 0 ? min(change, try rights(sku)) : 0
            lines.append(FactPlan.Line(sku: sku, quantity: change, right: right))
        }
        let told = MarkUnavailable(
            lines: merged.stock(at: head.location),
            reason: command.reason,
            document: command.document
        )
        return .book(FactPlan(command: .markUnavailable(told), lines: lines))
    }

    /// What was marked unavailable took its rights then: nothing is left to take.
    private mutating func plan(_ command: WriteOff) throws(Rows.Failure) -> Planned {
        guard command.reason != nil else { return .refuse(.reasonRequired) }
        let merged = MergedItems(command.lines)
        if let sku = merged.overflow { return .refuse(.quantityOverflow(sku, head.location)) }
        var lines: [FactPlan.Line] = []
        for (sku, quantity) in merged.lines {
            if let refusal = try excess(of: quantity, sku) { return .refuse(refusal) }
            lines.append(FactPlan.Line(sku: sku, quantity: quantity))
        }
        let told = WriteOff(
            lines: merged.stock(at: head.location),
            reason: command.reason,
            document: command.document
        )
        return .book(FactPlan(command: .writeOff(told), lines: lines))
    }

    /// Refuses more than is unavailable.
    private mutating func excess(
        of quantity: Quantity,
        _ sku: SKU
    ) throws(Rows.Failure) -> Refusal? {
        let there = try ownUnavailable(sku)
        guard there < quantity else { return nil }
        return .exceedsUnavailable([
            Shortage(
                sku: sku,
                location: head.location,
                requested: quantity,
                available: max(0, there)
            )
        ])
    }

    /// Units that come: the agent's to sell; of an item that isn't known, nobody's yet.
    func gain(_ quantity: Quantity, isKnown: Bool) -> Quantity {
        let isTold = isKnown && head.rightsUnknownThrough == nil && head.epoch > 0
        return isTold ? -min(max(0, quantity), LedgerLimits.quantityMax) : 0
    }

    mutating func coming(
        _ sku: SKU,
        _ quantity: Quantity
    ) throws(Rows.Failure) -> FactPlan.Line {
        let isKnown = try item(sku) != nil
        return FactPlan.Line(
            sku: sku,
            quantity: quantity,
            right: gain(quantity, isKnown: isKnown)
        )
    }

    /// Units that come, or go (below zero).
    mutating func moving(
        _ sku: SKU,
        _ change: Quantity
    ) throws(Rows.Failure) -> FactPlan.Line {
        guard change < 0 else { return try coming(sku, change) }
        let going = change == .min ? Quantity.max : -change
        let right = min(going, try rights(sku), LedgerLimits.quantityMax)
        return FactPlan.Line(sku: sku, quantity: change, right: right)
    }
}

extension Command {
    /// For each line where it says to be; nil where it says nothing.
    fileprivate var namedLocations: [LocationID?] {
        switch self {
        case .sell(let command): command.lines.map(\.location)
        case .receive(let command): command.lines.map(\.location)
        case .adjust(let command): command.lines.map(\.location)
        case .count(let command): command.lines.map(\.location)
        case .markUnavailable(let command): command.lines.map(\.location)
        case .writeOff(let command): command.lines.map(\.location)
        case .fulfill(let command): command.lines.map(\.location)
        case .returnGoods(let command): command.lines.map(\.location)
        case .shipTransfer(let command): command.lines.map { _ in nil }
        case .receiveTransfer(let command): command.lines.map { _ in nil }
        default: []
        }
    }
}
