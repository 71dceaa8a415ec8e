import Ledger

/// What there is of one location, for the copy that its agent keeps.
extension StoreReader {
    /// Open holds, or transfers ever made, that one page looks at.
    private static let scannedMax = 8_192

    /// Levels by their keys, which begin with the location.
    func levels(
        at place: LocationKey,
        from first: UInt64?,
        _ limit: Int
    ) throws(StoreError) -> ([LevelView], UInt64?) {
        let statement = try prepare(
            """
            SELECT \(LevelColumns.names), key FROM level WHERE key BETWEEN ?1 AND ?2
            ORDER BY key LIMIT ?3
            """
        )
        let range = StoreRecordKey.places(place)
        statement.bind(1, max(range.lowerBound, min(first ?? 0, range.upperBound)))
        statement.bind(2, range.upperBound)
        statement.bind(3, Int64(limit) + 1)
        let overlay = try overlay()
        var rows: [LevelView] = []
        while try statement.step() {
            let key = LevelKey(rawValue: statement.unsigned(LevelColumns.count))
            guard rows.count < limit else { return (rows, key.rawValue) }
            guard let sku = try sku(key.item), let location = try locationID(key.location) else {
                throw StoreError(.corrupt, "a level of an item or location that is not there")
            }
            let level = overlay.newest(key) ?? LevelColumns.level(statement)
            rows.append(LevelView(sku: sku, location: location, level: level))
        }
        return (rows, nil)
    }

    /// Offers by their keys, which begin with the location.
    func offers(
        at place: LocationKey,
        from first: UInt64?,
        _ limit: Int
    ) throws(StoreError) -> ([Offer], UInt64?) {
        let statement = try prepare(
            "SELECT key, body FROM offer WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT ?3"
        )
        let range = StoreRecordKey.places(place)
        statement.bind(1, max(range.lowerBound, min(first ?? 0, range.upperBound)))
        statement.bind(2, range.upperBound)
        statement.bind(3, Int64(limit) + 1)
        var rows: [Offer] = []
        while try statement.step() {
            guard rows.count < limit else { return (rows, statement.unsigned(0)) }
            rows.append(try RowReader.offer(statement, 1))
        }
        return (rows, nil)
    }

    /// Open reservations with units of a location, found among all that are open.
    func openReservations(
        at location: LocationID,
        from first: UInt64?,
        _ limit: Int
    ) throws(StoreError) -> ([Reservation], UInt64?) {
        let statement = try prepare(
            "SELECT chunk, entries FROM hold WHERE chunk >= ?1 ORDER BY chunk"
        )
        let start = min(first ?? 0, UInt64(Int64.max))
        statement.bind(1, HoldChunk.chunk(of: start))
        var rows: [Reservation] = []
        var scanned = 0
        while try statement.step() {
            let chunk = statement.unsigned(0)
            for hold in try HoldChunk.unpack(statement.bytes(1)) {
                let key = HoldChunk.key(chunk: chunk, place: hold.place)
                guard key >= start else { continue }
                guard rows.count < limit, scanned < Self.scannedMax else { return (rows, key) }
                scanned += 1
                if let found = try openReservation(key, at: location) { rows.append(found) }
            }
        }
        return (rows, nil)
    }

    /// The reservation that a row has created, as it is now, if it holds units of a location.
    private func openReservation(
        _ key: UInt64,
        at location: LocationID
    ) throws(StoreError) -> Reservation? {
        guard let created = try journalRow(key)?.reservation else {
            throw StoreError(.corrupt, "no reservation under the open hold \(key)")
        }
        guard created.lines.contains(where: { $0.location == location }) else { return nil }
        let newest = try newest(key) ?? created
        let holds = newest.lines.contains { $0.location == location && $0.open > 0 }
        return newest.isOpen && holds ? newest : nil
    }

    /// Open transfers from or to a location, found among all that were ever made.
    func openTransfers(
        at location: LocationID,
        from first: UInt64?,
        _ limit: Int
    ) throws(StoreError) -> ([Transfer], UInt64?) {
        // The kind is in the statement's text, so that the index of just these rows is used.
        let statement = try prepare(
            """
            SELECT sequence, body FROM journal WHERE kind = \(Schema.transferKind) AND sequence >= ?1
            ORDER BY sequence LIMIT ?2
            """
        )
        statement.bind(1, min(first ?? 0, UInt64(Int64.max)))
        statement.bind(2, Int64(Self.scannedMax) + 1)
        var rows: [Transfer] = []
        var scanned = 0
        while try statement.step() {
            let key = statement.unsigned(0)
            guard rows.count < limit, scanned < Self.scannedMax else { return (rows, key) }
            scanned += 1
            let row = try statement.withBytes(1) { bytes throws(StoreError) in
                try bytes.bytes.journalRow(key)
            }
            guard let made = row.transfer, made.from == location || made.to == location
            else { continue }
            var newest = made
            if let carrier = try documentCarrier(key) {
                guard let transfer = try journalRow(carrier)?.transfer else {
                    throw StoreError(.corrupt, "journal row \(carrier) carries no transfer")
                }
                newest = transfer
            }
            if newest.isOpen { rows.append(newest) }
        }
        return (rows, nil)
    }
}
