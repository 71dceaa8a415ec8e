import Ledger
import LedgerAPI
import LedgerClient
import LedgerStore
import Synchronization
import Testing

/// What is known of stores, and what changes at one, through gRPC.
@Suite struct `Lists of stores through gRPC` {
    private static let agent: StoreAgent = {
        var agent = StoreAgent(
            location: Shop.store,
            epoch: 4,
            instance: StoreShop.agent,
            settings: StoreSettings(onlineShare: 10, releasesHolds: false),
            lastSeen: LogTime(microseconds: 8)
        )
        agent.lastSequence = 3
        agent.allottedUnits = 2
        return agent
    }()

    private static let conflict: Conflict = {
        var conflict = Conflict(
            kind: .oversold,
            location: Shop.store,
            sku: Shop.tea,
            openedAt: Position(5),
            openedTime: LogTime(microseconds: 6),
            cause: FactMark(location: Shop.store, epoch: 4, sequence: 3),
            quantity: 2
        )
        conflict.promises = [Shop.held]
        return conflict
    }()

    @Test func `each list comes as it is, with the token of its next page`() async throws {
        try await withShop { client, node in
            let report = LedgerStore.StoreReport(
                agent: Self.agent,
                openConflicts: 3,
                quarantined: 1_000
            )
            let key = StoreRecordKey.oversold(LevelKey(rawValue: 7))
            let aside = QuarantinedFact(
                mark: FactMark(location: Shop.store, epoch: 4, sequence: 2),
                fact: SubmittedFact(
                    hash: .start,
                    claimedTime: LogTime(microseconds: 1),
                    content: .unknown(UnreadFact(kind: 99, version: 7, payload: [1, 2]))
                ),
                since: LogTime(microseconds: 2)
            )
            var allotment = Allotment(epoch: 4)
            allotment.granted = 5
            let rights = AllotmentView(sku: Shop.tea, allotment: allotment)
            node.lists = [
                .stores(nil): StoreList(rows: .stores([report]), nextPageToken: "more"),
                .conflicts(Shop.store): StoreList(
                    rows: .conflicts([ConflictRow(key: key, conflict: Self.conflict)]),
                    nextPageToken: nil
                ),
                .quarantined(nil): StoreList(rows: .quarantined([aside]), nextPageToken: nil),
                .allotments(Shop.store): StoreList(
                    rows: .allotments([rights]),
                    nextPageToken: "on"
                ),
            ]
            let stores = try await client.stores()
            #expect(stores.value.rows.map(\.agent) == [Self.agent])
            #expect(stores.value.rows.map(\.openConflicts) == [3])
            #expect(stores.value.rows.map(\.quarantined) == [1_000])
            #expect(stores.value.nextPageToken == "more")
            #expect(stores.position == node.position)
            let conflicts = try await client.conflicts(at: Shop.store).value
            #expect(conflicts.rows.map(\.id) == [key])
            #expect(conflicts.rows.map(\.conflict) == [Self.conflict])
            #expect(conflicts.nextPageToken == nil)
            #expect(try await client.quarantined().value.rows == [aside])
            let allotments = try await client.allotments(at: Shop.store).value
            #expect(allotments == Page(rows: [rights], nextPageToken: "on"))
            let error = await #expect(throws: EstoqueError.self) {
                try await client.stores(at: Shop.nowhere)
            }
            #expect(error?.reason == .locationNotFound)
        }
    }

    @Test func `what an agent keeps a copy of is listed for one location`() async throws {
        try await withShop { client, node in
            var level = StockLevel()
            level.onHand = 4
            let view = LevelView(sku: Shop.tea, location: Shop.store, level: level)
            let offer = Offer(
                sku: Shop.tea,
                location: Shop.store,
                price: Money(amount: 1, currency: "GBP"),
                attributes: [],
                version: 1
            )
            let held = try await client.reservation(Shop.held).value
            let moving = try await client.transfer(Shop.moving).value
            node.lists = [
                .levels(Shop.store): StoreList(rows: .levels([view]), nextPageToken: "l"),
                .offers(Shop.store): StoreList(rows: .offers([offer]), nextPageToken: nil),
                .openReservations(Shop.store): StoreList(
                    rows: .reservations([held]),
                    nextPageToken: nil
                ),
                .openTransfers(Shop.store): StoreList(
                    rows: .transfers([moving]),
                    nextPageToken: nil
                ),
            ]
            let levels = try await client.levels(at: Shop.store).value
            #expect(levels == Page(rows: [view], nextPageToken: "l"))
            #expect(try await client.offers(at: Shop.store).value.rows == [offer])
            #expect(try await client.openReservations(at: Shop.store).value.rows == [held])
            #expect(try await client.openTransfers(at: Shop.store).value.rows == [moving])
        }
    }

    /// Everything that is told of a location from the beginning on.
    private func changes(
        _ client: EstoqueClient,
        of location: LocationID?
    ) async throws -> (entries: [JournalEntry], position: Position) {
        let told = Mutex<(entries: [JournalEntry], position: Position)>(([], Position(0)))
        try await client.watch(after: Position(0), of: location) { entries, position in
            told.withLock { told in
                told.entries += entries
                told.position = position
            }
            // Nothing for a while: that was all.
            return !entries.isEmpty
        }
        return told.withLock { $0 }
    }

    @Test func `an agent hears of its own location and of items, and of nothing else`() async throws
    {
        try await withShop { client, node in
            try await StoreShop.open(client)
            let price = Money(amount: 250, currency: "GBP")
            _ = try await client.setOffer(
                SetOffer(sku: Shop.tea, location: Shop.store, price: price, fields: [.price])
            )
            _ = try await client.setOffer(
                SetOffer(sku: Shop.mug, location: Shop.full, price: price, fields: [.price])
            )
            _ = try await client.confirm(Confirm(reservation: Shop.held))
            let all = try await changes(client, of: nil)
            #expect(all.position == node.position)
            #expect(UInt64(all.entries.count) == node.reading { $0.header.journalSequence })
            let depot = try await changes(client, of: Shop.depot)
            #expect(depot.position == node.position)
            #expect(
                depot.entries.map(\.kind) == [
                    // Three items; the depot itself; goods on their way to it.
                    "UPSERT_ITEM", "UPSERT_ITEM", "UPSERT_ITEM", "UPSERT_LOCATION",
                    "CREATE_TRANSFER", "SHIP_TRANSFER", "CREATE_TRANSFER", "CANCEL_TRANSFER",
                    "REGISTER_STORE", "REGISTER_STORE", "SELL", "SET_ASIDE_FACT", "SUBMIT_FACTS",
                ]
            )
            let sale = try #require(depot.entries.first { $0.kind == "SELL" })
            #expect(
                sale.fact?.mark == FactMark(location: Shop.depot, epoch: 2, sequence: 1)
            )
            #expect(sale.fact?.fate == [.overdrawn, .oversold, .negativeOnHand])
            #expect(sale.fact?.claimedTime == WrittenFact.time)
            #expect(sale.request == nil)
            #expect(sale.actor == client.actor)
            let store = try await changes(client, of: Shop.store)
            let kinds = store.entries.map(\.kind)
            #expect(kinds.contains("CONFIRM"), "a pick-up reservation of this store")
            #expect(kinds.filter { $0 == "SET_OFFER" }.count == 1)
            #expect(!kinds.contains("SUBMIT_FACTS"))
            let full = try await changes(client, of: Shop.full)
            #expect(
                full.entries.map(\.kind) == [
                    "UPSERT_ITEM", "UPSERT_ITEM", "UPSERT_ITEM", "UPSERT_LOCATION", "SET_OFFER",
                ]
            )
        }
    }

    @Test func `holds that a late fact has taken are told of as cures`() async throws {
        try await withShop { client, _ in
            _ = try await client.send(StoreShop.register(Shop.store))
            var outbox = Outbox(Shop.store)
            let available = try await client.receive(
                Receive(lines: [Shop.line(Shop.tea, Shop.store, 1)])
            ).value[0].level.available
            let taken = try await client.submitFacts(
                outbox.write([.sale("s-1", Shop.tea, available + 1, at: Shop.store)])
            )
            #expect(taken.value.receipt.fates.map { $0.contains(.curedHolds) } == [true])
            let told = try await changes(client, of: Shop.store)
            let cure = try #require(told.entries.last { $0.kind == "RELEASE" })
            guard case .cured(let reservation, let mark) = cure.result else {
                Issue.record("\(cure)")
                return
            }
            #expect(reservation.id == Shop.held)
            #expect(reservation.state == .released)
            #expect(mark == FactMark(location: Shop.store, epoch: 1, sequence: 1))
        }
    }
}
