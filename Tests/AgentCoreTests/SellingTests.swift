import AgentCore
import AgentTesting
import Ledger
import Testing

@Suite("Selling")
struct SellingTests {
    @Test("A new agent registers, copies its location, and keeps rights between the marks")
    func opens() {
        var shop = Shop()
        #expect(shop.core.head.epoch == 1)
        #expect(shop.core.head.copy != nil)
        #expect(shop.stock().rights == 8)
        #expect(shop.stock().onHand == 100)
        #expect(shop.stock().price == Money(amount: 250, currency: "EUR"))
        shop.expectAgreement()
    }

    @Test("A sale within the rights is answered at once and told later")
    func sellsAtOnce() throws {
        var shop = Shop()
        shop.cut()
        let receipt = try #require(shop.sell(3).receipt)
        #expect(receipt.lines.map(\.onHand) == [97])
        #expect(receipt.lines.map(\.overdrawn) == [0])
        #expect(receipt.lines.map(\.price) == [Money(amount: 250, currency: "EUR")])
        #expect(shop.level().onHand == 100)
        shop.mend()
        #expect(shop.level().onHand == 97)
        shop.expectAgreement()
    }

    @Test("A sale beyond the rights waits for a grant")
    func waitsForGrant() {
        var shop = Shop()
        let ticket = shop.begin(.sell(Sell(lines: [Shop.line(60)])))
        #expect(shop.answers[ticket] == nil)
        shop.settle()
        #expect(shop.answers[ticket].receipt != nil)
        shop.expectAgreement()
        #expect(shop.level().onHand == 40)
    }

    @Test("What isn't there is refused, saying what is left; the same request is told the same")
    func refuses() {
        var shop = Shop()
        let id = shop.mint()
        let answer = shop.sell(101, id: id)
        guard case .insufficientStock(let shortages)? = answer.refusal else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(shortages.map(\.available) == [100])
        shop.centre.apply(.receive(Receive(lines: [Shop.line(50)])))
        shop.settle()
        #expect(shop.sell(101, id: id) == answer)
        shop.restart()
        shop.settle()
        #expect(shop.sell(101, id: id) == answer)
        #expect(shop.sell(101).receipt != nil)
    }

    @Test("The same request is one sale, also after a crash")
    func isIdempotent() {
        var shop = Shop()
        shop.cut()
        let id = shop.mint()
        let answer = shop.sell(2, id: id)
        #expect(shop.sell(2, id: id) == answer)
        shop.restart()
        #expect(shop.sell(2, id: id) == answer)
        #expect(shop.sell(3, id: id).refusal == .idempotencyKeyReused(id))
        #expect(shop.stock().onHand == 98)
        shop.mend()
        #expect(shop.sell(2, id: id) == answer)
        shop.expectAgreement()
    }

    @Test("Two tills that send one request while it waits are both answered")
    func attaches() {
        var shop = Shop()
        let id = shop.mint()
        let first = shop.begin(.sell(Sell(lines: [Shop.line(20)])), id: id)
        let second = shop.begin(.sell(Sell(lines: [Shop.line(20)])), id: id)
        let other = shop.begin(.sell(Sell(lines: [Shop.line(21)])), id: id)
        #expect(shop.answers[other].refusal == .idempotencyKeyReused(id))
        shop.settle()
        #expect(shop.answers[first].receipt != nil)
        #expect(shop.answers[first] == shop.answers[second])
        #expect(shop.level().onHand == 80)
    }

    @Test("Cut off with policy BLOCK nothing is sold beyond the rights")
    func blocks() {
        var shop = Shop()
        shop.cut()
        guard case .insufficientStock(let shortages)? = shop.sell(9).refusal else {
            Issue.record("not refused")
            return
        }
        #expect(shortages.map(\.available) == [8])
        #expect(shop.sell(8).receipt != nil)
    }

    @Test("Cut off with policy OVERDRAW it is sold, flagged on both sides")
    func overdraws() {
        var settings = AgentSettings()
        settings.policy = .overdraw
        var shop = Shop(settings: settings)
        shop.cut()
        #expect(shop.sell(11).receipt?.lines.map(\.overdrawn) == [3])
        #expect(shop.core.counts.overdrawnUnits == 3)
        shop.mend()
        let fates = shop.centre.state.journal.compactMap { row -> FactFate? in
            guard row.kind == .sell, case .fact(let trace, _, _) = row.cause else { return nil }
            return trace.fate
        }
        #expect(fates.map { $0.contains(.overdrawn) } == [true])
        shop.expectAgreement()
    }

    @Test("A grant that doesn't come in time is as if the cluster were gone")
    func endsWait() {
        var shop = Shop()
        let ticket = shop.begin(.sell(Sell(lines: [Shop.line(60)])))
        shop.calls = []
        shop.isWired = false
        shop.pass(1_999)
        #expect(shop.answers[ticket] == nil)
        shop.pass(1)
        #expect(shop.answers[ticket].refusal != nil)
    }

    @Test("Two devices, and two copies of one database, never name two sales alike")
    func namesSales() throws {
        var shop = Shop()
        shop.cut()
        let rows = shop.core.rows
        let first = try #require(shop.sell(1).receipt?.sale)
        shop.restart(from: rows)
        let second = try #require(shop.sell(1).receipt?.sale)
        #expect(first != second)
        #expect(SaleID(first.text) != nil)
        #expect(first.text.hasPrefix("0123456789abcdef0123456789abcdef-1-1-"))
    }

    @Test("With as many facts waiting as may, nothing is sold, and that is said")
    func fills() {
        var settings = AgentSettings()
        settings.outboxRowsMax = 2
        var shop = Shop(settings: settings)
        shop.cut()
        #expect(shop.sell(1).receipt != nil)
        #expect(shop.sell(1).receipt != nil)
        #expect(shop.sell(1) == .unavailable(.outboxFull))
        shop.mend()
        #expect(shop.sell(1).receipt != nil)
    }

    @Test("Before the location was copied nothing is sold")
    func isNotReady() {
        var shop = Shop(isOpen: false)
        #expect(shop.sell(1) == .unavailable(.notReady))
    }
}
