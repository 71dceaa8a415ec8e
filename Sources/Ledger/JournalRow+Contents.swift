/// What a row tells of, beside the stock that it moved.
extension JournalRow {
    /// What was answered; nil for an expiry and a cure.
    public var outcome: Outcome? {
        switch cause {
        case .request(_, digest: _, actor: _, let outcome): outcome
        case .part(of: _, index: _, actor: _, let outcome): outcome
        case .fact(_, actor: _, let outcome): outcome
        case .expiry, .cure: nil
        }
    }

    /// Who asked; nil for an expiry and a cure.
    public var actor: Actor? {
        switch cause {
        case .request(_, digest: _, let actor, outcome: _): actor
        case .part(of: _, index: _, let actor, outcome: _): actor
        case .fact(_, let actor, outcome: _): actor
        case .expiry, .cure: nil
        }
    }

    /// The reservation as the row left it, if it is about one.
    public var reservation: Reservation? {
        switch cause {
        case .expiry(let reservation), .cure(let reservation, _): return reservation
        case .request, .part, .fact: break
        }
        if case .reservation(let reservation)? = outcome { return reservation }
        return nil
    }

    /// The name of the sale that the row made; nil when it made none.
    public var saleID: SaleID? {
        guard kind == .sell, outcome?.isRefusal == false else { return nil }
        if let sale { return sale }
        switch cause {
        case .request(let id, digest: _, actor: _, outcome: _): return SaleID(id)
        case .part(of: let id, let index, actor: _, outcome: _): return SaleID(id, index: index)
        // A fact's sale has a name of its own.
        case .expiry, .fact, .cure: return nil
        }
    }

    /// The sale that the row made, as it was then; nil when it made none.
    ///
    /// Each line has a movement of its own, in the same order: a sale moves every level that it names.
    public var madeSale: Sale? {
        guard let id = saleID, case .levels(let views)? = outcome,
            views.count == movements.count
        else { return nil }
        let lines = zip(views, movements).map { view, movement in
            SaleLine(sku: view.sku, location: view.location, sold: -movement.onHand)
        }
        return Sale(id: id, lines: lines, version: 1)
    }

    /// The sale as the row left it, if something of it came back.
    public var changedSale: Sale? {
        if case .sale(let sale)? = outcome { sale } else { nil }
    }

    /// The transfer as the row left it, if it is about one.
    public var transfer: Transfer? {
        if case .transfer(let transfer)? = outcome { transfer } else { nil }
    }

    /// The offer as the row left it, if it is about one.
    public var offer: Offer? {
        if case .offer(let offer)? = outcome { offer } else { nil }
    }
}
