import Ledger
import LedgerClient

/// What a replay has done so far.
struct ReplayTally: Equatable, Sendable {
    /// Orders that were reserved, confirmed and fulfilled.
    var orders = 0
    /// Their lines, each item once.
    var orderLines = 0
    /// Commands that put something back that had been sold.
    var returns = 0
    var adjustments = 0
    /// Lines of the file behind all of these.
    var lines = 0
    /// Commands that were acknowledged.
    var commands = 0
    /// Commands that the ledger refused, which none should be, or that nobody answered.
    var failures = 0
    var firstFailure: String?

    static func += (left: inout Self, right: Self) {
        left.orders += right.orders
        left.orderLines += right.orderLines
        left.returns += right.returns
        left.adjustments += right.adjustments
        left.lines += right.lines
        left.commands += right.commands
        left.failures += right.failures
        left.firstFailure = left.firstFailure ?? right.firstFailure
    }

    mutating func fail(_ error: EstoqueError) {
        failures += 1
        if firstFailure == nil { firstFailure = "\(error)" }
    }
}
