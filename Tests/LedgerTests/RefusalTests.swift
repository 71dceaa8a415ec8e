import Ledger
import Testing

@Suite struct RefusalTests {
    @Test(
        arguments: RefusalTables.catalogue + RefusalTables.stock + RefusalTables.reserving
            + RefusalTables.holding + RefusalTables.levels + RefusalTables.returns
            + RefusalTables.transfers + RefusalTables.edits + RefusalTables.placing
            + RefusalTables.batches
    )
    func `a refusal names its reason, is journaled and changes nothing`(_ refused: RefusalCase) {
        var scene = Scene.stocked()
        for command in refused.before { scene.run(command) }
        let before = scene.state
        let answer = scene.send(refused.command)
        #expect(answer.outcome == .refused(refused.refusal))
        #expect(answer.position == scene.state.header.position)
        #expect(answer.logTime == scene.state.header.logTime)
        #expect(scene.changes.isEmpty)
        let was = before.digest()
        let digest = scene.state.digest()
        #expect(digest.items == was.items)
        #expect(digest.locations == was.locations)
        #expect(digest.levels == was.levels)
        #expect(digest.reservations == was.reservations)
        #expect(digest.offers == was.offers)
        #expect(digest.sales == was.sales)
        #expect(digest.transfers == was.transfers)
        #expect(scene.state.journal.count == before.journal.count + 1)
        #expect(scene.state.journal.last?.movements == [])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test(
        arguments: [
            .extend(.first, ttl: 1), .fulfill(.first), .fulfill(.first, .line(1)), .release(.first),
            .release(.first, .line(1)),
        ] as [Command]
    )
    func `what has expired can neither be extended nor settled`(_ command: Command) {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4), ttl: 10))
        scene.pass(milliseconds: 10)
        #expect(scene.send(command).outcome == .refused(.reservationExpired(.first)))
    }

    @Test func `a hold is not extended past the limit that it was created with`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(1), ttl: LedgerLimits.ttlMax.rawValue))
        let latest = try scene.reservation(.first).maxExpireTime
        for _ in 0..<6 {
            scene.pass(milliseconds: LedgerLimits.ttlMax.rawValue - 1_000)
            scene.run(.extend(.first, ttl: LedgerLimits.ttlMax.rawValue))
        }
        scene.pass(milliseconds: LedgerLimits.ttlMax.rawValue - 1_000)
        let answer = scene.send(.extend(.first, ttl: LedgerLimits.ttlMax.rawValue))
        #expect(answer.outcome == .refused(.maxTTLReached(.first, latest: latest)))
        #expect(try scene.reservation(.first).state == .held)
    }

    @Test(
        arguments: [
            .receive(.line(2)), .adjust(.line(2)), .reserve(.first, .line(2)), .sell(.line(2)),
        ] as [Command]
    )
    func `no bucket leaves its bounds`(_ command: Command) {
        var scene = Scene.stocked()
        scene.force { level in
            switch command {
            case .receive, .adjust: level.onHand = LedgerLimits.bucketMax - 1
            case .sell:
                level.onHand = -LedgerLimits.bucketMax + 1
                level.reserved = -LedgerLimits.bucketMax
                level.unavailable = -10
            default:
                level.onHand = LedgerLimits.bucketMax
                level.reserved = LedgerLimits.bucketMax - 1
                level.unavailable = -10
            }
        }
        let before = scene.level()
        #expect(scene.send(command).outcome == .refused(.quantityOverflow(.apple, .north)))
        #expect(scene.level() == before)
    }

    @Test func `goods that leave a level at its lowest are refused, not wrapped`() {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(4)))
        scene.force { $0.onHand = -LedgerLimits.bucketMax + 3 }
        #expect(
            scene.send(.fulfill(.first)).outcome == .refused(.quantityOverflow(.apple, .north))
        )
        #expect(scene.send(.release(.first)).outcome.isRefusal == false)
    }
}
