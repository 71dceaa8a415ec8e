import Histories
import Ledger

/// Judges a small history by trying every order that real time allows, with the real rules of the
/// ledger: slow, and as simple as can be.
///
/// Every call is an operation of its own here, replays included, and a state is a whole ledger.
struct BruteForce {
    /// How log time restricts orders.
    enum Time {
        /// Not at all: each entry gets the log time that its answer tells, whatever came before, and
        /// times in reservations are ignored. For histories in which nothing expires.
        case ignored
        /// Log time rises from entry to entry, and entries that nobody sees may lie between them.
        case rising
    }

    private let calls: [HistoryCall]
    private let time: Time
    /// Whether a call has no place yet.
    private var isOpen: [Bool]

    private init(_ history: HistoryRecorder, _ time: Time) {
        calls = history.calls.filter { call in
            switch (call.operation, call.outcome) {
            case (_, .notApplied), (.read, .unknown): false
            default: true
            }
        }
        self.time = time
        isOpen = Array(repeating: true, count: calls.count)
    }

    /// Whether some order explains the history.
    static func explains(_ history: HistoryRecorder, _ time: Time = .ignored) -> Bool {
        var search = BruteForce(history, time)
        return search.complete(InMemoryLedgerState())
    }

    private mutating func complete(_ state: InMemoryLedgerState) -> Bool {
        let rest = calls.indices.filter { isOpen[$0] && mustHappen(calls[$0]) }
        guard let deadline = rest.compactMap({ calls[$0].returnedAt }).min() else { return true }
        for index in calls.indices where isOpen[index] && begin(calls[index]) <= deadline {
            isOpen[index] = false
            for next in states(after: calls[index], from: state) where complete(next) {
                return true
            }
            isOpen[index] = true
        }
        guard time == .rising, let expiry = state.earliestExpiry else { return false }
        var expired = SequentialLedger(state)
        expired.tick(to: expiry)
        return complete(expired.state)
    }

    private func mustHappen(_ call: HistoryCall) -> Bool { call.outcome != .unknown }

    /// From when on a call may take effect: a read may be as old as it claims.
    private func begin(_ call: HistoryCall) -> HistoryInstant {
        guard case .read(_, let promise) = call.operation, case .read(let report) = call.outcome
        else { return call.invokedAt }
        if case .linearizable = promise { return call.invokedAt }
        guard let age = report.claimedAge else { return HistoryInstant(nanoseconds: 0) }
        let begin = call.invokedAt.nanoseconds
        return HistoryInstant(nanoseconds: begin < age ? 0 : begin - age)
    }

    /// The ledger after a call that did what its client was told; none if it can't have.
    private func states(
        after call: HistoryCall,
        from state: InMemoryLedgerState
    ) -> [InMemoryLedgerState] {
        switch (call.operation, call.outcome) {
        case (.read(let subject, _), .read(let report)):
            let found = state.value(of: subject)
            return plain(found) == plain(report.value) ? [state] : []
        case (.command(let request), .answered(let told)):
            var state = state
            switch time {
            case .ignored:
                state.header.logTime = LogTime(microseconds: told.logTime.microseconds - 1)
            case .rising:
                guard told.replayed || state.header.logTime < told.logTime else { return [] }
            }
            var ledger = SequentialLedger(state)
            let answer = ledger.apply(
                request,
                at: told.replayed ? LogTime(microseconds: 0) : told.logTime
            )
            return plain(answer.outcome) == plain(told.outcome) ? [ledger.state] : []
        case (.command(let request), _):
            var ledger = SequentialLedger(state)
            _ = ledger.apply(request, at: LogTime(microseconds: 0))
            return [ledger.state]
        default: return []
        }
    }

    // MARK: - Without times

    private func plain(_ outcome: Outcome) -> Outcome {
        guard case .reservation(let reservation) = outcome else { return outcome }
        return .reservation(plain(reservation))
    }

    private func plain(_ value: ReadValue) -> ReadValue {
        guard case .reservation(let reservation?) = value else { return value }
        return .reservation(plain(reservation))
    }

    private func plain(_ reservation: Reservation) -> Reservation {
        guard time == .ignored else { return reservation }
        var plain = reservation
        plain.expireTime = LogTime(microseconds: 0)
        plain.maxExpireTime = LogTime(microseconds: 0)
        return plain
    }
}
