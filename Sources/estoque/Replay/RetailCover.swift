import Ledger

/// What must be received so that a file's orders and corrections are covered: whole boxes of a
/// hundred, per item and location.
struct RetailCover: Sendable {
    /// How many units come in a box.
    static let unitsPerBox: Quantity = 100

    private struct Place: Hashable {
        var location: LocationID
        var sku: SKU
    }

    private var needs: [Place: Quantity] = [:]

    mutating func add(_ invoice: RetailInvoice) {
        for (sku, quantity) in invoice.ordered.lines + invoice.corrected.lines {
            needs[Place(location: invoice.location, sku: sku), default: 0] += quantity
        }
    }

    /// The receipts, by location and item, in commands of as many lines as one may have.
    var receipts: [Receive] {
        let lines = needs.sorted {
            ($0.key.location, $0.key.sku) < ($1.key.location, $1.key.sku)
        }.map { place, need in
            StockLine(sku: place.sku, location: place.location, quantity: Self.boxed(need))
        }
        return lines.chunks(of: LedgerLimits.linesMax).map { Receive(lines: Array($0)) }
    }

    private static func boxed(_ need: Quantity) -> Quantity {
        (need + unitsPerBox - 1) / unitsPerBox * unitsPerBox
    }
}
