import Ledger
import Testing

@testable import estoque

@Suite struct `A dry run` {
    private func dryRun<Rows: RowMapping>(
        _ text: String,
        as rows: Rows.Type,
        at cluster: FakeCluster
    ) async throws -> (effects: DryRunEffects, tally: ImportTally) {
        var limits = ImportLimits()
        limits.entriesPerBatchMax = 2
        let entries = FileEntries<Rows, ChunkedSource>(
            ChunkedSource(text),
            importID: "dry",
            limits: limits
        )
        var dryRun = try await DryRun(cluster)
        var tally = ImportTally()
        while let batch = try await entries.next() {
            for outcome in try await dryRun.take(batch) { tally.count(outcome) }
        }
        return (dryRun.effects, tally)
    }

    @Test func `tells what would be new, changed and left, and changes nothing`() async throws {
        let cluster = FakeCluster().stocked()
        let before = cluster.journalCount
        let text = "sku,title\na,a\nb,Bee\nd,Dee\nd,Dee two\nb b,x\n"
        let (effects, tally) = try await dryRun(text, as: ItemRows.self, at: cluster)
        #expect(
            effects.changes.map { "\($0.name) \($0.isNew) \($0.details)" } == [
                #"b false ["title b → Bee"]"#, #"d true ["title Dee", "state ACTIVE"]"#,
                #"d false ["title Dee → Dee two"]"#,
            ]
        )
        #expect(effects.same == 1)
        #expect(tally.refusedByReason == ["INVALID_SKU": 1])
        #expect(cluster.journalCount == before)
    }

    @Test func `adds up what would move, from what there is`() async throws {
        let cluster = FakeCluster().stocked()
        let (a, s1) = (SKU(unchecked: "a"), LocationID(unchecked: "s1"))
        cluster.apply(.receive(Receive(lines: [StockLine(sku: a, location: s1, quantity: 10)])))
        cluster.apply(
            .upsertLocation(
                UpsertLocation(id: LocationID(unchecked: "s2"), name: "s2", state: .closed)
            )
        )
        cluster.apply(
            .upsertItem(UpsertItem(sku: SKU(unchecked: "c"), title: "c", state: .archived))
        )
        let before = cluster.journalCount
        let text = """
            sku,location,adjust,reason
            a,s1,-12,damaged
            b,s1,1,found
            a,s1,5,found
            a,s2,1,found
            c,s1,1,found
            x,s1,1,found
            """
        let (effects, tally) = try await dryRun(text, as: StockRows.self, at: cluster)
        #expect(effects.movements.map(\.before) == [10, 0])
        #expect(effects.movements.map(\.change) == [-7, 1])
        #expect(effects.movements.map(\.after) == [3, 1])
        #expect(tally.imported == 3)
        #expect(
            tally.refusedByReason
                == ["LOCATION_CLOSED": 1, "ITEM_ARCHIVED": 1, "ITEM_NOT_FOUND": 1]
        )
        #expect(cluster.journalCount == before)
        // What it says is what then happens.
        let told = try await runImport(text, as: StockRows.self, into: cluster)
        #expect(told.tally == tally)
        #expect(cluster.onHand("a", "s1") == 3)
    }

    @Test func `says of counts, offers and holds what then happens`() async throws {
        let cluster = FakeCluster().stocked()
        let (a, s1) = (SKU(unchecked: "a"), LocationID(unchecked: "s1"))
        cluster.apply(.receive(Receive(lines: [StockLine(sku: a, location: s1, quantity: 10)])))
        let before = cluster.journalCount
        let counts = "sku,location,counted,book,book_version\na,s1,7,10,1\nb,s1,1,0,5\n"
        let (counted, countTally) = try await dryRun(counts, as: StockRows.self, at: cluster)
        #expect(counted.movements.map(\.after) == [7])
        #expect(countTally.refusedByReason == ["COUNT_OUTDATED": 1])

        let offers = "sku,location,price,currency\na,s1,1.50,GBP\na,s1,2,GBP\nx,s1,2,GBP\n"
        let (offered, offerTally) = try await dryRun(offers, as: OfferRows.self, at: cluster)
        #expect(offered.changes.map(\.isNew) == [true, false])
        #expect(offerTally.refusedByReason == ["ITEM_NOT_FOUND": 1])

        let holds = """
            reservation,owner,sku,location,quantity
            h1,customer:ada,a,s1,4
            h2,customer:bob,a,s1,4
            """
        let (_, holdTally) = try await dryRun(holds, as: ReservationRows.self, at: cluster)
        #expect(holdTally.imported == 2)
        #expect(cluster.journalCount == before)
        let held = try await runImport(holds, as: ReservationRows.self, into: cluster)
        #expect(held.tally == holdTally)
        let more = "reservation,owner,sku,location,quantity\nh3,customer:eve,a,s1,3\n"
        let (_, moreTally) = try await dryRun(more, as: ReservationRows.self, at: cluster)
        #expect(moreTally.refusedByReason == ["INSUFFICIENT_STOCK": 1])
        #expect(
            try await runImport(counts, as: StockRows.self, into: cluster).tally.refusedByReason
                == ["COUNT_OUTDATED": 2]
        )
        let set = try await runImport(offers, as: OfferRows.self, into: cluster)
        #expect(set.tally == offerTally)
    }
}
