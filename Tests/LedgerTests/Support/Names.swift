import Ledger

extension SKU {
    static let apple = SKU(unchecked: "apple")
    static let pear = SKU(unchecked: "pear")
    static let unknown = SKU(unchecked: "unknown-item")
}

extension LocationID {
    static let north = LocationID(unchecked: "north")
    static let south = LocationID(unchecked: "south")
    static let unknown = LocationID(unchecked: "unknown-place")
}

extension ReservationID {
    static let first = ReservationID(unchecked: "first")
    static let second = ReservationID(unchecked: "second")
    static let third = ReservationID(unchecked: "third")
}

extension Owner {
    static let ann = Owner(kind: .customer, reference: Reference(unchecked: "ann"))
    static let bob = Owner(kind: .customer, reference: Reference(unchecked: "bob"))
    static let agent = Owner(kind: .store, reference: Reference(unchecked: "agent"))
}

extension Reference {
    static let damaged = Reference(unchecked: "DAMAGED")
    static let order = Reference(unchecked: "order-1")
}

extension StockLine {
    static func line(
        _ quantity: Quantity,
        _ sku: SKU = .apple,
        at location: LocationID = .north
    ) -> StockLine {
        StockLine(sku: sku, location: location, quantity: quantity)
    }
}

extension Command {
    static func item(
        _ sku: SKU,
        state: Item.State = .active,
        expected: UInt64? = nil
    ) -> Command {
        .upsertItem(
            UpsertItem(
                sku: sku,
                title: "A \(sku)",
                price: 100,
                currency: "EUR",
                state: state,
                expectedVersion: expected
            )
        )
    }

    static func location(
        _ id: LocationID,
        state: Location.State = .active,
        expected: UInt64? = nil
    ) -> Command {
        .upsertLocation(
            UpsertLocation(id: id, name: "The \(id)", state: state, expectedVersion: expected)
        )
    }

    static func receive(_ lines: StockLine...) -> Command { .receive(Receive(lines: lines)) }

    static func adjust(_ lines: StockLine..., reason: Reference? = .damaged) -> Command {
        .adjust(Adjust(lines: lines, reason: reason))
    }

    static func sell(_ lines: StockLine...) -> Command { .sell(Sell(lines: lines)) }

    static func reserve(
        _ id: ReservationID,
        _ lines: StockLine...,
        owner: Owner = .ann,
        ttl: UInt64 = 60_000,
        replaces: ReservationID? = nil
    ) -> Command {
        .reserve(
            Reserve(
                reservation: id,
                owner: owner,
                lines: lines,
                ttl: Milliseconds(ttl),
                replaces: replaces
            )
        )
    }

    static func policy(
        _ sku: SKU = .apple,
        at location: LocationID = .north,
        safety: Quantity? = nil,
        backorders: Quantity? = nil,
        expected: UInt64? = nil
    ) -> Command {
        .setStockPolicy(
            SetStockPolicy(
                sku: sku,
                location: location,
                safetyStock: safety,
                backorderLimit: backorders,
                expectedVersion: expected
            )
        )
    }

    static func extend(_ id: ReservationID, ttl: UInt64) -> Command {
        .extend(Extend(reservation: id, ttl: Milliseconds(ttl)))
    }

    static func confirm(_ id: ReservationID) -> Command {
        .confirm(Confirm(reservation: id, order: .order))
    }

    static func fulfill(_ id: ReservationID, _ lines: StockLine...) -> Command {
        .fulfill(Fulfill(reservation: id, lines: lines))
    }

    static func release(_ id: ReservationID, _ lines: StockLine...) -> Command {
        .release(Release(reservation: id, lines: lines))
    }
}
