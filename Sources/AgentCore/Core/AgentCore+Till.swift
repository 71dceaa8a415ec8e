import Ledger

/// What tills ask for, and what they are told.
extension AgentCore {
    mutating func take(_ request: TillRequest, _ ticket: UInt64) throws(Rows.Failure) {
        let digest = request.digest
        if let known = try remembered(request.id) {
            let isSame = known.digest == digest
            let answer =
                isSame ? known.answer : .refused(.idempotencyKeyReused(request.id))
            effects.append(.answer(ticket: ticket, answer))
            return
        }
        if let index = waiting.firstIndex(where: { $0.request.id == request.id }) {
            guard waiting[index].digest == digest else {
                let refusal = Refusal.idempotencyKeyReused(request.id)
                effects.append(.answer(ticket: ticket, .refused(refusal)))
                return
            }
            waiting[index].tickets.append(ticket)
            return
        }
        if let trouble {
            effects.append(.answer(ticket: ticket, .unavailable(trouble)))
            return
        }
        if case .setOffer(let offer) = request.command {
            return try edit(offer, request, digest, ticket)
        }
        let sale = WaitingSale(
            request: request,
            digest: digest,
            tickets: [ticket],
            deadline: clock.steady + settings.grantWait
        )
        try attempt(sale, link.isCutOff ? .cutOff : .first)
    }

    /// Why nothing can be done just now; nil: it can.
    var trouble: AgentTrouble? {
        if let frozen = head.frozen { return .frozen(frozen) }
        if head.copy == nil { return .notReady }
        let isFull =
            head.outboxDepth >= settings.outboxRowsMax
            || outbox.bytes >= settings.outboxBytesMax
            || head.sequence >= AgentNames.sequenceMax
        return isFull ? .outboxFull : nil
    }

    /// What a request was answered; nil: it is a new one.
    private mutating func remembered(
        _ request: RequestID
    ) throws(Rows.Failure) -> AnsweredTill? {
        if let till = try staged.fact(answering: request)?.till { return till }
        guard case .answer(let till)? = try staged.record(AgentKey(.answer, request.text))
        else { return nil }
        return till
    }

    /// When a request is looked at.
    enum Stage {
        /// Rights may be asked for.
        case first
        /// They were; what there is now decides.
        case granted
        /// They can't be: the policy decides.
        case cutOff
    }

    /// Books what a till asked for, refuses it, or has it wait for rights.
    mutating func attempt(_ sale: WaitingSale, _ stage: Stage) throws(Rows.Failure) {
        let plan: FactPlan
        switch try self.plan(sale.request) {
        case .refuse(let refusal): return try refuse(sale, refusal)
        case .book(let made): plan = made
        }
        guard plan.isSale, !plan.shortages.isEmpty else { return try book(plan, for: sale) }
        switch stage {
        case .first:
            guard waiting.count < settings.waitingMax else {
                for ticket in sale.tickets {
                    effects.append(.answer(ticket: ticket, .unavailable(.tooManyWaiting)))
                }
                return
            }
            waiting.append(sale)
        case .cutOff where settings.policy == .overdraw: try book(plan, for: sale)
        case .granted, .cutOff: try refuse(sale, .insufficientStock(plan.shortages))
        }
    }

    /// Says no, and remembers it; not what is malformed, which is no request at all.
    mutating func refuse(_ sale: WaitingSale, _ refusal: Refusal) throws(Rows.Failure) {
        counts.refused += 1
        let answer = TillAnswer.refused(refusal)
        for ticket in sale.tickets { effects.append(.answer(ticket: ticket, answer)) }
        if case .malformed = refusal { return }
        try remember(
            AnsweredTill(request: sale.request.id, digest: sale.digest, answer: answer)
        )
    }

    /// Keeps an answer that is no fact, and forgets the oldest when there are too many.
    mutating func remember(_ till: AnsweredTill) throws(Rows.Failure) {
        head.lastAnswer += 1
        staged.set(.answer(till), AgentKey(.answer, till.request.text))
        staged.set(
            .name(till.request.text),
            AgentKey(.answerOrder, number: head.lastAnswer)
        )
        guard head.lastAnswer > settings.answersMax else { return }
        let oldest = AgentKey(.answerOrder, number: head.lastAnswer - settings.answersMax)
        guard case .name(let name)? = try staged.record(oldest) else { return }
        staged.set(nil, AgentKey(.answer, name))
        staged.set(nil, oldest)
    }

    /// Whoever has waited too long is answered as if the cluster were gone.
    mutating func endWaits() throws(Rows.Failure) {
        let isOver = { [now = clock.steady] (sale: WaitingSale) in sale.deadline <= now }
        guard waiting.contains(where: isOver) else { return }
        let over = waiting.filter(isOver)
        waiting.removeAll(where: isOver)
        for sale in over { try attempt(sale, .cutOff) }
    }

    /// Everybody who waits is answered now.
    mutating func endAllWaits() throws(Rows.Failure) {
        let over = waiting
        waiting = []
        for sale in over { try attempt(sale, .cutOff) }
    }

    /// Makes a fact of what was planned: its row and what it changes, in the commit that is being made.
    mutating func book(_ plan: FactPlan, for sale: WaitingSale?) throws(Rows.Failure) {
        let rights = plan.lines.map(\.right)
        let fact = Fact(
            command: plan.command,
            rightsEpoch: head.epoch,
            rights: rights.allSatisfy { $0 == 0 } || plan.isReturnOfRights ? [] : rights,
            prices: plan.prices
        )
        let encoded = codec.encode(fact, occurredAt: clock.wall)
        if let fault = fact.fault(at: head.location, encoded) {
            if let sale { try refuse(sale, .malformed(fault)) }
            return
        }
        if let sale, let trouble {
            for ticket in sale.tickets {
                effects.append(.answer(ticket: ticket, .unavailable(trouble)))
            }
            return
        }
        if head.outboxDepth == 0 { link.progressAt = clock.steady }
        pending.add(FactEffect(plan.command))
        for line in plan.lines where line.right != 0 {
            var allotment = try allotment(line.sku)
            allotment.used += line.right
            set(allotment, line.sku)
        }
        for line in plan.lines { review.add(line.sku) }
        if let sale = plan.returnedSale { try noteReturn(plan, of: sale) }
        let receipt = try receipt(plan)
        let till = sale.map { sale in
            AnsweredTill(
                request: sale.request.id,
                digest: sale.digest,
                answer: .done(receipt)
            )
        }
        append(encoded, till)
        count(plan)
        for ticket in sale?.tickets ?? [] {
            effects.append(.answer(ticket: ticket, .done(receipt)))
        }
    }

    private mutating func append(_ encoded: EncodedFact, _ till: AnsweredTill?) {
        let sequence = head.sequence + 1
        let row = OutboxRow(
            sequence: sequence,
            epoch: head.epoch,
            previous: head.hash,
            hash: codec.link(
                after: head.hash,
                epoch: head.epoch,
                sequence: sequence,
                encoded
            ),
            fact: encoded,
            claimedTime: clock.wall,
            till: till
        )
        head.sequence = sequence
        head.hash = row.hash
        outbox.add(encoded.bytes.count)
        staged.append(row)
    }

    private mutating func receipt(_ plan: FactPlan) throws(Rows.Failure) -> TillReceipt {
        var lines: [TillReceipt.Line] = []
        for (index, line) in plan.lines.enumerated() {
            lines.append(
                TillReceipt.Line(
                    sku: line.sku,
                    quantity: line.quantity,
                    price: plan.prices.isEmpty ? nil : plan.prices[index],
                    overdrawn: plan.isSale ? line.quantity - line.right : 0,
                    onHand: try ownOnHand(line.sku)
                )
            )
        }
        return TillReceipt(
            epoch: head.epoch,
            sequence: head.sequence + 1,
            sale: plan.sale,
            time: clock.wall,
            lines: lines
        )
    }

    private mutating func count(_ plan: FactPlan) {
        counts.facts += 1
        guard plan.isSale else { return }
        counts.sales += 1
        for line in plan.lines {
            counts.overdrawnUnits += UInt64(line.quantity - line.right)
            demand.note(line.quantity, of: line.sku)
        }
    }

    private mutating func noteReturn(
        _ plan: FactPlan,
        of sale: SaleID
    ) throws(Rows.Failure) {
        for line in plan.lines {
            let key = AgentKey.returned(sale, line.sku)
            let before = try number(key)
            staged.set(.number(before + line.quantity), key)
        }
    }

    mutating func number(_ key: AgentKey) throws(Rows.Failure) -> Int64 {
        guard case .number(let number)? = try staged.record(key) else { return 0 }
        return number
    }
}

extension AgentKey {
    /// Of the units of a sale's item that came back.
    static func returned(_ sale: SaleID, _ sku: SKU) -> AgentKey {
        AgentKey(.returned, "\(sale.text) \(sku.text)")
    }
}

extension Fact {
    /// What keeps it from being told; nil: nothing.
    fileprivate func fault(at location: LocationID, _ encoded: EncodedFact) -> FieldViolation? {
        if let fault = violations(at: location).first { return fault }
        guard encoded.bytes.count > LedgerLimits.factBytesMax else { return nil }
        return FieldViolation(
            field: "lines",
            description: "must fit into \(LedgerLimits.factBytesMax) bytes"
        )
    }
}

/// The names that an agent gives.
enum AgentNames {
    /// Bytes of an instance's name at most, so that a sale's name fits into 64.
    static let instanceBytesMax = 32
    /// The greatest sequence of a fact, for the same reason.
    static let sequenceMax: UInt64 = 999_999_999_999

    /// A sale: never the same on two devices, not even on two copies of one database.
    static func sale(_ head: AgentHead, _ run: String) -> SaleID {
        SaleID(
            unchecked: "\(head.instance.text)-\(head.epoch)-\(head.sequence + 1)-\(run)"
        )
    }
}
