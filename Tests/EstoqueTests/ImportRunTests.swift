import Ledger
import Testing

@testable import estoque

@Suite struct `Importing` {
    private static let receipts = "sku,location,receive,document\n"

    private static func receipts(_ count: Int) -> String {
        receipts
            + (0..<count).map { "\(["a", "b", "c"][$0 % 3]),s\($0 % 2 + 1),\($0 % 5 + 1),d\($0)\n" }
            .joined()
    }

    private static func total(_ cluster: FakeCluster) -> Quantity {
        ["a", "b", "c"].reduce(0) { sum, sku in
            sum + (cluster.onHand(sku, "s1") ?? 0) + (cluster.onHand(sku, "s2") ?? 0)
        }
    }

    @Test func `every line is imported once, and told in the file's order`() async throws {
        let cluster = FakeCluster().stocked()
        let told = try await runImport(Self.receipts(100), as: StockRows.self, into: cluster)
        #expect(told.tally.imported == 100)
        #expect(told.tallyAddsUp)
        #expect(told.lines.map(\.line) == Array(2...101))
        #expect(Self.total(cluster) == 300)
        #expect(1...4 ~= cluster.inFlightMax)
    }

    @Test func `the same file again doubles nothing`() async throws {
        let cluster = FakeCluster().stocked()
        let text = Self.receipts(50)
        _ = try await runImport(text, as: StockRows.self, into: cluster)
        let again = try await runImport(
            text,
            as: StockRows.self,
            into: cluster,
            entriesPerBatch: 11
        )
        #expect(again.tally.alreadyThere == 50)
        #expect(again.tallyAddsUp)
        #expect(Self.total(cluster) == 150)
    }

    @Test func `a file that grew brings only what is new`() async throws {
        let cluster = FakeCluster().stocked()
        _ = try await runImport(Self.receipts(30), as: StockRows.self, into: cluster)
        let longer = try await runImport(Self.receipts(50), as: StockRows.self, into: cluster)
        #expect(longer.tally.alreadyThere == 30)
        #expect(longer.tally.imported == 20)
    }

    @Test func `another delivery with the same lines comes once more`() async throws {
        let cluster = FakeCluster().stocked()
        let text = Self.receipts(10)
        _ = try await runImport(text, as: StockRows.self, into: cluster, importID: "monday")
        let next = try await runImport(
            text,
            as: StockRows.self,
            into: cluster,
            importID: "tuesday"
        )
        #expect(next.tally.imported == 10)
        #expect(Self.total(cluster) == 60)
    }

    @Test func `equal lines of one file are all imported`() async throws {
        let cluster = FakeCluster().stocked()
        let text = Self.receipts + String(repeating: "a,s1,1,d\n", count: 20)
        let told = try await runImport(text, as: StockRows.self, into: cluster)
        #expect(told.tally.imported == 20)
        #expect(cluster.onHand("a", "s1") == 20)
    }

    @Test(arguments: [
        FakeCluster.Fate.lostAnswer, .unreachable, .everySecond,
    ])
    func `trouble on the way loses and doubles nothing`(_ trouble: FakeCluster.Fate) async throws {
        let cluster = FakeCluster { $0 % 3 == 0 ? .answered : trouble }.stocked()
        let told = try await runImport(Self.receipts(100), as: StockRows.self, into: cluster)
        // An answer that was lost and asked for again is this run's own work.
        #expect(told.tally.imported == 100)
        #expect(told.tallyAddsUp)
        #expect(Self.total(cluster) == 300)
    }

    @Test func `silence ends the import, and the next run finishes it`() async throws {
        let text = Self.receipts(100)
        let cluster = FakeCluster { $0 <= 5 ? .answered : .unreachable }.stocked()
        let cut = try await runImport(
            text,
            as: StockRows.self,
            into: cluster,
            patience: .milliseconds(30)
        )
        #expect(cut.tally.imported == 35)
        #expect(cut.tally.unanswered > 0)
        #expect(cut.tally.silence?.contains("UNREACHABLE") == true)
        #expect(cut.tally.total == cut.lines.count)
        let before = Self.total(cluster)
        #expect(before < 300)

        cluster.mend()
        let rest = try await runImport(text, as: StockRows.self, into: cluster)
        #expect(rest.tally.alreadyThere == 35)
        #expect(rest.tally.imported == 65)
        #expect(rest.tallyAddsUp)
        #expect(Self.total(cluster) == 300)
    }

    @Test func `refused lines are named with the ledger's reason and tried again next time`()
        async throws
    {
        let cluster = FakeCluster().stocked()
        let text = Self.receipts + "a,s1,1,d\nnew,s1,5,d\nb,s1,1,d\na,nowhere,1,d\n"
        for _ in 0..<3 {
            let told = try await runImport(text, as: StockRows.self, into: cluster)
            #expect(told.tally.reasons.map(\.reason) == ["ITEM_NOT_FOUND", "LOCATION_NOT_FOUND"])
            #expect(
                told.outcome(of: 3)
                    == .refused(
                        Rejection(reason: "ITEM_NOT_FOUND", message: "there is no item new")
                    )
            )
            #expect(told.tallyAddsUp)
        }
        cluster.apply(.upsertItem(UpsertItem(sku: SKU(unchecked: "new"), title: "New")))
        let mended = try await runImport(text, as: StockRows.self, into: cluster)
        #expect(mended.outcome(of: 3) == .imported)
        #expect(mended.tally.alreadyThere == 2)
        let again = try await runImport(text, as: StockRows.self, into: cluster)
        #expect(again.outcome(of: 3) == .alreadyThere)
        #expect(cluster.onHand("new", "s1") == 5)
    }

    @Test func `of two lines about one item the later wins, whatever is in flight`() async throws {
        let cluster = FakeCluster { $0 % 2 == 0 ? .answered : .everySecond }
        let lines = (0..<200).map { "item-\($0 % 3),title \($0)\n" }
        let told = try await runImport(
            "sku,title\n" + lines.joined(),
            as: ItemRows.self,
            into: cluster
        )
        #expect(told.tally.imported == 200)
        #expect(cluster.item("item-0")?.title == "title 198")
        #expect(cluster.item("item-1")?.title == "title 199")
        #expect(cluster.item("item-2")?.title == "title 197")
    }

    @Test func `lines that can't be read are named, and the others imported`() async throws {
        let cluster = FakeCluster().stocked()
        let text =
            Self.receipts
            + "a,s1,1,d\na,s1,0,d\n\na b,s1,1,d\na,,1,d\na,s1,1\n\"a,s1,1,d\na,s1,2,d\na,s1,1,d e\n"
        let told = try await runImport(text, as: StockRows.self, into: cluster)
        let reasons = told.lines.map { line, outcome in
            switch outcome {
            case .imported: "\(line) ok"
            case .refused(let rejection): "\(line) \(rejection.reason)"
            default: "\(line) ?"
            }
        }
        #expect(
            reasons == [
                "2 ok", "3 INVALID_QUANTITY", "5 INVALID_SKU", "6 INVALID_LOCATION",
                "7 WRONG_COLUMNS", "8 MALFORMED_CSV", "9 ok", "10 INVALID_DOCUMENT",
            ]
        )
        #expect(told.tallyAddsUp)
        #expect(cluster.onHand("a", "s1") == 3)
    }

    @Test(arguments: [
        ("", "is empty"), ("sku,receive\n", "location is missing"),
        ("sku,location,receive,sku\n", "twice"), ("sku,location,receive,colour\n", "colour"),
        ("sku,location,\"receive\n", "never closed"), ("sku,location,quantity\n", "quantity"),
        ("sku,location\n", "one of the columns"),
        ("sku,location,receive,adjust,reason\n", "one of the columns"),
        ("sku,location,adjust\n", "reason is missing"),
        ("sku,location,receive,reason\n", "is for corrections"),
    ])
    func `a file whose columns are wrong is refused as a whole`(
        text: String,
        says: String
    )
        async throws
    {
        let cluster = FakeCluster().stocked()
        let error = await #expect(throws: ImportFileError.self) {
            try await runImport(text, as: StockRows.self, into: cluster)
        }
        #expect(error?.description.contains(says) == true)
    }

    @Test func `columns may come in any order, with spaces around`() async throws {
        let cluster = FakeCluster().stocked()
        let text = "reason,adjust , location,sku\nfound, 4 , s1 ,a\ndamaged,-1,s1,a\n"
        let told = try await runImport(text, as: StockRows.self, into: cluster)
        #expect(told.tally.imported == 2)
        #expect(cluster.onHand("a", "s1") == 3)
    }

    @Test func `items have prices and attributes, locations their kind`() async throws {
        let cluster = FakeCluster()
        let items = """
            sku,title,price,currency,state,attribute:colour,attribute:size
            a,Apple,2.50,GBP,Archived,red,
            b,Pear,,,,green,small
            c,Plum,-1,GBP,,,
            d,Fig,1,,,,
            e,Kiwi,1,GBP,sold,,
            f,\(String(repeating: "x", count: 600)),,,,,
            """
        let told = try await runImport(items, as: ItemRows.self, into: cluster)
        #expect(told.tally.imported == 2)
        #expect(
            told.tally.reasons.map { "\($0.reason) \($0.count)" }
                == ["INVALID_PRICE 2", "INVALID_WORD 1", "MALFORMED 1"]
        )
        let apple = try #require(cluster.item("a"))
        #expect(apple.price == 250)
        #expect(apple.currency == "GBP")
        #expect(apple.state == .archived)
        #expect(apple.attributes == [Attribute(name: "colour", value: "red")])
        #expect(cluster.item("b")?.attributes.count == 2)

        let locations =
            "id,name,kind,priority,sells_online,state\nw,W,warehouse,5,no,draining\nx,X,,,,\n"
        let placed = try await runImport(locations, as: LocationRows.self, into: cluster)
        #expect(placed.tally.imported == 2)
        let w = try #require(
            try await cluster.location(LocationID(unchecked: "w"), from: Position(0))
        )
        #expect(w.kind == .warehouse)
        #expect(w.priority == 5)
        #expect(!w.sellsOnline)
        #expect(w.state == .draining)
        let x = try #require(
            try await cluster.location(LocationID(unchecked: "x"), from: Position(0))
        )
        #expect(x.kind == .store)
        #expect(x.sellsOnline)
    }

    @Test func `a stock-take is a difference from its book, and an outdated one is named`()
        async throws
    {
        let cluster = FakeCluster().stocked()
        let stock = Self.receipts + "a,s1,10,d\nb,s1,4,d\n"
        _ = try await runImport(stock, as: StockRows.self, into: cluster)
        let text = """
            sku,location,counted,book,book_version,available
            a,s1,8,10,,0
            b,s1,4,4,9,0
            c,s1,,0,,0
            c,s2,3,0,,0
            """
        let told = try await runImport(text, as: StockRows.self, into: cluster, importID: "count")
        #expect(
            told.tally.refusedByReason == ["COUNT_OUTDATED": 1, "INVALID_NUMBER": 1]
        )
        #expect(cluster.onHand("a", "s1") == 8)
        #expect(cluster.onHand("b", "s1") == 4)
        #expect(cluster.onHand("c", "s2") == 3)
    }

    @Test(arguments: [
        ("sku,location,counted\n", "book is missing"),
        ("sku,location,receive,book\n", "for stock-takes"),
    ])
    func `a stock-take needs its book, and nothing else has one`(
        text: String,
        says: String
    ) async throws {
        let cluster = FakeCluster().stocked()
        let error = await #expect(throws: ImportFileError.self) {
            try await runImport(text, as: StockRows.self, into: cluster)
        }
        #expect(error?.description.contains(says) == true)
    }

    @Test func `offers and holds are imported line by line`() async throws {
        let cluster = FakeCluster().stocked()
        let offers = """
            sku,location,price,currency,attribute:shelf
            a,s1,1.50,GBP,A3
            a,s1,,,
            b,s1,2,pounds,
            x,s1,2,GBP,
            """
        let set = try await runImport(offers, as: OfferRows.self, into: cluster)
        #expect(set.tally.imported == 2)
        #expect(set.tally.refusedByReason == ["INVALID_PRICE": 1, "ITEM_NOT_FOUND": 1])
        let offer = try await cluster.offer(
            SKU(unchecked: "a"),
            at: LocationID(unchecked: "s1"),
            from: Position(0)
        )
        // The later line takes both back.
        #expect(offer?.price == nil)
        #expect(offer?.attributes.isEmpty == true)

        let stock = Self.receipts + "a,s1,5,d\n"
        _ = try await runImport(stock, as: StockRows.self, into: cluster)
        let holds = """
            reservation,owner,sku,location,quantity,ttl
            h1,customer:ada,a,s1,3,30m
            h2,customer:bob,a,s1,3,
            h3,nobody,a,s1,1,
            h4,order:7,a,s1,1,3y
            """
        let held = try await runImport(holds, as: ReservationRows.self, into: cluster)
        #expect(held.tally.imported == 1)
        #expect(
            held.tally.refusedByReason
                == ["INSUFFICIENT_STOCK": 1, "INVALID_NUMBER": 1, "INVALID_WORD": 1]
        )
    }

    @Test func `books that don't balance are a failure, and so are refused lines`() {
        var tally = ImportTally()
        tally.count(.imported)
        tally.count(.refused(Rejection(.invalidSKU, "bad")))
        func failure(read: Int, accept: Bool) -> CommandFailure? {
            ImportSummary(
                lines: tally,
                read: read,
                catalogue: nil,
                catalogueRead: nil,
                isDryRun: false
            ).failure(acceptRefused: accept, rejects: nil)
        }
        #expect(failure(read: 2, accept: true) == nil)
        #expect(failure(read: 2, accept: false)?.description.contains("1 line was refused") == true)
        #expect(failure(read: 3, accept: true)?.description.contains("don't balance") == true)
        tally.count(.unanswered("NO_QUORUM"))
        #expect(failure(read: 9, accept: true)?.isUnavailable == true)
    }
}
