import Ledger
import Testing

/// What facts do to the books, and the conflicts that they leave.
@Suite struct SettlementTests {
    @Test func `a sale uses the rights that its agent says, and no more than are open`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.grant(4))
        #expect(scene.level().available == 6)
        let answer = scene.send(chain.submit(.sale(3, rights: 3, as: "a")))
        #expect(answer.outcome.receipt?.fates == [[]])
        #expect(scene.level().allotted == 1 && scene.level().available == 6)
        let over = scene.send(chain.submit(.sale(3, rights: 3, as: "b")))
        #expect(over.outcome.receipt?.fates == [[.overdrawn]])
        #expect(scene.level().allotted == 0 && scene.level().available == 4)
        #expect(try scene.allotment().open == 0)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `units granted on the way stay the agent's`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.grant(2), .grant(3))
        // It had heard of the first grant only: one unit was overdrawn, three are still to be told.
        scene.run(chain.submit(.sale(3, rights: 2, as: "a")))
        #expect(try scene.allotment().open == 3)
        #expect(scene.level().allotted == 3 && scene.level().onHand == 7)
    }

    @Test func `goods that come in while cut off are the agent's to sell`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(chain.submit(.told(.receive(.line(5)), rights: [-5])))
        #expect(scene.level().onHand == 15 && scene.level().allotted == 5)
        scene.run(chain.submit(.sale(4, rights: 4, as: "a")))
        #expect(scene.level().allotted == 1 && scene.level().available == 10)
        // Nobody gains more than came in.
        scene.run(chain.submit(.told(.receive(.line(1)), rights: [-9])))
        #expect(scene.level().allotted == 2)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `rights given back are everybody's again, and meet a recall`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(
            .grant(6),
            .recallAllotment(
                RecallAllotment(location: .north, lines: [ItemLine(sku: .apple, quantity: 99)])
            )
        )
        #expect(try scene.allotment().recalled == 6)
        let back = ReturnAllotment(lines: [.line(4)])
        scene.run(chain.submit(.told(.returnAllotment(back))))
        #expect(scene.level().available == 8)
        #expect(try scene.allotment().recalled == 2)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a late sale takes what was promised: the newest holds are released`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.reserve(.first, .line(4)), .reserve(.second, .line(4)))
        let answer = scene.send(chain.submit(.sale(5, as: "a")))
        #expect(answer.outcome.receipt?.fates == [[.overdrawn, .oversold, .curedHolds]])
        #expect(try scene.reservation(.first).state == .held)
        #expect(try scene.reservation(.second).state == .released)
        #expect(scene.level().available == 1)
        #expect(scene.conflict(.oversold(try scene.key())) == nil)
        let cure = try #require(scene.state.journal.first { $0.kind == .release })
        guard case .cure(let released, let mark) = cure.cause else {
            Issue.record("\(cure)")
            return
        }
        #expect(released.id == .second && mark.sequence == 1)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `orders are never released by themselves: they are named as at risk`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(
            .reserve(.first, .line(4)),
            .confirm(.first),
            .reserve(.second, .line(3)),
            .confirm(.second),
            .reserve(.third, .line(2))
        )
        scene.run(chain.submit(.sale(9, as: "a")))
        #expect(try scene.reservation(.first).state == .confirmed)
        #expect(try scene.reservation(.third).state == .released)
        let conflict = try #require(scene.conflict(.oversold(try scene.key())))
        #expect(conflict.quantity == 6)
        #expect(conflict.promises == [.second, .first])
        #expect(conflict.cause == FactMark(location: .north, epoch: 1, sequence: 1))
        #expect(LedgerAudit.check(scene.state) == [])
        scene.run(.receive(.line(6)))
        #expect(scene.conflict(.oversold(try scene.key())) == nil)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `holds stay where the store's settings say so`() throws {
        var scene = Scene.withStore(settings: StoreSettings(releasesHolds: false))
        var chain = Chain()
        scene.run(.reserve(.first, .line(8)), chain.submit(.sale(5, as: "a")))
        #expect(try scene.reservation(.first).state == .held)
        let conflict = try #require(scene.conflict(.oversold(try scene.key())))
        #expect(conflict.promises == [.first] && conflict.quantity == 3)
    }

    @Test func `less than nothing on hand is a conflict until the missing receipt lands`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let answer = scene.send(chain.submit(.sale(12, as: "a")))
        #expect(answer.outcome.receipt?.fates[0].contains(.negativeOnHand) == true)
        #expect(scene.conflict(.negativeOnHand(try scene.key()))?.quantity == 2)
        scene.run(.receive(.line(1)))
        #expect(scene.conflict(.negativeOnHand(try scene.key()))?.quantity == 1)
        scene.run(chain.submit(.told(.receive(.line(1)))))
        #expect(scene.conflict(.negativeOnHand(try scene.key())) == nil)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `invariant 4: a conflict is open exactly where too much is promised`() throws {
        var scene = Scene.withStore()
        let key = StoreRecordKey.oversold(try scene.key())
        scene.run(.reserve(.first, .line(10)), .adjust(.line(-3)))
        #expect(scene.conflict(key)?.quantity == 3)
        scene.run(.policy(backorders: 2))
        #expect(scene.conflict(key)?.quantity == 1)
        scene.run(.policy(backorders: 3))
        #expect(scene.conflict(key) == nil)
        scene.run(.policy(backorders: 0))
        #expect(scene.conflict(key)?.quantity == 3)
        scene.run(.release(.first, .line(3)))
        #expect(scene.conflict(key) == nil)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `units of an item that nobody knows wait in a conflict`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let sold = Sell(
            lines: [.line(2), .line(3, .late)],
            sale: SaleID(unchecked: "mixed")
        )
        let answer = scene.send(chain.submit(.told(.sell(sold), rights: [0, 0])))
        #expect(answer.outcome.receipt?.fates[0].contains(.unknownItem) == true)
        #expect(scene.level().onHand == 8)
        #expect(scene.state.sale(SaleID(unchecked: "mixed"))?.lines.count == 1)
        let place = try #require(scene.state.locationKey(.north))
        let key = StoreRecordKey.factConflict(place, 1, 1, line: 1)
        #expect(scene.conflict(key)?.quantity == -3)
        #expect(scene.send(.decide(key, .apply)).outcome == .refused(.itemNotFound(.late)))
        scene.run(.item(.late), .decide(key, .apply))
        #expect(scene.level(.late).onHand == -3)
        #expect(scene.conflict(key) == nil)
        #expect(scene.send(.decide(key, .apply)).outcome == .refused(.conflictNotFound(key)))
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a sale of nothing but unknown items is kept, too`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let answer = scene.send(chain.submit(.sale(3, .late, as: "a")))
        #expect(answer.outcome.receipt?.fates == [[.unknownItem]])
        #expect(scene.state.journal.dropLast().last?.kind == .setAsideFact)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a closed place and an archived item are booked and flagged`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.adjust(.line(-10)), .location(.north, state: .closed))
        let answer = scene.send(chain.submit(.sale(1, as: "a")))
        #expect(answer.outcome.receipt?.fates[0].contains(.closedPlace) == true)
        #expect(scene.level().onHand == -1)
        scene.run(.location(.north), .receive(.line(1)), .item(.pear, state: .archived))
        let pear = scene.send(chain.submit(.told(.receive(.line(1, .pear)))))
        #expect(pear.outcome.receipt?.fates == [[.closedPlace]])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what comes back of a sale that isn't known is booked as a correction`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let back = ReturnGoods(
            origin: .sale(.sale),
            lines: [ReturnLine(sku: .apple, soldAt: .north, quantity: 2)],
            disposition: .restock
        )
        let answer = scene.send(chain.submit(.told(.returnGoods(back))))
        #expect(answer.outcome.receipt?.fates == [[.unmatched]])
        #expect(scene.level().onHand == 12)
        let row = try #require(scene.state.journal.dropLast().last)
        #expect(row.kind == .adjust && row.reason == .unmatchedFact)
        let open = scene.state.storeRecords(.factConflict)
        let key = try #require(open.first?.key)
        #expect(scene.conflict(key)?.mismatch == .saleNotFound)
        #expect(scene.send(.decide(key, .apply)).outcome == .refused(.conflictStands(key)))
        scene.run(.decide(key, .dismiss))
        #expect(scene.state.storeRecords(.factConflict).isEmpty)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a return of a sale that a fact made is held against it`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let back = ReturnGoods(
            origin: .sale(SaleID(unchecked: "a")),
            lines: [ReturnLine(sku: .apple, soldAt: .north, quantity: 2)],
            disposition: .damaged
        )
        scene.run(chain.submit(.sale(3, as: "a"), .told(.returnGoods(back))))
        #expect(scene.level().onHand == 9 && scene.level().unavailable == 2)
        #expect(scene.state.sale(SaleID(unchecked: "a"))?.lines[0].returned == 2)
        let again = scene.send(chain.submit(.told(.returnGoods(back))))
        #expect(again.outcome.receipt?.fates == [[.unmatched]])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a pick-up that was handed over is fulfilled; one that is gone is a correction`()
        throws
    {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.reserve(.first, .line(3)), .confirm(.first))
        scene.run(chain.submit(.told(.fulfill(.first, .line(3)))))
        #expect(try scene.reservation(.first).state == .fulfilled)
        #expect(scene.level().onHand == 7 && scene.level().reserved == 0)
        let again = scene.send(chain.submit(.told(.fulfill(.first, .line(1)))))
        #expect(again.outcome.receipt?.fates == [[.unmatched]])
        #expect(scene.level().onHand == 6)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `goods shipped and arrived while cut off move the transfer, or are corrected`()
        throws
    {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.create(.of(6)), .reserve(.first, .line(8)))
        let shipped = ShipTransfer(transfer: .haul, lines: [ItemLine(sku: .apple, quantity: 5)])
        scene.run(chain.submit(.told(.shipTransfer(shipped))))
        #expect(scene.state.transfer(.haul)?.lines[0].shipped == 5)
        #expect(scene.level().onHand == 5)
        let arrived = ReceiveTransfer(
            transfer: .haul,
            lines: [ArrivalLine(sku: .apple, ok: 1, rejected: 1, lost: 1)]
        )
        // It goes to the south: what the north says has arrived there is none of this transfer.
        let answer = scene.send(chain.submit(.told(.receiveTransfer(arrived))))
        #expect(answer.outcome.receipt?.fates[0].contains(.unmatched) == true)
        #expect(scene.level().onHand == 7)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a count settles what an agent that is gone may have sold`() throws {
        var scene = Scene.withStore()
        scene.run(.grant(6), .register(.otherTill, takeover: true))
        #expect(scene.level().allotted == 6)
        #expect(try scene.storeAgent().allottedUnits == 6)
        scene.run(.count(Count(lines: [.counted(7, book: 10)])))
        #expect(scene.level().onHand == 7 && scene.level().allotted == 0)
        #expect(try scene.storeAgent().allottedUnits == 0)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a count by the next agent settles it, too`() throws {
        var scene = Scene.withStore()
        scene.run(.grant(6), .register(.otherTill, takeover: true), .grant(2, epoch: 2))
        var chain = Chain(epoch: 2)
        let count = Count(lines: [.counted(9, book: 10)])
        scene.run(chain.submit(.told(.count(count), rights: [1], epoch: 2)))
        #expect(scene.level().onHand == 9 && scene.level().allotted == 1)
        #expect(LedgerAudit.check(scene.state) == [])
        // Nothing missing, and yet rights are freed: the row moves nothing else.
        scene.run(.register(.till, takeover: true))
        var third = Chain(epoch: 3)
        let same = Count(lines: [.counted(9, book: 9)])
        scene.run(third.submit(.told(.count(same), epoch: 3)))
        #expect(scene.level().allotted == 0)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a level that can't be counted further keeps the fact aside`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.force { $0.onHand = LedgerLimits.bucketMax }
        let answer = scene.send(chain.submit(.told(.receive(.line(1))), .sale(1, .pear, as: "p")))
        #expect(answer.outcome.receipt?.fates.first == [.quarantined])
        #expect(scene.level().onHand == LedgerLimits.bucketMax)
        #expect(scene.level(.pear).onHand == -1)
    }
}
