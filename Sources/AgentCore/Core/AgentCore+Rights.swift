import Ledger

/// Keeping rights between the marks: asking for more below the low one, giving back above the high one.
extension AgentCore {
    private static var linesMax: Int { LedgerLimits.factLinesMax }

    /// One request at a time: what tills wait for first, then what is low.
    mutating func giveBackAndAsk() throws(Rows.Failure) {
        guard mayReview else { return }
        if !waiting.isEmpty { try askForWaiting() }
        guard !link.isGranting else { return }
        try refillReview()
        guard !review.isEmpty else { return }
        var asked: [ItemLine] = []
        var given: [StockLine] = []
        for sku in review.take(Self.linesMax) {
            let open = try rights(sku)
            let (low, high) = marks(sku)
            let recalled = min(review.recalls[sku] ?? 0, open)
            review.recalls[sku] = nil
            let excess = max(recalled, open - high)
            if excess > 0 {
                given.append(
                    StockLine(sku: sku, location: head.location, quantity: excess)
                )
            } else if open < low, try level(sku).available > 0,
                !review.isDry(sku, at: clock.steady)
            {
                asked.append(ItemLine(sku: sku, quantity: high - open))
            }
        }
        try giveBack(given)
        ask(asked)
    }

    private mutating func giveBack(_ lines: [StockLine]) throws(Rows.Failure) {
        guard !lines.isEmpty else { return }
        let plan = FactPlan(
            command: .returnAllotment(ReturnAllotment(lines: lines)),
            lines: lines.map {
                FactPlan.Line(sku: $0.sku, quantity: $0.quantity, right: $0.quantity)
            }
        )
        try book(plan, for: nil)
    }

    private mutating func ask(_ lines: [ItemLine]) {
        guard !lines.isEmpty else { return }
        let command = GrantAllotment(
            location: head.location,
            epoch: head.epoch,
            lines: lines.map {
                ItemLine(sku: $0.sku, quantity: min($0.quantity, LedgerLimits.quantityMax))
            }
        )
        let request = Request(
            id: mintRequest(),
            actor: Actor(unchecked: head.location.text),
            command: .grantAllotment(command)
        )
        counts.grants += 1
        call(.grant(lines.map(\.sku)), .command(request))
    }

    /// Asks for what is missing to those who wait, and for the usual stock beyond it.
    private mutating func askForWaiting() throws(Rows.Failure) {
        let asking = waiting
        waiting = []
        // Rights may have come since by another way.
        for sale in asking { try attempt(sale, .first) }
        guard !waiting.isEmpty else { return }
        var wanted: [(sku: SKU, quantity: Quantity)] = []
        var places: [SKU: Int] = [:]
        var included: [Int] = []
        for index in waiting.indices {
            guard case .sell(let command) = waiting[index].request.command else { continue }
            let lines = MergedItems(command.lines).lines
            let new = lines.count { places[$0.sku] == nil }
            guard wanted.count + new <= Self.linesMax else { break }
            for (sku, quantity) in lines {
                guard let place = places[sku] else {
                    places[sku] = wanted.count
                    wanted.append((sku, quantity))
                    continue
                }
                let sum = wanted[place].quantity + quantity
                wanted[place].quantity = min(sum, LedgerLimits.quantityMax)
            }
            included.append(index)
        }
        var lines: [ItemLine] = []
        for (sku, quantity) in wanted {
            let open = try rights(sku)
            guard open < quantity else { continue }
            lines.append(ItemLine(sku: sku, quantity: quantity - open + marks(sku).high))
        }
        ask(lines)
        guard let call = link.calls.last, link.isGranting else { return }
        for index in included { waiting[index].askedIn = call.id }
    }

    mutating func granted(
        _ outcome: Outcome,
        _ skus: [SKU],
        _ call: UInt64
    ) throws(Rows.Failure) {
        let dryUntil = clock.steady + settings.dryFor
        switch outcome {
        case .allotments(let epoch, let views) where epoch == head.epoch:
            for view in views { try raise(view) }
            let given = Set(views.map(\.sku))
            for sku in skus where !given.contains(sku) { review.note(dry: sku, until: dryUntil) }
        case .refused(.staleEpoch), .refused(.storeNotRegistered): return renew()
        case .refused(.storeFrozen): return try freeze(.storeFrozen)
        case .refused(.itemArchived(let sku)), .refused(.itemNotFound(let sku)):
            // The others may be had without it.
            review.note(dry: sku, until: clock.steady + settings.reviewEvery)
            for other in skus where other != sku { review.add(other) }
        default: for sku in skus { review.note(dry: sku, until: dryUntil) }
        }
        let decided = waiting.filter { $0.askedIn == call }
        waiting.removeAll { $0.askedIn == call }
        for sale in decided { try attempt(sale, .granted) }
    }

    /// From time to time every item of the copy is looked at, a page at a time.
    private mutating func refillReview() throws(Rows.Failure) {
        if !review.isReviewing, review.nextReview <= clock.steady {
            review.isReviewing = true
            review.cursor = nil
        }
        guard review.isReviewing, review.isEmpty else { return }
        try flush()
        let page = try staged.records(.level, after: review.cursor, limit: Self.linesMax)
        for entry in page { review.add(SKU(unchecked: entry.name)) }
        review.cursor = page.last?.name
        guard page.isEmpty else { return }
        review.isReviewing = false
        review.nextReview = clock.steady + settings.reviewEvery
    }
}
