import Ledger
import LedgerStore
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `the endpoints of the books` {
    @Test func `history is asked as told, and paged on`() async throws {
        let node = FakeNode()
        let movement = NamedMovement(
            sku: "tea",
            location: "s1",
            movement: Movement(
                key: LevelKey(rawValue: 1),
                onHand: 4,
                after: level("s1", onHand: 9).level
            )
        )
        let row = JournalRow(
            sequence: 7,
            position: Position(12),
            logTime: LogTime(microseconds: 1_764_093_600_000_000),
            kind: .receive,
            cause: .request("q1", digest: 0, actor: "anna", outcome: .levels([])),
            movements: [movement.movement],
            document: "note-7"
        )
        node.with {
            let entry = HistoryEntry(row: row, movements: [movement])
            $0.books.history[nil] = HistoryPage(entries: [entry], nextPageToken: "more")
            $0.books.history["more"] = HistoryPage(entries: [], nextPageToken: nil)
        }
        try await withServer(node) { server in
            let asked =
                "/v1/movements?sku=tea&location=s1&from=2025-11-25T20:00:00%2B02:00"
                + "&order=oldest_first&page_size=1"
            let first = try await server.get(asked)
            #expect(
                first.body == """
                    {"entries":[{"sequence":7,"position":12,"time":"2025-11-25T18:00:00.000000Z",\
                    "kind":"RECEIVE","request":"q1","actor":"anna","refused":false,"reason":null,\
                    "document":"note-7","movements":[{"sku":"tea","location":"s1",\
                    "onHand":4,"reserved":0,"allotted":0,"unavailable":0,"incoming":0,"after":{"onHand":9,\
                    "reserved":0,"allotted":0,"unavailable":0,"incoming":0,"version":4}}]}],\
                    "nextPageToken":"more"}

                    """
            )
            #expect(first.headers["cache-control"] == "private, no-store")
            let next = try await server.get(asked + "&page_token=more")
            #expect(next.body == "{\"entries\":[],\"nextPageToken\":null}\n")
        }
        var query = HistoryQuery(
            .level("tea", "s1"),
            order: .oldestFirst,
            from: LogTime(microseconds: 1_764_093_600_000_000),
            pageSize: 1
        )
        #expect(node.with { $0.books.histories.first } == query)
        query.pageToken = "more"
        #expect(node.with { $0.books.histories.last } == query)
    }

    @Test(arguments: [
        ("", HistoryQuery.Subject.all), ("sku=a", .item("a")), ("location=s", .location("s")),
        ("reservation=r", .reservation("r")), ("document=d", .document("d")),
        ("request=q", .request("q")), ("sale=x", .sale("x")), ("transfer=t", .transfer("t")),
    ])
    func `history knows every subject`(
        query: String,
        subject: HistoryQuery.Subject
    )
        async throws
    {
        let node = FakeNode()
        node.with { $0.books.history[nil] = HistoryPage(entries: [], nextPageToken: nil) }
        try await withServer(node) { server in
            let response = try await server.get("/v1/movements?\(query)")
            #expect(response.status == 200)
            let session = "consistency=session&min_position=9"
            #expect(try await server.get("/v1/movements?\(query)&\(session)").status == 200)
        }
        #expect(node.with { $0.books.histories.map(\.subject) } == [subject, subject])
        #expect(node.with { $0.books.minPositions } == [nil, Position(9)])
    }

    @Test func `items are searched by words and prefix, and paged on`() async throws {
        let node = FakeNode()
        let item = Item(
            sku: "tea-1",
            title: "Earl Grey",
            attributes: [],
            price: 499,
            currency: "EUR",
            state: .active,
            version: 1
        )
        node.with {
            $0.books.items[nil] = ItemPage(items: [item], nextPageToken: "t")
            $0.books.items["t"] = ItemPage(items: [], nextPageToken: nil)
        }
        try await withServer(node) { server in
            let asked = "/v1/items?q=earl%20gr&sku_prefix=tea-&page_size=1"
            let first = try await server.get(asked)
            #expect(
                first.body == """
                    {"items":[{"sku":"tea-1","title":"Earl Grey","attributes":{},"price":\
                    {"amount":499,"currency":"EUR"},"state":"ACTIVE","version":1}],\
                    "nextPageToken":"t"}

                    """
            )
            let next = try await server.get(asked + "&page_token=t")
            #expect(next.body == "{\"items\":[],\"nextPageToken\":null}\n")
        }
        let search = ItemSearch(text: "earl gr", skuPrefix: "tea-", pageSize: 1)
        #expect(node.with { $0.books.searches.first } == search)
    }

    @Test(arguments: [
        ("17", AsOf.position(Position(17))),
        ("1970-01-01T00:00:05.25Z", .time(LogTime(microseconds: 5_250_000))),
    ])
    func `stock is shown as it was`(text: String, moment: AsOf) async throws {
        let node = FakeNode()
        let past = LevelView(sku: "a", location: "s1", level: level("s1", onHand: 3).level)
        node.with { $0.books.levels = .success([past]) }
        try await withServer(node) { server in
            let response = try await server.get("/v1/stock/s1/a?as_of=\(text)")
            #expect(response.status == 200)
            #expect(response.body.contains("\"onHand\":3,"))
        }
        #expect(node.with { $0.books.moments } == [moment])
    }

    @Test(arguments: [
        (BookFailure.itemNotFound("a"), 404, "item-not-found"),
        (.locationNotFound("s1"), 404, "location-not-found"),
        (.ahead(applied: Position(42)), 503, "session-ahead"),
        (.read(.overloaded), 503, "overloaded"), (.cancelled, 503, "not-ready"),
        (.store("i/o"), 500, "unreadable"),
    ])
    func `what the books can't answer is a problem`(
        failure: BookFailure,
        status: Int,
        problem: String
    )
        async throws
    {
        let node = FakeNode()
        node.with { $0.books.levels = .failure(failure) }
        try await withServer(node) { server in
            let response = try await server.get("/v1/stock/s1/a?as_of=99")
            #expect(response.status == status)
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:\(problem)\""))
        }
    }

    @Test(arguments: [
        ("2024-02-29T23:59:59Z", 1_709_251_199_000_000 as UInt64),
        ("2000-03-01T00:00:00.000001Z", 951_868_800_000_001),
        ("1970-01-01T01:00:00+01:00", 0), ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
    ])
    func `times are read and written back`(text: String, microseconds: UInt64) throws {
        let time = try #require(LogTime(rfc3339: text))
        #expect(time.microseconds == microseconds)
        #expect(LogTime(rfc3339: time.rfc3339) == time)
    }

    @Test(arguments: [
        "", "2026-13-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-25T24:00:00Z",
        "2026-11-25T00:00:00", "2026-11-25T00:00:00.Z", "2026-11-25T00:00:00.1234567Z",
        "1969-12-31T23:59:59Z", "2026-11-25T00:00:00Zx", "2026-00-10T00:00:00Z",
    ])
    func `what is no time is not taken for one`(text: String) {
        #expect(LogTime(rfc3339: text) == nil)
    }
}
