import Raft
import Testing
import Threads

@testable import RaftLog

/// Collects what a writer reports, lets a test wait for it, and can hold the writer's thread up.
private final class EventRecorder: Sendable {
    private struct State: Sendable {
        var events: [LogEvent] = []
        var isHeld = false
    }

    private let state = Monitor(State())

    func record(_ event: LogEvent) {
        state.update { $0.events.append(event) }
        _ = state.wait(timeout: Self.limit) { $0.isHeld ? nil : true }
    }

    /// Waits until the events satisfy a condition; `nil` if they don't in time.
    func wait(_ condition: ([LogEvent]) -> Bool) -> [LogEvent]? {
        state.wait(timeout: Self.limit) { condition($0.events) ? $0.events : nil }
    }

    func hold(_ isHeld: Bool) { state.update { $0.isHeld = isHeld } }

    var events: [LogEvent] { state.update { $0.events } }

    static let limit = Duration.seconds(30)
}

@Suite struct `The writer` {
    private func start(_ fixture: LogFixture, _ recorder: EventRecorder) throws -> LogWriter {
        LogWriter(try fixture.open()) { recorder.record($0) }
    }

    @Test func `writes in order, reports rising tickets, and closes with everything durable`()
        throws
    {
        let fixture = LogFixture()
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        for index in UInt64(1)...300 { writer.submit(batch(index, [entry(index)])) }
        writer.close()
        let tickets = recorder.events.map { event -> Ticket in
            if case .durable(let ticket) = event { ticket } else { .zero }
        }
        #expect(tickets == tickets.sorted() && Set(tickets).count == tickets.count)
        #expect(tickets.last == 300)
        #expect(writer.metrics.counters.batches == 300)
        #expect(writer.metrics.syncTimes.count == UInt64(tickets.count))
        #expect(writer.oldestPendingAge == nil)
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...300))
    }

    @Test func `puts what gathered during one sync into one write and one sync`() throws {
        let fixture = LogFixture(limits: LogLimits(segmentBytes: 64 << 10))
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        recorder.hold(true)
        writer.submit(batch(1, [entry(1)]))
        #expect(recorder.wait { $0.count == 1 } == [.durable(through: 1)])
        for index in UInt64(2)...100 { writer.submit(batch(index, [entry(index)])) }
        #expect(writer.oldestPendingAge ?? .zero > .zero)
        recorder.hold(false)
        writer.close()
        #expect(recorder.events == [.durable(through: 1), .durable(through: 100)])
        #expect(writer.metrics.counters.groups == 2)
        #expect(writer.metrics.counters.syncs == 2)
    }

    @Test func `bounds a group by its bytes`() throws {
        let fixture = LogFixture(limits: LogLimits(segmentBytes: 64 << 10, groupBytesMax: 1000))
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        writer.submit((UInt64(1)...10).map { batch($0, [entry($0, bytes: 200)]) })
        writer.close()
        #expect(recorder.events == [3, 6, 9, 10].map { .durable(through: $0) })
    }

    @Test(arguments: [0, 1, 5])
    func `rule 17: after one EIO on fsync nothing is written or reported again`(
        successes: Int
    ) throws {
        // Without preparation in the background, whose syncs are not the log's.
        let limits = LogLimits(segmentBytes: 1024, prepareAheadBytes: .max)
        let fixture = LogFixture(limits: limits)
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        fixture.disk.failSync(after: successes, of: ".segment")
        for index in UInt64(1)...50 {
            writer.submit(batch(index, [entry(index)]))
            _ = recorder.wait { events in
                events.contains {
                    if case .failed = $0 { true } else { $0 == .durable(through: Ticket(index)) }
                }
            }
        }
        let image = fixture.disk.image()
        writer.submit(batch(99, [entry(51)]))
        writer.compact(through: 3)
        writer.close()
        let events = recorder.events
        let durable = events.dropLast()
        #expect(
            durable == (0..<durable.count).map { .durable(through: Ticket(UInt64($0 + 1))) }[...]
        )
        guard case .failed(.disk, let ticket) = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(ticket == Ticket(UInt64(durable.count + 1)))
        let isUntouched = fixture.disk.image() == image
        #expect(isUntouched)
        #expect(writer.oldestPendingAge == nil)
        // What had been reported is there, whatever the power cut takes.
        let left = try fixture.reopen(after: .everything)
        #expect(left.lastIndex >= LogIndex(UInt64(durable.count)))
    }

    @Test func `rule 18: waits on a full disk, loses nothing, and goes on when there is space`()
        throws
    {
        let fixture = LogFixture()
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        fixture.disk.setCapacity(2200)
        for index in UInt64(1)...60 { writer.submit(batch(index, [entry(index)])) }
        let isWaiting = { (event: LogEvent) in
            if case .waitingForSpace(.noSpace) = event { true } else { false }
        }
        let events = try #require(recorder.wait { $0.contains(where: isWaiting) })
        #expect(events.filter(isWaiting).count == 1)
        #expect(writer.metrics.isShortOfSpace)
        #expect(writer.oldestPendingAge != nil)
        #expect(try writer.reader.entries(from: 1, through: 1, payloadBytesMax: 0) == [entry(1)])
        fixture.disk.setCapacity(nil)
        #expect(recorder.wait { $0.last == .durable(through: 60) } != nil)
        writer.close()
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...60))
    }

    @Test func `closes while it waits for space`() throws {
        let fixture = LogFixture()
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        fixture.disk.setCapacity(fixture.disk.usedBytes)
        for index in UInt64(1)...20 { writer.submit(batch(index, [entry(index)])) }
        #expect(
            recorder.wait { if case .waitingForSpace = $0.last { true } else { false } } != nil
        )
        writer.close()
        fixture.disk.setCapacity(nil)
        let reopened = try fixture.reopen(after: .everything)
        let last = reopened.lastIndex.rawValue
        #expect(last > 0 && last < 20)
        #expect(try reopened.contents() == entries(1...last))
    }

    @Test func `compacts and resets in order with the batches`() throws {
        let fixture = LogFixture()
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        for index in UInt64(1)...40 { writer.submit(batch(index, [entry(index)])) }
        writer.compact(through: 30)
        writer.submit(batch(41, [entry(41)]))
        writer.reset(to: LogPosition(index: 100, term: 3))
        writer.submit(batch(42, [entry(101, term: 3)]))
        writer.close()
        let others = recorder.events.filter {
            if case .durable = $0 { false } else { true }
        }
        #expect(others.count == 2)
        guard case .compacted(let base) = others.first else {
            Issue.record("\(others)")
            return
        }
        #expect(base.index > 10 && base.index <= 30)
        #expect(others.last == .reset(to: LogPosition(index: 100, term: 3)))
        #expect(recorder.events.last == .durable(through: 42))
        #expect(try fixture.reopen(after: .everything).contents() == [entry(101, term: 3)])
    }

    @Test func `prepares the next segment before it is needed, and the next start uses it`() throws
    {
        let fixture = LogFixture(limits: LogLimits(segmentBytes: 4096, prepareAheadBytes: 512))
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        for index in UInt64(1)...10 { writer.submit(batch(index, [entry(index)])) }
        #expect(recorder.wait { $0.last == .durable(through: 10) } != nil)
        let prepared = [UInt8](repeating: 0, count: 4096)
        let deadline = ContinuousClock.now + EventRecorder.limit
        while fixture.disk.image()[LogFixture.segment(2)] != prepared, .now < deadline {}
        writer.close()
        let isPrepared = fixture.disk.image()[LogFixture.segment(2)] == prepared
        #expect(isPrepared)

        let log = try fixture.reopen(after: .everything)
        // Nothing can be made any more, and yet there is a segment to go on with.
        fixture.disk.setCapacity(fixture.disk.usedBytes)
        for index in UInt64(11)...50 { try log.write(batch(index, [entry(index)])) }
        #expect(log.reader.segmentCount == 2)
        #expect(try log.contents() == entries(1...50))
    }

    @Test func `makes the synced mark durable when it is idle`() throws {
        let fixture = LogFixture()
        let recorder = EventRecorder()
        let writer = try start(fixture, recorder)
        writer.submit(batch(1, entries(1...3)))
        #expect(recorder.wait { $0 == [.durable(through: 1)] } != nil)
        let deadline = ContinuousClock.now + EventRecorder.limit
        while fixture.disk.unsyncedBytes > 0, .now < deadline { _ = recorder.events }
        #expect(fixture.disk.unsyncedBytes == 0)
        // With the mark durable, even a power cut does not hide damage to the last frame.
        fixture.disk.crash(.everything)
        fixture.disk.corrupt(LogFixture.segment(1), at: 192 + 40, flipping: 1)
        #expect(throws: LogError.self) { try fixture.open() }
        writer.close()
    }

    @Test func `that is dropped finishes its work and frees the directory`() throws {
        let fixture = LogFixture()
        let recorder = EventRecorder()
        var writer: LogWriter? = try start(fixture, recorder)
        for index in UInt64(1)...20 { writer?.submit(batch(index, [entry(index)])) }
        writer = nil
        let deadline = ContinuousClock.now + EventRecorder.limit
        var log: LogStore?
        while log == nil, .now < deadline { log = try? fixture.open() }
        #expect(try log?.contents() == entries(1...20))
    }
}

@Suite struct `A histogram of times` {
    @Test func `puts each duration below the bound of its bucket`() {
        var histogram = TimeHistogram()
        for duration in [
            Duration.zero, .microseconds(64), .microseconds(65), .seconds(1), .seconds(9),
        ] {
            histogram.record(duration)
        }
        #expect(histogram.count == 5)
        #expect(histogram.longest == .seconds(9))
        #expect(histogram.buckets[0] == 2 && histogram.buckets[1] == 1)
        #expect(histogram.buckets[14] == 1 && histogram.buckets.last == 1)
        #expect(TimeHistogram.bound(of: 14) == .microseconds(64 << 14))
    }
}
