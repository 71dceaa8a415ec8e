package import Ledger

/// What is kept for store agents.
extension SQLiteLedgerState {
    package mutating func storeRecord(
        _ key: StoreRecordKey
    ) throws(StoreError) -> StoreRecord? {
        if let record = storeRecords.find(key) { return record }
        let record = try reader.storeRecord(key)
        storeRecords.insert(record, for: key)
        return record
    }

    package mutating func setStoreRecord(_ record: StoreRecord?, key: StoreRecordKey) {
        open.storeRecordBytes += record?.payloadBytes ?? 0
        if case .first = storeRecords.write(record, for: key, generation: open.number) {
            open.storeRecords.append(key)
        }
    }
}

extension StoreRecord {
    /// What it takes beyond what any record does.
    fileprivate var payloadBytes: Int {
        guard case .quarantined(let aside) = self, case .unknown(let unread) = aside.fact.content
        else { return 0 }
        return unread.payload.count
    }
}

/// The promises that hold units of a level.
extension SQLiteLedgerState {
    /// Rows of the index that are read at once.
    private static let promiseStride = 512

    /// Found by the journal's index: in memory first, and then in SQLite's.
    ///
    /// A reservation that is open is known by the row that created it. Of other rows only their number
    /// counts, and that only once there are so many of them that the search may end by it, so that
    /// seldom any row but those that are found is looked at.
    package mutating func promises(
        at level: LevelKey,
        reserved: Quantity,
        limit: Int
    ) throws(StoreError) -> [Reservation] {
        var walk = PromiseWalk(
            search: PromiseSearch(level: level, reserved: reserved, limit: limit)
        )
        let term = TraceTerm(level)
        // The rows in memory are all behind those that SQLite is asked for.
        var end = header.journalSequence + 1
        for (journal, traces) in [(open.journal, open.traces)]
            + sealed.reversed().map({ ($0.generation.journal, $0.generation.traces) })
        {
            for trace in traces.reversed() where trace.term == term {
                if try isDone(at: trace.sequence, &walk) { return walk.search.found }
            }
            if !journal.rows.isEmpty { end = journal.firstSequence }
        }
        while end > 1 {
            let stored = try storedTraces(term, before: end)
            for sequence in stored {
                if try isDone(at: sequence, &walk) { return walk.search.found }
            }
            guard stored.count == Self.promiseStride, let last = stored.last else { break }
            end = last
        }
        return walk.search.found
    }

    private mutating func storedTraces(
        _ term: TraceTerm,
        before end: UInt64
    ) throws(StoreError) -> [UInt64] {
        let index: TraceIndex
        if let traceIndex { index = traceIndex } else { index = try TraceIndex(reader.connection) }
        traceIndex = index
        return try reader.connection.transaction("BEGIN") { () throws(StoreError) in
            try index.find(
                TraceRange(term),
                in: 1...end - 1,
                newestFirst: true,
                limit: Self.promiseStride
            )
        }
    }

    /// Goes on with the next row that moved the level; true when there is nothing more to look for.
    private mutating func isDone(
        at sequence: UInt64,
        _ walk: inout PromiseWalk
    ) throws(StoreError) -> Bool {
        guard sequence != walk.last else { return false }
        walk.last = sequence
        walk.rows += 1
        if holds.contains(sequence) {
            guard let reservation = try load(sequence, as: nil) else {
                throw StoreError(.corrupt, "no reservation under the open hold \(sequence)")
            }
            func key(_ line: ReservationLine) throws(StoreError) -> LevelKey? {
                try levelKey(of: line)
            }
            if try walk.search.isDone(after: reservation, key: key) { return true }
        } else {
            walk.others.append(sequence)
        }
        guard walk.rows >= LedgerLimits.promiseRowsMax else { return false }
        defer { walk.others.removeAll(keepingCapacity: true) }
        for other in walk.others where try journalKind(other) == .reserve {
            if walk.search.isDone(after: nil, key: { (_) -> LevelKey? in nil }) { return true }
        }
        return false
    }

    private mutating func levelKey(of line: ReservationLine) throws(StoreError) -> LevelKey? {
        guard let item = try itemKey(line.sku), let location = try locationKey(line.location)
        else { return nil }
        return LevelKey(location: location, item: item)
    }

    private func journalKind(_ sequence: UInt64) throws(StoreError) -> JournalRow.Kind? {
        guard let arena = arena(of: sequence) else { return try reader.journalKind(sequence) }
        return arena.rows[Int(sequence - arena.firstSequence)].kind
    }
}

/// How far a search has come that skips what need not be looked at.
private struct PromiseWalk {
    var search: PromiseSearch
    /// The row that was looked at last: one may be in the index twice.
    var last: UInt64 = 0
    /// Rows that moved the level.
    var rows = 0
    /// Those of them that hold no promise any more, and that were not looked at.
    var others: [UInt64] = []

    init(search: PromiseSearch) { self.search = search }
}
