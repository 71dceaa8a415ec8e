import Ledger

/// What a request comes to, before it is booked.
struct FactPlan: Sendable {
    struct Line: Sendable {
        let sku: SKU
        /// Units, as the till counts them.
        let quantity: Quantity
        /// What is used of the rights, or gained (below zero).
        var right: Quantity = 0
    }

    var command: Command
    var lines: [Line]
    /// For each line, or none.
    var prices: [Money] = []
    var sale: SaleID?
    /// The own sale of which something comes back.
    var returnedSale: SaleID?
    /// Of a sale: what the rights don't cover.
    var shortages: [Shortage] = []

    var isSale: Bool { if case .sell = command { true } else { false } }
    /// Such a fact says in its lines what it gives back.
    var isReturnOfRights: Bool { if case .returnAllotment = command { true } else { false } }
}

/// What a till asks for can be booked, or why not.
enum Planned: Sendable {
    case book(FactPlan)
    case refuse(Refusal)
}

/// Units of items, each item once: a fact doesn't name one twice.
struct MergedItems: Sendable {
    private(set) var lines: [(sku: SKU, quantity: Quantity)] = []
    /// An item of which more is named than can be counted.
    private(set) var overflow: SKU?

    init(_ pairs: [(sku: SKU, quantity: Quantity)]) {
        var places: [SKU: Int] = [:]
        for (sku, quantity) in pairs {
            guard let place = places[sku] else {
                places[sku] = lines.count
                lines.append((sku, quantity))
                continue
            }
            let (sum, isOver) = lines[place].quantity.addingReportingOverflow(quantity)
            guard !isOver else {
                overflow = sku
                return
            }
            lines[place].quantity = sum
        }
    }

    init(_ lines: [StockLine]) { self.init(lines.map { ($0.sku, $0.quantity) }) }
    init(_ lines: [ItemLine]) { self.init(lines.map { ($0.sku, $0.quantity) }) }

    func stock(at location: LocationID) -> [StockLine] {
        lines.map { StockLine(sku: $0.sku, location: location, quantity: $0.quantity) }
    }

    var items: [ItemLine] { lines.map { ItemLine(sku: $0.sku, quantity: $0.quantity) } }
}
