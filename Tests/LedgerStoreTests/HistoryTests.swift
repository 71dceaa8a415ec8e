import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// Pages of history say the same as a look through the whole journal, however the index is cut up.
struct HistoryTests {
    /// Segments and leaves so small that every question crosses several.
    static var small: StoreLimits {
        var limits = EqualityTests.tiny
        limits.traceSegmentRows = 50
        return limits
    }

    static var unsettled: StoreLimits {
        var limits = EqualityTests.colliding
        limits.traceSegmentRows = 1_000_000
        return limits
    }

    private func filled(
        _ directory: TemporaryDirectory,
        _ limits: StoreLimits,
        seed: UInt64 = 31
    ) throws -> (Twin, RandomHistory) {
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: seed)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 0..<700 {
            try twin.apply(history.next())
            if step % 13 == 0 { try twin.settle() }
            if step == 400 { try twin.crash() }
        }
        try twin.settle()
        return (twin, history)
    }

    private func subjects(_ history: RandomHistory) -> [HistoryQuery.Subject] {
        var subjects: [HistoryQuery.Subject] = [.all]
        for sku in history.skus.dropLast() {
            subjects.append(.item(sku))
            for location in history.locations.dropLast() {
                subjects.append(.level(sku, location))
            }
        }
        for location in history.locations.dropLast() { subjects.append(.location(location)) }
        for id in history.reservationIDs.prefix(40) { subjects.append(.reservation(id)) }
        for id in history.requestIDs.suffix(20) { subjects.append(.request(id)) }
        for id in history.saleIDs.prefix(20) { subjects.append(.sale(id)) }
        for id in history.transferIDs.prefix(10) { subjects.append(.transfer(id)) }
        subjects.append(.document(Reference(unchecked: "order-7")))
        subjects.append(.document(Reference(unchecked: "no-such")))
        return subjects
    }

    @Test(arguments: [small, unsettled, StoreLimits()])
    func `every question has the answer of a look through the journal`(
        limits: StoreLimits
    ) throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory, limits)
        let reader = try twin.file.openReader()
        let journal = twin.memory.journal
        let times = journal.map(\.logTime)
        var found = 0
        for subject in subjects(history) {
            for order in [HistoryQuery.Order.newestFirst, .oldestFirst] {
                for (from, until) in [(nil, nil), (times[100], times[600]), (times[300], nil)] {
                    var query = HistoryQuery(subject, order: order, from: from, until: until)
                    let expected = journal.filter {
                        $0.isAbout(subject, twin.memory) && $0.logTime >= from ?? $0.logTime
                            && until.map { [time = $0.logTime] in time < $0 } ?? true
                    }
                    query.pageSize = 7
                    let rows = try read(query, reader).map(\.row)
                    try #require(
                        rows == (order == .oldestFirst ? expected : expected.reversed()),
                        "\(subject) \(order)"
                    )
                    found += rows.count
                }
            }
        }
        #expect(found > 4_000)
    }

    /// All pages of a question, one behind the other.
    private func read(_ query: HistoryQuery, _ reader: StoreReader) throws -> [HistoryEntry] {
        var query = query
        var entries: [HistoryEntry] = []
        repeat {
            let page = try reader.history(query).page
            #expect(page.entries.count <= query.pageSize)
            entries += page.entries
            query.pageToken = page.nextPageToken
        } while query.pageToken != nil
        return entries
    }

    @Test func `movements have the names of what moved`() throws {
        let directory = try TemporaryDirectory()
        let (twin, _) = try filled(directory, StoreLimits())
        let reader = try twin.file.openReader()
        for entry in try read(HistoryQuery(.all), reader) {
            #expect(entry.movements.map(\.movement) == entry.row.movements)
            for named in entry.movements {
                #expect(twin.memory.itemKey(named.sku) == named.movement.key.item)
                #expect(twin.memory.locationKey(named.location) == named.movement.key.location)
            }
        }
    }

    @Test func `pages join while rows are appended`() throws {
        let directory = try TemporaryDirectory()
        var (twin, history) = try filled(directory, Self.small)
        let reader = try twin.file.openReader()
        let sku = history.skus[0]
        var query = HistoryQuery(.item(sku), pageSize: 5)
        let expected = try read(query, reader)
        var entries: [HistoryEntry] = []
        repeat {
            let page = try reader.history(query).page
            entries += page.entries
            query.pageToken = page.nextPageToken
            for _ in 0..<20 { try twin.apply(history.next()) }
            try twin.settle()
        } while query.pageToken != nil
        #expect(entries == expected)
    }

    @Test func `levels are as they were after any position and time`() throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: Self.small))
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        var past: [InMemoryLedgerState] = []
        for step in 0..<300 {
            try twin.apply(history.next())
            past.append(twin.memory)
            if step % 17 == 0 { try twin.settle() }
        }
        try twin.settle()
        let reader = try twin.file.openReader()
        for (index, state) in past.enumerated() where index % 9 == 0 {
            let sku = history.skus[index % 5]
            guard let item = state.itemKey(sku) else { continue }
            let expected = state.levels(ofItem: item).map { key, level in
                LevelView(
                    sku: sku,
                    location: state.location(key.location)?.id ?? LocationID(unchecked: "?"),
                    level: level
                )
            }.sorted { $0.location < $1.location }
            for moment in [AsOf.position(state.header.position), .time(state.header.logTime)] {
                let found = try reader.levels(sku, at: nil, asOf: moment)
                #expect(found.levels.levels == expected)
                #expect(found.levels.position <= state.header.position)
                #expect(found.position == twin.memory.header.position)
                let one = try reader.levels(sku, at: history.locations[1], asOf: moment)
                #expect(
                    one.levels.levels == expected.filter { $0.location == history.locations[1] }
                )
            }
        }
        let header = twin.memory.header
        let beyond = AsOf.position(Position(header.position.rawValue + 1))
        #expect(throws: QuestionError.ahead(stored: header.position)) {
            _ = try reader.levels(history.skus[0], at: nil, asOf: beyond)
        }
        #expect(
            try reader.levels(history.skus[0], at: nil, asOf: .position(Position(0))).levels.levels
                == []
        )
    }

    @Test func `what is wrong with a question is said`() throws {
        let directory = try TemporaryDirectory()
        let (twin, history) = try filled(directory, StoreLimits())
        let reader = try twin.file.openReader()
        let page = try reader.history(HistoryQuery(.all, pageSize: 2)).page
        let token = try #require(page.nextPageToken)
        func reason(_ query: HistoryQuery) -> String? {
            do throws(QuestionError) {
                _ = try reader.history(query)
                return nil
            } catch {
                guard case .malformed(let field, let reason) = error else { return "\(error)" }
                return "\(field) \(reason)"
            }
        }
        #expect(reason(HistoryQuery(.all, pageSize: 9, pageToken: token)) == nil)
        #expect(
            reason(HistoryQuery(.all, order: .oldestFirst, pageToken: token))?
                .hasPrefix("page_token belongs to another question") == true
        )
        let flipped = String(token.dropLast()) + (token.hasSuffix("A") ? "Q" : "A")
        #expect(reason(HistoryQuery(.all, pageToken: flipped))?.hasPrefix("page_token is") == true)
        #expect(
            reason(HistoryQuery(.all, pageToken: ""))
                == "page_token is no page token of this service"
        )
        #expect(
            reason(HistoryQuery(.all, pageSize: 0))
                == "page_size must be 1 to \(HistoryQuery.pageSizeMax)"
        )
        #expect(reason(HistoryQuery(.all, pageSize: HistoryQuery.pageSizeMax + 1)) != nil)
        let unknown = SKU(unchecked: "no-such")
        #expect(throws: QuestionError.itemNotFound(unknown)) {
            _ = try reader.history(HistoryQuery(.level(unknown, history.locations[0])))
        }
        let nowhere = LocationID(unchecked: "nowhere")
        #expect(throws: QuestionError.locationNotFound(nowhere)) {
            _ = try reader.history(HistoryQuery(.location(nowhere)))
        }
    }

    @Test func `any flipped bit of a token is noticed`() throws {
        let token = PageToken(fingerprint: 0x1234_5678_9ABC_DEF0, number: 42)
        #expect(try PageToken(token.text, fingerprint: token.fingerprint) == token)
        let bytes = try #require(Base64URL.decode(token.text))
        #expect(Base64URL.encode(bytes) == token.text)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: PageToken.Flaw.self) {
                _ = try PageToken(Base64URL.encode(damaged), fingerprint: token.fingerprint)
            }
        }
        #expect(Base64URL.decode("a+b=") == nil)
        #expect(Base64URL.decode("AB") == nil)
    }
}

extension JournalRow {
    /// Whether the row is about something, by the names alone.
    fileprivate func isAbout(_ subject: HistoryQuery.Subject, _ state: InMemoryLedgerState) -> Bool
    {
        let isDone = refusal == nil
        switch subject {
        case .all: return true
        case .item(let sku):
            return isDone && kind == .upsertItem && document?.text == sku.text
                || movements.contains { state.item($0.key.item)?.sku == sku }
                || offer?.sku == sku
        case .location(let id):
            return isDone && kind == .upsertLocation && document?.text == id.text
                || movements.contains { state.location($0.key.location)?.id == id }
                || offer?.location == id
        case .level(let sku, let id):
            return movements.contains {
                state.item($0.key.item)?.sku == sku && state.location($0.key.location)?.id == id
            } || offer?.sku == sku && offer?.location == id
        case .reservation, .document, .request, .sale, .transfer: return concerns(subject, [])
        }
    }
}
