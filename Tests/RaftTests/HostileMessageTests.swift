import Raft
import Testing

/// Messages that no correct peer sends: they are refused, ignored or halt the node, and never trap.
struct HostileMessageTests {
    private func core(_ id: NodeID = "n1") throws -> RaftCore {
        let members = try #require(Configuration(voters: ["n1", "n2", "n3"]))
        let entries = [3, 3, 4].enumerated().map { place, term in
            Entry(
                term: Term(UInt64(term)),
                index: LogIndex(UInt64(place) + 6),
                kind: .command,
                payload: [1]
            )
        }
        return try RaftCore(
            RaftConfiguration(id: id),
            restoring: RestoredState(
                configuration: members,
                hardState: HardState(term: 4),
                snapshot: LogPosition(index: 5, term: 3),
                entries: entries,
                appliedIndex: 6
            ),
            seed: 1
        )
    }

    @Test func `a position that cannot be is ignored`() throws {
        var core = try core()
        var effects = Effects()
        for previous in [LogPosition(index: 0, term: 5), LogPosition(index: 3, term: 0)] {
            effects.removeAll()
            let append = Append(previous: previous, commit: 9, entries: [])
            try core.run(
                [.received(Envelope(from: "n2", to: "n1", term: 5, message: .append(append)))],
                into: &effects
            )
            #expect(effects.events.contains(.messageIgnored(from: "n2", .entriesOutOfOrder)))
            #expect(core.status.commitIndex == 6)
        }
    }

    @Test func `entries that contradict the snapshot halt the node`() throws {
        var core = try core()
        var effects = Effects()
        let entries = (5...6).map { index in
            Entry(term: 1, index: LogIndex(UInt64(index)), kind: .noop, payload: [])
        }
        let append = Append(
            previous: LogPosition(index: 4, term: 1),
            commit: 0,
            entries: entries
        )
        let envelope = Envelope(from: "n2", to: "n1", term: 5, message: .append(append))
        #expect(throws: FatalViolation.truncationBelowCommit(5, commit: 6)) {
            try core.run([.received(envelope)], into: &effects)
        }
    }

    @Test func `a message for somebody else is ignored`() throws {
        var core = try core()
        var effects = Effects()
        try core.run(
            [
                .received(
                    Envelope(
                        from: "n2",
                        to: "n3",
                        term: 9,
                        message: .heartbeat(Heartbeat(commit: 8, sequence: 1))
                    )
                )
            ],
            into: &effects
        )
        #expect(core.status.term == 4)
        #expect(effects.send.isEmpty)
    }

    @Test(arguments: 0..<150)
    func `no message traps, whatever its numbers, in any role`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var core = try core()
        var effects = Effects()
        for _ in 0..<150 {
            effects.removeAll()
            do {
                try core.run([input(&random)], into: &effects)
                while let ticket = effects.persist.last?.ticket {
                    effects.removeAll()
                    try core.run([.storageDone(ticket)], into: &effects)
                }
            } catch {
                core = try self.core()
            }
            let status = core.status
            #expect(status.commitIndex <= status.last.index)
        }
    }

    private func input(_ random: inout SplitMix64) -> Input {
        switch random.next() % 12 {
        case 0: return .tick
        case 1: return .manual(.campaign)
        case 2: return .manual(.electionTimeout)
        case 3: return .propose(Proposal(token: ProposalToken(rawValue: 0), payloads: [[1], []]))
        case 4: return .read(ReadToken(rawValue: 1))
        default:
            let sender: NodeID = ["n2", "n3", "n9"][Int(random.next() % 3)]
            let term = random.next() % 20 == 0 ? random.next() >> 2 : 3 + random.next() % 6
            return .received(
                Envelope(from: sender, to: "n1", term: Term(term), message: message(&random))
            )
        }
    }

    private func position(_ random: inout SplitMix64) -> LogPosition {
        LogPosition(index: LogIndex(number(&random)), term: Term(number(&random)))
    }

    private func number(_ random: inout SplitMix64) -> UInt64 {
        random.next() % 12 == 0 ? random.next() >> 2 : random.next() % 11
    }

    private func message(_ random: inout SplitMix64) -> Message {
        let isYes = random.next() % 2 == 0
        switch random.next() % 11 {
        case 0: return .preVoteRequest(PreVoteRequest(last: position(&random)))
        case 1: return .preVoteReply(PreVoteReply(isGranted: isYes))
        case 2: return .voteRequest(VoteRequest(last: position(&random), isForced: isYes))
        case 3: return .voteReply(VoteReply(isGranted: isYes))
        case 4:
            let previous = position(&random)
            let entries = (0..<random.next() % 4).map { place in
                Entry(
                    term: Term(number(&random)),
                    index: previous.index.advanced(by: Int(place) + 1),
                    kind: EntryKind(rawValue: UInt8(random.next() % 4)),
                    payload: []
                )
            }
            return .append(
                Append(
                    previous: previous,
                    commit: LogIndex(number(&random)),
                    entries: entries
                )
            )
        case 5:
            return .appendReply(
                .accepted(
                    match: LogIndex(number(&random)),
                    room: number(&random),
                    applied: LogIndex(number(&random))
                )
            )
        case 6:
            return .appendReply(
                .rejected(previous: LogIndex(number(&random)), hint: position(&random))
            )
        case 7:
            return .heartbeat(
                Heartbeat(commit: LogIndex(number(&random)), sequence: number(&random))
            )
        case 8:
            return .heartbeatReply(
                HeartbeatReply(sequence: number(&random), applied: LogIndex(number(&random)))
            )
        case 9:
            return .snapshot(
                SnapshotOffer(
                    last: position(&random),
                    configuration: LoggedConfiguration(
                        index: LogIndex(number(&random)),
                        configuration: .empty
                    )
                )
            )
        default:
            return .snapshotReply(
                SnapshotReply(match: LogIndex(number(&random)), isInstalled: isYes)
            )
        }
    }
}
