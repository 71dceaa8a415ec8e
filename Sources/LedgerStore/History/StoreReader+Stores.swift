package import Ledger

/// What is known of stores, page by page: each page reads a bounded number of rows by their keys.
extension StoreReader {
    /// Bytes of payloads on one page.
    private static let payloadBytesMax = 1 << 20

    /// A page of a table about stores, and the position that it is as of.
    package func list(
        _ table: StoreTable,
        pageSize: Int,
        pageToken: String?
    ) throws(QuestionError) -> (list: StoreList, position: Position) {
        guard (1...HistoryQuery.pageSizeMax).contains(pageSize) else {
            throw .malformed(
                field: "page_size",
                reason: "must be 1 to \(HistoryQuery.pageSizeMax)"
            )
        }
        let fingerprint = table.fingerprint
        let first = try pageToken.map { (text) throws(QuestionError) in
            try PageToken.key(text, fingerprint)
        }
        return try asking { reader in
            let header = try reader.header().ledger
            var place: LocationKey?
            if let id = table.location {
                place = try reader.locationKey(id)
                if place == nil { throw QuestionError.locationNotFound(id) }
            }
            let page = try reader.rows(table, place, from: first, limit: pageSize, header)
            let token = page.next.map { PageToken(fingerprint: fingerprint, key: $0).text }
            let list = StoreList(rows: page.rows, nextPageToken: token, logTime: header.logTime)
            return (list, header.position)
        }
    }

    /// A fact that is put aside, and the position that it is as of; nil when there is none.
    package func quarantinedFact(
        _ mark: FactMark
    ) throws(QuestionError) -> (fact: QuarantinedFact?, position: Position) {
        try asking { reader in
            let position = try reader.header().ledger.position
            guard let place = try reader.locationKey(mark.location),
                case .quarantined(let fact)? = try reader.parts.1.storeRecord(
                    .quarantined(place, mark.epoch, mark.sequence)
                )
            else { return (nil, position) }
            return (fact, position)
        }
    }

    private func rows(
        _ table: StoreTable,
        _ place: LocationKey?,
        from first: StoreRecordKey?,
        limit: Int,
        _ header: LedgerHeader
    ) throws(StoreError) -> (rows: StoreRows, next: StoreRecordKey?) {
        switch (table, place) {
        case (.stores, _): return try stores(place, from: first, limit)
        case (.conflicts, _): return try conflicts(place, from: first, limit)
        case (.quarantined, _): return try quarantined(place, from: first, limit)
        case (.allotments, let place?): return try allotments(place, from: first, limit)
        case (.levels, let place?):
            let (rows, next) = try levels(at: place, from: first?.place, limit)
            return (.levels(rows), next.map(StoreRecordKey.init(number:)))
        case (.offers, let place?):
            let (rows, next) = try offers(at: place, from: first?.place, limit)
            return (.offers(rows), next.map(StoreRecordKey.init(number:)))
        case (.openReservations(let id), _):
            let (rows, next) = try openReservations(at: id, from: first?.place, limit)
            return (.reservations(rows), next.map(StoreRecordKey.init(number:)))
        case (.openTransfers(let id), _):
            let (rows, next) = try openTransfers(at: id, from: first?.place, limit)
            return (.transfers(rows), next.map(StoreRecordKey.init(number:)))
        case (.allotments, nil), (.levels, nil), (.offers, nil):
            preconditionFailure("the location was looked for before")
        }
    }

    private func stores(
        _ place: LocationKey?,
        from first: StoreRecordKey?,
        _ limit: Int
    ) throws(StoreError) -> (rows: StoreRows, next: StoreRecordKey?) {
        var reports: [StoreReport] = []
        let next = try records([.agent], place, from: first) { (key, record) throws(StoreError) in
            guard reports.count < limit else { return false }
            guard case .agent(let agent) = record else { return true }
            reports.append(
                StoreReport(
                    agent: agent,
                    openConflicts: try count(StoreRecordKey.Kind.conflicts, key.location),
                    quarantined: try count([.quarantined], key.location)
                )
            )
            return true
        }
        return (.stores(reports), next)
    }

    private func conflicts(
        _ place: LocationKey?,
        from first: StoreRecordKey?,
        _ limit: Int
    ) throws(StoreError) -> (rows: StoreRows, next: StoreRecordKey?) {
        var rows: [ConflictRow] = []
        let kinds = StoreRecordKey.Kind.conflicts
        let next = try records(kinds, place, from: first) { (key, record) throws(StoreError) in
            guard rows.count < limit else { return false }
            if case .conflict(let conflict) = record {
                rows.append(ConflictRow(key: key, conflict: conflict))
            }
            return true
        }
        return (.conflicts(rows), next)
    }

    private func quarantined(
        _ place: LocationKey?,
        from first: StoreRecordKey?,
        _ limit: Int
    ) throws(StoreError) -> (rows: StoreRows, next: StoreRecordKey?) {
        var rows: [QuarantinedFact] = []
        var bytes = 0
        let next = try records([.quarantined], place, from: first) {
            (_, record) throws(StoreError) in
            guard rows.count < limit, bytes < Self.payloadBytesMax else { return false }
            guard case .quarantined(let aside) = record else { return true }
            if case .unknown(let unread) = aside.fact.content { bytes += unread.payload.count }
            rows.append(aside)
            return true
        }
        return (.quarantined(rows), next)
    }

    private func allotments(
        _ place: LocationKey,
        from first: StoreRecordKey?,
        _ limit: Int
    ) throws(StoreError) -> (rows: StoreRows, next: StoreRecordKey?) {
        var rows: [AllotmentView] = []
        let next = try records([.allotment], place, from: first) {
            (key, record) throws(StoreError) in
            guard rows.count < limit else { return false }
            guard case .allotment(let allotment) = record else { return true }
            guard let sku = try sku(LevelKey(rawValue: key.place).item) else {
                throw StoreError(.corrupt, "the store record \(key) is of an item unknown")
            }
            rows.append(AllotmentView(sku: sku, allotment: allotment))
            return true
        }
        return (.allotments(rows), next)
    }

    // MARK: - Records by key

    /// Shows the records of some kinds, of all stores or one, from a key on, until `show` wants no more;
    /// gives the key of the first one that it didn't want.
    private func records(
        _ kinds: [StoreRecordKey.Kind],
        _ place: LocationKey?,
        from first: StoreRecordKey?,
        _ show: (StoreRecordKey, StoreRecord) throws(StoreError) -> Bool
    ) throws(StoreError) -> StoreRecordKey? {
        let statement = try prepare(
            """
            SELECT \(StoreRecordColumns.names) FROM store_record
            WHERE kind = ?1 AND (place, sequence, line) >= (?2, ?3, ?4) AND place <= ?5
            ORDER BY place, sequence, line
            """
        )
        let range = StoreRecordKey.places(place)
        for kind in kinds where first.map({ kind.rawValue >= $0.kind.rawValue }) ?? true {
            let isFirst = first?.kind == kind
            let start = isFirst ? first?.place ?? 0 : 0
            statement.bind(1, Int64(kind.rawValue))
            statement.bind(2, max(range.lowerBound, min(start, range.upperBound)))
            let isPast = start < range.lowerBound || !isFirst
            statement.bind(3, isPast ? 0 : min(first?.sequence ?? 0, UInt64(Int64.max)))
            statement.bind(4, isPast ? 0 : Int64(first?.line ?? 0))
            statement.bind(5, range.upperBound)
            defer { statement.reset() }
            while try statement.step() {
                let key = try StoreRecordColumns.key(statement)
                let record = try StoreRecordColumns.record(statement, 4, key)
                guard try show(key, record) else { return key }
            }
        }
        return nil
    }

    /// The first agents, by key.
    func agents(limit: Int) throws(StoreError) -> [StoreAgent] {
        var agents: [StoreAgent] = []
        _ = try records([.agent], nil, from: nil) { (_, record) throws(StoreError) in
            if case .agent(let agent) = record { agents.append(agent) }
            return agents.count < limit
        }
        return agents
    }

    /// When the agent of a location was last heard of; nil when it has none.
    func agentSeen(at place: LocationKey) throws(StoreError) -> LogTime? {
        guard case .agent(let agent)? = try parts.1.storeRecord(.agent(place)) else { return nil }
        return agent.lastSeen
    }

    /// How many records of some kinds there are, of all stores or one, counted up to a bound.
    func count(
        _ kinds: [StoreRecordKey.Kind],
        _ place: LocationKey?,
        limit: Int = StoreReport.countMax
    ) throws(StoreError) -> Int {
        let statement = try prepare(
            """
            SELECT count(*) FROM (SELECT 1 FROM store_record
            WHERE kind = ?1 AND place BETWEEN ?2 AND ?3 LIMIT ?4)
            """
        )
        let range = StoreRecordKey.places(place)
        var sum = 0
        for kind in kinds where sum < limit {
            statement.bind(1, Int64(kind.rawValue))
            statement.bind(2, range.lowerBound)
            statement.bind(3, range.upperBound)
            statement.bind(4, Int64(limit - sum))
            defer { statement.reset() }
            if try statement.step() { sum += Int(statement.integer(0)) }
        }
        return sum
    }
}

extension StoreRecordKey.Kind {
    /// The kinds under which conflicts are kept.
    static let conflicts: [Self] = [
        .oversold, .negativeOnHand, .factConflict, .editConflict, .fork,
    ]
}

extension StoreRecordKey {
    /// Of a page that has no records: only a number goes on.
    init(number: UInt64) { self.init(kind: .agent, place: number, sequence: 0, line: 0) }

    /// Where the records of a store are, or of all stores.
    static func places(_ location: LocationKey?) -> ClosedRange<UInt64> {
        guard let location else { return 0...UInt64(Int64.max) }
        let first = UInt64(location.rawValue) << 32
        return first...first | 0xFFFF_FFFF
    }
}

extension PageToken {
    /// A token whose place is a key.
    init(fingerprint: UInt64, key: StoreRecordKey) {
        var place = [key.kind.rawValue]
        for number in [key.place, key.sequence, UInt64(key.line)] {
            withUnsafeBytes(of: number.littleEndian) { place += $0 }
        }
        self.init(fingerprint: fingerprint, place: place)
    }

    /// The key in a token of a question.
    static func key(
        _ text: String,
        _ fingerprint: UInt64
    ) throws(QuestionError) -> StoreRecordKey {
        let flaw = "is no page token of this service"
        do throws(Flaw) {
            let place = try PageToken(text, fingerprint: fingerprint).place
            guard place.count == 25, let kind = StoreRecordKey.Kind(rawValue: place[0]) else {
                throw Flaw(reason: flaw)
            }
            let numbers = [1, 9, 17].map { start in
                place[start..<start + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            }
            guard let line = UInt16(exactly: numbers[2]) else { throw Flaw(reason: flaw) }
            return StoreRecordKey(
                kind: kind,
                place: numbers[0],
                sequence: numbers[1],
                line: line
            )
        } catch {
            throw .malformed(field: "page_token", reason: error.reason)
        }
    }
}
