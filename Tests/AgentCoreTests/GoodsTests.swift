import AgentCore
import AgentTesting
import Ledger
import Testing

@Suite("Goods that come, go and are counted")
struct GoodsTests {
    private let reason = Reference(unchecked: "CHECK")
    private let depot = LocationID(unchecked: "depot")

    @Test("What is received while cut off can be sold at once, and is nobody else's")
    func receives() {
        var shop = Shop()
        shop.cut()
        #expect(shop.sell(9, Shop.cup).refusal != nil)
        #expect(shop.ask(.receive(Receive(lines: [Shop.line(5, Shop.cup)]))).receipt != nil)
        #expect(shop.stock(Shop.cup).rights == 13)
        #expect(shop.sell(13, Shop.cup).receipt?.lines.map(\.overdrawn) == [0])
        shop.mend()
        #expect(shop.level(Shop.cup).onHand == 2)
        shop.expectAgreement()
    }

    @Test("A negative correction, damage and what is shipped take from the rights first")
    func takesRightsFirst() {
        var shop = Shop()
        shop.cut()
        shop.ask(.adjust(Adjust(lines: [Shop.line(-2)], reason: reason)))
        #expect(shop.stock().rights == 6)
        shop.ask(.markUnavailable(MarkUnavailable(lines: [Shop.line(3)], reason: reason)))
        #expect(shop.stock().rights == 3)
        #expect(shop.stock().unavailable == 3)
        shop.ask(.writeOff(WriteOff(lines: [Shop.line(2)], reason: reason)))
        #expect(shop.stock().rights == 3, "what is written off had given its rights before")
        #expect(shop.stock().onHand == 96)
        shop.ask(.adjust(Adjust(lines: [Shop.line(-20)], reason: reason)))
        #expect(shop.stock().rights == 0)
        shop.mend()
        #expect(shop.level().available >= 0)
        shop.expectAgreement()
    }

    @Test("More than is unavailable can't be written off, or made fit again")
    func bindsWriteOff() {
        var shop = Shop()
        let writeOff = shop.ask(.writeOff(WriteOff(lines: [Shop.line(1)], reason: reason)))
        guard case .exceedsUnavailable? = writeOff.refusal else {
            Issue.record("\(String(describing: writeOff))")
            return
        }
        let mark = MarkUnavailable(lines: [Shop.line(-1)], reason: reason)
        guard case .exceedsUnavailable? = shop.ask(.markUnavailable(mark)).refusal else {
            Issue.record("made fit")
            return
        }
    }

    @Test("A correction, damage and a write-off without a reason are refused")
    func wantsReasons() {
        var shop = Shop()
        for command in [
            Command.adjust(Adjust(lines: [Shop.line(1)], reason: nil)),
            .markUnavailable(MarkUnavailable(lines: [Shop.line(1)], reason: nil)),
            .writeOff(WriteOff(lines: [Shop.line(1)], reason: nil)),
        ] {
            #expect(shop.ask(command).refusal == .reasonRequired)
        }
    }

    @Test("A count is a difference to the agent's own book, sales of the day included")
    func counts() {
        var shop = Shop()
        shop.cut()
        shop.sell(3)
        let line = CountLine(sku: Shop.tea, location: Shop.location, counted: 95, book: 0)
        let command = Command.count(Count(lines: [line]))
        #expect(shop.ask(command, countsAgainstBook: true).receipt?.lines.map(\.onHand) == [95])
        #expect(shop.stock().rights == 3, "the two that are missing are the agent's")
        let more = CountLine(sku: Shop.tea, location: Shop.location, counted: 99, book: 95)
        shop.ask(.count(Count(lines: [more])))
        #expect(shop.stock().rights == 7)
        shop.mend()
        #expect(shop.level().onHand == 99)
        shop.expectAgreement()
    }

    @Test("What comes back of an own sale is taken back once, and can be sold again")
    func takesBack() throws {
        var shop = Shop()
        shop.cut()
        let sale = try #require(shop.sell(4).receipt?.sale)
        func back(_ quantity: Quantity, _ disposition: ReturnGoods.Disposition) -> Command {
            .returnGoods(
                ReturnGoods(
                    origin: .sale(sale),
                    lines: [
                        ReturnLine(
                            sku: Shop.tea,
                            soldAt: Shop.location,
                            quantity: quantity
                        )
                    ],
                    disposition: disposition
                )
            )
        }
        #expect(shop.ask(back(2, .restock)).receipt != nil)
        #expect(shop.stock().rights == 6)
        #expect(shop.ask(back(1, .damaged)).receipt != nil)
        #expect(shop.stock().rights == 6)
        #expect(shop.stock().unavailable == 1)
        guard case .exceedsSoldQuantity(let excess)? = shop.ask(back(2, .restock)).refusal else {
            Issue.record("taken back twice")
            return
        }
        #expect(excess.map(\.available) == [1])
        shop.mend()
        #expect(shop.level().onHand == 99)
        #expect(shop.level().unavailable == 1)
        #expect(shop.centre.conflicts.isEmpty)
        shop.expectAgreement()
    }

    @Test("A sale of another store comes back; one that nobody knows is a conflict, not a refusal")
    func takesBackOthers() {
        var shop = Shop()
        shop.cut()
        let command = Command.returnGoods(
            ReturnGoods(
                origin: .sale(SaleID(unchecked: "elsewhere-1")),
                lines: [ReturnLine(sku: Shop.tea, soldAt: depot, quantity: 1)]
            )
        )
        #expect(shop.ask(command).receipt != nil)
        shop.mend()
        #expect(shop.level().onHand == 101)
        #expect(shop.centre.conflicts.map(\.kind) == [.unmatched])
        #expect(shop.core.counts.conflicts == 1)
        shop.expectAgreement()
    }

    @Test("A pick-up is handed over while cut off, once")
    func handsOver() {
        var shop = Shop()
        let id = ReservationID(unchecked: "order-1")
        shop.centre.apply(
            .reserve(
                Reserve(
                    reservation: id,
                    owner: Owner(kind: .customer, reference: Reference(unchecked: "web")),
                    lines: [Shop.line(2)],
                    ttl: LedgerLimits.ttlMax
                )
            )
        )
        shop.settle()
        #expect(shop.core.pickUps(limit: 9).map(\.id) == [id])
        shop.cut()
        #expect(shop.ask(.fulfill(Fulfill(reservation: id))).receipt != nil)
        #expect(shop.stock().rights == 8, "a pick-up is promised to its customer already")
        #expect(shop.core.pickUps(limit: 9).first?.lines.map(\.open) == [0])
        #expect(shop.ask(.fulfill(Fulfill(reservation: id))).refusal != nil)
        let other = ReservationID(unchecked: "order-2")
        #expect(
            shop.ask(.fulfill(Fulfill(reservation: other))).refusal
                == .reservationNotFound(other)
        )
        shop.mend()
        #expect(shop.core.pickUps(limit: 9).isEmpty)
        #expect(shop.level().reserved == 0)
        shop.expectAgreement()
    }

    @Test("Transfers leave and arrive, as far as was agreed")
    func transfers() {
        var shop = Shop()
        let out = TransferID(unchecked: "out")
        let back = TransferID(unchecked: "back")
        shop.centre.apply(
            .receive(
                Receive(lines: [
                    StockLine(sku: Shop.tea, location: depot, quantity: 10)
                ])
            )
        )
        for (id, from, to) in [(out, Shop.location, depot), (back, depot, Shop.location)] {
            shop.centre.apply(
                .createTransfer(
                    CreateTransfer(
                        transfer: id,
                        from: from,
                        to: to,
                        lines: [ItemLine(sku: Shop.tea, quantity: 3)]
                    )
                )
            )
        }
        shop.settle()
        shop.cut()
        let tooMuch = ShipTransfer(transfer: out, lines: [ItemLine(sku: Shop.tea, quantity: 4)])
        #expect(shop.ask(.shipTransfer(tooMuch)).refusal != nil)
        #expect(shop.ask(.shipTransfer(ShipTransfer(transfer: out))).receipt != nil)
        #expect(shop.stock().rights == 5)
        #expect(shop.ask(.shipTransfer(ShipTransfer(transfer: out))).refusal != nil)
        shop.centre.apply(.shipTransfer(ShipTransfer(transfer: back)))
        let arrival = ReceiveTransfer(
            transfer: back,
            lines: [ArrivalLine(sku: Shop.tea, ok: 2, rejected: 1)]
        )
        // The copy doesn't know yet that they were shipped; they are here all the same.
        #expect(shop.ask(.receiveTransfer(arrival)).receipt != nil)
        #expect(shop.stock().rights == 7)
        #expect(shop.stock().unavailable == 1)
        #expect(shop.ask(.receiveTransfer(arrival)).refusal != nil)
        shop.mend()
        #expect(shop.centre.conflicts.isEmpty)
        #expect(shop.level().onHand == 100)
        shop.expectAgreement()
    }

    @Test("What isn't in the catalogue is received, and waits there without rights")
    func receivesUnknown() {
        var shop = Shop()
        let sku = SKU(unchecked: "NEW")
        #expect(shop.ask(.receive(Receive(lines: [Shop.line(3, sku)]))).receipt != nil)
        #expect(shop.sell(1, sku).refusal == .itemNotFound(sku))
        #expect(shop.centre.conflicts.map(\.kind) == [.unknownItem])
    }

    @Test("Requests that make no sense are told so, and not remembered")
    func refusesNonsense() {
        var shop = Shop()
        let elsewhere = StockLine(sku: Shop.tea, location: depot, quantity: 1)
        let id = shop.mint()
        for command in [
            Command.sell(Sell(lines: [])),
            .sell(Sell(lines: [elsewhere])),
            .sell(Sell(lines: [Shop.line(0)])),
            .sell(Sell(lines: [Shop.line(.max), Shop.line(1, Shop.cup)])),
            .sell(Sell(lines: (0...200).map { Shop.line(1, SKU(unchecked: "S\($0)")) })),
            .confirm(Confirm(reservation: ReservationID(unchecked: "r"))),
            .adjust(Adjust(lines: [Shop.line(.min)], reason: reason)),
        ] {
            let answer = shop.ask(command, id: id)
            switch answer.refusal {
            case .malformed?: break
            default: Issue.record("\(command): \(String(describing: answer))")
            }
        }
    }
}
