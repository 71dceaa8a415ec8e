package import Ledger

/// A moment in the ledger's past.
package enum AsOf: Equatable, Sendable {
    /// After the entry at a position.
    case position(Position)
    /// After the last entry at or before a time.
    case time(LogTime)
}

/// Levels as they were.
package struct LevelsAsOf: Equatable, Sendable {
    /// Sorted by location; those that were never written by then are absent.
    package var levels: [LevelView]
    /// The position of the last journal row that they include.
    package var position: Position

    package init(levels: [LevelView], position: Position) {
        self.levels = levels
        self.position = position
    }
}

/// Levels of the past, from what the journal says they were after each movement.
extension StoreReader {
    /// Rows of a level that are asked for at once; the first one mostly moves it.
    private static let rowsPerLook = 4

    /// An item's level at a location, or all levels of the item, and the position of the store.
    package func levels(
        _ sku: SKU,
        at location: LocationID?,
        asOf moment: AsOf
    ) throws(QuestionError) -> (levels: LevelsAsOf, position: Position) {
        try asking { reader in
            let header = try reader.header().ledger
            if case .position(let position) = moment, position > header.position {
                throw QuestionError.ahead(stored: header.position)
            }
            let item = try reader.knownItem(sku)
            var places: [(id: LocationID, key: LocationKey)] = []
            if let location { places = [(location, try reader.knownLocation(location))] }
            if location == nil { places = try reader.places(of: item) }
            let end = try reader.end(moment, through: header.journalSequence)
            var found = LevelsAsOf(
                levels: [],
                position: try reader.journalPlace(end - 1)?.position ?? Position(0)
            )
            for place in places {
                let key = LevelKey(location: place.key, item: item)
                guard let level = try reader.level(key, before: end) else { continue }
                found.levels.append(LevelView(sku: sku, location: place.id, level: level))
            }
            return (found, header.position)
        }
    }

    /// The locations where an item has levels now, by id; it never had others.
    private func places(of item: ItemKey) throws(StoreError) -> [(id: LocationID, key: LocationKey)]
    {
        var places: [(id: LocationID, key: LocationKey)] = []
        for (key, _) in try levels(ofItem: item) {
            guard let id = try locationID(key.location) else { continue }
            places.append((id, key.location))
        }
        return places.sorted { $0.id < $1.id }
    }

    /// The first row that is after a moment.
    private func end(_ moment: AsOf, through last: UInt64) throws(StoreError) -> UInt64 {
        switch moment {
        case .position(let position): return try firstRow(after: position, through: last)
        case .time(let time):
            let next = LogTime(microseconds: min(time.microseconds, UInt64(Int64.max) - 1) + 1)
            return try bounds(from: next, until: nil, through: last)?.lowerBound ?? last + 1
        }
    }

    /// A level as the last row before `end` that moved it left it.
    private func level(_ key: LevelKey, before end: UInt64) throws(StoreError) -> StockLevel? {
        guard end > 1 else { return nil }
        var last = end - 1
        while last > 0 {
            let rows = try traces().find(
                TraceRange(TraceTerm(key)),
                in: 1...last,
                newestFirst: true,
                limit: Self.rowsPerLook
            )
            for sequence in rows {
                guard let row = try journalRow(sequence) else {
                    throw StoreError(.corrupt, "the journal's row \(sequence) is missing")
                }
                if let movement = row.movements.last(where: { $0.key == key }) {
                    return movement.after
                }
            }
            // Rows about a level's offer don't move it.
            guard rows.count == Self.rowsPerLook, let first = rows.last else { return nil }
            last = first - 1
        }
        return nil
    }
}
