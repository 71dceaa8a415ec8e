import Ledger

/// What it costs a store and its digital channel that the store is cut off, by how long and by how
/// they share their stock, on real demand.
///
/// Each week of the demand stands alone: on its Monday the shelf has what two average weeks sell of each
/// item, and once in it the store is cut off for the time in question, at another hour each week.
package struct DisconnectionStudy: Sendable {
    /// What stays with the digital channel where stock is allotted: its part of the demand.
    static let onlineSharePercent: UInt8 = 40
    /// The safety stock is the week's stock divided by it.
    static let bufferDivisor: Quantity = 5
    /// How many average weeks' demand is on the shelf on a Monday.
    private static let weeksInStock: Quantity = 2
    private static let week: Int64 = 7 * 86_400
    /// The Unix epoch was a Thursday.
    private static let firstMonday: Int64 = 4 * 86_400

    private let demands: [Demand]
    private let items: [SKU]
    private let stock: [SKU: Quantity]
    /// Whole weeks only, as ranges of `demands`.
    private let weeks: [(start: Int64, demands: Range<Int>)]

    /// Takes the demand of some weeks, in any order.
    package init(_ demand: [Demand]) {
        let demands = demand.sorted { $0.time < $1.time }
        var sums: [SKU: Quantity] = [:]
        var weeks: [(start: Int64, demands: Range<Int>)] = []
        for (index, demand) in demands.enumerated() {
            sums[demand.sku, default: 0] += demand.quantity
            let number = (demand.time - Self.firstMonday) / Self.week
            let start = Self.firstMonday + number * Self.week
            if let last = weeks.last, last.start == start {
                weeks[weeks.count - 1].demands = last.demands.lowerBound..<index + 1
            } else {
                weeks.append((start, index..<index + 1))
            }
        }
        self.demands = demands
        items = sums.keys.sorted()
        let count = Quantity(max(1, weeks.count))
        stock = sums.mapValues { (Self.weeksInStock * $0 + count - 1) / count }
        self.weeks = weeks
    }

    /// How many weeks there are.
    package var weekCount: Int { weeks.count }

    /// Plays all weeks with one strategy; `cutOff` in seconds, 0 for never, a week at most.
    package func play(_ strategy: DisconnectionStrategy, cutOff: Int64) -> DisconnectionOutcome {
        precondition((0...Self.week).contains(cutOff), "a week stands alone")
        var sum = DisconnectionOutcome()
        for (index, week) in weeks.enumerated() {
            // Somewhere in the opening hours of another day each week, if there is room.
            let day = Int64(index % 6) * 86_400 + 9 * 3_600 + Int64(index * 37 % 8) * 3_600
            let start = week.start + min(day, Self.week - cutOff)
            let wanted = Set(demands[week.demands].map(\.sku))
            var play = StudyWeek(
                strategy,
                items: wanted.sorted(),
                stock: stock.filter { wanted.contains($0.key) },
                cutOff: start..<start + cutOff,
                from: week.start
            )
            sum += play.play(demands[week.demands])
        }
        return sum
    }
}
