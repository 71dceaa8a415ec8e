import Ledger
import Testing

/// Facts are taken in once each, in order, and are never refused.
@Suite struct FactTests {
    @Test func `invariant 8: the same facts sent again are the same facts`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let submission = chain.submit(.sale(2, as: "a"), .sale(3, as: "b"))
        let first = try #require(scene.send(submission).outcome.receipt)
        #expect(first.lastSequence == 2 && first.lastHash == chain.hash)
        #expect(scene.level().onHand == 5)
        let again = try #require(scene.send(submission).outcome.receipt)
        #expect(again == first)
        #expect(scene.level().onHand == 5)
        #expect(try scene.storeAgent().factCount == 2)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `facts that overlap with what is known are taken in from where it ends`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let start = chain
        scene.run(chain.submit(.sale(1, as: "a"), .sale(1, as: "b")))
        var longer = start
        scene.run(longer.submit(.sale(1, as: "a"), .sale(1, as: "b"), .sale(1, as: "c")))
        #expect(scene.level().onHand == 7)
        #expect(try scene.storeAgent().lastSequence == 3)
    }

    @Test func `a gap is refused with the sequence that is expected`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(chain.submit(.sale(1, as: "a")))
        _ = chain.submit(.sale(1, as: "lost"))
        let answer = scene.send(chain.submit(.sale(1, as: "c")))
        #expect(answer.outcome == .refused(.sequenceGap(.north, expected: 2)))
        #expect(scene.level().onHand == 9)
    }

    @Test func `another fact under a known sequence freezes the store`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        var clone = chain
        clone.salt = 1
        scene.run(chain.submit(.sale(1, as: "a")))
        let answer = scene.send(clone.submit(.sale(4, as: "z")))
        #expect(answer.outcome == .refused(.forked(.north, sequence: 1)))
        #expect(scene.level().onHand == 9)
        #expect(try scene.storeAgent().state == .frozen)
        let next = scene.send(chain.submit(.sale(1, as: "b")))
        #expect(next.outcome == .refused(.storeFrozen(.north)))
        let place = try #require(scene.state.locationKey(.north))
        #expect(scene.conflict(.fork(place))?.cause?.sequence == 1)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a chain that doesn't join the known one freezes the store`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(chain.submit(.sale(1, as: "a")))
        chain.hash = FactHash(words: (9, 9, 9, 9))
        let answer = scene.send(chain.submit(.sale(1, as: "b")))
        #expect(answer.outcome == .refused(.forked(.north, sequence: 2)))
    }

    @Test func `an old copy that only says how things stand is noticed, too`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        var copy = chain
        copy.salt = 1
        scene.run(chain.submit(.sale(1, as: "a"), .sale(1, as: "b")))
        _ = copy.submit(.sale(1, as: "x"))
        let answer = scene.send(copy.submit([]))
        #expect(answer.outcome == .refused(.forked(.north, sequence: 2)))
    }

    @Test func `a fact that is too old to be compared is of an old copy`() throws {
        var scene = Scene.withStore()
        scene.run(.receive(.line(20_000)))
        var chain = Chain()
        let start = chain
        for batch in 0..<33 {
            let facts = (0..<256).map { Fact.sale(1, as: "s\(batch)-\($0)") }
            scene.run(chain.submit(facts.map { .known($0) }))
        }
        var old = start
        let first = old.submit(.sale(1, as: "s0-0"))
        #expect(scene.send(first).outcome == .refused(.forked(.north, sequence: 1)))
        #expect(scene.state.storeRecords(.fact).count == Int(LedgerLimits.factsKept))
    }

    @Test func `an agent of an earlier epoch is fenced`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(chain.submit(.sale(1, as: "a")), .register(.otherTill, takeover: true))
        let answer = scene.send(chain.submit(.sale(1, as: "b")))
        #expect(answer.outcome == .refused(.epochFenced(.north, current: 2)))
        var next = Chain(epoch: 2)
        scene.run(next.submit(.sale(1, as: "c")))
        #expect(scene.level().onHand == 8)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `after its rights were revoked an agent goes on in the next epoch`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(.grant(6), chain.submit(.sale(1, rights: 1, as: "a")), .revoke(.apple))
        #expect(scene.level().allotted == 0)
        chain.epoch = 2
        // Sold with rights of the epoch that is over: booked all the same, out of what is everybody's.
        let answer = scene.send(chain.submit(.sale(2, rights: 2, epoch: 1, as: "b")))
        #expect(answer.outcome.receipt?.fates == [[.overdrawn]])
        #expect(scene.level().onHand == 7 && scene.level().allotted == 0)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what is not known is put aside and doesn't block what follows`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        let unread = UnreadFact(kind: 900, version: 3, payload: [1, 2, 3])
        let answer = scene.send(
            chain.submit([.unknown(unread), .known(.sale(2, as: "a"))])
        )
        #expect(answer.outcome.receipt?.fates == [[.quarantined], [.overdrawn]])
        #expect(scene.level().onHand == 8)
        #expect(try scene.storeAgent().quarantineCount == 1)
        let aside = scene.state.storeRecords(.quarantined)
        #expect(aside.count == 1)
        #expect(LedgerAudit.check(scene.state) == [])

        let mark = FactMark(location: .north, epoch: 1, sequence: 1)
        guard case .quarantined(let kept)? = aside.first?.record else { return }
        let replay = ReplayFact(
            mark: mark,
            hash: kept.fact.hash,
            fact: .sale(1, as: "late"),
            reason: .decided
        )
        var wrong = replay
        wrong.hash = .start
        #expect(scene.send(.replayFact(wrong)).outcome == .refused(.factNotFound(mark)))
        scene.run(.replayFact(replay))
        #expect(scene.level().onHand == 7)
        #expect(scene.send(.replayFact(replay)).outcome == .refused(.factNotFound(mark)))
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `an old disk's facts are salvaged into quarantine, each once`() throws {
        var scene = Scene.withStore()
        var chain = Chain()
        scene.run(chain.submit(.sale(1, as: "a")), .register(.otherTill, takeover: true))
        let late = chain.submit([.known(.sale(2, as: "b"))], salvage: true)
        scene.run(late, late)
        #expect(scene.level().onHand == 9)
        #expect(scene.state.storeRecords(.quarantined).count == 1)
        #expect(try scene.storeAgent().quarantineCount == 1)
        var wrong = chain
        wrong.hash = .start
        let answer = scene.send(wrong.submit([.known(.sale(1, as: "c"))], salvage: true))
        #expect(answer.outcome == .refused(.forked(.north, sequence: 3)))
        #expect(try scene.storeAgent().state == .active)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what is known of a store is known up to the answer that it had before it looked`()
        throws
    {
        var scene = Scene.withStore()
        var chain = Chain()
        let seen = scene.state.header.logTime
        scene.clock += 1_000_000
        scene.run(chain.submit(.sale(1, as: "a"), complete: seen))
        #expect(try scene.storeAgent().knownThrough == seen)
        // A time to come proves nothing.
        scene.run(chain.submit([], complete: seen.advanced(by: Milliseconds(1_000_000))))
        #expect(try scene.storeAgent().knownThrough == scene.state.header.logTime)
        #expect(try scene.storeAgent().lastSeen == scene.state.header.logTime)
    }

    @Test func `a malformed fact never enters the log as one that is known`() {
        let faults: [(Fact, String)] = [
            (.told(.confirm(.first)), "command"),
            (.told(.sell(.line(1))), "sale_id"),
            (.told(.receive(.line(1, at: .south))), "lines"),
            (.told(.receive(.line(1), .line(2))), "lines"),
            (.told(.receive(.line(1)), rights: [1, 2]), "rights"),
            (.told(.receive()), "lines"),
            (.told(.count(Count(lines: [.counted(1, book: 2, version: 3)]))), "book_version"),
        ]
        for (fact, field) in faults {
            #expect(fact.violations(at: .north).contains { $0.field == field }, "\(fact)")
        }
        #expect(Fact.sale(1, as: "a").violations(at: .north).isEmpty)
    }
}
