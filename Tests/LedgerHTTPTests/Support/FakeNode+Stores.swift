import Ledger
import LedgerStore
import NIOCore
import Replica

extension FakeNode {
    /// A fact of which everything is said.
    static let trace = FactTrace(
        mark: FactMark(location: "s1", epoch: 2, sequence: 9),
        hash: .start,
        claimedTime: LogTime(microseconds: 1_764_093_600_000_000),
        prices: [Money(amount: 499, currency: "EUR")],
        fate: .all
    )

    /// A store that told all until a minute and a half ago, and sells on.
    static var agent: StoreAgent {
        var agent = StoreAgent(
            location: "s1",
            epoch: 2,
            instance: "database-1",
            settings: StoreSettings(onlineShare: 20),
            lastSeen: LogTime(microseconds: 1_764_093_630_000_000)
        )
        agent.lastSequence = 9
        agent.knownThrough = LogTime(microseconds: 1_764_093_600_000_000)
        agent.allottedUnits = 12
        agent.factCount = 9
        agent.version = 30
        return agent
    }

    /// One that never told all, and whose chain has forked.
    static var frozen: StoreAgent {
        var agent = StoreAgent(
            location: "s2",
            epoch: 1,
            instance: "database-2",
            settings: StoreSettings(releasesHolds: false),
            lastSeen: LogTime(microseconds: 1_764_093_690_000_000)
        )
        agent.state = .frozen
        return agent
    }

    /// One conflict with everything that a conflict may have, and one with nothing.
    static var conflicts: [ConflictRow] {
        var oversold = Conflict(
            kind: .unmatched,
            location: "s1",
            sku: "tea",
            openedAt: Position(7),
            openedTime: LogTime(microseconds: 1_764_093_600_000_000),
            cause: trace.mark,
            quantity: -3
        )
        oversold.promises = ["r1", "r2"]
        oversold.mismatch = .saleExists
        oversold.wanted = Money(amount: 5, currency: "EUR")
        let fork = Conflict(
            kind: .fork,
            location: "s2",
            sku: nil,
            openedAt: Position(8),
            openedTime: LogTime(microseconds: 1_764_093_601_000_000)
        )
        return [
            ConflictRow(
                key: .factConflict(LocationKey(1), 2, 9, line: 200),
                conflict: oversold
            ),
            ConflictRow(key: .fork(LocationKey(2)), conflict: fork),
        ]
    }

    /// What the lists of stores give.
    static var stores: [StoreTable: StoreList] {
        let now = LogTime(microseconds: 1_764_093_690_000_000)
        let reports = [
            StoreReport(agent: agent, openConflicts: 1, quarantined: 2),
            StoreReport(agent: frozen, openConflicts: 1, quarantined: 0),
        ]
        func list(_ rows: StoreRows) -> StoreList {
            StoreList(rows: rows, nextPageToken: nil, logTime: now)
        }
        return [
            .stores(nil): list(.stores(reports)),
            .stores("s1"): list(.stores([reports[0]])),
            .stores("s2"): list(.stores([reports[1]])),
            .stores("s3"): list(.stores([])),
            .conflicts(nil): list(.conflicts(conflicts)),
            .conflicts("s1"): list(.conflicts([conflicts[0]])),
        ]
    }
}

/// What the fake node's books say of stores.
extension FakeNode {
    func list(
        _ table: StoreTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreList>, BookFailure>) -> Void
    ) {
        with { $0.books.minPositions.append(minPosition) }
        finish(with { $0.books.stores[table] }.map { .success($0) }, completion)
    }

    func storeSummary(
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreSummary>, BookFailure>) -> Void
    ) {
        finish(with { $0.books.storeSummary }, completion)
    }

    func quarantinedFact(
        _ mark: FactMark,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<QuarantinedFact?>, BookFailure>) -> Void
    ) {
        finish(.success(nil), completion)
    }
}
