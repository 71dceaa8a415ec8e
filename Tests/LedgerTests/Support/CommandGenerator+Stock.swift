import Ledger
import TestSupport

/// Edits, and commands about stock that is on hold, counted, brought back or on its way.
extension CommandGenerator {
    mutating func item() -> Command {
        // `ghost` is never made: only as a whole could it be.
        let sku = random.pick(Self.skus)
        let isWhole = sku != Self.skus[4] && random.once(in: 3)
        return .upsertItem(
            UpsertItem(
                sku: sku,
                title: random.pick(["A", "B"]),
                attributes: attributes(),
                price: random.pick([0, 5]),
                currency: "EUR",
                state: random.pick([.active, .active, .active, .archived]),
                expectedVersion: random.pick([nil, nil, 0, 1, 2, .max]),
                fields: isWhole
                    ? [] : UpsertItem.Fields(rawValue: UInt8.random(in: 1...15, using: &random))
            )
        )
    }

    mutating func place() -> Command {
        let id = random.pick(Self.places)
        let isWhole = id != Self.places[3] && random.once(in: 3)
        return .upsertLocation(
            UpsertLocation(
                id: id,
                name: random.pick(["A", "B"]),
                kind: random.pick([.store, .warehouse]),
                priority: random.pick([1, 2, 3]),
                sellsOnline: !random.once(in: 3),
                state: random.pick([.active, .active, .active, .active, .draining, .closed]),
                expectedVersion: random.pick([nil, nil, 0, 1, 2]),
                fields: isWhole
                    ? []
                    : UpsertLocation.Fields(rawValue: UInt8.random(in: 1...31, using: &random))
            )
        )
    }

    mutating func offer() -> Command {
        .setOffer(
            SetOffer(
                sku: sku(),
                location: location(),
                price: random.pick([nil, Money(amount: 7, currency: "EUR")]),
                attributes: attributes(),
                fields: SetOffer.Fields(rawValue: UInt8.random(in: 0...3, using: &random)),
                expectedVersion: random.pick([nil, nil, 0, 1])
            )
        )
    }

    private mutating func attributes() -> [Attribute] {
        (0..<random.pick([0, 1, 2])).map { Attribute(name: ["b", "a"][$0], value: "x") }
    }

    mutating func policy() -> Command {
        .setStockPolicy(
            SetStockPolicy(
                sku: sku(),
                location: location(),
                safetyStock: random.pick([nil, 0, 0, 1, 3]),
                backorderLimit: random.pick([nil, 0, 0, 2, 4]),
                expectedVersion: random.pick([nil, nil, nil, 1])
            )
        )
    }

    mutating func count() -> Command {
        let lines = (0..<random.pick([1, 1, 2, 3])).map { _ in
            CountLine(
                sku: sku(),
                location: location(),
                counted: hostile(Quantity.random(in: 0...9, using: &random)),
                book: Quantity.random(in: -2...12, using: &random),
                bookVersion: random.pick([nil, nil, UInt64.random(in: 0...20, using: &random)])
            )
        }
        return .count(Count(lines: lines, document: random.pick([nil, .order])))
    }

    mutating func bringBack() -> Command {
        let newest = origins.suffix(30)
        guard !newest.isEmpty else { return count() }
        let (origin, sold) = random.pick(newest)
        let lines = (sold.isEmpty || random.once(in: 8) ? parts() : sold).prefix(2).map { line in
            ReturnLine(
                sku: line.sku,
                soldAt: line.location,
                quantity: hostile(random.pick([1, 1, max(1, line.quantity)])),
                location: random.once(in: 4) ? location() : nil
            )
        }
        return .returnGoods(
            ReturnGoods(
                origin: random.once(in: 20) ? .sale(SaleID(unchecked: "never")) : origin,
                lines: lines,
                disposition: random.pick([.restock, .damaged]),
                reason: reason()
            )
        )
    }

    // MARK: transfers

    mutating func itemLines() -> [ItemLine] {
        (0..<random.pick([1, 1, 2, 3])).map { _ in
            ItemLine(sku: sku(), quantity: hostile(Quantity(small())))
        }
    }

    mutating func haul() -> (id: TransferID, lines: [ItemLine]) {
        let newest = hauls.suffix(5)
        return newest.isEmpty || random.once(in: 30)
            ? (TransferID(unchecked: "never"), []) : random.pick(newest)
    }

    mutating func createTransfer() -> Command {
        let id =
            random.once(in: 12) ? haul().id : TransferID(unchecked: "t-\(hauls.count)")
        let lines = random.once(in: 20) ? [] : itemLines()
        hauls.append((id, lines))
        let from = location()
        let to = location()
        return .createTransfer(
            CreateTransfer(
                transfer: id,
                from: from,
                to: from == to && !random.once(in: 8)
                    ? Self.places[from == Self.places[0] ? 1 : 0] : to,
                lines: lines,
                document: random.pick([nil, .order])
            )
        )
    }

    mutating func shipTransfer() -> Command {
        let (id, planned) = haul()
        var lines: [ItemLine] = []
        if !random.once(in: 3) {
            lines = (planned.isEmpty || random.once(in: 6) ? itemLines() : planned).map {
                ItemLine(
                    sku: $0.sku,
                    quantity: hostile(random.pick([1, max(1, $0.quantity)]))
                )
            }
        }
        return .shipTransfer(ShipTransfer(transfer: id, lines: lines))
    }

    mutating func receiveTransfer() -> Command {
        let (id, planned) = haul()
        var lines: [ArrivalLine] = []
        if !random.once(in: 3) {
            lines = (planned.isEmpty || random.once(in: 6) ? itemLines() : planned).map {
                ArrivalLine(
                    sku: $0.sku,
                    ok: hostile(random.pick([0, 1, 1, $0.quantity])),
                    rejected: random.pick([0, 0, 1]),
                    lost: random.pick([0, 0, 0, 1])
                )
            }
        }
        return .receiveTransfer(ReceiveTransfer(transfer: id, lines: lines))
    }
}
