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

    init(_ invoice: RetailInvoice, _ names: inout RetailNames, _ sold: inout RetailSales) {
        lineCount = invoice.lineCount
        for lines in invoice.ordered.stockLines(at: invoice.location) {
            let id = names.next(invoice.number)
            orders.append(Order(id: id, number: invoice.number, lines: lines))
            sold.add(lines, of: id, to: invoice.customer)
        }
        for lines in invoice.returned.stockLines(at: invoice.location) {
            takeBack(lines, of: invoice, &sold)
        }
        for lines in invoice.corrected.stockLines(at: invoice.location, sign: -1) {
            adjustments.append(
                .adjust(Adjust(lines: lines, reason: Self.correction, document: invoice.number))
            )
        }
    }
}

extension ReplayPlan {
    /// Goods come back as returns of what the customer bought, and as corrections where the file
    /// doesn't show that they had been sold.
    private mutating func takeBack(
        _ lines: [StockLine],
        of invoice: RetailInvoice,
        _ sold: inout RetailSales
    ) {
        var unsold: [StockLine] = []
        for line in lines {
            let (parts, rest) = sold.takeBack(line, from: invoice.customer)
            for (order, quantity) in parts {
                returns.append(
                    .returnGoods(
                        ReturnGoods(
                            origin: .reservation(order),
                            lines: [
                                ReturnLine(
                                    sku: line.sku,
                                    soldAt: line.location,
                                    quantity: quantity
                                )
                            ],
                            reason: Self.cancellation,
                            document: invoice.number
                        )
                    )
                )
            }
            if rest > 0 {
                unsold.append(
                    StockLine(sku: line.sku, location: line.location, quantity: rest)
                )
            }
        }
        guard !unsold.isEmpty else { return }
        adjustments.append(
            .adjust(
                Adjust(lines: unsold, reason: Self.cancellation, document: invoice.number)
            )
        )
    }
}

/// What each customer has bought and not brought back, the latest last.
struct RetailSales {
    private struct Key: Hashable {
        var customer: String
        var location: LocationID
        var sku: SKU
    }

    private var open: [Key: [(order: ReservationID, quantity: Quantity)]] = [:]

    mutating func add(_ lines: [StockLine], of order: ReservationID, to customer: String) {
        guard !customer.isEmpty else { return }
        for line in lines {
            let key = Key(customer: customer, location: line.location, sku: line.sku)
            open[key, default: []].append((order, line.quantity))
        }
    }

    /// The orders that the units are of, the latest first, and how many are of none.
    mutating func takeBack(
        _ line: StockLine,
        from customer: String
    ) -> (parts: [(order: ReservationID, quantity: Quantity)], rest: Quantity) {
        let key = Key(customer: customer, location: line.location, sku: line.sku)
        var parts: [(order: ReservationID, quantity: Quantity)] = []
        var rest = line.quantity
        while rest > 0, let last = open[key]?.last {
            let taken = min(rest, last.quantity)
            parts.append((last.order, taken))
            rest -= taken
            open[key]?.removeLast()
            if taken < last.quantity {
                open[key]?.append((last.order, last.quantity - taken))
            }
        }
        return (parts, rest)
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
