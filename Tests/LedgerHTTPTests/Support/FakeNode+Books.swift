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
    /// What is known of stores: one page each.
    var stores: [StoreTable: StoreList] = [:]
    var storeSummary: Result<StoreSummary, BookFailure> = .success(StoreSummary())
    /// Keeps answers until `releaseHeld`.
    var isHeld = false
    var levels: Result<[LevelView], BookFailure> = .success([])
    var histories: [HistoryQuery] = []
    var searches: [ItemSearch] = []
    var moments: [AsOf] = []
    var minPositions: [Position?] = []
    var feed = FakeFeed()
}

/// The journal that a fake node's feed follows.
struct FakeFeed: Sendable {
    struct Waiter: Sendable {
        var sequence: UInt64
        var deadline: NIODeadline
        var wake: @Sendable (Bool) -> Void
    }

    var entries: [HistoryEntry] = []
    var waiters: [Waiter] = []
    /// The rows can't be read now.
    var isBroken = false
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
        switch table {
        case .levels: listLevels(completion)
        case .locations:
            finish(with { $0.books.locations[pageToken] }.map { .success($0) }, completion)
        default: completion(.failure(.cancelled))
        }
    }

    /// All levels in one page.
    private func listLevels(
        _ completion: @escaping @Sendable (Result<Stamped<BookList>, BookFailure>) -> Void
    ) {
        let (views, stamp) = with { state in
            let views = state.items.values.flatMap { view in
                view.levels.map {
                    LevelView(sku: view.item.sku, location: $0.place.location, level: $0.level)
                }
            }
            return (views.sorted { ($0.location, $0.sku) < ($1.location, $1.sku) }, state.stamp)
        }
        let list = BookList(rows: .levels(views), nextPageToken: nil)
        eventLoop.execute { completion(.success(Stamped(value: list, stamp: stamp))) }
    }

    func changes(
        after cursor: ChangeCursor,
        limit: Int,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<ChangeBatch, BookFailure>) -> Void
    ) {
        let result = with { state -> Result<ChangeBatch, BookFailure> in
            guard !state.books.feed.isBroken else { return .failure(.store("broken")) }
            let entries = state.books.feed.entries
            let applied = state.stamp.position
            let sequence =
                switch cursor {
                case .sequence(let sequence): sequence
                case .position(let position):
                    UInt64(entries.count { $0.row.position <= position })
                }
            let found = Array(entries.dropFirst(Int(sequence)))
            return .success(
                ChangeBatch(
                    entries: found,
                    next: UInt64(entries.count),
                    position: applied,
                    applied: applied
                )
            )
        }
        eventLoop.execute { completion(result) }
    }

    func verify(
        progress: @escaping @Sendable (VerifyProgress) -> Void,
        completion: @escaping @Sendable (Result<VerifyReport, BookFailure>) -> Void
    ) -> VerifyRun? { nil }

    func whenChanged(
        after sequence: UInt64,
        deadline: NIODeadline,
        _ wake: @escaping @Sendable (Bool) -> Void
    ) -> ChangeWaiter? {
        let waits = with { state in
            guard state.books.feed.entries.count <= Int(sequence) else { return false }
            state.books.feed.waiters.append(
                FakeFeed.Waiter(sequence: sequence, deadline: deadline, wake: wake)
            )
            return true
        }
        if waits {
            eventLoop.scheduleTask(deadline: deadline) { [self] in wakeFollowers(now: deadline) }
        } else {
            wake(true)
        }
        return ChangeWaiter {}
    }

    /// Wakes those for whom there is something, and those whose time is over.
    func wakeFollowers(now: NIODeadline) {
        let woken = with { state in
            let last = UInt64(state.books.feed.entries.count)
            let woken = state.books.feed.waiters
                .filter { $0.sequence < last || $0.deadline <= now }
            state.books.feed.waiters.removeAll { $0.sequence < last || $0.deadline <= now }
            return woken.map { ($0.wake, $0.sequence < last) }
        }
        for (wake, isThere) in woken { wake(isThere) }
    }

    func finish<Value: Sendable>(
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
