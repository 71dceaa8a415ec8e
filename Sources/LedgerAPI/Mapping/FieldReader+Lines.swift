import Ledger

/// What a command's lines may hold.
struct LineRules {
    var mayBeEmpty = false
    var mayBeNegative = false

    /// Units that move: one line at least.
    static let quantities = LineRules()
    /// Units that move; no line at all stands for everything that is open.
    static let quantitiesOrAll = LineRules(mayBeEmpty: true)
    /// Corrections of either sign.
    static let differences = LineRules(mayBeNegative: true)
}

extension FieldReader {
    mutating func lines(_ protos: [ProtoStockLine], _ rules: LineRules) -> [StockLine] {
        guard protos.count <= LedgerLimits.linesMax else {
            refuse("lines", Complaint.tooManyLines)
            return []
        }
        if protos.isEmpty, !rules.mayBeEmpty { refuse("lines", Complaint.noLines) }
        var lines: [StockLine] = []
        lines.reserveCapacity(protos.count)
        for (index, proto) in protos.enumerated() {
            lines.append(
                StockLine(
                    sku: identifier(proto.sku, "lines[\(index)].sku"),
                    location: identifier(proto.locationID, "lines[\(index)].location_id"),
                    quantity: quantity(proto.quantity, rules, "lines[\(index)].quantity")
                )
            )
        }
        return lines
    }

    mutating func quantity(
        _ quantity: Int64,
        _ rules: LineRules,
        _ path: @autoclosure () -> String
    ) -> Quantity {
        let isAllowed =
            rules.mayBeNegative
            ? quantity != 0 && quantity.magnitude <= LedgerLimits.quantityMax.magnitude
            : quantity >= 1 && quantity <= LedgerLimits.quantityMax
        if !isAllowed {
            refuse(path(), rules.mayBeNegative ? Complaint.difference : Complaint.quantity)
        }
        return quantity
    }
}
