import Raft
import Testing

/// Rule 20: what the disk holds is the only truth on start, and must not contradict itself.
struct RestoreTests {
    private let members = Configuration(voters: ["n1", "n2", "n3"]) ?? .empty

    private func restore(_ change: (inout RestoredState) -> Void) throws -> RaftCore {
        var state = RestoredState(
            configuration: members,
            hardState: HardState(term: 3, vote: "n2"),
            entries: testEntries([1, 1, 2, 3]),
            appliedIndex: 2
        )
        change(&state)
        return try RaftCore(RaftConfiguration(id: "n1"), restoring: state, seed: 1)
    }

    @Test func `a node starts as a follower with its term, vote, log and applied position`() throws
    {
        let status = try restore { _ in }.status
        #expect(status.role == .follower)
        #expect(status.term == 3)
        #expect(status.vote == "n2")
        #expect(status.last == LogPosition(index: 4, term: 3))
        #expect(status.commitIndex == 2)
        #expect(status.durableIndex == 4)
    }

    @Test func `a log may begin after a snapshot`() throws {
        let core = try restore { state in
            state = RestoredState(
                configuration: members,
                hardState: HardState(term: 3),
                snapshot: LogPosition(index: 5, term: 2),
                entries: [
                    Entry(term: 3, index: 6, kind: .noop, payload: []),
                    Entry(term: 3, index: 7, kind: .noop, payload: []),
                ]
            )
        }
        #expect(core.status.commitIndex == 5)
        #expect(core.term(at: 5) == 2)
        #expect(core.term(at: 4) == nil)
        #expect(core.status.last.index == 7)
    }

    @Test func `the last configuration in the log is active`() throws {
        let other = try #require(Configuration(voters: ["n1", "n2"]))
        let core = try restore { state in
            state.tail[1] = Entry(term: 1, index: 2, kind: .configuration, payload: other.encoded)
        }
        #expect(core.status.configuration == LoggedConfiguration(index: 2, configuration: other))
    }

    @Test(
        arguments: [
            (4, RestoreError.appliedOutsideLog(5)), (0, .termBehindLog(2)), (1, .tailBroken(7)),
            (2, .tailBroken(4)), (3, .tailBroken(9)), (5, .termsBroken(3)),
            (6, .unreadableConfiguration(3)), (7, .appliedOutsideLog(0)),
        ])
    func `contradictions are refused`(damage: Int, error: RestoreError) {
        #expect(throws: error) {
            try restore { state in
                switch damage {
                case 0: state.hardState.term = 2
                case 1: state.tail[2].index = 7
                case 2: state.tail[3].term = 1
                case 3: state.lastIndex = 9
                case 4: state.appliedIndex = 5
                case 5:
                    state.tail.removeFirst(3)
                    state.termRuns = [TermRun(first: 1, term: 2), TermRun(first: 3, term: 1)]
                case 6: state.tail[2].kind = .configuration
                default:
                    state.snapshot = LogPosition(index: 2, term: 1)
                    state.tail.removeFirst(2)
                    state.appliedIndex = 0
                }
            }
        }
    }

    @Test func `settings that contradict each other are refused`() {
        #expect(throws: RestoreError.badSettings) {
            try RaftCore(
                RaftConfiguration(id: "n1", electionTicks: 1, heartbeatTicks: 1),
                restoring: RestoredState(configuration: members),
                seed: 1
            )
        }
    }
}
