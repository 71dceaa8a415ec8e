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
}
