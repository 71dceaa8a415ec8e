import Foundation
import Ledger
import LedgerClient
import Testing

@testable import estoque

@Suite(.serialized) struct DemoStoreTests {
    // MARK: Books

    @Test func `more than fit are sampled, and counted`() {
        var sample = FairSample<Int>(max: 10)
        for number in 0..<1_000 { sample.note(number) }
        #expect(sample.count == 1_000)
        #expect(sample.elements.count == 10)
        #expect(Set(sample.elements).count == 10)
        #expect(sample.elements != Array(0..<10))
    }

    @Test func `what an agent sells leaves the shelf`() {
        let books = DemoBooks()
        let shelf = Shelf(sku: SKU(unchecked: "cup"), location: LocationID(unchecked: "faro"))
        books.sold([StockLine(sku: shelf.sku, location: shelf.location, quantity: 3)])
        #expect(books.shelves[shelf]?.onHand == -3)
        #expect(books.count == 0)
    }

    @Test func `a store that is cut off shows since when, and what it does meanwhile`() {
        var score = StoreScore(LocationID(unchecked: "faro"))
        score.countSold(isCutOff: false)
        #expect(score.text == "faro 1 sold, 0 in the outbox")
        score.cutOffSince = .seconds(61)
        score.outboxDepth = 1
        score.countSold(isCutOff: true)
        score.countRefused(isCutOff: true)
        #expect(
            score.text == "faro cut off since 1:01.0: 1 sold, 1 refused, 1 in the outbox"
        )
        #expect(score.meanwhileText == "1 sold meanwhile, 1 refused for lack of rights")
        #expect(score.sold == 2)
    }

    // MARK: The line

    @Test func `a line is cut and opened again, whatever was started meanwhile`() async throws {
        try await LocalRig.withCluster(nodes: 1) { cluster in
            let relay = try Relay(to: [cluster.nodes[0].http])
            let exchange = HTTPExchange(address: relay.addresses[0])
            await #expect(throws: (any Error).self) { try await exchange.get("/livez") }
            try await relay.open()
            #expect(try await exchange.get("/livez").status == 200)
            // It must not keep the port.
            let child = try ChildProcess.start(
                "/bin/sleep",
                ["600"],
                environment: [:],
                output: cluster.directory.path + "/sleep"
            )
            for _ in 1...2 {
                await relay.cut()
                await #expect(throws: (any Error).self) { try await exchange.get("/livez") }
                try await relay.open()
                #expect(try await exchange.get("/livez").status == 200)
            }
            await relay.cut()
            await child.stop(within: .seconds(5))
        }
    }

    // MARK: The check

    @Test func `a store sells while it is cut off, and the check finds what it didn't`()
        async throws
    {
        try await LocalRig.withCluster(nodes: 1) { cluster in
            let scoreboard = Scoreboard(nodes: 1)
            let books = DemoBooks()
            try await Self.furnish(cluster, books)
            let location = DemoCatalogue.shopsWithAgents[0]
            let agents = try await DemoStores.start(
                at: [location],
                of: cluster,
                keepingOnline: DemoCatalogue.onlineShare
            )
            let store = try #require(agents.stores.first)
            scoreboard.change { $0.stores = [StoreScore(location)] }
            let till = StoreTill(
                store: store,
                index: 0,
                books: books,
                scoreboard: scoreboard,
                pauseMax: .milliseconds(1)
            )
            let drill = StoreDrill(
                store: store,
                index: 0,
                scoreboard: scoreboard,
                delay: .zero,
                length: .seconds(2)
            )
            async let selling: Void = till.run()
            // Before its first sales it has asked for rights, and so may sell when it is cut off.
            let hasSold = await LocalRig.eventually(within: .seconds(30)) {
                scoreboard.current.stores[0].sold >= 3
            }
            #expect(hasSold)
            let cut = await drill.run()
            scoreboard.end()
            await selling
            let outcome = try #require(cut)
            #expect(outcome.score.soldMeanwhile > 0)
            #expect(outcome.outboxDepth >= outcome.score.soldMeanwhile)
            #expect(outcome.telling != nil)
            #expect(scoreboard.current.complaints.isEmpty)

            let check = StoreCheck(cluster: cluster, stores: agents.stores)
            let findings = await check.run()
            #expect(findings.map(\.isGood) == [true, true], "\(findings)")
            let shelves = await DemoCheck(cluster: cluster, books: books).run()
            #expect(shelves.filter { !$0.isGood }.isEmpty, "\(shelves)")

            // A receipt that no agent printed.
            try Self.forge(store.book)
            let wrong = await check.run()
            #expect(wrong.map(\.isGood) == [false, false], "\(wrong)")
            await agents.stop()
        }
    }

    private static func furnish(_ cluster: LocalCluster, _ books: DemoBooks) async throws {
        let client = EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
        let till = Till(
            shop: DemoCatalogue.shops[0].id,
            client: client,
            books: books,
            scoreboard: Scoreboard(nodes: 1),
            pauseMax: .milliseconds(1)
        )
        for command in DemoCatalogue.commands {
            try #require(await till.ask(command, counting: nil))
        }
        await client.close()
    }

    private static func forge(_ book: StoreBook) throws {
        let body = """
            {"epoch":1,"sequence":1,"sale":"forged","lines":[{"sku":"olive-oil","quantity":1,"overdrawn":0}]}
            """
        book.record(
            StoreBook.Sold(
                key: "forged",
                request: "{\"lines\":[{\"sku\":\"olive-oil\",\"quantity\":1}]}",
                receipt: try JSONDecoder().decode(StoreReceipt.self, from: Data(body.utf8)),
                body: Array(body.utf8)
            )
        )
    }
}
