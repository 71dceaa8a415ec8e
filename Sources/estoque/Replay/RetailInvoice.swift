import Ledger

/// An invoice of Online Retail: what was ordered, what came back, and what was corrected.
struct RetailInvoice: Equatable, Sendable {
    var number: Reference
    var location: LocationID
    /// Empty when the file doesn't say.
    var customer: String
    /// Lines of the file.
    var lineCount = 0
    /// What was ordered, each item once.
    var ordered = RetailQuantities()
    /// What came back.
    var returned = RetailQuantities()
    /// What was written off: negative lines of invoices that are no cancellations.
    var corrected = RetailQuantities()

    init(_ line: OnlineRetailRows.Line) {
        number = line.invoice
        location = line.location
        customer = line.customer
        add(line)
    }

    /// Whether a line is of this invoice.
    func holds(_ line: OnlineRetailRows.Line) -> Bool {
        line.invoice == number && line.location == location
    }

    mutating func add(_ line: OnlineRetailRows.Line) {
        lineCount += 1
        if line.quantity > 0 {
            ordered.add(line.sku, line.quantity)
        } else if line.isCancellation {
            returned.add(line.sku, -line.quantity)
        } else {
            corrected.add(line.sku, -line.quantity)
        }
    }
}

/// Quantities by item, in the order in which the items first came.
struct RetailQuantities: Equatable, Sendable {
    private(set) var lines: [(sku: SKU, quantity: Quantity)] = []
    private var places: [SKU: Int] = [:]

    var isEmpty: Bool { lines.isEmpty }

    mutating func add(_ sku: SKU, _ quantity: Quantity) {
        if let place = places[sku] {
            lines[place].quantity += quantity
        } else {
            places[sku] = lines.count
            lines.append((sku, quantity))
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.lines.elementsEqual(right.lines, by: ==)
    }

    /// In parts that one command may have, each quantity times `sign`.
    func stockLines(at location: LocationID, sign: Quantity = 1) -> [[StockLine]] {
        lines.chunks(of: LedgerLimits.linesMax).map { part in
            part.map { StockLine(sku: $0.sku, location: location, quantity: sign * $0.quantity) }
        }
    }
}
