import Raft
import Testing

@testable import Simulation

/// Each check sees what it is there for.
@Suite struct `Checks of a world` {
    private func entry(_ index: UInt64, _ term: UInt64, _ text: String = "") -> Entry {
        Entry(term: Term(term), index: LogIndex(index), kind: .command, payload: Array(text.utf8))
    }

    private let members = Configuration(voters: ["n1", "n2", "n3"]) ?? .empty

    @Test func `an entry with two pasts is noticed`() throws {
        var registry = LogRegistry()
        let one = try registry.note(entry(1, 1, "a"), after: LogTrail.origin)
        let other = try registry.note(entry(1, 2, "b"), after: LogTrail.origin)
        let second = try registry.note(entry(2, 3), after: one)
        #expect(try registry.note(entry(2, 3), after: one) == second)
        #expect(throws: Violation.self) { try registry.note(entry(2, 3), after: other) }
        #expect(throws: Violation.self) {
            try registry.note(entry(1, 1, "c"), after: LogTrail.origin)
        }
    }

    @Test func `a disk may lose what was not durable, from its end`() throws {
        var registry = LogRegistry()
        var record = NodeRecord()
        let committed = CommittedLog(founding: members)
        for number in 1...3 as ClosedRange<UInt64> {
            let batch = PersistBatch(
                ticket: Ticket(number),
                hardState: HardState(term: Term(number)),
                entries: [entry(number, number)]
            )
            try record.issue(batch, &registry, committed)
        }
        record.becameDurable(through: 1)
        for last in 1...3 as ClosedRange<UInt64> {
            var found = record
            let lost = try recover(&found, last: last, term: last)
            #expect(lost == Int(3 - last))
        }
        // Less than was durable, a term without its entry, a log that was never written.
        for (last, term) in [(0, 0), (1, 2), (2, 1), (2, 3)] as [(UInt64, UInt64)] {
            var found = record
            #expect(throws: Violation.self) { try recover(&found, last: last, term: term) }
        }
    }

    private func recover(_ record: inout NodeRecord, last: UInt64, term: UInt64) throws -> Int {
        try record.recover(
            hardState: HardState(term: Term(term)),
            last: LogPosition(index: LogIndex(last), term: Term(last)),
            hash: record.issued.log.hash(at: LogIndex(last)) ?? 0,
            CommittedLog(founding: members)
        )
    }

    @Test func `two votes in one term are noticed`() throws {
        var record = NodeRecord()
        try record.voted(for: "n1", in: 3)
        try record.voted(for: "n1", in: 3)
        try record.voted(for: "n2", in: 4)
        #expect(throws: Violation.self) { try record.voted(for: "n2", in: 3) }
    }

    @Test func `what is committed stays, and new leaders must have it`() throws {
        var registry = LogRegistry()
        var log = LogTrail()
        for index in 1...3 as ClosedRange<UInt64> {
            let hash = try registry.note(entry(index, 1), after: log.lastHash)
            log.append(hash, term: 1)
        }
        var other = log
        other.truncate(from: 3)
        other.append(try registry.note(entry(3, 2), after: other.lastHash), term: 2)

        var committed = CommittedLog(founding: members)
        #expect(try committed.extend(through: 2, of: log, in: 1, registry))
        #expect(try !committed.extend(through: 2, of: other, in: 2, registry))
        #expect(try committed.extend(through: 3, of: log, in: 3, registry))
        #expect(throws: Violation.self) {
            _ = try committed.extend(through: 3, of: other, in: 3, registry)
        }
        try committed.check(leader: log, of: 4)
        // It leads in a term in which the third was not committed yet.
        try committed.check(leader: other, of: 3)
        #expect(throws: Violation.self) { try committed.check(leader: other, of: 4) }
    }

    @Test func `members change by steps whose majorities meet`() throws {
        let joint = try #require(Configuration(voters: ["n1", "n4"], outgoing: members.voters))
        let left = try #require(Configuration(voters: ["n1", "n4"]))
        let learner = try #require(Configuration(voters: members.voters, learners: ["n4"]))
        #expect(try follow([learner, members, joint, left]) == left)
        #expect(throws: Violation.self) { try follow([left]) }
        #expect(throws: Violation.self) { try follow([joint, members]) }
    }

    /// Commits one configuration after the other.
    private func follow(_ configurations: [Configuration]) throws -> Configuration {
        var registry = LogRegistry()
        var log = LogTrail()
        var committed = CommittedLog(founding: members)
        for (place, configuration) in configurations.enumerated() {
            let entry = Entry(
                term: 1,
                index: LogIndex(UInt64(place) + 1),
                kind: .configuration,
                payload: configuration.encoded
            )
            log.append(try registry.note(entry, after: log.lastHash), term: 1)
            _ = try committed.extend(through: entry.index, of: log, in: 1, registry)
        }
        return committed.configuration
    }
}
