import Foundation
import Ledger
import TestSupport
import Testing
import Threads

@testable import LedgerStore

/// The writer's and the checkpointer's threads.
struct ThreadTests {
    private static let limitMilliseconds = 20_000

    /// A writer that reports into a list that a test can wait for.
    private struct Running {
        let progress: StoreProgress
        let events = Monitor<[StoreWriter.Event]>([])
        let writer: StoreWriter

        init(_ file: StoreFile) throws {
            progress = StoreProgress(try file.prepare())
            let events = events
            writer = try StoreWriter(file, progress: progress) { event in
                events.update { $0.append(event) }
            }
        }

        func waitForCommit(_ generation: UInt64) -> Bool {
            events.wait(timeout: .milliseconds(limitMilliseconds)) { events -> Bool? in
                events.contains {
                    if case .committed(let number, _) = $0 { number >= generation } else { false }
                } ? true : nil
            } ?? false
        }
    }

    private func fill(_ twin: inout Twin, _ history: inout RandomHistory, generations: Int) throws {
        for _ in 0..<generations {
            for _ in 0..<20 { try twin.apply(history.next()) }
            twin.seal()
        }
    }

    @Test func `generations are committed in order, and the log stays bounded`() throws {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.walPagesDue = 30
        limits.walPagesMax = 200
        limits.transactionEntriesMax = 1
        let file = directory.store(limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        let running = try Running(file)
        let durable = Monitor<[Position]>([])
        let checkpointer = try Checkpointer(file, progress: running.progress) { result in
            if case .success(let position) = result { durable.update { $0.append(position) } }
        }
        for _ in 0..<30 {
            try fill(&twin, &history, generations: 4)
            for generation in twin.sealed {
                running.writer.enqueue(generation, mayJoinNext: true)
            }
            let last = try #require(twin.sealed.last)
            twin.sealed = []
            try #require(running.waitForCommit(last.number))
            twin.written = last.number
            twin.report()
        }
        running.writer.stop()
        checkpointer.stop()
        let numbers = running.events.current.map {
            if case .committed(let number, _) = $0 { number } else { 0 as UInt64 }
        }
        #expect(numbers == Array(1...120))
        let end = twin.memory.header.position
        #expect(running.progress.committed == end)
        #expect(running.progress.durable == end)
        #expect(durable.current == durable.current.sorted())
        #expect(durable.current.last == end)
        // How many there are is the scheduler's choice; without any, the log would not be this short.
        #expect(running.progress.checkpoints > 0)
        let wal = try FileManager.default.attributesOfItem(atPath: file.path + "-wal")
        let walBytes = try #require(wal[.size] as? Int)
        // Some transactions may come between two looks at it.
        #expect(walBytes < 10 * 30 * 4_096)
        #expect(try file.openReader().digest() == twin.memory.digest())
    }

    @Test func `a writer that is behind coalesces, but never over a boundary`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        var twin = try Twin(file)
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        try fill(&twin, &history, generations: 10)
        twin.seal()
        let atBoundary = twin.memory
        try fill(&twin, &history, generations: 10)

        // Pinned while the boundary's commit is reported, as a node's digest is taken.
        let pinned = Monitor<LedgerDigest?>(nil)
        let numbers = Monitor<[UInt64]>([])
        let progress = StoreProgress(try file.prepare())
        let writer = try StoreWriter(file, progress: progress) { event in
            guard case .committed(let number, _) = event else { return }
            numbers.update { $0.append(number) }
            if number == 11 { pinned.update { $0 = try? file.openReader().digest() } }
        }
        for generation in twin.sealed {
            writer.enqueue(generation, mayJoinNext: generation.number != 11)
        }
        writer.stop()
        #expect(numbers.current.contains(11))
        #expect(numbers.current.last == 21)
        #expect(pinned.current == atBoundary.digest())
        #expect(try file.openReader().digest() == twin.memory.digest())
    }

    @Test func `a full disk stalls the writer, and what was committed stays`() throws {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.pagesMax = 40
        limits.retryMilliseconds = 5
        limits.transactionEntriesMax = 1
        let file = directory.store(limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        try fill(&twin, &history, generations: 60)
        let running = try Running(file)
        for generation in twin.sealed { running.writer.enqueue(generation) }
        let stalled = running.events.wait(timeout: .milliseconds(Self.limitMilliseconds)) {
            events -> StoreError? in
            if case .stalled(let error) = events.last { error } else { nil }
        }
        #expect(stalled?.code == .full)
        let committed = running.events.current.dropLast()
        running.writer.stop(abandoning: true)
        let header = try file.openReader().header().ledger
        #expect(
            committed.last
                == .committed(
                    generation: UInt64(committed.count),
                    position: header.position
                )
        )
        twin.writer = try file.openWriter()
        try twin.crash()
        try twin.compareAll(history)
    }

    @Test func `a locked file stalls the writer until it is free`() throws {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.retryMilliseconds = 5
        let file = directory.store(limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        try twin.settle()
        // A transaction that another process does not end is the same to the writer.
        limits.busyMilliseconds = 1
        let impatient = StoreFile(path: file.path, cluster: "test", limits: limits)
        let blocker = try file.openForWriting()
        let running = try Running(impatient)
        try blocker.execute("BEGIN IMMEDIATE")
        try fill(&twin, &history, generations: 1)
        let generation = try #require(twin.sealed.last)
        running.writer.enqueue(generation)
        let stalled = running.events.wait(timeout: .milliseconds(Self.limitMilliseconds)) {
            events -> StoreError? in
            if case .stalled(let error) = events.first { error } else { nil }
        }
        #expect(stalled?.code == .busy)
        try blocker.execute("ROLLBACK")
        #expect(running.waitForCommit(generation.number))
        #expect(running.events.current.count == 2)
        running.writer.stop()
        #expect(try file.openReader().digest() == twin.memory.digest())
    }

    @Test func `an abandoned writer leaves a prefix`() throws {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.transactionEntriesMax = 1
        let file = directory.store(limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        try fill(&twin, &history, generations: 40)
        let running = try Running(file)
        for generation in twin.sealed {
            running.writer.enqueue(generation, mayJoinNext: true)
        }
        #expect(running.waitForCommit(3))
        running.writer.stop(abandoning: true)
        twin.writer = try file.openWriter()
        try twin.crash()
        try twin.compareAll(history)
    }

    @Test func `at the hard bound of the log the writer waits for readers and the checkpoint`()
        throws
    {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.walPagesDue = 8
        limits.walPagesMax = 60
        limits.checkpointPauseMilliseconds = 5
        limits.restartMilliseconds = 5
        limits.retryMilliseconds = 5
        limits.transactionEntriesMax = 1
        let file = directory.store(limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 8)
        for entry in history.opening() { try twin.apply(entry) }
        try fill(&twin, &history, generations: 60)
        let running = try Running(file)
        let checkpointer = try Checkpointer(file, progress: running.progress) { _ in }
        let reader = try file.openReader()
        _ = try reader.pin()
        for generation in twin.sealed {
            running.writer.enqueue(generation, mayJoinNext: true)
        }
        let stopped = running.progress.monitor.wait(timeout: .milliseconds(Self.limitMilliseconds))
        {
            $0.walPages >= limits.walPagesMax ? $0.committed : nil
        }
        try #require(stopped != nil)
        #expect(running.progress.durable < running.progress.committed)
        try reader.unpin()
        #expect(running.waitForCommit(60))
        running.writer.stop()
        checkpointer.stop()
        #expect(running.progress.durable == twin.memory.header.position)
        #expect(try file.openReader().digest() == twin.memory.digest())
    }
}
