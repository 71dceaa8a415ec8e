import Raft
import Testing
import Threads

@testable import RaftLog

private let base = LogPosition(index: 30, term: 2)

private func install(
    _ ticket: UInt64,
    to position: LogPosition = base,
    keepsSuffix: Bool,
    _ entries: [Entry] = [],
    hardState: HardState? = nil
) throws -> PersistBatch {
    let configuration = try #require(Configuration(voters: ["n1", "n2"]))
    return PersistBatch(
        ticket: Ticket(ticket),
        install: SnapshotInstall(
            last: position,
            configuration: LoggedConfiguration(index: 3, configuration: configuration),
            keepsSuffix: keepsSuffix
        ),
        hardState: hardState,
        entries: entries
    )
}

@Suite struct `A batch that installs a snapshot` {
    private func filled(_ fixture: LogFixture, through last: UInt64 = 40) throws -> LogStore {
        let log = try fixture.open()
        for index in UInt64(1)...last {
            try log.write(batch(index, [entry(index, term: index < 20 ? 1 : 2)]))
        }
        return log
    }

    private func expected(_ range: ClosedRange<UInt64>) -> [Entry] {
        range.map { entry($0, term: $0 < 20 ? 1 : 2) }
    }

    @Test func `begins the log anew, with the rest of the batch`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        let position = LogPosition(index: 100, term: 7)
        let hardState = HardState(term: 8, vote: "n2")
        let next = entries(101...103, term: 8)
        try log.write(
            try install(41, to: position, keepsSuffix: false, next, hardState: hardState)
        )
        #expect(log.durableTicket == 41)
        for isReopened in [false, true] {
            let log = isReopened ? try fixture.reopen(after: .everything) : log
            #expect(log.base == position)
            #expect(try log.contents() == next)
            #expect(log.hardState == hardState)
            #expect(log.reader.segmentCount == 1)
        }
    }

    @Test func `keeps what follows the snapshot if it is told to`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        let segments = log.reader.segmentCount
        try log.write(try install(41, keepsSuffix: true, [entry(41, term: 2)]))
        #expect(log.reader.segmentCount < segments)
        for isReopened in [false, true] {
            let log = isReopened ? try fixture.reopen(after: .everything) : log
            #expect(log.base.index > 10 && log.base.index <= base.index)
            #expect(log.reader.term(at: base.index) == base.term)
            let first = log.reader.firstIndex.rawValue
            #expect(try log.contents() == expected(first...41))
        }
    }

    @Test func `can't keep what does not follow from the snapshot`() throws {
        let log = try filled(LogFixture())
        let error = #expect(throws: LogError.self) {
            try log.append([
                try install(41, to: LogPosition(index: 30, term: 5), keepsSuffix: true)
            ])
        }
        guard case .outOfOrder = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.failure != nil)
    }

    @Test func `goes alone, in order with the batches around it`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        try log.append([
            batch(41, [entry(41, term: 2)]),
            try install(42, to: LogPosition(index: 90, term: 3), keepsSuffix: false),
            batch(43, [entry(91, term: 3)]),
        ])
        try log.sync()
        #expect(try log.contents() == [entry(91, term: 3)])
        #expect(try fixture.reopen(after: .everything).contents() == [entry(91, term: 3)])
    }

    @Test(arguments: [true, false])
    func `is there whole or not at all after a crash at any point`(keepsSuffix: Bool) throws {
        let prepared = LogFixture()
        try filled(prepared).close()
        let image = prepared.disk.image()
        let hardState = HardState(term: 9, vote: "n2")
        let next = entry(keepsSuffix ? 41 : 31, term: 9)
        var outcomes: Set<Bool> = []
        for failing in 0..<6 {
            for seed in UInt64(0)..<25 {
                let fixture = LogFixture(disk: FaultyFileSystem(image: image))
                let log = try fixture.open()
                fixture.disk.failSync(after: failing)
                try? log.append([
                    try install(1, keepsSuffix: keepsSuffix, [next], hardState: hardState)
                ])
                fixture.disk.failSync(after: .max)
                let reopened = try fixture.reopen(after: .arbitrary(seed: seed))
                let isInstalled = reopened.hardState == hardState
                outcomes.insert(isInstalled)
                let first = reopened.reader.firstIndex.rawValue
                let old = first > 40 ? [] : expected(first...40)
                if keepsSuffix {
                    #expect(first <= 31)
                    #expect(try reopened.contents() == (isInstalled ? old + [next] : old))
                } else {
                    #expect(first == (isInstalled ? 31 : 1))
                    #expect(try reopened.contents() == (isInstalled ? [next] : expected(1...40)))
                }
            }
        }
        #expect(outcomes == [true, false])
    }

    @Test func `waits for room on a full disk, and is then installed`() throws {
        let fixture = LogFixture()
        let log = try filled(fixture)
        let big = entry(31, term: 3, bytes: 3000)
        fixture.disk.setCapacity(fixture.disk.usedBytes + 1500)
        let error = #expect(throws: LogError.self) {
            try log.append([try install(41, keepsSuffix: false, [big])])
        }
        guard case .noSpace = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.failure == nil)
        #expect(try log.contents() == expected(1...40))
        fixture.disk.setCapacity(nil)
        try log.write(try install(41, keepsSuffix: false, [big]))
        #expect(try fixture.reopen(after: .everything).contents() == [big])
    }

    @Test func `extents say what each segment takes`() throws {
        let log = try filled(LogFixture())
        let extents = try log.reader.extents()
        #expect(extents.count == log.reader.segmentCount)
        #expect(extents.map(\.byteCount) == extents.map { _ in 1024 })
        #expect(extents.map(\.endIndex) == extents.map(\.endIndex).sorted())
        #expect(extents.last?.endIndex == 41)
        let second = try #require(extents.dropFirst().first)
        _ = try log.compact(through: second.endIndex.previous)
        #expect(log.base.index == second.endIndex.previous)
    }
}

/// Notes what it is asked, in order with what the writer reports, and fails as told.
private final class RecordedExchange: SnapshotExchange {
    struct State: Sendable {
        var calls: [String] = []
        var failures: [LogError] = []
    }

    let state = Monitor(State())
    static let limit = Duration.seconds(30)

    func exchange(_ install: SnapshotInstall) throws(LogError) {
        let failure = state.update { state -> LogError? in
            state.calls.append("exchange \(install.last.index)")
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        if let failure { throw failure }
    }

    func settle(_ install: SnapshotInstall) throws(LogError) {
        state.update { $0.calls.append("settle \(install.last.index)") }
    }

    func note(_ event: LogEvent) {
        state.update { state in
            switch event {
            case .durable(let ticket): state.calls.append("durable \(ticket)")
            case .waitingForSpace: state.calls.append("waiting")
            case .failed(_, let ticket): state.calls.append("failed \(ticket ?? 0)")
            default: state.calls.append("\(event)")
            }
        }
    }

    var calls: [String] { state.update { $0.calls } }

    /// Waits for a call; false if it doesn't come in time.
    func wait(for call: String) -> Bool {
        state.wait(timeout: Self.limit) { $0.calls.contains(call) ? true : nil } == true
    }
}

@Suite struct `The writer, at a snapshot` {
    private func writer(_ fixture: LogFixture, _ exchange: RecordedExchange) throws -> LogWriter {
        LogWriter(try fixture.open(), exchange: exchange) { exchange.note($0) }
    }

    @Test func `exchanges the files before the log begins anew, and settles before it reports`()
        throws
    {
        let fixture = LogFixture()
        let exchange = RecordedExchange()
        let writer = try writer(fixture, exchange)
        writer.submit([
            batch(1, entries(1...3)),
            try install(2, keepsSuffix: false, [entry(31, term: 2)]),
            batch(3, [entry(32, term: 2)]),
        ])
        writer.close()
        let calls = exchange.calls
        #expect(
            calls == ["durable 1", "exchange 30", "settle 30", "durable 2", "durable 3"]
        )
        let reopened = try fixture.reopen(after: .everything)
        #expect(try reopened.contents() == entries(31...32, term: 2))
    }

    @Test func `waits when the exchange finds the disk full, and asks again`() throws {
        let fixture = LogFixture()
        let exchange = RecordedExchange()
        let full = LogError.noSpace(FileSystemError(.write, "/state", .noSpace))
        exchange.state.update { $0.failures = [full, full] }
        let writer = try writer(fixture, exchange)
        writer.submit([try install(1, keepsSuffix: false)])
        #expect(exchange.wait(for: "durable 1"))
        writer.close()
        #expect(
            exchange.calls == [
                "exchange 30", "waiting", "exchange 30", "exchange 30", "settle 30", "durable 1",
            ]
        )
    }

    @Test func `rule 17: ends when the exchange fails, with the log as it was`() throws {
        let fixture = LogFixture()
        let exchange = RecordedExchange()
        exchange.state.update { $0.failures = [.exchange("no")] }
        let writer = try writer(fixture, exchange)
        writer.submit([
            batch(1, entries(1...3)), try install(2, keepsSuffix: false),
            batch(3, [entry(31, term: 2)]),
        ])
        writer.close()
        #expect(exchange.calls == ["durable 1", "exchange 30", "failed 2"])
        #expect(try fixture.reopen(after: .everything).contents() == entries(1...3))
    }

    @Test func `a sync that stalls holds everything behind it, and nothing is lost`() throws {
        let fixture = LogFixture()
        let exchange = RecordedExchange()
        let writer = try writer(fixture, exchange)
        fixture.disk.stallSyncs(of: ".segment")
        writer.submit([batch(1, entries(1...3))])
        let deadline = ContinuousClock.now + RecordedExchange.limit
        while writer.reader.lastIndex < 3, .now < deadline {}
        writer.submit([batch(2, entries(4...5))])
        #expect(exchange.calls == [])
        #expect(writer.oldestPendingAge != nil)
        fixture.disk.stallSyncs(of: nil)
        writer.close()
        #expect(exchange.calls == ["durable 1", "durable 2"])
    }
}
