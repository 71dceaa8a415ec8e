import Raft
import RaftLog
import Testing

@Suite struct `A log that is opened again` {
    @Test(arguments: [FaultyFileSystem.Loss.nothing, .everything])
    func `has what was synced`(loss: FaultyFileSystem.Loss) throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(
            batch(1, hardState: HardState(term: 3, vote: "n2")),
            batch(2, entries(1...5, term: 2)),
            batch(3, entries(6...7, term: 3))
        )
        let reopened = try fixture.reopen(after: loss)
        #expect(reopened.hardState == HardState(term: 3, vote: "n2"))
        #expect(try reopened.contents() == entries(1...5, term: 2) + entries(6...7, term: 3))
        #expect(reopened.recovered.lastIndex == 7)
        #expect(
            reopened.recovered.termRuns == [.init(first: 1, term: 2), .init(first: 6, term: 3)]
        )
        #expect(reopened.recovered.report.tornTail == nil)
    }

    @Test func `is empty when it is new, and keeps its incarnation`() throws {
        let fixture = LogFixture()
        #expect(try fixture.open(incarnation: 5).contents() == [])
        fixture.disk.crash(.everything)
        let reopened = try fixture.open(incarnation: 6)
        #expect(reopened.identity.incarnation == 5)
        #expect(reopened.recovered.hardState == HardState())
        #expect(reopened.recovered.base == .zero)
        #expect(reopened.recovered.lastIndex == 0)
    }

    @Test func `goes on over many segments`() throws {
        let fixture = LogFixture()
        var log = try fixture.open()
        var ticket: UInt64 = 0
        for index in stride(from: UInt64(1), through: 200, by: 2) {
            ticket += 1
            try log.write(batch(ticket, entries(index...index + 1)))
            if index % 51 == 0 {
                log = try fixture.reopen(after: .arbitrary(seed: index))
                ticket = 0
            }
        }
        #expect(log.reader.segmentCount > 5)
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...200))
    }

    @Test func `names the places of configurations that are left`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        var all = entries(1...6)
        for position in [0, 2, 4] { all[position].kind = .configuration }
        try log.write(batch(1, all), batch(2, truncateFrom: 5))
        let reopened = try fixture.reopen(after: .everything)
        #expect(reopened.recovered.configurationIndexes == [1, 3])
    }

    @Test func `keeps entries of a kind that it does not know`() throws {
        let fixture = LogFixture()
        var strange = entry(1)
        strange.kind = EntryKind(rawValue: 200)
        try fixture.open().write(batch(1, [strange]))
        #expect(try fixture.reopen(after: .everything).contents() == [strange])
    }

    @Test func `takes entries of every size, larger than a segment too`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        let all = [0, 1, 7, 8, 900, 5000, 3, 1023, 1024].enumerated().map {
            entry(UInt64($0.offset + 1), bytes: $0.element)
        }
        for (ticket, entry) in zip(UInt64(1)..., all) { try log.write(batch(ticket, [entry])) }
        #expect(try log.contents() == all)
        #expect(try fixture.reopen(after: .everything).contents() == all)
    }

    @Test func `continues when the segment size was changed meanwhile`() throws {
        var fixture = LogFixture()
        try fixture.open().write(batch(1, entries(1...10)))
        fixture.limits = LogLimits(segmentBytes: 4096)
        let larger = try fixture.reopen(after: .everything)
        try larger.write(batch(1, entries(11...60)))
        fixture.limits = LogLimits(segmentBytes: 512)
        let smaller = try fixture.reopen(after: .everything)
        try smaller.write(batch(1, entries(61...62)), batch(2, entries(63...80)))
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...80))
    }
}

@Suite struct Truncation {
    @Test(arguments: [UInt64(1), 5, 29, 30, 31, 60])
    func `drops the end, across segments, now and after a restart`(from: UInt64) throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        for index in UInt64(1)...60 { try log.write(batch(index, [entry(index)])) }
        #expect(log.reader.segmentCount > 3)
        let kept = from > 1 ? entries(1...from - 1) : []
        let new = entries(from...from + 9, term: 4, bytes: 33)
        try log.write(batch(61, new, truncateFrom: LogIndex(from), hardState: HardState(term: 4)))
        #expect(try log.contents() == kept + new)
        #expect(log.reader.term(at: LogIndex(from)) == 4)
        let reopened = try fixture.reopen(after: .everything)
        #expect(try reopened.contents() == kept + new)
        #expect(reopened.recovered.hardState == HardState(term: 4))
    }

    @Test func `may come several times in one group`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.append([
            batch(1, entries(1...5)),
            batch(2, entries(4...6, term: 2), truncateFrom: 4),
            batch(3, truncateFrom: 6),
            batch(4, entries(2...3, term: 3), truncateFrom: 2),
        ])
        try log.sync()
        let expected = entries(1...1) + entries(2...3, term: 3)
        #expect(log.counters.groups == 1)
        #expect(try log.contents() == expected)
        #expect(try fixture.reopen(after: .everything).contents() == expected)
    }
}

@Suite struct `A batch that does not follow from the log` {
    @Test(arguments: [
        batch(2, entries(7...7)),
        batch(2, entries(5...5)),
        batch(2, [entry(6, term: 1)]),
        batch(2, truncateFrom: 7),
        batch(2, truncateFrom: 0),
        batch(1, entries(6...6, term: 2)),
        batch(2, hardState: HardState(term: 1)),
    ])
    func `ends all writing`(wrong: PersistBatch) throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...5, term: 2), hardState: HardState(term: 2)))
        let error = #expect(throws: LogError.self) { try log.append([wrong]) }
        guard case .outOfOrder = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(throws: LogError.self) { try log.append([batch(9, entries(6...6, term: 2))]) }
        #expect(try fixture.reopen(after: .nothing).contents() == entries(1...5, term: 2))
    }

    @Test func `is refused when it is larger than the limit`() throws {
        var fixture = LogFixture()
        fixture.limits = LogLimits(segmentBytes: 1024, batchBytesMax: 2000)
        let log = try fixture.open()
        let error = #expect(throws: LogError.self) {
            try log.append([batch(1, [entry(1, bytes: 3000)])])
        }
        #expect(error == .tooLarge(bytes: 3154, limit: 2000))
    }
}

@Suite struct Reading {
    private func log() throws -> LogStore {
        let log = try LogFixture().open()
        for index in UInt64(1)...50 { try log.write(batch(index, [entry(index)])) }
        return log
    }

    @Test func `stops before the payloads exceed the limit, after one entry at least`() throws {
        let reader = try log().reader
        for (limit, count) in [(0, 1), (19, 1), (39, 1), (40, 2), (400, 20), (1000, 48)] {
            let read = try reader.entries(from: 3, through: 60, payloadBytesMax: limit)
            #expect(read == entries(3...UInt64(2 + count)))
        }
    }

    @Test func `gives any range, and nothing beyond the end`() throws {
        let reader = try log().reader
        for first in UInt64(1)...50 {
            for last in first...50 {
                let read = try reader.entries(
                    from: LogIndex(first),
                    through: LogIndex(last),
                    payloadBytesMax: .max
                )
                #expect(read == entries(first...last))
            }
        }
        #expect(try reader.entries(from: 51, through: 60, payloadBytesMax: .max) == [])
        #expect(reader.term(at: 51) == nil)
    }

    @Test func `verifies what it reads`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...3)))
        let offset = 192 + 32 + 3 * 46 - 5
        fixture.disk.corrupt(LogFixture.segment(1), at: offset, flipping: 4)
        #expect(try log.reader.entries(from: 1, through: 2, payloadBytesMax: .max).count == 2)
        let error = #expect(throws: LogError.self) {
            try log.reader.entries(from: 1, through: 3, payloadBytesMax: .max)
        }
        #expect(error.map { "\($0)" }?.contains("entry 3 fails its check") == true)
    }
}
