package import Ledger

/// Pages of history, each from one read transaction: its cost is that of the page, and a look into each
/// part of the journal's index that may hold rows of it.
extension StoreReader {
    /// Rows whose movements are more than this together end a page early.
    private static let pageMovementsMax = 4_096

    /// A page, and the position that it is as of.
    package func history(
        _ query: HistoryQuery
    ) throws(QuestionError) -> (page: HistoryPage, position: Position) {
        guard (1...HistoryQuery.pageSizeMax).contains(query.pageSize) else {
            throw .malformed(
                field: "page_size",
                reason: "must be 1 to \(HistoryQuery.pageSizeMax)"
            )
        }
        return try asking { reader in
            let header = try reader.header().ledger
            let page = try reader.page(query, through: header.journalSequence)
            return (page, header.position)
        }
    }

    private func page(
        _ query: HistoryQuery,
        through last: UInt64
    ) throws -> HistoryPage {
        let fingerprint = query.fingerprint
        let isBackwards = query.order == .newestFirst
        var bounds = try bounds(from: query.from, until: query.until, through: last)
        if let text = query.pageToken, let known = bounds {
            let number = try PageToken.number(text, fingerprint)
            bounds =
                isBackwards
                ? Self.range(known.lowerBound, min(known.upperBound, number))
                : Self.range(max(known.lowerBound, number), known.upperBound)
        }
        guard let bounds else { return HistoryPage(entries: [], nextPageToken: nil) }
        let range = try traceRange(query.subject)
        let sequences = try sequences(range, bounds, isBackwards, limit: query.pageSize + 1)
        var entries: [HistoryEntry] = []
        var movements = 0
        for (index, sequence) in sequences.enumerated() {
            guard index < query.pageSize, movements < Self.pageMovementsMax else {
                let token = PageToken(fingerprint: fingerprint, number: sequence)
                return HistoryPage(entries: entries, nextPageToken: token.text)
            }
            let entry = try self.entry(sequence)
            // Two names may have one hash.
            guard entry.row.concerns(query.subject, entry.movements) else { continue }
            movements += entry.movements.count
            entries.append(entry)
        }
        return HistoryPage(entries: entries, nextPageToken: nil)
    }

    private static func range(_ first: UInt64, _ last: UInt64) -> ClosedRange<UInt64>? {
        first <= last ? first...last : nil
    }

    private func sequences(
        _ range: TraceRange?,
        _ bounds: ClosedRange<UInt64>,
        _ isBackwards: Bool,
        limit: Int
    ) throws(StoreError) -> [UInt64] {
        guard let range else {
            // All rows: no index has to say which.
            let count = min(UInt64(limit), bounds.upperBound - bounds.lowerBound + 1)
            return isBackwards
                ? (0..<count).map { bounds.upperBound - $0 }
                : (0..<count).map { bounds.lowerBound + $0 }
        }
        return try traces().find(range, in: bounds, newestFirst: isBackwards, limit: limit)
    }

    private func traceRange(
        _ subject: HistoryQuery.Subject
    ) throws -> TraceRange? {
        switch subject {
        case .all: return nil
        case .item(let sku): return TraceRange(try knownItem(sku))
        case .location(let id): return TraceRange(TraceTerm(try knownLocation(id)))
        case .level(let sku, let id):
            let key = LevelKey(location: try knownLocation(id), item: try knownItem(sku))
            return TraceRange(TraceTerm(key))
        case .reservation(let id): return TraceRange(TraceTerm(hash: hasher.hash(id)))
        case .document(let id): return TraceRange(TraceTerm(hash: hasher.hash(id)))
        case .request(let id): return TraceRange(TraceTerm(hash: hasher.hash(id)))
        case .sale(let id): return TraceRange(TraceTerm(hash: hasher.hash(id)))
        case .transfer(let id): return TraceRange(TraceTerm(hash: hasher.hash(id)))
        }
    }

    func knownItem(_ sku: SKU) throws -> ItemKey {
        guard let key = try itemKey(sku) else { throw QuestionError.itemNotFound(sku) }
        return key
    }

    func knownLocation(_ id: LocationID) throws -> LocationKey {
        guard let key = try locationKey(id) else { throw QuestionError.locationNotFound(id) }
        return key
    }

    /// A row that an index names, with the names of what moved.
    private func entry(_ sequence: UInt64) throws(StoreError) -> HistoryEntry {
        guard let row = try journalRow(sequence) else {
            throw StoreError(.corrupt, "the journal's row \(sequence) is missing")
        }
        return try entry(row)
    }
}

extension StoreReader {
    /// Answers a question within one read transaction.
    func asking<R>(_ body: (StoreReader) throws -> R) throws(QuestionError) -> R {
        var result: Result<R, any Error>?
        do {
            try snapshot { (reader) throws(StoreError) in
                result = Result { try body(reader) }
            }
            guard let result else { preconditionFailure("a snapshot runs what it is given") }
            return try result.get()
        } catch let error as QuestionError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            preconditionFailure("a question fails by itself, or by the store")
        }
    }
}
