import Histories
import Ledger
import Testing

/// Units neither appear nor vanish.
@Suite struct ConservationTests {
    /// Everything that moves stock, answered.
    private var play: Play {
        var play = Play()
        play.call(.receive(20), 100...110)
        play.call(.sell(3), 120...130)
        play.call(.reserve("a", 4), 140...150)
        play.call(.reserve("b", 2), 160...170)
        play.call(.reserve("c", 1), 180...190)
        play.call(.fulfill("a"), 200...210)
        play.call(.release("b"), 220...230)
        play.call(.confirm("c"), 240...250)
        return play
    }

    private func finds(_ play: Play) -> Bool {
        play.history.check().contains { $0.kind == .stockNotConserved }
    }

    @Test func `what is there in the end is what came less what went`() {
        var play = play
        play.read(Play.sku, .linearizable, 300...310)
        #expect(play.history.check() == [])
    }

    @Test(arguments: [(12, 1), (14, 1), (13, 0), (13, 2)])
    func `units that appear or vanish are found`(onHand: Quantity, reserved: Quantity) {
        var play = play
        play.read(Play.sku, .linearizable, 300...310) {
            guard case .level(var level?) = $0.value else { return }
            level.onHand = onHand
            level.reserved = reserved
            $0.value = .level(level)
        }
        #expect(finds(play))
    }

    @Test func `only what has settled is counted`() {
        // While the last command is under way.
        var early = play
        early.read(Play.sku, .linearizable, 245...310) { $0.value = .level(StockLevel()) }
        #expect(!finds(early))
        // With a command whose outcome nobody knows.
        var unclear = play
        unclear.lose(unclear.request(.sell(1)), 260...270)
        unclear.read(Play.sku, .linearizable, 300...310)
        #expect(unclear.history.check() == [])
        // A hold that may have expired or not.
        var held = play
        let last = held.call(.reserve("d", 5, ttl: 10), 260...270)
        held.read(Play.sku, .linearizable, 300...310)
        held.tick(to: last.logTime.advanced(by: Milliseconds(10)))
        held.read(Play.sku, .linearizable, 320...330)
        #expect(held.history.check() == [])
    }
}
