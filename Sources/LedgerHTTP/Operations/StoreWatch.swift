import LedgerStore
import NIOCore
import NIOPosix
import Replica
import Synchronization

/// Asks the node's books what is known of stores, once for everybody who looks at that moment.
///
/// Several may scrape a node; its database is asked at most once an interval. Nobody waits for it longer than
/// the patience: then the answer before is told, if there was one.
final class StoreWatch: Sendable {
    private struct State {
        var summary: StoreSummary?
        var askedAt: NIODeadline?
        /// Those who wait for an answer that is on its way.
        var waiting: [CheckedContinuation<StoreSummary?, Never>] = []
        var isAsking = false
    }

    private let books: (any LedgerBooks)?
    private let interval: TimeAmount
    private let patience: TimeAmount
    private let state = Mutex(State())

    init(node: any LedgerNode, interval: TimeAmount, patience: TimeAmount) {
        books = node as? any LedgerBooks
        self.interval = interval
        self.patience = patience
    }

    /// What is known of stores; nil when the database could not be read.
    func summary() async -> StoreSummary? {
        guard let books else { return nil }
        return await withCheckedContinuation { continuation in
            let now = NIODeadline.now()
            let (known, mustAsk) = state.withLock { state -> (StoreSummary??, Bool) in
                let age = state.askedAt.map { now - $0 }
                if let age, age < interval, !state.isAsking { return (.some(state.summary), false) }
                if state.isAsking, let age, age >= patience { return (.some(state.summary), false) }
                state.waiting.append(continuation)
                guard !state.isAsking else { return (nil, false) }
                state.isAsking = true
                state.askedAt = now
                return (nil, true)
            }
            if let known { continuation.resume(returning: known) }
            if mustAsk { ask(books, now + patience) }
        }
    }

    private func ask(_ books: any LedgerBooks, _ deadline: NIODeadline) {
        books.storeSummary(deadline: deadline) { [self] result in
            release { state in
                state.summary = try? result.get().value
                state.isAsking = false
            }
        }
        // A reader's thread that is busy for long would keep them.
        MultiThreadedEventLoopGroup.singleton.any().scheduleTask(deadline: deadline) { [self] in
            release { _ in }
        }
    }

    private func release(_ change: (inout State) -> Void) {
        let (waiting, summary) = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return (state.waiting, state.summary)
        }
        for continuation in waiting { continuation.resume(returning: summary) }
    }
}
