import Ledger
import Testing

@Suite struct TallyTests {
    /// Runs `body` and counts what all its entries came to.
    private func tally(_ body: (inout Scene, inout LedgerTally) -> Void) -> LedgerTally {
        var scene = Scene.stocked()
        var tally = LedgerTally()
        body(&scene, &tally)
        return tally
    }

    @Test func `holds are counted by what becomes of them`() {
        let tally = tally { scene, tally in
            for command: Command in [
                .reserve(.first, .line(4), ttl: 50),
                .reserve(.second, .line(4), ttl: 50_000),
                .reserve(.third, .line(4), ttl: 50_000),
                .confirm(.second),
                .reserve(.third, .line(1), ttl: 50_000),
                .release(.third),
            ] {
                scene.send(command)
                tally.add(scene.changes.tally)
            }
            scene.pass(milliseconds: 1_000)
            tally.add(scene.changes.tally)
        }
        #expect(tally[.reserve] == 3)
        #expect(tally[.confirm] == 1)
        #expect(tally[.release] == 1)
        #expect(tally.expired == 1)
        #expect(tally.holdsRefused[Refusal.Reason.insufficientStock.rawValue] == 1)
        #expect(tally.refused.reduce(0, +) == 1)
    }

    @Test func `a repeated request is counted once`() {
        let tally = tally { scene, tally in
            for _ in 0..<3 {
                scene.send(.sell(.line(1)), id: "same")
                tally.add(scene.changes.tally)
            }
        }
        #expect(tally[.sell] == 1)
    }

    @Test func `of a batch that is refused only that counts`() {
        let tally = tally { scene, tally in
            scene.send(.batch(.sell(.line(1)), .sell(.line(100))))
            tally.add(scene.changes.tally)
            scene.send(.batch(.sell(.line(1)), .sell(.line(2))))
            tally.add(scene.changes.tally)
        }
        #expect(tally[.sell] == 2)
        #expect(tally[.batch] == 1)
        #expect(tally.refused[Refusal.Reason.batchRefused.rawValue] == 1)
        #expect(tally.refused.reduce(0, +) == 1)
    }

    @Test func `facts that are sent again are counted, and those that are new are not`() {
        var scene = Scene.withStore()
        var chain = Chain()
        let submission = chain.submit(.sale(1, as: "a"), .sale(1, as: "b"))
        scene.send(submission)
        #expect(scene.changes.tally.repeatedFacts == 0)
        var tally = LedgerTally()
        for _ in 0..<2 {
            scene.send(submission)
            tally.add(scene.changes.tally)
        }
        #expect(tally.repeatedFacts == 4)
        tally.clear()
        #expect(tally.repeatedFacts == 0)
    }

    @Test func `what is cleared counts from zero`() {
        var scene = Scene.stocked()
        scene.send(.sell(.line(1)))
        var tally = scene.changes.tally
        #expect(tally != LedgerTally())
        tally.clear()
        #expect(tally == LedgerTally())
    }

    @Test func `labels are words of their own`() {
        let reasons = Refusal.Reason.allCases.map(\.label)
        #expect(Set(reasons).count == reasons.count)
        #expect(reasons.contains("insufficient_stock") && reasons.contains("max_ttl_reached"))
        #expect(JournalRow.Kind.shipTransfer.label == "ship_transfer")
    }
}
