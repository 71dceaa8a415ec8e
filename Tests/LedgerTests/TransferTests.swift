import Ledger
import Testing

@Suite struct TransferTests {
    private func created() -> Scene {
        var scene = Scene.stocked()
        scene.run(.receive(.line(6, .pear)))
        scene.run(.create(.of(4), .of(5, .pear), .of(2)))
        return scene
    }

    private func transfer(_ scene: Scene) throws -> Transfer {
        try #require(scene.state.transfer(.haul))
    }

    @Test func `a plan moves nothing`() throws {
        let scene = created()
        let transfer = try transfer(scene)
        #expect(transfer.lines.map(\.requested) == [6, 5])
        #expect(transfer.state == .draft)
        #expect(transfer.version == 1)
        #expect(scene.level().version == 1)
        #expect(scene.changes.isEmpty)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what is shipped is neither here nor there, but incoming`() throws {
        var scene = created()
        scene.run(.ship(.haul, .of(1), .of(2), .of(5, .pear)))
        #expect(scene.level().onHand == 7)
        #expect(scene.level(at: .south).incoming == 3)
        #expect(scene.level(at: .south).onHand == 0)
        #expect(scene.level(at: .south).available == 0)
        #expect(scene.level(.pear).onHand == 1)
        let transfer = try transfer(scene)
        #expect(transfer.state == .inTransit)
        #expect(transfer.lines.map(\.inTransit) == [3, 5])
        #expect(transfer.lines.map(\.unshipped) == [3, 0])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what arrives is sound, damaged or lost, and the end of it closes`() throws {
        var scene = created()
        scene.run(.ship())
        scene.run(.arrive(.haul, .of(2, rejected: 1), .of(3, .pear), .of(0, lost: 1)))
        #expect(scene.level(at: .south).onHand == 3)
        #expect(scene.level(at: .south).unavailable == 1)
        #expect(scene.level(at: .south).incoming == 2)
        #expect(scene.level(at: .south).available == 2)
        #expect(scene.state.journal.last?.reason == .lostInTransit)
        #expect(try transfer(scene).state == .inTransit)
        scene.run(.arrive())
        let transfer = try transfer(scene)
        #expect(transfer.state == .closed)
        #expect(transfer.lines.map(\.received) == [4, 5])
        #expect(transfer.lines.map(\.rejected) == [1, 0])
        #expect(transfer.lines.map(\.lost) == [1, 0])
        #expect(transfer.version == 4)
        #expect(scene.level(at: .south).incoming == 0)
        #expect(scene.state.journal.last?.reason == nil)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `the rest can be shipped after the first part has arrived`() throws {
        var scene = created()
        scene.run(.ship(.haul, .of(2)), .arrive())
        #expect(try transfer(scene).state == .inTransit)
        scene.run(.ship(), .arrive())
        #expect(try transfer(scene).state == .closed)
        #expect(scene.level(at: .south).onHand == 6)
    }

    @Test func `a plan that is cancelled leaves no trace in stock`() throws {
        var scene = created()
        scene.run(.cancel())
        #expect(try transfer(scene).state == .cancelled)
        #expect(scene.state.journal.last?.movements == [])
        #expect(scene.state.journal.last?.reason == .damaged)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what is in transit goes back when all is cancelled`() throws {
        var scene = created()
        scene.run(.ship(.haul, .of(3)), .location(.north, state: .draining), .cancel())
        #expect(scene.level().onHand == 10)
        #expect(scene.level(at: .south).incoming == 0)
        let transfer = try transfer(scene)
        #expect(transfer.state == .cancelled)
        #expect(transfer.lines.map(\.shipped) == [0, 0])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test(arguments: [ArrivalLine.of(1), .of(0, rejected: 1), .of(0, lost: 1)])
    func `a transfer of which something came through is closed when cancelled`(
        _ line: ArrivalLine
    ) throws {
        var scene = created()
        scene.run(.ship(.haul, .of(3)), .arrive(.haul, line), .cancel())
        #expect(scene.level().onHand == 9)
        let transfer = try transfer(scene)
        #expect(transfer.state == .closed)
        #expect(transfer.lines.map(\.shipped) == [1, 0])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `a place that is cleared out ships what it has`() {
        var scene = created()
        scene.run(.location(.north, state: .draining), .ship(), .arrive())
        #expect(scene.level(at: .south).onHand == 6)
    }

    @Test func `goods on their way arrive at a place that is cleared out since`() {
        var scene = created()
        scene.run(.ship(), .location(.south, state: .draining), .arrive())
        #expect(scene.level(at: .south).onHand == 6)
    }

    @Test func `all that is available can be shipped`() {
        var scene = created()
        scene.run(.create(as: .other, .of(8)), .reserve(.first, .line(2)), .ship(.other))
        #expect(scene.level().available == 0)
    }

    @Test func `nothing in transit leaves its bounds`() {
        var scene = created()
        scene.force(at: .south) { $0.incoming = LedgerLimits.bucketMax - 1 }
        #expect(scene.send(.ship()).outcome == .refused(.quantityOverflow(.apple, .south)))
        scene.force(at: .south) { $0.incoming = 0 }
        scene.run(.ship())
        scene.force(at: .south) { $0.onHand = LedgerLimits.bucketMax - 1 }
        #expect(scene.send(.arrive()).outcome == .refused(.quantityOverflow(.apple, .south)))
        scene.force { $0.onHand = LedgerLimits.bucketMax - 1 }
        #expect(scene.send(.cancel()).outcome == .refused(.quantityOverflow(.apple, .north)))
    }
}
