import Ledger

/// How much of each item was sold in the last hours, by the steady clock; begins anew with each run.
struct DemandMeter: Sendable {
    static let hours = 24
    static let itemsMax = 50_000
    private static let hour: UInt64 = 3_600_000

    private var sold: [SKU: [Quantity]] = [:]
    private var current: UInt64

    /// How many hours are counted so far; at least one.
    private(set) var hoursCounted: Quantity = 1

    init(from start: Milliseconds) { current = start.rawValue / Self.hour }

    /// Time has passed.
    mutating func turn(to time: Milliseconds) {
        let hour = time.rawValue / Self.hour
        guard hour > current else { return }
        let passed = Int(clamping: hour - current)
        hoursCounted = min(Quantity(Self.hours), hoursCounted + Quantity(passed))
        current = hour
        for (sku, counts) in sold {
            let kept = counts.dropLast(min(passed, counts.count))
            let turned = Array(repeating: 0, count: min(passed, Self.hours)) + kept
            let isIdle = turned.allSatisfy { $0 == 0 }
            sold[sku] = isIdle ? nil : Array(turned.prefix(Self.hours))
        }
    }

    /// Units were sold, or asked for.
    mutating func note(_ quantity: Quantity, of sku: SKU) {
        guard sold[sku] != nil || sold.count < Self.itemsMax else { return }
        var counts = sold[sku] ?? [Quantity](repeating: 0, count: Self.hours)
        counts[0] = min(LedgerLimits.bucketMax, counts[0] + quantity)
        sold[sku] = counts
    }

    /// Units sold in the hours that are counted.
    func sold(_ sku: SKU) -> Quantity {
        (sold[sku] ?? []).reduce(0) { min(LedgerLimits.bucketMax, $0 + $1) }
    }
}
