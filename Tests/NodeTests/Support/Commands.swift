import Ledger

extension Command {
    static func item(_ sku: String) -> Command {
        .upsertItem(UpsertItem(sku: SKU(unchecked: sku), title: sku))
    }

    static func place(_ id: String) -> Command {
        .upsertLocation(UpsertLocation(id: LocationID(unchecked: id), name: id))
    }

    static func receive(_ quantity: Quantity, _ sku: String, at location: String) -> Command {
        .receive(
            Receive(lines: [
                StockLine(
                    sku: SKU(unchecked: sku),
                    location: LocationID(unchecked: location),
                    quantity: quantity
                )
            ])
        )
    }

    static func reserve(_ id: String, _ quantity: Quantity, _ sku: String) -> Command {
        .reserve(
            Reserve(
                reservation: ReservationID(unchecked: id),
                owner: Owner(kind: .customer, reference: Reference(unchecked: id)),
                lines: [
                    StockLine(
                        sku: SKU(unchecked: sku),
                        location: LocationID(unchecked: "s1"),
                        quantity: quantity
                    )
                ],
                ttl: Milliseconds(86_400_000)
            )
        )
    }
}

extension Request {
    init(_ id: String, _ command: Command) {
        self.init(
            id: RequestID(unchecked: id),
            actor: Actor(unchecked: "test"),
            command: command
        )
    }
}
