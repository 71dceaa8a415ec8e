import Ledger

extension Command {
    /// Goods of the item that plays are about.
    static func receive(_ quantity: Quantity, _ sku: SKU = Play.sku) -> Command {
        .receive(Receive(lines: [.line(quantity, sku)]))
    }

    static func sell(_ quantity: Quantity, _ sku: SKU = Play.sku) -> Command {
        .sell(Sell(lines: [.line(quantity, sku)]))
    }

    /// An hour's hold.
    static func reserve(
        _ id: String,
        _ lines: [StockLine],
        ttl: UInt64 = 3_600_000
    ) -> Command {
        .reserve(
            Reserve(
                reservation: ReservationID(unchecked: id),
                owner: Owner(kind: .customer, reference: Reference(unchecked: "c")),
                lines: lines,
                ttl: Milliseconds(ttl)
            )
        )
    }

    static func reserve(_ id: String, _ quantity: Quantity, ttl: UInt64 = 3_600_000) -> Command {
        reserve(id, [.line(quantity)], ttl: ttl)
    }

    static func confirm(_ id: String) -> Command {
        .confirm(Confirm(reservation: ReservationID(unchecked: id)))
    }

    static func release(_ id: String) -> Command {
        .release(Release(reservation: ReservationID(unchecked: id)))
    }

    static func fulfill(_ id: String) -> Command {
        .fulfill(Fulfill(reservation: ReservationID(unchecked: id)))
    }
}

extension StockLine {
    static func line(_ quantity: Quantity, _ sku: SKU = Play.sku) -> StockLine {
        StockLine(sku: sku, location: Play.store, quantity: quantity)
    }
}
