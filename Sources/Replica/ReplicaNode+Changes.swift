import Ledger
import LedgerStore
package import NIOCore

/// The feed of changes: from memory as long as that has them, from the journal else.
extension ReplicaNode {
    /// Rows that one batch may be asked for.
    private static let changesMax = 5_000

    package func changes(
        after cursor: ChangeCursor,
        limit: Int,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<ChangeBatch, BookFailure>) -> Void
    ) {
        guard (1...Self.changesMax).contains(limit) else {
            let reason = "must be 1 to \(Self.changesMax)"
            completion(.failure(.malformed(field: "limit", reason: reason)))
            return
        }
        onReader(
            deadline,
            then: { [tail = shared.tail, names = shared.names] reader in
                let feed = ChangeFeed(tail: tail, names: names, reader: reader)
                do throws(StoreError) {
                    completion(try feed.batch(after: cursor, limit: limit))
                } catch {
                    completion(.failure(.store(error.description)))
                }
            },
            orFail: { completion(.failure($0)) }
        )
    }

    package func whenChanged(
        after sequence: UInt64,
        deadline: NIODeadline,
        _ wake: @escaping @Sendable (Bool) -> Void
    ) -> ChangeWaiter? {
        shared.tail.wait(after: sequence, deadline: deadline, wake).map { id in
            ChangeWaiter { [tail = shared.tail] in tail.cancel(id) }
        }
    }
}

/// One question to the feed.
private struct ChangeFeed {
    let tail: ChangeTail
    let names: NameCache
    let reader: StoreReader

    func batch(
        after cursor: ChangeCursor,
        limit: Int
    ) throws(StoreError) -> Result<ChangeBatch, BookFailure> {
        let applied = tail.applied
        guard let sequence = try sequence(of: cursor, applied) else {
            return .failure(.ahead(applied: applied))
        }
        let (entries, isAll) = try entries(after: sequence, limit)
        let last = entries.last?.row
        var position = last?.position ?? applied
        // Nothing came behind these when this had been applied.
        if isAll { position = max(position, applied) }
        let batch = ChangeBatch(
            entries: entries,
            next: last?.sequence ?? sequence,
            position: position,
            applied: applied
        )
        return .success(batch)
    }

    private func sequence(
        of cursor: ChangeCursor,
        _ applied: Position
    ) throws(StoreError) -> UInt64? {
        switch cursor {
        case .sequence(let sequence):
            return sequence <= tail.last ? sequence : nil
        case .position(let position):
            guard position <= applied else { return nil }
            if let sequence = tail.sequence(at: position) { return sequence }
            return try reader.sequence(at: position)
        }
    }

    /// About `limit` entries, and whether they are all there were when the question began.
    private func entries(
        after sequence: UInt64,
        _ limit: Int
    ) throws(StoreError) -> ([HistoryEntry], isAll: Bool) {
        switch try tail.read(after: sequence, limit: limit) {
        case .rows(let rows, let skus, let locations):
            let named = try name(rows, skus, locations)
            names.note(named)
            return (named, rows.count < limit)
        case .stored:
            // Memory lets go only of what is committed, so there is something to read.
            let entries = try reader.changes(after: sequence, limit: limit)
            guard entries.isEmpty else { return (entries, false) }
            throw StoreError(.corrupt, "the journal ends before row \(sequence + 1)")
        }
    }

    /// Names what moved: out of what the rows brought along, what is known, and the database.
    private func name(
        _ rows: [JournalRow],
        _ skus: [ItemKey: SKU],
        _ locations: [LocationKey: LocationID]
    ) throws(StoreError) -> [HistoryEntry] {
        names.note(skus, locations)
        let all = names.known
        return try reader.snapshot { (reader) throws(StoreError) in
            var entries: [HistoryEntry] = []
            entries.reserveCapacity(rows.count)
            for row in rows {
                entries.append(
                    try reader.entry(row, skus: all.skus, locations: all.locations)
                )
            }
            return entries
        }
    }
}
