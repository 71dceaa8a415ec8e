import Ledger
import Testing

@Suite struct IdempotencyTests {
    @Test func `the same request gets the same answer, marked as a replay`() throws {
        var scene = Scene.stocked()
        let first = scene.send(.sell(.line(4)), id: "again")
        scene.run(.receive(.line(1)))
        let rows = scene.state.journal.count
        let second = scene.send(.sell(.line(4)), id: "again")
        #expect(second.replayed)
        #expect(!first.replayed)
        var unmarked = second
        unmarked.replayed = false
        #expect(unmarked == first)
        #expect(scene.level().onHand == 7)
        #expect(scene.state.journal.count == rows)
        #expect(scene.changes.isEmpty)
    }

    @Test func `a refusal is remembered, though it would be granted now`() {
        var scene = Scene.stocked()
        let first = scene.send(.sell(.line(11)), id: "again")
        scene.run(.receive(.line(100)))
        let second = scene.send(.sell(.line(11)), id: "again")
        #expect(second.outcome == first.outcome)
        #expect(second.outcome.isRefusal)
        #expect(second.replayed)
    }

    @Test func `an id used for something else is refused, and goes on meaning what it meant`() {
        var scene = Scene.stocked()
        scene.run(.receive(.line(1)))
        let first = scene.send(.sell(.line(4)), id: "again")
        let rows = scene.state.journal.count
        let other = scene.send(.sell(.line(5)), id: "again")
        #expect(
            other.outcome == .refused(.idempotencyKeyReused(RequestID(unchecked: "again")))
        )
        #expect(!other.replayed)
        #expect(other.position == scene.state.header.position)
        #expect(scene.state.journal.count == rows)
        #expect(scene.send(.sell(.line(4)), id: "again").outcome == first.outcome)
    }

    @Test func `another actor may repeat a request`() {
        var scene = Scene.stocked()
        let id = RequestID(unchecked: "again")
        let command = Command.sell(.line(4))
        _ = scene.send(Request(id: id, actor: Actor(unchecked: "till"), command: command))
        let answer = scene.send(Request(id: id, actor: Actor(unchecked: "app"), command: command))
        #expect(answer.replayed)
        #expect(scene.level().onHand == 6)
    }

    @Test func `a request of any kind changes nothing when it is repeated`() {
        var scene = Scene.stocked()
        let commands: [Command] = [
            .item(.pear), .location(.south), .receive(.line(3)), .adjust(.line(-1)),
            .sell(.line(1)), .reserve(.first, .line(2)), .extend(.first, ttl: 5_000),
            .fulfill(.first, .line(1)), .confirm(.first), .release(.first),
        ]
        for (index, command) in commands.enumerated() {
            let first = scene.send(command, id: "id-\(index)")
            let before = scene.state.digest()
            let second = scene.send(command, id: "id-\(index)")
            #expect(second.outcome == first.outcome)
            #expect(second.position == first.position)
            #expect(second.replayed)
            var after = scene.state.digest()
            after.position = before.position
            after.header = before.header
            #expect(after == before)
        }
    }

    // MARK: forgetting

    private let day = LedgerLimits.answerRetention.rawValue

    @Test func `an answer is kept for a day of log time, and then unknown`() {
        var scene = Scene.stocked()
        // More than one entry drops, so that it is the rules that forget, not the rows.
        for _ in 0..<(2 * LedgerLimits.answersForgottenPerEntryMax + 10) {
            scene.run(.adjust(.line(1)), .adjust(.line(-1)))
        }
        let first = scene.send(.receive(.line(4)), id: "again")
        // The next entry's time is that of the answer, and all but a microsecond of a day.
        scene.clock = first.logTime.microseconds + day * 1_000 - 1
        #expect(scene.send(.receive(.line(4)), id: "again").replayed)
        #expect(scene.level().onHand == 14)
        let second = scene.send(.receive(.line(4)), id: "again")
        #expect(!second.replayed)
        #expect(second.position == scene.state.header.position)
        #expect(scene.level().onHand == 18)
        #expect(scene.send(.receive(.line(4)), id: "again").position == second.position)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `an old id may mean something else`() {
        var scene = Scene.stocked()
        scene.send(.receive(.line(4)), id: "again")
        scene.pass(milliseconds: day + 1)
        scene.send(.sell(.line(1)), id: "again")
        #expect(scene.level().onHand == 13)
        #expect(scene.send(.sell(.line(1)), id: "again").replayed)
    }

    @Test func `a sale that comes again after its answer is forgotten is still the same sale`() {
        var scene = Scene.stocked()
        scene.send(.sell(.line(4)), id: "sale-9")
        scene.pass(milliseconds: day + 1)
        let answer = scene.send(.sell(.line(4)), id: "sale-9")
        #expect(answer.outcome == .refused(.saleExists(SaleID(unchecked: "sale-9"))))
        #expect(scene.level().onHand == 6)
    }

    @Test func `old answers are dropped a few at a time, whatever is kept meanwhile`() {
        var scene = Scene.stocked()
        let atOnce = LedgerLimits.answersForgottenPerEntryMax
        let opening = scene.state.rememberedAnswerCount
        for _ in 0..<(2 * atOnce) { scene.run(.receive(.line(1))) }
        let count = scene.state.rememberedAnswerCount
        #expect(count == opening + 2 * atOnce)
        scene.pass(milliseconds: day + 1_000)
        #expect(scene.state.rememberedAnswerCount == count - atOnce)
        scene.send(.receive(.line(1)), id: "young")
        scene.pass(milliseconds: 1)
        #expect(scene.state.rememberedAnswerCount == 1)
        #expect(scene.send(.receive(.line(1)), id: "young").replayed)
    }

    @Test func `an id that was used again outlives its first answer`() {
        var scene = Scene.stocked()
        let atOnce = LedgerLimits.answersForgottenPerEntryMax
        for _ in 0..<atOnce { scene.run(.receive(.line(1))) }
        scene.send(.receive(.line(1)), id: "again")
        // The first answer is too old, but its turn to be dropped comes only with the entry after.
        scene.clock = scene.state.header.logTime.microseconds + day * 1_000 + 1
        #expect(!scene.send(.receive(.line(1)), id: "again").replayed)
        scene.pass(milliseconds: 1)
        #expect(scene.state.rememberedAnswerCount == 1)
        #expect(scene.send(.receive(.line(1)), id: "again").replayed)
        #expect(LedgerAudit.check(scene.state) == [])
    }
}
