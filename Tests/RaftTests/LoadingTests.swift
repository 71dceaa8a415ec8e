import Raft
import Testing

/// Entries that a lagging peer needs and memory no longer holds.
struct LoadingTests {
    @Test func `a peer gets the rest although its acknowledgement overtook the reading`() throws {
        var core = try leaderWithoutWindow()
        var effects = try step(&core, .appendReply(.rejected(previous: 4, hint: hint(1))))
        effects = try step(&core, .appendReply(.accepted(match: 1, room: 1 << 20, applied: 1)))
        let load = try #require(effects.load.first)
        #expect(load.from == 2)

        // An append from before the probe was acknowledged late: the peer has more than was thought.
        effects = try step(&core, .appendReply(.accepted(match: 2, room: 1 << 20, applied: 1)))
        #expect(effects.load.isEmpty)
        effects = try run(
            &core,
            .entriesLoaded(
                LoadedEntries(peer: "n2", from: 2, entries: Array(testEntries([1, 1, 1, 1])[1...]))
            )
        )
        #expect(effects.load.map(\.from) == [3])
    }

    private func hint(_ index: LogIndex) -> LogPosition { LogPosition(index: index, term: 1) }

    /// A leader of three that keeps nothing in memory which is durable and applied.
    private func leaderWithoutWindow() throws -> RaftCore {
        var limits = Limits()
        limits.windowEntriesMax = 0
        var core = try RaftCore(
            RaftConfiguration(id: "n1", limits: limits),
            restoring: RestoredState(
                configuration: Configuration(voters: ["n1", "n2", "n3"]) ?? .empty,
                hardState: HardState(term: 1),
                entries: testEntries([1, 1, 1, 1]),
                appliedIndex: 4
            ),
            seed: 1
        )
        _ = try run(&core, .manual(.campaign))
        _ = try run(&core, .storageDone(1))
        _ = try run(&core, received(.voteReply(VoteReply(isGranted: true)), from: "n3"))
        #expect(core.status.role == .leader)
        return core
    }

    private func step(_ core: inout RaftCore, _ message: Message) throws -> Effects {
        try run(&core, received(message, from: "n2"))
    }

    private func received(_ message: Message, from sender: NodeID) -> Input {
        .received(Envelope(from: sender, to: "n1", term: 2, message: message))
    }

    private func run(_ core: inout RaftCore, _ input: Input) throws -> Effects {
        var effects = Effects()
        try core.run([input], into: &effects)
        return effects
    }
}
