import Ledger

/// Prices that are changed at the store: opinions, told after what has happened.
extension AgentCore {
    /// Takes an edit: it holds here at once.
    mutating func edit(
        _ offer: SetOffer,
        _ request: TillRequest,
        _ digest: UInt64,
        _ ticket: UInt64
    ) throws(Rows.Failure) {
        let fault = try fault(offer)
        let sale = WaitingSale(
            request: request,
            digest: digest,
            tickets: [ticket],
            deadline: clock.steady
        )
        if let fault { return try refuse(sale, fault) }
        guard editCount < settings.editsMax else {
            effects.append(.answer(ticket: ticket, .unavailable(.tooManyEdits)))
            return
        }
        let number = head.lastEdit + 1
        let edit = PriceEdit(
            request: mintRequest(),
            sku: offer.sku,
            price: offer.price,
            base: try offeredPrice(offer.sku)
        )
        head.lastEdit = number
        editCount += 1
        edits[offer.sku] = NumberedEdit(number: number, edit: edit)
        staged.set(.edit(edit), AgentKey(.edit, number: number))
        let line = TillReceipt.Line(
            sku: offer.sku,
            quantity: 0,
            price: try price(offer.sku),
            overdrawn: 0,
            onHand: try ownOnHand(offer.sku)
        )
        let receipt = TillReceipt(
            epoch: head.epoch,
            sequence: 0,
            sale: nil,
            time: clock.wall,
            lines: [line]
        )
        try remember(
            AnsweredTill(request: request.id, digest: digest, answer: .done(receipt))
        )
        effects.append(.answer(ticket: ticket, .done(receipt)))
    }

    private mutating func fault(_ offer: SetOffer) throws(Rows.Failure) -> Refusal? {
        func malformed(_ field: String, _ text: String) -> Refusal {
            .malformed(FieldViolation(field: field, description: text))
        }
        guard offer.location == head.location else {
            return malformed("location_id", "must be the store of this agent")
        }
        guard offer.fields == .price, offer.expectedVersion == nil, offer.basePrice == nil
        else { return malformed("fields", "must be the price alone, based on what is shown") }
        let asked = Request(
            id: RequestID(unchecked: "check"),
            actor: Actor(unchecked: head.location.text),
            command: .setOffer(offer)
        )
        if let fault = asked.validate().first { return .malformed(fault) }
        guard try item(offer.sku) != nil else { return .itemNotFound(offer.sku) }
        return nil
    }

    /// Sends the next edit, once everything that happened before is told.
    mutating func pumpEdits() throws(Rows.Failure) {
        let isEditing = link.has { if case .edit = $0 { true } else { false } }
        guard editCount > 0, head.outboxDepth == 0, !isEditing else { return }
        try flush()
        guard let next = try staged.records(.edit, after: nil, limit: 1).first,
            case .edit(let edit) = next.record, let number = UInt64(next.name)
        else { return }
        let request = Request(
            id: edit.request,
            actor: Actor(unchecked: head.location.text),
            command: edit.command(at: head.location)
        )
        call(.edit(number), .command(request))
    }

    /// The ledger has decided: its offer holds, ours or another.
    mutating func finish(edit number: UInt64, _ outcome: Outcome) throws(Rows.Failure) {
        let key = AgentKey(.edit, number: number)
        guard case .edit(let edit)? = try staged.record(key) else { return }
        if outcome.isRefusal { counts.editsRefused += 1 }
        if case .offer(let offer) = outcome { try take(offer, .offer) }
        staged.set(nil, key)
        editCount -= 1
        if edits[edit.sku]?.number == number { edits[edit.sku] = nil }
    }
}
