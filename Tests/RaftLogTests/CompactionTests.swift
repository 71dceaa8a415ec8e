import Raft
import RaftLog
import Testing

@Suite struct Compaction {
    private func filled(_ fixture: LogFixture, through last: UInt64 = 60) throws -> LogStore {
        let log = try fixture.open()
        try log.write(batch(1, hardState: HardState(term: 2, vote: "n3")))
        for index in UInt64(1)...last {
            try log.write(batch(index + 1, [entry(index, term: index < 20 ? 1 : 2)]))
        }
        return log
    }

    private func expected(_ range: ClosedRange<UInt64>) -> [Entry] {
        range.map { entry($0, term: $0 < 20 ? 1 : 2) }
    }

    @Test(arguments: [UInt64(1), 7, 8, 30, 59, 60, 1000])
    func `deletes whole segments, keeps the rest, and knows where the log begins`(
        through: UInt64
    ) throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        let used = fixture.disk.usedBytes
        let segments = log.reader.segmentCount
        let base = try log.compact(through: LogIndex(through))
        guard through >= 8 else {
            #expect(base == nil)
            return
        }
        let position = try #require(base)
        #expect(position.index > 0 && position.index.rawValue <= through)
        #expect(position.term == (position.index < 20 ? 1 : 2))
        #expect(used - fixture.disk.usedBytes == (segments - log.reader.segmentCount) * 1024)
        for isReopened in [false, true] {
            let log = isReopened ? try fixture.reopen(after: .everything) : log
            #expect(log.base == position)
            #expect(log.reader.term(at: position.index) == position.term)
            #expect(try log.contents() == expected(position.index.rawValue + 1...60))
            #expect(log.hardState == HardState(term: 2, vote: "n3"))
            let error = #expect(throws: LogError.self) {
                try log.reader.entries(from: position.index, through: 60, payloadBytesMax: 10)
            }
            #expect(error == .compacted(first: position.index.next))
        }
    }

    @Test func `goes on again and again, with restarts in between`() throws {
        let fixture = LogFixture()
        var log = try fixture.open()
        for index in UInt64(1)...300 {
            try log.write(batch(index, [entry(index)]))
            if index % 7 == 0 { _ = try log.compact(through: LogIndex(index - 5)) }
            if index % 31 == 0 {
                log = try fixture.reopen(after: .arbitrary(seed: index))
                #expect(log.lastIndex == LogIndex(index))
            }
        }
        #expect(log.reader.segmentCount <= 3)
        let first = log.reader.firstIndex.rawValue
        #expect(first > 280)
        #expect(try log.contents() == entries(first...300))
    }

    @Test func `a crash at any point of it leaves the log before it or after it`() throws {
        let prepared = LogFixture()
        try filled(prepared).close()
        let image = prepared.disk.image()
        for failing in 0..<4 {
            for seed in UInt64(0)..<25 {
                let fixture = LogFixture(disk: FaultyFileSystem(image: image))
                let log = try fixture.open()
                fixture.disk.failSync(after: failing)
                _ = try? log.compact(through: 40)
                fixture.disk.failSync(after: .max)
                let reopened = try fixture.reopen(after: .arbitrary(seed: seed))
                let first = reopened.reader.firstIndex.rawValue
                #expect(first == 1 || first > 30)
                #expect(try reopened.contents() == expected(first...60))
                _ = try reopened.compact(through: 50)
                #expect(reopened.base.index > 40)
            }
        }
    }

    @Test func `a segment whose entries were all truncated later goes with its elders`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture, through: 30)
        let ticket = log.writtenTicket.rawValue
        try log.write(batch(ticket + 1, [entry(12, term: 5)], truncateFrom: 12))
        for index in UInt64(13)...40 {
            try log.write(batch(ticket + index, [entry(index, term: 5)]))
        }
        for through in UInt64(1)...35 {
            _ = try log.compact(through: LogIndex(through))
            let first = log.reader.firstIndex.rawValue
            #expect(first <= through + 1)
            let rest =
                first < 12
                ? entries(first...11) + entries(12...40, term: 5) : entries(first...40, term: 5)
            #expect(try log.contents() == rest)
            let copy = LogFixture(disk: FaultyFileSystem(image: fixture.disk.image()))
            #expect(try copy.open().contents() == rest)
        }
        #expect(log.reader.firstIndex > 25)
    }

    @Test func `rule 24: a reader goes on with a segment that is deleted under it`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        let reader = log.reader
        #expect(try reader.entries(from: 1, through: 5, payloadBytesMax: .max).count == 5)
        _ = try log.compact(through: 50)
        let first = reader.firstIndex.rawValue
        let rest = try reader.entries(from: LogIndex(first), through: 60, payloadBytesMax: .max)
        #expect(rest == expected(first...60))
    }

    @Test func `a frame larger than a segment on a full disk waits for space, too`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        let capacity = fixture.disk.usedBytes + 3000
        fixture.disk.setCapacity(capacity)
        let error = #expect(throws: LogError.self) {
            try log.append([batch(1, [entry(1, bytes: 5000)])])
        }
        guard case .noSpace = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.failure == nil)
        fixture.disk.setCapacity(nil)
        try log.write(batch(1, [entry(1, bytes: 5000)]), batch(2, entries(2...30)))
        let expected = [entry(1, bytes: 5000)] + entries(2...30)
        #expect(try fixture.reopen(after: .everything).contents() == expected)
    }

    @Test func `works on a full disk, and makes room`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        fixture.disk.setCapacity(fixture.disk.usedBytes)
        var ticket = log.writtenTicket.rawValue
        var index: UInt64 = 60
        var error: LogError?
        while error == nil {
            do throws(LogError) {
                try log.write(batch(ticket + 1, [entry(index + 1, term: 2)]))
                ticket += 1
                index += 1
            } catch let failure {
                error = failure
            }
        }
        guard case .noSpace = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.failure == nil)
        #expect(log.durableTicket == Ticket(ticket))
        #expect(try log.compact(through: 40) != nil)
        try log.write(batch(ticket + 1, [entry(index + 1, term: 2)]))
        let first = log.reader.firstIndex.rawValue
        #expect(
            try fixture.reopen(after: .everything).contents() == expected(first...index + 1)
        )
    }

    @Test func `the loss of a segment that is still needed is noticed`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        let base = try #require(try log.compact(through: 30))
        try log.close()
        let image = fixture.disk.image()
        let segments = image.keys.filter { $0.hasSuffix(".segment") }.sorted()
        #expect(base.index > 20)
        for path in segments {
            var damaged = image
            damaged[path] = nil
            let error = #expect(throws: LogError.self) {
                try LogFixture(disk: FaultyFileSystem(image: damaged)).open()
            }
            guard case .damaged = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}

@Suite struct `A reset to a snapshot's position` {
    @Test(arguments: [LogPosition(index: 500, term: 9), LogPosition(index: 10, term: 1)])
    func `empties the log, which goes on after it`(base: LogPosition) throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, hardState: HardState(term: 9, vote: "n1")))
        for index in UInt64(1)...40 { try log.write(batch(index + 1, [entry(index)])) }
        try log.reset(to: base)
        #expect(try log.contents() == [])
        #expect(log.reader.segmentCount == 1)
        let empty = try fixture.reopen(after: .everything)
        #expect((empty.base, empty.lastIndex) == (base, base.index))
        #expect(empty.hardState == HardState(term: 9, vote: "n1"))
        let next = base.index.rawValue + 1
        let new = entries(next...next + 50, term: 9)
        for (ticket, entry) in zip(UInt64(1)..., new) { try empty.write(batch(ticket, [entry])) }
        #expect(try fixture.reopen(after: .everything).contents() == new)
    }

    @Test func `a crash at any point of it leaves the old log or the new one`() throws {
        let prepared = LogFixture()
        let log = try prepared.open()
        for index in UInt64(1)...40 { try log.write(batch(index, [entry(index)])) }
        try log.close()
        let image = prepared.disk.image()
        var outcomes: Set<LogPosition> = []
        for failing in 0..<4 {
            for seed in UInt64(0)..<25 {
                let fixture = LogFixture(disk: FaultyFileSystem(image: image))
                let log = try fixture.open()
                fixture.disk.failSync(after: failing)
                _ = try? log.reset(to: LogPosition(index: 90, term: 4))
                fixture.disk.failSync(after: .max)
                let reopened = try fixture.reopen(after: .arbitrary(seed: seed))
                outcomes.insert(reopened.base)
                let isOld = reopened.base == .zero
                #expect(try reopened.contents() == (isOld ? entries(1...40) : []))
            }
        }
        #expect(outcomes == [.zero, LogPosition(index: 90, term: 4)])
    }
}
