import Ledger
import LedgerAPI
import LedgerClient
import Testing

/// Commands about stores through gRPC, over the production rules.
@Suite struct `Stores through gRPC` {
    private func check(_ error: EstoqueError?, _ row: Refused) {
        #expect(error?.code == row.code, "\(row.testDescription)")
        #expect(error?.reason == row.reason, "\(row.testDescription)")
        #expect(error?.shortages == row.shortages, "\(row.testDescription)")
        for (name, value) in row.metadata {
            #expect(error?.problem.metadata[name] == value, "\(row.testDescription)")
        }
    }

    @Test func `every refusal has its code, its reason and its details`() async throws {
        try await withShop { client, _ in
            try await StoreShop.open(client)
            for row in Refused.stores {
                let error = await #expect(throws: EstoqueError.self, "\(row.testDescription)") {
                    try await client.send(row.command)
                }
                check(error, row)
            }
        }
    }

    @Test func `asking what would be gives the same refusals, and leaves nothing behind`()
        async throws
    {
        try await withShop { client, node in
            try await StoreShop.open(client)
            let position = node.position
            for row in Refused.stores {
                let request = Request(id: .mint(), actor: client.actor, command: row.command)
                let error = await #expect(throws: EstoqueError.self, "\(row.testDescription)") {
                    try await client.validate(request)
                }
                check(error, row)
            }
            #expect(node.position == position)
        }
    }

    @Test func `facts are taken in once, however often they are sent`() async throws {
        try await withShop { client, node in
            _ = try await client.registerStore(
                RegisterStore(location: Shop.store, instance: StoreShop.agent)
            )
            var outbox = Outbox(Shop.store)
            let submission = outbox.write([
                .sale("s-1", Shop.tea, 1, at: Shop.store), .unreadable,
                .sale("s-2", Shop.tea, 2, at: Shop.store),
            ])
            let id = RequestID.mint()
            let first = try await client.submitFacts(submission, id: id)
            #expect(first.value.receipt.fates == [[.overdrawn], [.quarantined], [.overdrawn]])
            #expect(first.value.receipt.lastSequence == 3)
            // The node has made the same links of the bytes that it got.
            #expect(first.value.receipt.lastHash == outbox.hash)
            #expect(first.value.credit == 16)
            let sold = node.reading { $0.journal.filter { $0.kind == .sell }.count }
            let again = try await client.submitFacts(submission, id: id)
            #expect(again.isReplay)
            #expect(again.value == first.value)
            #expect(again.position == first.position)
            let anew = try await client.submitFacts(submission)
            #expect(!anew.isReplay)
            #expect(anew.value.receipt == first.value.receipt)
            #expect(node.reading { $0.journal.filter { $0.kind == .sell }.count } == sold)
            // What goes on goes on from there.
            let more = try await client.submitFacts(
                outbox.write([.sale("s-3", Shop.tea, 1, at: Shop.store)])
            )
            #expect(more.value.receipt.lastSequence == 4)
            let heard = try await client.submitFacts(outbox.heartbeat())
            #expect(heard.value.receipt.fates.isEmpty)
            #expect(heard.value.receipt.lastSequence == 4)
        }
    }

    @Test func `a fork freezes the store, until an operator lets an agent take over`() async throws
    {
        try await withShop { client, node in
            _ = try await client.send(StoreShop.register(Shop.store))
            var outbox = Outbox(Shop.store)
            var clone = outbox
            _ = try await client.submitFacts(
                outbox.write([.sale("s-1", Shop.tea, 1, at: Shop.store)])
            )
            let other = clone.write([.sale("s-2", Shop.tea, 1, at: Shop.store)])
            // Asking does no harm.
            let position = node.position
            let command = Command.submitFacts(
                SubmitFacts(
                    location: Shop.store,
                    epoch: 1,
                    firstSequence: 2,
                    previousHash: clone.hash,
                    facts: []
                )
            )
            let asked = await #expect(throws: EstoqueError.self) {
                try await client.validate(
                    Request(id: .mint(), actor: client.actor, command: command)
                )
            }
            #expect(asked?.reason == .forked)
            #expect(node.position == position)
            let forked = await #expect(throws: EstoqueError.self) {
                try await client.submitFacts(other)
            }
            #expect(forked?.reason == .forked)
            #expect(forked?.code == .failedPrecondition)
            #expect(forked?.problem.metadata["sequence"] == "1")
            let frozen: [Command] = [
                StoreShop.facts(Shop.store), StoreShop.grant(Shop.store),
                StoreShop.register(Shop.store),
            ]
            for command in frozen {
                let error = await #expect(throws: EstoqueError.self) {
                    try await client.send(command)
                }
                #expect(error?.reason == .storeFrozen)
                #expect(error?.code == .failedPrecondition)
                #expect(error?.problem.metadata["location_id"] == "store")
            }
            let taken = try await client.registerStore(
                RegisterStore(location: Shop.store, instance: StoreShop.other, takeover: true)
            )
            #expect(taken.value.epoch == 2)
            #expect(taken.value.state == .active)
            var successor = Outbox(Shop.store, epoch: 2)
            let sold = try await client.submitFacts(
                successor.write([.sale("s-2", Shop.tea, 1, at: Shop.store)])
            )
            #expect(sold.value.receipt.fates == [[.overdrawn]])
        }
    }

    @Test func `rights are granted, asked back, revoked and freed`() async throws {
        try await withShop { client, _ in
            _ = try await client.registerStore(
                RegisterStore(location: Shop.store, instance: StoreShop.agent)
            )
            let line = ItemLine(sku: Shop.tea, quantity: 3)
            let granted = try await client.grantAllotment(
                GrantAllotment(location: Shop.store, epoch: 1, lines: [line])
            )
            #expect(granted.value.epoch == 1)
            #expect(granted.value.allotments.map(\.allotment.granted) == [3])
            let recalled = try await client.recallAllotment(
                RecallAllotment(
                    location: Shop.store,
                    lines: [ItemLine(sku: Shop.tea, quantity: 9)]
                )
            )
            #expect(recalled.value.allotments.map(\.allotment.recalled) == [3])
            let revoked = try await client.revokeAllotment(
                RevokeAllotment(
                    location: Shop.store,
                    epoch: 1,
                    skus: [Shop.tea],
                    reason: Shop.why
                )
            )
            #expect(revoked.value.epoch == 2)
            #expect(revoked.value.allotments.map(\.allotment.frozen) == [3])
        }
    }

    @Test func `what can't be read waits, and can be thrown away once`() async throws {
        try await withShop { client, _ in
            try await StoreShop.open(client)
            let unreadable = await #expect(throws: EstoqueError.self) {
                try await client.replayFact(StoreShop.asideMark, reason: Shop.why)
            }
            #expect(unreadable?.reason == .factUnreadable)
            #expect(unreadable?.code == .failedPrecondition)
            #expect(unreadable?.problem.metadata["sequence"] == "2")
            let id = RequestID.mint()
            let first = try await client.replayFact(
                StoreShop.asideMark,
                reason: Shop.why,
                drop: true,
                id: id
            )
            #expect(first.value.fates.isEmpty)
            let again = try await client.replayFact(
                StoreShop.asideMark,
                reason: Shop.why,
                drop: true,
                id: id
            )
            #expect(again.isReplay)
            #expect(again.value == first.value)
            #expect(again.position == first.position)
            let other = await #expect(throws: EstoqueError.self) {
                try await client.replayFact(
                    StoreShop.asideMark,
                    reason: Reference(unchecked: "other"),
                    id: id
                )
            }
            #expect(other?.reason == .idempotencyKeyReused)
            let gone = await #expect(throws: EstoqueError.self) {
                try await client.replayFact(StoreShop.asideMark, reason: Shop.why)
            }
            #expect(gone?.reason == .factNotFound)
        }
    }

    @Test func `what an old disk has told is booked by an admin's word, once`() async throws {
        try await withShop { client, node in
            _ = try await client.send(StoreShop.register(Shop.store))
            _ = try await client.send(
                StoreShop.register(Shop.store, StoreShop.other, takeover: true)
            )
            var old = Outbox(Shop.store)
            var salvage = old.write([.sale("s-1", Shop.tea, 2, at: Shop.store)])
            salvage.isSalvage = true
            let aside = try await client.submitFacts(salvage)
            #expect(aside.value.receipt.fates == [[.quarantined]])
            let mark = FactMark(location: Shop.store, epoch: 1, sequence: 1)
            let id = RequestID.mint()
            let booked = try await client.replayFact(mark, reason: Shop.why, id: id)
            #expect(booked.value.fates == [[.overdrawn]])
            let again = try await client.replayFact(mark, reason: Shop.why, id: id)
            #expect(again.isReplay)
            #expect(again.value == booked.value)
            let row = try #require(node.reading { $0.journal.last { $0.kind == .sell } })
            guard case .fact(let trace, actor: _, outcome: _) = row.cause else {
                Issue.record("\(row)")
                return
            }
            #expect(trace.mark == mark)
            #expect(trace.hash == old.hash)
            #expect(trace.prices == [Money(amount: 250, currency: "GBP")])
        }
    }

    @Test func `a price that both sides have changed is a conflict, and a person decides`()
        async throws
    {
        try await withShop { client, _ in
            let wanted = Money(amount: 300, currency: "GBP")
            let set = SetOffer(
                sku: Shop.tea,
                location: Shop.store,
                price: Money(amount: 275, currency: "GBP"),
                fields: [.price]
            )
            _ = try await client.setOffer(set)
            var late = set
            late.price = wanted
            late.basePrice = .nothing
            #expect(try await client.proposeOffer(late).value == nil)
            let kept = try await client.offer(Shop.tea, at: Shop.store)
            #expect(kept.value.price == set.price)
            let key = StoreRecordKey.editConflict(
                LevelKey(location: LocationKey(1), item: ItemKey(1))
            )
            let resolved = try await client.resolveConflict(
                ResolveConflict(conflict: key, decision: .apply, reason: Shop.why)
            )
            guard case .offer(let offer) = resolved.value else {
                Issue.record("\(resolved.value)")
                return
            }
            #expect(offer.price == wanted)
            late.price = Money(amount: 310, currency: "GBP")
            late.basePrice = .price(wanted)
            #expect(try await client.proposeOffer(late).value?.price == late.price)
        }
    }

    @Test func `no command about stores is sent in a session or a batch`() async throws {
        try await withShop { client, _ in
            let command = StoreShop.register(Shop.store)
            let request = Request(id: .mint(), actor: client.actor, command: command)
            let session = await #expect(throws: EstoqueError.self) {
                try await client.session.send(command)
            }
            #expect(session?.reason == .malformed)
            let batch = await #expect(throws: EstoqueError.self) {
                try await client.batch([request])
            }
            #expect(batch?.reason == .malformed)
            let rights = await #expect(throws: EstoqueError.self) {
                try await client.send(.returnAllotment(ReturnAllotment(lines: [])))
            }
            #expect(rights?.reason == .malformed)
        }
    }
}
