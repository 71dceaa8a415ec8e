import AgentCore
import AgentTesting
import Ledger
import Testing

@Suite("The outbox")
struct OutboxTests {
    private func submissions(_ calls: [CentreCall]) -> [OutboxSubmission] {
        calls.compactMap { call in
            if case .submit(let submission) = call.question { submission } else { nil }
        }
    }

    @Test("Several submissions are on their way, in order, within the credit")
    func pipelines() {
        var settings = AgentSettings()
        settings.factsPerSubmission = 2
        settings.policy = .overdraw
        var shop = Shop(settings: settings)
        shop.cut()
        for _ in 0..<9 { shop.sell(1) }
        shop.expectRest()
        shop.isWired = true
        shop.handle([.connected(to: nil)])
        let register = shop.calls.removeFirst()
        shop.handle([.answered(call: register.id, shop.centre.answer(register.question))])
        shop.expectRest()
        let sent = submissions(shop.calls)
        #expect(sent.map(\.firstSequence) == [1, 3, 5, 7])
        #expect(sent.map(\.facts.count) == [2, 2, 2, 2])
        #expect(sent.allSatisfy { $0.completeThrough == nil })
        // The ledger has little room now.
        shop.calls.removeAll { if case .submit = $0.question { false } else { true } }
        let first = shop.calls.removeFirst()
        guard case .applied(let answer, credit: _) = shop.centre.answer(first.question) else {
            return
        }
        shop.handle([.answered(call: first.id, .applied(answer, credit: 3))])
        #expect(submissions(shop.calls).count == 3, "six facts are under way, and three may be")
        shop.settle()
        shop.expectAgreement()
    }

    @Test("Submissions that overtake each other are told again from where the ledger is")
    func survivesOvertaking() {
        var settings = AgentSettings()
        settings.factsPerSubmission = 1
        var shop = Shop(settings: settings)
        shop.cut()
        for _ in 0..<3 { shop.sell(1) }
        shop.isWired = true
        shop.handle([.connected(to: nil)])
        let register = shop.calls.removeFirst()
        shop.handle([.answered(call: register.id, shop.centre.answer(register.question))])
        shop.calls.sort { left, _ in if case .submit = left.question { true } else { false } }
        shop.calls.swapAt(0, 2)
        shop.settle()
        shop.pass(300)
        shop.expectAgreement()
        #expect(shop.centre.agent(Shop.location)?.factCount == shop.core.head.sequence)
    }

    @Test("Attempts after failures are apart, longer and longer, and random")
    func backsOff() {
        var shop = Shop()
        shop.cut()
        shop.sell(1)
        shop.handle([.connected(to: nil)])
        var pauses: [UInt64] = []
        for _ in 0..<14 {
            guard let call = shop.calls.first else {
                Issue.record("nothing is tried")
                return
            }
            shop.calls = []
            let failedAt = shop.clock.steady.rawValue
            shop.handle([.answered(call: call.id, .failed)])
            while shop.calls.isEmpty, shop.clock.steady.rawValue < failedAt + 40_000 {
                shop.clock.steady = Milliseconds(shop.clock.steady.rawValue + 10)
                shop.handle([.tick])
            }
            pauses.append(shop.clock.steady.rawValue - failedAt)
        }
        #expect(pauses.allSatisfy { $0 <= 30_010 })
        #expect(pauses.prefix(2).allSatisfy { $0 <= 410 })
        #expect(pauses.suffix(6).contains { $0 > 2_000 })
        #expect(Set(pauses).count > 6)
    }

    @Test("How long facts waited is counted, by the oldest of those that were acknowledged")
    func countsDelays() {
        var shop = Shop()
        shop.sell(1)
        shop.settle()
        #expect(shop.core.counts.delays.counts == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        shop.cut()
        shop.sell(1)
        shop.pass(90_000)
        shop.sell(1)
        shop.mend()
        for _ in 0..<20 { shop.pass(1_000) }
        #expect(shop.core.counts.delays.counts == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
        #expect(shop.core.counts.delays.sum.rawValue >= 90_000)
        // What was sold before the clock was set back has waited for no time.
        shop.cut()
        shop.sell(1)
        shop.clock.wall = LogTime(microseconds: 1)
        shop.mend()
        for _ in 0..<20 { shop.pass(1_000) }
        #expect(shop.core.counts.delays.counts[0] == 2)
    }

    @Test("An outbox that nobody empties tears the connection down, counted")
    func redials() {
        var shop = Shop()
        shop.cut()
        shop.sell(1)
        shop.isWired = false
        shop.handle([.connected(to: nil)])
        for _ in 0..<70 {
            shop.clock.steady = Milliseconds(shop.clock.steady.rawValue + 1_000)
            shop.handle([.tick])
            shop.calls = []
        }
        #expect(shop.redials == 2)
        #expect(shop.core.counts.redials == 2)
        shop.isWired = true
        for _ in 0..<20 { shop.pass(5_000) }
        shop.expectAgreement()
    }

    @Test("When there is nothing to tell, the ledger knows that, and until when")
    func tellsHeads() {
        var shop = Shop()
        shop.sell(1)
        let before = shop.centre.agent(Shop.location)?.knownThrough
        shop.madeCalls = []
        for _ in 0..<4 { shop.pass(3_000) }
        let heads = submissions(shop.madeCalls)
        #expect(heads.count == 4)
        #expect(heads.allSatisfy { $0.facts.isEmpty && $0.completeThrough != nil })
        let after = shop.centre.agent(Shop.location)?.knownThrough
        #expect((before?.microseconds ?? 0) < (after?.microseconds ?? 0))
    }

    @Test("Acknowledged facts are kept for a while and a number, by the ledger's time")
    func forgets() {
        var settings = AgentSettings()
        settings.factsKept = 5
        settings.marks.highMin = 50
        var shop = Shop(settings: settings)
        let ids = (0..<20).map { _ in shop.mint() }
        let answers = ids.map { shop.sell(1, id: $0) }
        #expect(shop.core.head.firstKept == 1)
        // The wall clock decides nothing.
        shop.clock.wall = LogTime(microseconds: 9_000_000_000_000_000)
        shop.sell(1)
        #expect(shop.core.head.firstKept == 1)
        for _ in 0..<8 {
            shop.centre.pass(86_400_000)
            shop.sell(1)
            shop.sell(1)
        }
        #expect(shop.core.head.firstKept > 10)
        #expect(shop.core.head.sequence - shop.core.head.firstKept >= 4)
        #expect(shop.core.rows.fact(1) == nil)
        #expect(shop.core.rows.fact(shop.core.head.firstKept) != nil)
        #expect(answers.allSatisfy { $0.receipt != nil })
        shop.restart()
        shop.settle()
        #expect(shop.core.head.frozen == nil)
        shop.expectAgreement()
    }

    @Test("A ledger that lost more than is kept is not made up for in silence")
    func findsLostLedger() {
        var settings = AgentSettings()
        settings.factsKept = 2
        var shop = Shop(settings: settings)
        let backup = shop.centre
        for _ in 0..<5 { shop.sell(1) }
        for _ in 0..<9 {
            shop.centre.pass(86_400_000)
            shop.sell(1)
        }
        #expect(shop.core.head.firstKept > 2)
        shop.cut()
        shop.centre = backup
        shop.mend()
        #expect(shop.core.head.frozen == .ledgerLost)
    }
}
