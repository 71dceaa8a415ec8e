package import Ledger

/// The journal as a feed of changes.
extension StoreReader {
    /// About `limit` rows behind a sequence, all of each entry's; empty at the journal's end.
    package func changes(
        after sequence: UInt64,
        limit: Int
    ) throws(StoreError) -> [HistoryEntry] {
        try snapshot { (reader) throws(StoreError) in
            var rows = try reader.journal(sequence + 1...UInt64.max, limit: limit)
            if rows.count == limit, let last = rows.last {
                // The rest of the last entry, which has a bounded number of rows.
                let end = try reader.firstRow(
                    after: last.position,
                    through: try reader.header().ledger.journalSequence
                )
                if end > last.sequence + 1 {
                    rows += try reader.journal(last.sequence + 1...end - 1, limit: Int.max)
                }
            }
            var entries: [HistoryEntry] = []
            entries.reserveCapacity(rows.count)
            for row in rows { entries.append(try reader.entry(row)) }
            return entries
        }
    }

    /// The sequence of the last row at or before a position.
    package func sequence(at position: Position) throws(StoreError) -> UInt64 {
        try snapshot { (reader) throws(StoreError) in
            let last = try reader.header().ledger.journalSequence
            return try reader.firstRow(after: position, through: last) - 1
        }
    }

    /// A row with the names of what moved, of which some may be known elsewhere already.
    package func entry(
        _ row: JournalRow,
        skus: [ItemKey: SKU],
        locations: [LocationKey: LocationID]
    ) throws(StoreError) -> HistoryEntry {
        var movements: [NamedMovement] = []
        movements.reserveCapacity(row.movements.count)
        for movement in row.movements {
            let key = movement.key
            var sku = skus[key.item]
            if sku == nil { sku = try self.sku(key.item) }
            var location = locations[key.location]
            if location == nil { location = try locationID(key.location) }
            guard let sku, let location else {
                throw StoreError(
                    .corrupt,
                    "the journal's row \(row.sequence) moves a level of an item or location "
                        + "that is not there"
                )
            }
            movements.append(NamedMovement(sku: sku, location: location, movement: movement))
        }
        return HistoryEntry(row: row, movements: movements)
    }

    /// A row with the names of what moved.
    package func entry(_ row: JournalRow) throws(StoreError) -> HistoryEntry {
        try entry(row, skus: [:], locations: [:])
    }
}
