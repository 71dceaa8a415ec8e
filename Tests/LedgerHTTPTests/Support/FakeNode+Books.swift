import Ledger
import LedgerStore
import NIOCore
import Replica

/// What the fake node's books hold, and what they were asked.
struct FakeBooks: Sendable {
    var reservation: Reservation?
    var transfer: Transfer?
    var sale: Sale?
    var offer: Offer?
    /// The pages, by the token that leads to each; any other token is a bad one.
    var history: [String?: HistoryPage] = [:]
    var items: [String?: ItemPage] = [:]
    var locations: [String?: BookList] = [:]
    /// Keeps answers until `releaseHeld`.
    var isHeld = false
    var levels: Result<[LevelView], BookFailure> = .success([])
    var histories: [HistoryQuery] = []
    var searches: [ItemSearch] = []
    var moments: [AsOf] = []
    var minPositions: [Position?] = []
}

extension FakeNode: LedgerBooks {
    func history(
        _ query: HistoryQuery,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<HistoryPage>, BookFailure>) -> Void
    ) {
        with {
            $0.books.histories.append(query)
            $0.books.minPositions.append(minPosition)
        }
        finish(with { $0.books.history[query.pageToken] }.map { .success($0) }, completion)
    }

    func levels(
        _ sku: SKU,
        at location: LocationID?,
        asOf moment: AsOf,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<LevelsAsOf>, BookFailure>) -> Void
    ) {
        with { $0.books.moments.append(moment) }
        let answer = with { $0.books.levels }
            .map { LevelsAsOf(levels: $0, position: Position(11)) }
        finish(answer, completion)
    }

    func searchItems(
        _ query: ItemSearch,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<ItemPage>, BookFailure>) -> Void
    ) {
        with {
            $0.books.searches.append(query)
            $0.books.minPositions.append(minPosition)
        }
        finish(with { $0.books.items[query.pageToken] }.map { .success($0) }, completion)
    }

    func list(
        _ table: BookTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<BookList>, BookFailure>) -> Void
    ) {
        with { $0.books.minPositions.append(minPosition) }
        guard table == .locations else { return completion(.failure(.cancelled)) }
        finish(with { $0.books.locations[pageToken] }.map { .success($0) }, completion)
    }

    func changes(
        after cursor: ChangeCursor,
        limit: Int,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<ChangeBatch, BookFailure>) -> Void
    ) {
        completion(.failure(.cancelled))
    }

    func verify(
        progress: @escaping @Sendable (VerifyProgress) -> Void,
        completion: @escaping @Sendable (Result<VerifyReport, BookFailure>) -> Void
    ) -> VerifyRun? { nil }

    func whenChanged(
        after sequence: UInt64,
        deadline: NIODeadline,
        _ wake: @escaping @Sendable (Bool) -> Void
    ) -> ChangeWaiter? { nil }

    private func finish<Value: Sendable>(
        _ answer: Result<Value, BookFailure>?,
        _ completion: @escaping @Sendable (Result<Stamped<Value>, BookFailure>) -> Void
    ) {
        let stamp = with { $0.stamp }
        let bad = BookFailure.malformed(field: "page_token", reason: "is of another question")
        let outcome: Result<Value, BookFailure> = answer ?? .failure(bad)
        let result = outcome.map { Stamped(value: $0, stamp: stamp) }
        // The real ones complete on a thread that the connection knows nothing of.
        let isHeld = with { state in
            if state.books.isHeld { state.held.append { completion(result) } }
            return state.books.isHeld
        }
        if !isHeld { eventLoop.execute { completion(result) } }
    }
}
