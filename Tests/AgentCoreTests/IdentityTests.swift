import AgentCore
import AgentTesting
import Ledger
import Testing

@Suite("Who the agent is")
struct IdentityTests {
    @Test("A database that is behind the ledger is an old copy: it sells no more, and says so")
    func findsOldCopy() {
        var shop = Shop()
        let old = shop.core.rows
        shop.sell(2)
        shop.restart(from: old)
        shop.settle()
        #expect(shop.core.head.frozen == .oldCopy)
        #expect(shop.sell(1) == .unavailable(.frozen(.oldCopy)))
        shop.restart()
        shop.settle()
        #expect(shop.sell(1) == .unavailable(.frozen(.oldCopy)))
        #expect(shop.centre.conflicts.isEmpty, "nothing was told that could be another chain")
    }

    @Test("Two clones that both sold are found out when the second speaks")
    func findsClones() {
        var shop = Shop()
        shop.cut()
        let clone = shop.core.rows
        shop.sell(2)
        let first = shop.core.rows
        shop.mend()
        shop.cut()
        shop.restart(from: clone)
        shop.sell(2)
        shop.mend()
        #expect(shop.core.head.frozen == .forked)
        #expect(shop.centre.agent(Shop.location)?.lastSequence == first.fact(1)?.sequence)
        #expect(shop.level().onHand == 98, "nothing of the clone was swallowed or booked")
    }

    @Test("A clone that stays connected is found out by the other's facts in the feed")
    func findsCloneByFeed() {
        var shop = Shop()
        var other = shop
        other.restart()
        other.settle()
        other.sell(1)
        shop.centre = other.centre
        shop.settle()
        #expect(shop.core.head.frozen == .oldCopy)
    }

    @Test("An idle clone is found out by its next head")
    func findsIdleClone() {
        var shop = Shop()
        var other = shop
        other.restart()
        other.settle()
        other.sell(1)
        shop.centre = other.centre
        shop.calls = []
        shop.clock.steady = Milliseconds(shop.clock.steady.rawValue + 4_000)
        shop.handle([.tick])
        let head = shop.calls.first
        #expect(head != nil)
        if let head {
            shop.handle([.answered(call: head.id, shop.centre.answer(head.question))])
        }
        #expect(shop.core.head.frozen == .oldCopy)
    }

    @Test("A new database is told that the store is taken, until an operator lets it take over")
    func takesOver() {
        var shop = Shop()
        shop.sell(2)
        let old = shop.core.rows
        let new = InMemoryAgentRows(
            location: Shop.location,
            instance: Reference(unchecked: "fresh")
        )
        shop.restart(from: new)
        shop.settle()
        #expect(shop.core.head.epoch == 0)
        let refusal = shop.core.status().registrationRefusal
        guard case .storeTaken? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(shop.sell(1) == .unavailable(.notReady))
        shop.restart(takesOver: true)
        shop.settle()
        #expect(shop.core.head.epoch == 2)
        #expect(shop.core.head.firstEpoch == 2)
        #expect(shop.sell(1).receipt != nil)
        #expect(shop.stock().onHand == 97)
        // The old disk turns up.
        shop.restart(from: old)
        shop.settle()
        #expect(shop.core.head.frozen == .taken)
        #expect(LedgerAudit.check(shop.centre.state).isEmpty)
    }

    @Test("A store that the ledger has frozen freezes its agent")
    func followsLedger() {
        var shop = Shop()
        shop.cut()
        let clone = shop.core.rows
        shop.sell(1)
        shop.mend()
        let right = shop.core.rows
        shop.cut()
        shop.restart(from: clone)
        shop.sell(1)
        // Registering would find it out before; the ledger hears of its facts without it.
        let row = shop.core.rows.fact(1)
        let submission = OutboxSubmission(
            request: shop.mint(),
            location: Shop.location,
            epoch: 1,
            firstSequence: 1,
            previousHash: .start,
            facts: row.map { [$0] } ?? [],
            completeThrough: nil
        )
        _ = shop.centre.answer(.submit(submission))
        shop.restart(from: right)
        shop.mend()
        #expect(shop.core.head.frozen == .storeFrozen)
        #expect(shop.centre.conflicts.map(\.kind) == [.fork])
    }

    @Test(
        "A ledger restored from a backup is told everything again, and says then what rights there are"
    )
    func tellsAgain() {
        var shop = Shop()
        shop.sell(1)
        let backup = shop.centre
        shop.sell(20)
        shop.ask(.receive(Receive(lines: [Shop.line(4)])))
        #expect(shop.core.head.outboxDepth == 0)
        shop.cut()
        shop.centre = backup
        shop.isWired = true
        shop.handle([.connected(to: nil)])
        #expect(shop.core.head.frozen == nil)
        shop.settle()
        #expect(shop.level().onHand == 83)
        #expect(shop.core.head.rightsUnknownThrough == nil)
        shop.expectAgreement()
    }

    @Test("While the rights are unknown nothing is sold on them")
    func waitsForRights() {
        var shop = Shop()
        let backup = shop.centre
        shop.sell(1)
        shop.cut()
        shop.centre = backup
        shop.isWired = true
        shop.handle([.connected(to: nil)])
        let register = shop.calls.removeFirst()
        let answer = shop.centre.answer(register.question)
        shop.handle([.answered(call: register.id, answer)])
        #expect(shop.core.head.rightsUnknownThrough == 2 || shop.stock().rights == 0)
        #expect(shop.stock().rights == 0)
        shop.settle()
        #expect(shop.sell(1).receipt != nil)
        shop.expectAgreement()
    }

    @Test("Another cluster is taken for a restored one, even where no fact is missing")
    func noticesCluster() {
        var shop = Shop()
        shop.handle([.connected(to: Reference(unchecked: "first"))])
        shop.settle()
        let backup = shop.centre
        // Granted after the backup, so unknown to the restored ledger.
        let ticket = shop.begin(.sell(Sell(lines: [Shop.line(30)])))
        let grant = shop.calls.removeFirst()
        shop.handle([.answered(call: grant.id, shop.centre.answer(grant.question))])
        #expect(shop.answers[ticket].receipt != nil)
        shop.calls = []
        shop.cut()
        shop.centre = backup
        shop.isWired = true
        shop.handle([.connected(to: Reference(unchecked: "second"))])
        shop.settle()
        #expect(shop.core.head.cluster == Reference(unchecked: "second"))
        shop.expectAgreement()
    }
}
