import Ledger

/// The commands of one invoice.
struct ReplayPlan: Sendable {
    /// A reservation that is taken, confirmed and fulfilled.
    struct Order: Sendable {
        var id: ReservationID
        var number: Reference
        var lines: [StockLine]
    }

    var orders: [Order] = []
    var returns: [Command] = []
    var adjustments: [Command] = []
    /// Lines of the file.
    var lineCount: Int

    private static let cancellation = Reference(unchecked: "cancellation")
    private static let correction = Reference(unchecked: "correction")

    init(_ invoice: RetailInvoice, _ names: inout RetailNames) {
        lineCount = invoice.lineCount
        for lines in invoice.ordered.stockLines(at: invoice.location) {
            let id = names.next(invoice.number)
            orders.append(Order(id: id, number: invoice.number, lines: lines))
        }
        for lines in invoice.returned.stockLines(at: invoice.location) {
            returns.append(
                .adjust(
                    Adjust(lines: lines, reason: Self.cancellation, document: invoice.number)
                )
            )
        }
        for lines in invoice.corrected.stockLines(at: invoice.location, sign: -1) {
            adjustments.append(
                .adjust(Adjust(lines: lines, reason: Self.correction, document: invoice.number))
            )
        }
    }
}

/// Names for reservations: the invoice's number, and from the second of an invoice on with a count.
struct RetailNames {
    private var counts: [Reference: Int] = [:]

    mutating func next(_ number: Reference) -> ReservationID {
        let count = counts[number, default: 0] + 1
        counts[number] = count
        return ReservationID(
            unchecked: count == 1 ? number.text : "\(number.text.prefix(50)).\(count)"
        )
    }
}
