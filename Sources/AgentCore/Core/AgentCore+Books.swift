import Ledger

/// What there is at the store, as the agent sees it.
extension AgentCore {
    mutating func item(_ sku: SKU) throws(Rows.Failure) -> Item? {
        guard case .item(let item)? = try staged.record(AgentKey(.item, sku.text)) else {
            return nil
        }
        return item
    }

    mutating func level(_ sku: SKU) throws(Rows.Failure) -> StockLevel {
        guard case .level(let level)? = try staged.record(AgentKey(.level, sku.text)) else {
            return StockLevel()
        }
        return level
    }

    mutating func offer(_ sku: SKU) throws(Rows.Failure) -> Offer? {
        guard case .offer(let offer)? = try staged.record(AgentKey(.offer, sku.text)) else {
            return nil
        }
        return offer
    }

    mutating func reservation(_ id: ReservationID) throws(Rows.Failure) -> Reservation? {
        guard
            case .reservation(let found)? = try staged.record(AgentKey(.reservation, id.text))
        else { return nil }
        return found
    }

    mutating func transfer(_ id: TransferID) throws(Rows.Failure) -> Transfer? {
        guard case .transfer(let found)? = try staged.record(AgentKey(.transfer, id.text)) else {
            return nil
        }
        return found
    }

    /// On hand at the store, its own facts included.
    mutating func ownOnHand(_ sku: SKU) throws(Rows.Failure) -> Quantity {
        try level(sku).onHand + pending.onHand(sku)
    }

    mutating func ownUnavailable(_ sku: SKU) throws(Rows.Failure) -> Quantity {
        try level(sku).unavailable + pending.unavailable(sku)
    }

    /// The counters of an item's rights, as of the epoch.
    mutating func allotment(_ sku: SKU) throws(Rows.Failure) -> Allotment {
        let record = try staged.record(AgentKey(.allotment, sku.text))
        guard case .allotment(let allotment)? = record, allotment.epoch == head.epoch else {
            return Allotment(epoch: head.epoch)
        }
        return allotment
    }

    mutating func set(_ allotment: Allotment, _ sku: SKU) {
        staged.set(.allotment(allotment), AgentKey(.allotment, sku.text))
    }

    /// How many units may be sold without asking.
    mutating func rights(_ sku: SKU) throws(Rows.Failure) -> Quantity {
        guard head.rightsUnknownThrough == nil else { return 0 }
        return max(0, try allotment(sku).open)
    }

    /// The store's own price, as changed here last.
    mutating func offeredPrice(_ sku: SKU) throws(Rows.Failure) -> Money? {
        if let edit = edits[sku] { return edit.edit.price }
        return try offer(sku)?.price
    }

    /// What a unit costs at the store.
    mutating func price(_ sku: SKU) throws(Rows.Failure) -> Money? {
        if let price = try offeredPrice(sku) { return price }
        guard let item = try item(sku), !item.currency.isEmpty else { return nil }
        return Money(amount: item.price, currency: item.currency)
    }

    /// The marks of an item, by what was sold of it.
    func marks(_ sku: SKU) -> (low: Quantity, high: Quantity) {
        settings.marks.marks(sold: demand.sold(sku), hours: demand.hoursCounted)
    }
}
