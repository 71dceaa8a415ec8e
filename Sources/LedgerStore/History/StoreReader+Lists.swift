package import Ledger

/// Whole tables, page by page, for exports.
extension StoreReader {
    /// Rows of the journal that one page looks at when it looks for what they have made.
    private static let scannedRowsMax: UInt64 = 65_536

    /// A page of a table, and the position that it is as of.
    package func list(
        _ table: BookTable,
        pageSize: Int,
        pageToken: String?
    ) throws(QuestionError) -> (list: BookList, position: Position) {
        guard (1...HistoryQuery.pageSizeMax).contains(pageSize) else {
            throw .malformed(
                field: "page_size",
                reason: "must be 1 to \(HistoryQuery.pageSizeMax)"
            )
        }
        var hash = QuestionHash(kind: 2)
        hash.add(UInt64(table.rawValue))
        let fingerprint = hash.value
        return try asking { reader in
            let header = try reader.header().ledger
            let first = try pageToken.map { try PageToken.number($0, fingerprint) } ?? 0
            let page = try reader.rows(table, from: first, limit: pageSize, header)
            let token = page.next.map { PageToken(fingerprint: fingerprint, number: $0).text }
            var list = BookList(rows: page.rows, nextPageToken: token)
            list.logTime = header.logTime
            if case .locations(let locations) = page.rows {
                list.seen = try reader.agentsSeen(locations)
            }
            return (list, header.position)
        }
    }

    private func rows(
        _ table: BookTable,
        from first: UInt64,
        limit: Int,
        _ header: LedgerHeader
    ) throws(StoreError) -> (rows: BookRows, next: UInt64?) {
        switch table {
        case .locations:
            let (rows, next) = try locations(from: first, limit: limit)
            return (.locations(rows), next)
        case .levels:
            let (rows, next) = try levels(from: first, limit: limit)
            return (.levels(rows), next)
        case .offers:
            let (rows, next) = try offers(from: first, limit: limit)
            return (.offers(rows), next)
        case .reservations:
            let (rows, next) = try made(.reserve, from: first, limit, header) {
                (key, row) throws(StoreError) -> Reservation? in
                guard let created = row.reservation else { return nil }
                if let newest = try newest(key) { return newest }
                return created
            }
            return (.reservations(rows), next)
        case .transfers:
            let (rows, next) = try made(.createTransfer, from: first, limit, header) {
                (key, row) throws(StoreError) -> Transfer? in
                guard row.transfer != nil, let carrier = try documentCarrier(key)
                else { return row.transfer }
                return try journalRow(carrier)?.transfer
            }
            return (.transfers(rows), next)
        }
    }

    /// When the agents of some locations were last heard of.
    private func agentsSeen(
        _ locations: [Location]
    ) throws(StoreError) -> [LocationID: LogTime] {
        var seen: [LocationID: LogTime] = [:]
        for location in locations {
            guard let key = try locationKey(location.id) else { continue }
            seen[location.id] = try agentSeen(at: key)
        }
        return seen
    }

    private func offers(
        from first: UInt64,
        limit: Int
    ) throws(StoreError) -> ([Offer], UInt64?) {
        let statement = try prepare(
            "SELECT key, body FROM offer WHERE key >= ?1 ORDER BY key LIMIT ?2"
        )
        statement.bind(1, min(first, UInt64(Int64.max)))
        statement.bind(2, Int64(limit) + 1)
        var rows: [Offer] = []
        while try statement.step() {
            guard rows.count < limit else { return (rows, statement.unsigned(0)) }
            rows.append(try RowReader.offer(statement, 1))
        }
        return (rows, nil)
    }

    private func locations(
        from first: UInt64,
        limit: Int
    ) throws(StoreError) -> ([Location], UInt64?) {
        let statement = try prepare(
            """
            SELECT \(LocationColumns.names), key FROM location WHERE key >= ?1
            ORDER BY key LIMIT ?2
            """
        )
        statement.bind(1, min(first, UInt64(Int64.max)))
        statement.bind(2, Int64(limit) + 1)
        var rows: [Location] = []
        while try statement.step() {
            guard rows.count < limit else { return (rows, statement.unsigned(7)) }
            rows.append(try LocationColumns.location(statement))
        }
        return (rows, nil)
    }

    private func levels(
        from first: UInt64,
        limit: Int
    ) throws(StoreError) -> ([LevelView], UInt64?) {
        let statement = try prepare(
            "SELECT \(LevelColumns.names), key FROM level WHERE key >= ?1 ORDER BY key LIMIT ?2"
        )
        statement.bind(1, min(first, UInt64(Int64.max)))
        statement.bind(2, Int64(limit) + 1)
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

    /// What rows of a kind have made: its key is the sequence of the row.
    private func made<Row>(
        _ kind: JournalRow.Kind,
        from first: UInt64,
        _ limit: Int,
        _ header: LedgerHeader,
        _ newest: (UInt64, JournalRow) throws(StoreError) -> Row?
    ) throws(StoreError) -> ([Row], UInt64?) {
        let last = header.journalSequence
        let end = min(max(first, 1) + Self.scannedRowsMax, last + 1)
        let statement = try prepare(
            """
            SELECT sequence, body FROM journal WHERE sequence >= ?1 AND sequence < ?2 AND kind = ?3
            ORDER BY sequence
            """
        )
        statement.bind(1, min(first, UInt64(Int64.max)))
        statement.bind(2, end)
        statement.bind(3, Int64(kind.rawValue))
        var rows: [Row] = []
        while try statement.step() {
            let key = statement.unsigned(0)
            guard rows.count < limit else { return (rows, key) }
            let row = try statement.withBytes(1) { bytes throws(StoreError) in
                try bytes.bytes.journalRow(key)
            }
            if let found = try newest(key, row) { rows.append(found) }
        }
        return (rows, end <= last ? end : nil)
    }

    /// What a reservation that changed is now.
    func newest(_ key: UInt64) throws(StoreError) -> Reservation? {
        switch try reservationPlace(key) {
        case nil: return nil
        case .body(let reservation): return reservation
        case .journal(let carrier):
            guard let reservation = try journalRow(carrier)?.reservation else {
                throw StoreError(.corrupt, "journal row \(carrier) carries no reservation")
            }
            return reservation
        }
    }
}

extension PageToken {
    /// The number in a token of a question.
    static func number(
        _ text: String,
        _ fingerprint: UInt64
    ) throws(QuestionError) -> UInt64 {
        do throws(Flaw) {
            return try PageToken(text, fingerprint: fingerprint).number
        } catch {
            throw .malformed(field: "page_token", reason: error.reason)
        }
    }
}
