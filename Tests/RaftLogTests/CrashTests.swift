import Raft
import RaftLog
import Testing

@Suite struct `Rule 1: one atomic, ordered batch` {
    @Test func `crash at every byte of a write holding term 5 and an entry of term 5`() throws {
        let prepared = LogFixture()
        try prepared.open().write(
            batch(1, entries(1...3, term: 4), hardState: HardState(term: 4, vote: "n1"))
        )
        let image = prepared.disk.image()
        let write = batch(
            1,
            entries(3...4, term: 5),
            truncateFrom: 3,
            hardState: HardState(term: 5, vote: "n3")
        )

        var kept = 0
        var outcomes: Set<Int> = []
        while true {
            let fixture = LogFixture(disk: FaultyFileSystem(image: image))
            let log = try fixture.open()
            try log.append([write])
            let total = fixture.disk.unsyncedBytes
            guard kept <= total else { break }
            let reopened = try fixture.reopen(after: .afterBytes(kept))
            let contents = try reopened.contents()
            if kept == total {
                #expect(contents == entries(1...2, term: 4) + entries(3...4, term: 5))
            }
            if contents.contains(where: { $0.term == 5 }) {
                #expect(reopened.hardState == HardState(term: 5, vote: "n3"))
            } else {
                #expect(contents == entries(1...3, term: 4))
                #expect(reopened.hardState == HardState(term: 4, vote: "n1"))
            }
            outcomes.insert(contents.count)
            kept += 1
        }
        #expect(outcomes == [3, 4])
    }

    @Test func `a write torn in any order of sectors is there whole or not at all`() throws {
        let prepared = LogFixture(limits: LogLimits(segmentBytes: 16 << 10))
        try prepared.open().write(batch(1, entries(1...3)))
        let image = prepared.disk.image()
        var outcomes: Set<LogIndex> = []
        for seed in UInt64(0)..<200 {
            let fixture = LogFixture(disk: FaultyFileSystem(image: image), limits: prepared.limits)
            let log = try fixture.open()
            // Two writes before one sync: parts of the second may outlive the first.
            try log.append([batch(1, entries(4...9, bytes: 300))])
            try log.append([batch(2, entries(10...20, bytes: 300))])
            let reopened = try fixture.reopen(after: .arbitrary(seed: seed))
            let last = reopened.lastIndex
            #expect([3, 9, 20].contains(last))
            #expect(try reopened.contents().map(\.index) == Array(1...last))
            outcomes.insert(last)
            // What was cut off must not come back, whatever is written there next.
            try reopened.write(batch(1, [entry(last.rawValue + 1, term: 2)]))
            let again = try fixture.reopen(after: .everything)
            #expect(again.lastIndex == last.next)
            #expect(again.recovered.report.tornTail == nil)
        }
        #expect(outcomes == [3, 9, 20])
    }

    @Test func `crash at every byte of a write that begins a segment`() throws {
        let prepared = LogFixture()
        let first = try prepared.open()
        try first.write(batch(1, entries(1...15)))
        try first.close()
        let image = prepared.disk.image()
        var kept = 0
        var outcomes: Set<LogIndex> = []
        while true {
            let fixture = LogFixture(disk: FaultyFileSystem(image: image))
            let log = try fixture.open()
            try log.append([batch(1, entries(16...20))])
            #expect(log.reader.segmentCount == 2)
            guard kept <= fixture.disk.unsyncedBytes else { break }
            let reopened = try fixture.reopen(after: .afterBytes(kept))
            outcomes.insert(reopened.lastIndex)
            #expect(try reopened.contents() == entries(1...reopened.lastIndex.rawValue))
            kept += 1
        }
        #expect(kept > 192 && outcomes == [15, 20])
    }

    @Test func `a crash while a segment is begun leaves the log before it or with it`() throws {
        for seed in UInt64(0)..<150 {
            let fixture = LogFixture()
            let log = try fixture.open()
            var durable: UInt64 = 0
            for index in UInt64(1)...UInt64(20 + seed % 20) {
                try log.append([batch(index, [entry(index)])])
                if index % 3 == seed % 3 {
                    try log.sync()
                    durable = index
                }
            }
            let reopened = try fixture.reopen(after: .arbitrary(seed: seed))
            let last = reopened.lastIndex.rawValue
            #expect(last >= durable)
            #expect(try reopened.contents() == (last > 0 ? entries(1...last) : []))
        }
    }

    @Test func `a crash at any point of the first start leaves a directory that can be opened`()
        throws
    {
        for failing in 0..<12 {
            for seed in UInt64(0)..<8 {
                let fixture = LogFixture()
                fixture.disk.failSync(after: failing)
                _ = try? fixture.open(incarnation: 1)
                fixture.disk.failSync(after: .max)
                fixture.disk.crash(.arbitrary(seed: seed))
                let log = try fixture.open(incarnation: 2)
                #expect(try log.contents() == [])
                try log.write(batch(1, entries(1...2)))
                #expect(try fixture.reopen(after: .everything).contents() == entries(1...2))
            }
        }
    }
}

@Suite struct `Rule 13: first in, first out` {
    @Test func `the ticket that is reported covers what was synced and nothing more`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.append([batch(1, entries(1...1)), batch(2, entries(2...2))])
        #expect((log.writtenTicket, log.durableTicket) == (2, 0))
        try log.sync()
        try log.append([batch(3, entries(3...3))])
        #expect((log.writtenTicket, log.durableTicket) == (3, 2))
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...2))
    }

    @Test(arguments: 0..<6)
    func `the ABA schedule: overwritten entries do not come back, wherever the sync was`(
        syncedBatches: Int
    ) throws {
        let schedule = [
            batch(1, entries(1...3, term: 1), hardState: HardState(term: 1)),
            // Another leader's entries over those, and then the first leader's values again.
            batch(2, entries(2...3, term: 2), truncateFrom: 2, hardState: HardState(term: 2)),
            batch(3, truncateFrom: 2, hardState: HardState(term: 3)),
            batch(4, entries(2...2, term: 3)),
            batch(5, [entry(3, term: 3), entry(4, term: 3)]),
        ]
        let states = [
            [], entries(1...3), entries(1...1) + entries(2...3, term: 2), entries(1...1),
            entries(1...1) + entries(2...2, term: 3), entries(1...1) + entries(2...4, term: 3),
        ]
        for seed in UInt64(0)..<20 {
            let fixture = LogFixture()
            let log = try fixture.open()
            for (position, batch) in schedule.enumerated() {
                try log.append([batch])
                if position + 1 == syncedBatches { try log.sync() }
            }
            #expect(log.durableTicket == Ticket(UInt64(syncedBatches)))
            let contents = try fixture.reopen(after: .arbitrary(seed: seed)).contents()
            #expect(states[syncedBatches...].contains(contents))
        }
    }
}

@Suite struct `Rule 17: the first failure is the last word` {
    @Test func `one EIO on fsync, then success: nothing is durable again`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...2)))
        try log.append([batch(2, entries(3...3))])
        fixture.disk.failSync(of: ".segment")
        let error = #expect(throws: LogError.self) { try log.sync() }
        guard case .disk = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        for _ in 0..<3 {
            #expect(throws: LogError.self) { try log.sync() }
            #expect(throws: LogError.self) { try log.append([batch(3, entries(4...4))]) }
            #expect(throws: LogError.self) { try log.settle() }
            #expect(throws: LogError.self) { _ = try log.compact(through: 2) }
            #expect(throws: LogError.self) { try log.reset(to: .init(index: 9, term: 9)) }
        }
        #expect(log.durableTicket == 1)
        try log.close()
        #expect(log.durableTicket == 1)
    }

    @Test(arguments: [0, 1, 40])
    func `one EIO on a write`(keptBytes: Int) throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...2)))
        fixture.disk.failWrite(of: ".segment", keptBytes: keptBytes)
        #expect(throws: LogError.self) { try log.append([batch(2, entries(3...3))]) }
        #expect(throws: LogError.self) { try log.sync() }
        #expect(log.durableTicket == 1)
        #expect(try fixture.reopen(after: .nothing).contents() == entries(1...2))
    }

    @Test func `what a failed sync left in the cache is written again before it counts`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...2)))
        try log.append([batch(2, entries(3...4))])
        fixture.disk.failSync(of: ".segment")
        #expect(throws: LogError.self) { try log.sync() }
        // The process restarts and finds in the cache what never reached the disk.
        let second = try fixture.reopen(after: .nothing)
        #expect(second.lastIndex == 4)
        #expect(second.recovered.report.rewrittenBytes > 0)
        // Whatever it found it may have promised; a power cut must not take it.
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...4))
    }
}
