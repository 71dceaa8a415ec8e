import Foundation
import Ledger
import Testing

@testable import estoque

@Suite struct `Online Retail` {
    private static let header =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

    private static let lines = """
        1,A1,damaged?,5,2010-12-01 08:26:00,0.0,17850.0,United Kingdom
        2,A1,WHITE LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
        C3,A1,WHITE METAL LANTERN,-2,2010-12-01 08:26:00,3.39,,EIRE
        4,a1,"MUG, ""BIG"" ",1,2010-12-01 08:26:00,0.001,,Channel Islands
        5,B2,?,-3,2010-12-01 08:26:00,0.0,,United Kingdom
        6,BANK CHARGES,Bank Charges,1,2010-12-01 08:26:00,15.0,,United Kingdom
        7,C4,Cup,0,2010-12-01 08:26:00,1.0,,United Kingdom
        8,C4,Cup,1,2010-12-01 08:26:00,one,,United Kingdom
        A9,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom
        10,,Nothing,1,2010-12-01 08:26:00,1.0,,United Kingdom
        11,D,Discount,80995,2010-12-01 08:26:00,27.50,14527.0,

        """

    private func importAll(_ text: String, into cluster: FakeCluster) async throws -> Told {
        let catalogue = try OnlineRetailCatalogue.read(ChunkedSource(text, sizes: [65_536]))
        let commands = ListEntries(
            catalogue.commands,
            kind: OnlineRetailRows.kind,
            importID: "file.csv",
            limits: ImportLimits()
        )
        let run = ImportRun(
            sender: cluster,
            actor: Ledger.Actor(unchecked: "test"),
            limits: ImportLimits()
        )
        try await run.run(commands) { _, outcomes in
            #expect(!outcomes.contains { $0.isUnanswered })
        }
        return try await runImport(
            text,
            as: OnlineRetailRows.self,
            into: cluster,
            entriesPerBatch: 500
        )
    }

    @Test func `countries are locations, codes items, quantities movements; the rest is named`()
        async throws
    {
        let cluster = FakeCluster()
        let told = try await importAll(Self.header + Self.lines, into: cluster)
        #expect(told.tally.imported == 6)
        #expect(told.tallyAddsUp)
        #expect(
            told.tally.refusedByReason == [
                "INVALID_SKU": 2, "INVALID_QUANTITY": 1, "INVALID_PRICE": 1, "INVALID_LOCATION": 1,
            ]
        )
        #expect(cluster.onHand("A1", "united-kingdom") == 11)
        #expect(cluster.onHand("A1", "eire") == -2)
        #expect(cluster.onHand("B2", "united-kingdom") == -3)
        #expect(cluster.onHand("a1", "channel-islands") == 1)
        #expect(cluster.onHand("C4", "united-kingdom") == nil)
        let lantern = try #require(cluster.item("A1"))
        #expect(lantern.title == "WHITE LANTERN")
        #expect(lantern.price == 255)
        #expect(lantern.currency == "GBP")
        let mug = try #require(cluster.item("a1"))
        #expect(mug.title == "MUG, \"BIG\"")
        #expect(mug.currency.isEmpty)
        #expect(cluster.item("B2")?.title == "B2")
        #expect(cluster.item("B")?.currency.isEmpty == true)
        let islands = try await cluster.location(
            LocationID(unchecked: "channel-islands"),
            from: Position(0)
        )
        #expect(islands?.name == "Channel Islands")
    }

    @Test(arguments: [
        ("United Kingdom", "united-kingdom"), ("EIRE", "eire"), (" U.S.A. ", "u-s-a"),
        ("Côte", "c-te"),
    ])
    func `a country's name makes its id`(name: String, id: String) {
        #expect(OnlineRetailRows.location(of: name)?.text == id)
    }

    @Test(arguments: ["", "---", "日本"])
    func `a name without letters makes none`(name: String) {
        #expect(OnlineRetailRows.location(of: name) == nil)
    }

    private static let archive = URL(fileURLWithPath: #filePath)
        .appending(path: "../../../../shared/data/online-retail/online-retail.csv.xz")
        .standardizedFileURL.path

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: archive),
            "needs ../shared/data/online-retail beside the checkout"
        )
    )
    func `the first lines of the real file are all accounted for`() async throws {
        let unpacking = Process()
        unpacking.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        unpacking.arguments = ["sh", "-c", "xz -dc \"$0\" | head -n 10001", Self.archive]
        let output = Pipe()
        unpacking.standardOutput = output
        try unpacking.run()
        let data = try #require(try output.fileHandleForReading.readToEnd())
        unpacking.waitUntilExit()
        let cluster = FakeCluster()
        let text = String(decoding: data, as: UTF8.self)
        let told = try await importAll(text, into: cluster)
        #expect(told.read == 10_000)
        #expect(told.tallyAddsUp)
        #expect(told.tally.imported + told.tally.refused == 10_000)
        #expect(told.tally.refusedByReason.keys.allSatisfy { $0 == "INVALID_SKU" })
    }
}
