import Ledger
import LedgerStore
import NIOCore
import Replica

/// The books of a node that keeps its ledger in memory: its journal, and what tests put in the lists.
extension LedgerBackedNode: LedgerBooks {
    func history(
        _ query: HistoryQuery,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<HistoryPage>, BookFailure>) -> Void
    ) {
        let page = stamped { ledger in
            let entries = ledger.journal.filter { row in
                guard case .request(let id) = query.subject,
                    case .request(id, digest: _, actor: _, outcome: _) = row.cause
                else { return false }
                return true
            }
            return HistoryPage(
                entries: entries.map { ledger.entry($0) },
                nextPageToken: nil
            )
        }
        completion(.success(page))
    }

    func list(
        _ table: StoreTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreList>, BookFailure>) -> Void
    ) {
        guard let list = lists[table] else {
            completion(.failure(.locationNotFound(table.location ?? Shop.nowhere)))
            return
        }
        completion(.success(stamped { _ in list }))
    }

    func storeSummary(
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreSummary>, BookFailure>) -> Void
    ) {
        completion(.failure(.cancelled))
    }

    func quarantinedFact(
        _ mark: FactMark,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<QuarantinedFact?>, BookFailure>) -> Void
    ) {
        let found = stamped { ledger -> QuarantinedFact? in
            guard let place = ledger.locationKey(mark.location),
                case .quarantined(let aside)? = ledger.storeRecord(
                    .quarantined(place, mark.epoch, mark.sequence)
                )
            else { return nil }
            return aside
        }
        completion(.success(found))
    }

    func changes(
        after cursor: ChangeCursor,
        limit: Int,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<ChangeBatch, BookFailure>) -> Void
    ) {
        let batch = reading { ledger in
            let rows = ledger.journal.filter { row in
                switch cursor {
                case .position(let position): row.position > position
                case .sequence(let sequence): row.sequence > sequence
                }
            }
            return ChangeBatch(
                entries: rows.map { ledger.entry($0) },
                next: ledger.header.journalSequence,
                position: ledger.header.position,
                applied: ledger.header.position
            )
        }
        completion(.success(batch))
    }

    /// Nothing more ever changes, as whoever waits is told soon.
    func whenChanged(
        after sequence: UInt64,
        deadline: NIODeadline,
        _ wake: @escaping @Sendable (Bool) -> Void
    ) -> ChangeWaiter? {
        let waiting = eventLoop.scheduleTask(in: .milliseconds(10)) { wake(false) }
        return ChangeWaiter { waiting.cancel() }
    }

    // MARK: - What no test here asks for

    func levels(
        _ sku: SKU,
        at location: LocationID?,
        asOf moment: AsOf,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<LevelsAsOf>, BookFailure>) -> Void
    ) {
        completion(.failure(.cancelled))
    }

    func searchItems(
        _ query: ItemSearch,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<ItemPage>, BookFailure>) -> Void
    ) {
        completion(.failure(.cancelled))
    }

    func list(
        _ table: BookTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<BookList>, BookFailure>) -> Void
    ) {
        completion(.failure(.cancelled))
    }

    func verify(
        progress: @escaping @Sendable (VerifyProgress) -> Void,
        completion: @escaping @Sendable (Result<VerifyReport, BookFailure>) -> Void
    ) -> VerifyRun? { nil }
}

extension InMemoryLedgerState {
    /// A row with the names of what it moved.
    fileprivate func entry(_ row: JournalRow) -> HistoryEntry {
        let movements = row.movements.compactMap { movement -> NamedMovement? in
            guard let sku = item(movement.key.item)?.sku,
                let location = location(movement.key.location)?.id
            else { return nil }
            return NamedMovement(sku: sku, location: location, movement: movement)
        }
        return HistoryEntry(row: row, movements: movements)
    }
}
