import AgentCore
import AgentTesting
import Ledger
import Testing

@Suite("The copy of the location")
struct CopyTests {
    private func pages(_ calls: [CentreCall]) -> Int {
        calls.count { if case .page = $0.question { true } else { false } }
    }

    @Test("What others do at the location comes by the feed, and own facts count once")
    func follows() {
        var shop = Shop()
        shop.cut()
        shop.sell(3)
        shop.centre.apply(.receive(Receive(lines: [Shop.line(10)])))
        #expect(shop.stock().onHand == 97)
        shop.mend()
        #expect(shop.stock().onHand == 107)
        #expect(pages(shop.madeCalls) == 6, "the feed goes on where it was")
        shop.expectAgreement()
    }

    @Test("A feed that can't go on is a copy anew, also of what was sold meanwhile")
    func copiesAnew() {
        var shop = Shop()
        shop.cut()
        shop.sell(3)
        shop.isWired = true
        shop.handle([.connected(to: nil)])
        shop.handle([.feedLost(.compacted)])
        shop.pass(300)
        #expect(shop.core.counts.copies == 2)
        #expect(shop.stock().onHand == 97)
        shop.expectAgreement()
    }

    @Test("A piece of the feed that is missing is noticed")
    func noticesGap() {
        var shop = Shop()
        let start = shop.centre.state.header.position
        shop.centre.apply(.receive(Receive(lines: [Shop.line(10)])))
        let lost = shop.centre.state.header.position
        shop.centre.apply(.receive(Receive(lines: [Shop.line(1)])))
        let end = shop.centre.state.header.position
        let rows = shop.centre.feed(of: Shop.location, after: lost, through: end)
        shop.handle([.changes(rows, after: lost, through: end)])
        #expect(shop.stock().onHand == 100)
        #expect(shop.core.head.copy?.position == start)
        shop.pass(300)
        #expect(shop.stock().onHand == 111)
        shop.expectAgreement()
    }

    @Test("Sales while the pages come count once, whichever page they fall on")
    func copiesWhileSelling() {
        for when in 0..<9 {
            var shop = Shop()
            shop.handle([.feedLost(.compacted)])
            shop.clock.steady = Milliseconds(shop.clock.steady.rawValue + 300)
            shop.handle([.tick])
            var hasSold = false
            for step in 0..<9 where !shop.calls.isEmpty {
                if step == when {
                    hasSold = true
                    _ = shop.begin(.sell(Sell(lines: [Shop.line(2)])))
                    shop.centre.apply(.receive(Receive(lines: [Shop.line(5)])))
                }
                let call = shop.calls.removeFirst()
                shop.handle([.answered(call: call.id, shop.centre.answer(call.question))])
                #expect([98, 100, 103, 105].contains(shop.stock().onHand))
            }
            shop.settle()
            shop.pass(300)
            #expect(shop.level().onHand == (hasSold ? 103 : 100))
            shop.expectAgreement()
        }
    }

    @Test("A wire that breaks between pages doesn't begin the copy anew")
    func resumes() {
        var shop = Shop(isOpen: false)
        shop.handle([.connected(to: nil)])
        while pages(shop.madeCalls) < 4, !shop.calls.isEmpty {
            let call = shop.calls.removeFirst()
            shop.handle([.answered(call: call.id, shop.centre.answer(call.question))])
        }
        shop.cut()
        shop.madeCalls = []
        shop.mend()
        #expect(shop.core.head.copy != nil)
        #expect(pages(shop.madeCalls) == 3)
        shop.expectAgreement()
    }

    @Test("An item that is edited is fetched anew, also after a crash")
    func fetchesEdits() {
        var shop = Shop()
        let start = shop.centre.state.header.position
        shop.centre.apply(
            .upsertItem(UpsertItem(sku: Shop.tea, title: "Black tea", price: 300, currency: "EUR"))
        )
        let end = shop.centre.state.header.position
        let rows = shop.centre.feed(of: Shop.location, after: start, through: end)
        shop.handle([.changes(rows, after: start, through: end)])
        #expect(shop.stock().item.title == "Green tea")
        shop.restart()
        shop.settle()
        #expect(shop.stock().item.title == "Black tea")
        #expect(shop.core.items(matching: "black TEA", limit: 5).map(\.item.sku) == [Shop.tea])
        #expect(shop.core.items(matching: "CU", limit: 5).map(\.item.sku) == [Shop.cup])
    }

    @Test("A price that is changed here holds at once, and is told after what has happened")
    func editsPrices() {
        var shop = Shop()
        let price = Money(amount: 199, currency: "EUR")
        shop.cut()
        shop.sell(1)
        let edit = SetOffer(
            sku: Shop.tea,
            location: Shop.location,
            price: price,
            fields: .price
        )
        let id = shop.mint()
        let answer = shop.ask(.setOffer(edit), id: id)
        #expect(answer.receipt?.lines.map(\.price) == [price])
        #expect(shop.sell(1).receipt?.lines.map(\.price) == [price])
        shop.restart()
        #expect(shop.stock().price == price)
        #expect(shop.ask(.setOffer(edit), id: id) == answer)
        shop.madeCalls = []
        shop.mend()
        #expect(shop.core.status().edits == 0)
        #expect(shop.stock().price == price)
        let key = shop.centre.levelKey(Shop.tea, Shop.location)
        #expect(key.flatMap { shop.centre.state.offer($0) }?.price == price)
        let edits = shop.madeCalls.indices.filter { index in
            guard case .command(let request) = shop.madeCalls[index].question,
                case .setOffer = request.command
            else { return false }
            return true
        }
        let facts = shop.madeCalls.indices.filter { index in
            guard case .submit(let submission) = shop.madeCalls[index].question else {
                return false
            }
            return submission.facts.contains { $0.till != nil }
        }
        #expect((facts.last ?? 0) < (edits.first ?? 0))
    }

    @Test("The same price changed on both sides: the ledger's stands, with a conflict")
    func losesEdit() {
        var shop = Shop()
        shop.cut()
        let mine = Money(amount: 199, currency: "EUR")
        let theirs = Money(amount: 222, currency: "EUR")
        func edit(_ price: Money) -> SetOffer {
            SetOffer(sku: Shop.tea, location: Shop.location, price: price, fields: .price)
        }
        shop.ask(.setOffer(edit(mine)))
        shop.centre.apply(.setOffer(edit(theirs)))
        shop.mend()
        #expect(shop.stock().price == theirs)
        #expect(shop.centre.conflicts.map(\.kind) == [.edit])
    }

    @Test("Edits that wait are bounded")
    func boundsEdits() {
        var settings = AgentSettings()
        settings.editsMax = 1
        var shop = Shop(settings: settings)
        shop.cut()
        let edit = SetOffer(
            sku: Shop.tea,
            location: Shop.location,
            price: Money(amount: 1, currency: "EUR"),
            fields: .price
        )
        #expect(shop.ask(.setOffer(edit)).receipt != nil)
        #expect(shop.ask(.setOffer(edit)) == .unavailable(.tooManyEdits))
    }
}
