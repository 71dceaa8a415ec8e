package import Ledger
package import LedgerStore
package import NIOCore

/// Why a question about the books has no answer.
package enum BookFailure: Error, Equatable, Sendable {
    /// Not now, or not here.
    case read(ReadFailure)
    /// The question can't be understood.
    case malformed(field: String, reason: String)
    case itemNotFound(SKU)
    case locationNotFound(LocationID)
    /// Asked about a position that this node has not reached.
    case ahead(applied: Position)
    /// The database could not be read: the node's log says more.
    case store(String)
    /// Whoever asked, or the node's end, has put an end to it.
    case cancelled
}

/// From where changes are wanted.
package enum ChangeCursor: Equatable, Sendable {
    /// Behind everything up to a position, the same on every node.
    case position(Position)
    /// Behind a row of the journal, the same on every node too.
    case sequence(UInt64)
}

/// Changes in the order in which they were applied.
package struct ChangeBatch: Equatable, Sendable {
    package var entries: [HistoryEntry]
    /// The cursor to go on with: the last row in the batch, or the cursor asked with.
    package var next: UInt64
    /// The same cursor as a position: everything up to it has been told.
    package var position: Position
    /// What was applied on the node when it was asked.
    package var applied: Position

    package init(entries: [HistoryEntry], next: UInt64, position: Position, applied: Position) {
        self.entries = entries
        self.next = next
        self.position = position
        self.applied = applied
    }
}

/// Someone who waits for changes.
package struct ChangeWaiter: Sendable {
    private let onCancel: @Sendable () -> Void

    /// Who waits; `onCancel` forgets them.
    package init(onCancel: @escaping @Sendable () -> Void) { self.onCancel = onCancel }

    /// Waits no more; who was woken already isn't woken again.
    package func cancel() { onCancel() }
}

/// A verification under way.
package struct VerifyRun: Sendable {
    private let verification: StoreVerification

    init(_ verification: StoreVerification) { self.verification = verification }

    /// Ends it soon; it completes with `.cancelled`.
    package func cancel() { verification.cancel() }
}

/// The books of a node beside its present state: the past, whole tables, and what changes.
///
/// Every method may be called from any thread. None runs on the node's loop, and what it reads lags behind
/// by one transaction of the database, as its stamp says; only changes are current to the last apply.
/// Completions run on any thread and must not block.
package protocol LedgerBooks: AnyObject, Sendable {
    /// A page of history that includes everything up to `minPosition`.
    func history(
        _ query: HistoryQuery,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<HistoryPage>, BookFailure>) -> Void
    )

    /// An item's level at a location, or all its levels, as they were.
    func levels(
        _ sku: SKU,
        at location: LocationID?,
        asOf moment: AsOf,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<LevelsAsOf>, BookFailure>) -> Void
    )

    /// A page of items by words of their titles and the beginnings of their SKUs.
    func searchItems(
        _ query: ItemSearch,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<ItemPage>, BookFailure>) -> Void
    )

    /// A page of a whole table.
    func list(
        _ table: BookTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<BookList>, BookFailure>) -> Void
    )

    /// A page of what is known of stores and their agents.
    func list(
        _ table: StoreTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreList>, BookFailure>) -> Void
    )

    /// What is known of all stores together.
    func storeSummary(
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreSummary>, BookFailure>) -> Void
    )

    /// A fact that is put aside; nil when there is none.
    func quarantinedFact(
        _ mark: FactMark,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<QuarantinedFact?>, BookFailure>) -> Void
    )

    /// Applied changes behind a cursor, in order, about `limit` (1 to 5,000) rows of them.
    ///
    /// All rows of an entry come together. Without any: nothing is behind the cursor yet.
    func changes(
        after cursor: ChangeCursor,
        limit: Int,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<ChangeBatch, BookFailure>) -> Void
    )

    /// Checks every invariant of this node's ledger, as of one position, while the node goes on.
    ///
    /// It takes minutes on a big ledger. Nil, and no call, when one is under way already, or when the
    /// node has no database now.
    func verify(
        progress: @escaping @Sendable (VerifyProgress) -> Void,
        completion: @escaping @Sendable (Result<VerifyReport, BookFailure>) -> Void
    ) -> VerifyRun?

    /// Calls once: with true when there is a row behind `sequence`, with false at the deadline.
    ///
    /// Nil, and no call, when too many wait.
    func whenChanged(
        after sequence: UInt64,
        deadline: NIODeadline,
        _ wake: @escaping @Sendable (Bool) -> Void
    ) -> ChangeWaiter?
}
