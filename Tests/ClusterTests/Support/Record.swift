import Ledger
import LedgerClient
import Synchronization

/// One request of a store, and what the store was told.
struct Record: Sendable {
    enum Result: Sendable {
        /// Done, or refused by the ledger.
        case answered(Answer)
        /// Nobody knows whether it was, or will be, applied.
        case unknown
        /// It certainly was not applied.
        case notApplied
    }

    let request: Request
    let askedAt: ContinuousClock.Instant
    let answeredAt: ContinuousClock.Instant
    var result: Result

    var answer: Answer? {
        guard case .answered(let answer) = result else { return nil }
        return answer
    }

    var isUnknown: Bool {
        guard case .unknown = result else { return false }
        return true
    }
}

extension Record.Result {
    /// What a store knows after a failed call.
    init(_ error: EstoqueError) {
        self =
            if let answer = error.refused { .answered(answer) } else if error.isOutcomeUnknown {
                .unknown
            } else { .notApplied }
    }
}

/// Everything that all stores asked, in the order in which their calls ended.
final class Journal: Sendable {
    private let recorded = Mutex<[Record]>([])
    private let closed = Atomic(false)

    /// The stores are to go home.
    var isClosed: Bool { closed.load(ordering: .relaxed) }

    func close() { closed.store(true, ordering: .relaxed) }

    var records: [Record] { recorded.withLock { $0 } }

    func add(_ record: Record) { recorded.withLock { $0.append(record) } }

    /// How many requests have been answered.
    var answeredCount: Int { recorded.withLock { $0.count { $0.answer != nil } } }

    /// The first answer to a request that was asked after `moment`, if there is one yet.
    func firstAnswer(askedAfter moment: ContinuousClock.Instant) -> Record? {
        recorded.withLock { records in
            records.filter { $0.answer != nil && $0.askedAt > moment }
                .min { $0.answeredAt < $1.answeredAt }
        }
    }

    /// The longest time between two acknowledged answers from `start` to `end`, both counted as one.
    func longestPause(
        from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) -> Duration {
        let answered = recorded.withLock { records in
            records.filter { $0.answer != nil && (start...end).contains($0.answeredAt) }
                .map(\.answeredAt)
        }
        let moments = [start] + answered.sorted() + [end]
        return zip(moments, moments.dropFirst()).map { $1 - $0 }.max() ?? .zero
    }
}
