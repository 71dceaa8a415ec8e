import AgentCore
import AgentTesting
import Ledger
import Testing

@Suite("Rights between the marks")
struct RightsTests {
    @Test("Below the low mark more is asked for, once; above the high one the rest is given back")
    func staysBetween() {
        var shop = Shop()
        #expect(shop.stock().rights == 8)
        shop.madeCalls = []
        shop.sell(7)
        #expect(shop.stock().rights > 2)
        let grants = shop.madeCalls.count { call in
            if case .command(let request) = call.question, case .grantAllotment = request.command {
                true
            } else {
                false
            }
        }
        #expect(grants == 1)
        shop.ask(.receive(Receive(lines: [Shop.line(500)])))
        #expect(shop.stock().rights < 100, "received goods don't stay the agent's alone")
        shop.expectAgreement()
    }

    @Test("Marks follow what is sold, within bounds")
    func followsDemand() {
        let marks = AllotmentMarks()
        #expect(marks.marks(sold: 0, hours: 24) == (2, 8))
        #expect(marks.marks(sold: 240, hours: 24) == (20, 80))
        #expect(marks.marks(sold: .max / 16, hours: 1).high == marks.highMax)
    }

    @Test("Nothing is asked for again while a request is out")
    func asksOnce() {
        var shop = Shop()
        _ = shop.begin(.sell(Sell(lines: [Shop.line(20)])))
        _ = shop.begin(.sell(Sell(lines: [Shop.line(20)])))
        _ = shop.begin(.sell(Sell(lines: [Shop.line(5, Shop.cup), Shop.line(1)])))
        let grants = shop.calls.filter { call in
            if case .command(let request) = call.question, case .grantAllotment = request.command {
                true
            } else {
                false
            }
        }
        #expect(grants.count == 1)
        shop.settle()
        #expect(shop.answers.values.allSatisfy { if case .done = $0 { true } else { false } })
        shop.expectAgreement()
    }

    @Test("What the ledger recalls is given back, once")
    func answersRecall() {
        var shop = Shop()
        let recall = RecallAllotment(
            location: Shop.location,
            lines: [ItemLine(sku: Shop.tea, quantity: 5)]
        )
        shop.centre.apply(.recallAllotment(recall))
        shop.settle()
        #expect(shop.stock().rights == 3)
        #expect(shop.centre.allotment(Shop.tea, Shop.location)?.recalled == 0)
        shop.expectAgreement()
    }

    @Test("A recall while the shop is cut off is answered when it is back")
    func answersLateRecall() {
        var shop = Shop()
        shop.cut()
        let recall = RecallAllotment(
            location: Shop.location,
            lines: [ItemLine(sku: Shop.tea, quantity: 8)]
        )
        shop.centre.apply(.recallAllotment(recall))
        shop.sell(5)
        shop.mend()
        #expect(shop.centre.allotment(Shop.tea, Shop.location)?.recalled == 0)
        shop.expectAgreement()
    }

    @Test("A grant whose answer is lost strands units until the feed tells of them")
    func losesAnswers() {
        var shop = Shop()
        let ticket = shop.begin(.sell(Sell(lines: [Shop.line(20)])))
        for call in shop.calls { _ = shop.centre.answer(call.question) }
        shop.cut()
        #expect(shop.answers[ticket].refusal != nil)
        #expect(shop.stock().rights == 8)
        shop.mend()
        shop.expectAgreement()
    }

    @Test("An archived item is not asked for again and again, and keeps nothing from others")
    func skipsArchived() {
        var shop = Shop()
        shop.sell(10, Shop.cup)
        shop.centre.apply(
            .upsertItem(UpsertItem(sku: Shop.cup, title: "Cup", state: .archived))
        )
        shop.settle()
        #expect(shop.sell(30).receipt != nil)
        shop.expectAgreement()
    }

    @Test(
        "Rights are revoked: what was sold on them is flagged, and the agent goes on in the next epoch"
    )
    func goesOnAfterRevocation() {
        var shop = Shop()
        shop.cut()
        shop.sell(5)
        shop.centre.apply(
            .revokeAllotment(
                RevokeAllotment(
                    location: Shop.location,
                    epoch: 1,
                    skus: [Shop.tea, Shop.cup],
                    reason: Reference(unchecked: "GONE")
                )
            )
        )
        let before = shop.core.rows.fact(1)
        shop.mend()
        let after = shop.core.rows.fact(1)
        #expect(shop.core.head.epoch == 2)
        #expect(after?.epoch == 2)
        #expect(after?.fact == before?.fact, "payloads never change")
        #expect(after?.hash != before?.hash)
        #expect(shop.level().onHand == 95)
        #expect(shop.stock().rights > 0)
        shop.expectAgreement()
    }

    @Test("A revocation of a connected agent is noticed through the feed")
    func noticesRevocation() {
        var shop = Shop()
        shop.centre.apply(
            .revokeAllotment(
                RevokeAllotment(
                    location: Shop.location,
                    epoch: 1,
                    skus: [Shop.tea],
                    reason: Reference(unchecked: "GONE")
                )
            )
        )
        shop.settle()
        shop.pass(300)
        #expect(shop.core.head.epoch == 2)
        #expect(shop.sell(3).receipt != nil)
        shop.expectAgreement()
    }
}
