import Foundation
import Glibc
import Ledger
import TestSupport
import Testing
import Threads

@testable import LedgerStore

/// The store's threads on a disk that is really full: a small file system of the test's own.
@Suite(.enabled(if: SmallDisk.isAvailable, "only root can mount a file system"))
struct FullDiskTests {
    private static let limitMilliseconds = 20_000

    private static var limits: StoreLimits {
        var limits = StoreLimits()
        limits.pageBytes = 1_024
        limits.retryMilliseconds = 5
        limits.checkpointMilliseconds = 5
        limits.checkpointPauseMilliseconds = 5
        limits.walPagesDue = 8
        limits.transactionEntriesMax = 1
        return limits
    }

    /// Threads at work, and everything that they report.
    private struct Running {
        let events = Monitor<[StoreWriter.Event]>([])
        let ends = Monitor<[StoreError]>([])
        let progress: StoreProgress
        let writer: StoreWriter
        let checkpointer: Checkpointer

        init(_ file: StoreFile) throws {
            progress = StoreProgress(try file.prepare())
            let events = events
            let ends = ends
            writer = try StoreWriter(file, progress: progress) { event in
                events.update { $0.append(event) }
            }
            checkpointer = try Checkpointer(file, progress: progress) { result in
                if case .failure(let error) = result { ends.update { $0.append(error) } }
            }
        }

        var isStalled: Bool {
            if case .stalled = events.current.last { true } else { false }
        }

        func wait(_ isSo: (StoreProgress.State) -> Bool) -> Bool {
            progress.monitor.wait(timeout: .milliseconds(limitMilliseconds)) {
                isSo($0) ? true : nil
            } == true
        }
    }

    private func generations(_ twin: inout Twin, _ history: inout RandomHistory) throws {
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<60 {
            for _ in 0..<20 { try twin.apply(history.next()) }
            twin.seal()
        }
    }

    @Test func `writer and checkpointer wait for room, and go on when there is some`() throws {
        let disk = try SmallDisk(bytes: 4 << 20)
        let file = StoreFile(path: disk.path + "/ledger.db", cluster: "test", limits: Self.limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 31)
        try generations(&twin, &history)
        let running = try Running(file)
        try disk.fill()
        for generation in twin.sealed { running.writer.enqueue(generation) }
        let stalled = running.events.wait(timeout: .milliseconds(Self.limitMilliseconds)) {
            events in
            events.lazy.compactMap { event -> StoreError? in
                if case .stalled(let error) = event { error } else { nil }
            }.first
        }
        #expect(stalled?.code == .full)
        // Reads go on.
        #expect(throws: Never.self) { try file.openReader().digest() }
        try disk.free()
        let end = twin.memory.header.position
        #expect(running.wait { $0.committed == end && $0.durable == end })
        running.writer.stop()
        running.checkpointer.stop()
        #expect(running.ends.current == [])
        #expect(try file.openReader().digest() == twin.memory.digest())
    }

    @Test func `a checkpoint that doesn't fit ends nothing`() throws {
        let disk = try SmallDisk(bytes: 4 << 20)
        let file = StoreFile(path: disk.path + "/ledger.db", cluster: "test", limits: Self.limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 32)
        try generations(&twin, &history)
        // The log has everything, the file nothing, and there is no room for a copy of it.
        while !twin.sealed.isEmpty { try twin.writeNext() }
        twin.report()
        try disk.fill()
        let checkpoint = try Checkpoint(file)
        let full = #expect(throws: StoreError.self) { try checkpoint.copy() }
        try #require(full?.code == .full)
        let running = try Running(file)
        running.progress.monitor.update { $0.walPages = Self.limits.walPagesDue }
        #expect(running.wait { $0.checkpointsWithoutRoom > 1 })
        try disk.free()
        let end = twin.memory.header.position
        #expect(running.wait { $0.durable == end })
        running.writer.stop()
        running.checkpointer.stop()
        #expect(running.ends.current == [])
    }

    @Test func `no room for the index of the log is a full disk too`() throws {
        let directory = try TemporaryDirectory()
        let roomy = directory.store(limits: Self.limits)
        var twin = try Twin(roomy)
        var history = RandomHistory(seed: 34)
        for entry in history.opening() { try twin.apply(entry) }
        // The first part of the index is for 4,062 pages.
        while twin.writer.walPages < 4_200 {
            for _ in 0..<50 { try twin.apply(history.next()) }
            try twin.settle()
        }
        let disk = try SmallDisk(bytes: 8 << 20)
        let file = StoreFile(path: disk.path + "/ledger.db", cluster: "test", limits: Self.limits)
        for name in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: roomy.path + name, toPath: file.path + name)
        }
        try disk.fill(leaving: 40 << 10)
        let error = #expect(throws: StoreError.self) { try file.prepare() }
        #expect(error?.code == .full, "\(String(describing: error))")
        try disk.free()
        #expect(try file.prepare() == twin.writer.header)
    }

    @Test func `a copy that finds no room leaves none of its bytes there`() throws {
        let disk = try SmallDisk(bytes: 4 << 20)
        var limits = Self.limits
        limits.copyReserveBytes = 0
        let file = StoreFile(path: disk.path + "/ledger.db", cluster: "test", limits: limits)
        var twin = try Twin(file)
        var history = RandomHistory(seed: 33)
        try generations(&twin, &history)
        try twin.settle()
        try disk.fill(leaving: 64 << 10)
        let path = disk.path + "/copy"
        let result = Monitor<Result<StoreHeader, StoreError>?>(nil)
        let copy = StoreCopy(of: file, to: path, progress: StoreProgress(try file.prepare())) {
            end in
            result.update { $0 = end }
        }
        let end = result.wait(timeout: .milliseconds(Self.limitMilliseconds)) { $0 }
        copy.cancel()
        let error = #expect(throws: StoreError.self) { try end?.get() }
        #expect(error?.code == .full)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
