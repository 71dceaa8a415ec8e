import Ledger

/// A ledger without a cluster: applies one entry after the other by the real rules.
struct SequentialLedger {
    private(set) var state: InMemoryLedgerState

    init(_ state: InMemoryLedgerState = InMemoryLedgerState()) { self.state = state }

    /// The time between two entries, unless an entry brings its own.
    static let stride: UInt64 = 1_000

    /// Applies a request as the next entry.
    mutating func apply(_ request: Request, at time: LogTime? = nil) -> Answer {
        guard let answer = apply(.request(request, stamp: time ?? nextTime)).answer else {
            preconditionFailure("a request is answered")
        }
        return answer
    }

    /// Lets the time pass.
    mutating func tick(to time: LogTime) {
        _ = apply(LedgerEntry(stamp: time, content: .tick))
    }

    var position: Position { state.header.position }
    var time: LogTime { state.header.logTime }

    private var nextTime: LogTime { LogTime(microseconds: time.microseconds + Self.stride) }

    private mutating func apply(_ entry: LedgerEntry) -> Applied {
        var changes = LedgerChanges()
        let next = Position(position.rawValue + 1)
        return LedgerRules.apply(entry, at: next, to: &state, changes: &changes)
    }
}
