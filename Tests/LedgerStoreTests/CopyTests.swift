import Foundation
import Ledger
import TestSupport
import Testing
import Threads

@testable import LedgerStore

/// Copies of a store that is written meanwhile: each is at exactly one position.
struct CopyTests {
    private static let limitMilliseconds = 20_000

    private static var limits: StoreLimits {
        var limits = StoreLimits()
        limits.pageBytes = 512
        limits.copyStepPages = 2
        limits.copyReserveBytes = 0
        return limits
    }

    /// A twin with some history, settled.
    private func twin(_ file: StoreFile, _ history: inout RandomHistory) throws -> Twin {
        var twin = try Twin(file)
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<200 { try twin.apply(history.next()) }
        try twin.settle()
        return twin
    }

    private func start(
        _ file: StoreFile,
        to path: String,
        progress: StoreProgress
    ) -> (copy: StoreCopy, result: Monitor<Result<StoreHeader, StoreError>?>) {
        let result = Monitor<Result<StoreHeader, StoreError>?>(nil)
        let copy = StoreCopy(of: file, to: path, progress: progress) { end in
            result.update { $0 = end }
        }
        return (copy, result)
    }

    private func names(in directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path("")).sorted()
    }

    @Test func `a copy is the state at its beginning, whatever is written and checkpointed since`()
        throws
    {
        let directory = try TemporaryDirectory()
        let file = directory.store(limits: Self.limits)
        var history = RandomHistory(seed: 21)
        var twin = try twin(file, &history)
        let begun = twin.memory
        let path = directory.path("copy")
        let checkpoint = try Checkpoint(file)
        var steps = 0
        do {
            let session = try CopySession(file, to: path)
            #expect(session.header.ledger == begun.header)
            while try !session.step() {
                steps += 1
                for _ in 0..<5 { try twin.apply(history.next()) }
                try twin.settle()
                _ = try checkpoint.copy()
            }
        }
        #expect(steps > 20)
        #expect(twin.memory.header.position.rawValue > begun.header.position.rawValue + 100)
        let copy = StoreFile(path: path, cluster: "test", limits: Self.limits)
        let header = try copy.verifyImmutable()
        #expect(header.ledger == begun.header)
        #expect(header.term == 3)
        // Looking at it left nothing beside it.
        #expect(try names(in: directory).filter { $0.hasPrefix("copy") } == ["copy"])
        #expect(try copy.openReader().digest() == begun.digest())

        // And it is a store to go on with, once it is opened as one.
        var state = try copy.openState()
        #expect(state.header == begun.header)
        for id in history.reservationIDs.prefix(50) {
            #expect(try state.reservation(id) == begun.reservation(id))
        }
        #expect(try file.openReader().digest() == twin.memory.digest())
    }

    @Test func `once a copy is done the log can be emptied again`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store(limits: Self.limits)
        var history = RandomHistory(seed: 22)
        var twin = try twin(file, &history)
        var checkpoint = try Checkpoint(file)
        do {
            let session = try CopySession(file, to: directory.path("copy"))
            for _ in 0..<5 { try twin.apply(history.next()) }
            try twin.settle()
            checkpoint = try Checkpoint(file)
            #expect(try checkpoint.restart(truncating: true)?.isComplete != true)
            while try !session.step() {}
        }
        #expect(try checkpoint.restart(truncating: true)?.isComplete == true)
    }

    @Test func `a thread makes the copy and tells what it is at`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store(limits: Self.limits)
        var history = RandomHistory(seed: 23)
        let twin = try twin(file, &history)
        let path = directory.path("copy")
        try Data("of an earlier try, and longer than nothing".utf8)
            .write(to: URL(filePath: path))
        let (copy, result) = start(file, to: path, progress: StoreProgress(try file.prepare()))
        let end = result.wait(timeout: .milliseconds(Self.limitMilliseconds)) { $0 }
        copy.cancel()
        #expect(try end?.get().ledger == twin.memory.header)
        let copied = StoreFile(path: path, cluster: "test", limits: Self.limits)
        #expect(try copied.openReader().digest() == twin.memory.digest())
    }

    @Test func `a copy that is cancelled leaves nothing behind`() throws {
        let directory = try TemporaryDirectory()
        var limits = Self.limits
        // A second for 512 bytes: it certainly is not done when it is cancelled.
        limits.copyBytesPerSecond = 512
        let file = directory.store(limits: limits)
        var history = RandomHistory(seed: 24)
        _ = try twin(file, &history)
        let path = directory.path("copy")
        let (copy, result) = start(file, to: path, progress: StoreProgress(try file.prepare()))
        copy.cancel()
        let error = #expect(throws: StoreError.self) { try result.current?.get() }
        #expect(error?.code == .cancelled)
        #expect(try names(in: directory).allSatisfy { !$0.hasPrefix("copy") })
    }

    @Test func `a copy gives up before the write-ahead log stops the writer`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store(limits: Self.limits)
        var history = RandomHistory(seed: 25)
        _ = try twin(file, &history)
        let progress = StoreProgress(try file.prepare())
        progress.monitor.update { $0.walPages = Self.limits.walPagesMax / 4 * 3 }
        let (copy, result) = start(file, to: directory.path("copy"), progress: progress)
        copy.cancel()
        let error = #expect(throws: StoreError.self) { try result.current?.get() }
        #expect(error?.code == .cancelled)
    }

    @Test func `a copy that would not leave room on the disk is not begun`() throws {
        let directory = try TemporaryDirectory()
        var limits = Self.limits
        limits.copyReserveBytes = .max / 2
        let file = directory.store(limits: limits)
        try file.prepare()
        let path = directory.path("copy")
        let (copy, result) = start(file, to: path, progress: StoreProgress(try file.prepare()))
        copy.cancel()
        let error = #expect(throws: StoreError.self) { try result.current?.get() }
        #expect(error?.code == .full)
        #expect(try names(in: directory).allSatisfy { !$0.hasPrefix("copy") })
    }

    @Test func `another cluster's copy, half a copy and no copy are refused`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store(limits: Self.limits)
        var history = RandomHistory(seed: 26)
        _ = try twin(file, &history)
        let path = directory.path("copy of 100% #1?")
        do {
            let session = try CopySession(file, to: path)
            while try !session.step() {}
        }
        #expect(throws: Never.self) {
            try StoreFile(path: path, cluster: "test").verifyImmutable()
        }
        let foreign = #expect(throws: StoreError.self) {
            try StoreFile(path: path, cluster: "other").verifyImmutable()
        }
        #expect(foreign?.code == .foreignCluster)
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
        let half = #expect(throws: StoreError.self) {
            try StoreFile(path: path, cluster: "test").verifyImmutable()
        }
        #expect(half?.code == .corrupt)
        #expect(throws: StoreError.self) {
            try StoreFile(path: directory.path("nothing"), cluster: "test").verifyImmutable()
        }
    }

    @Test func `a placeholder is a state of nothing`() throws {
        var state = try SQLiteLedgerState.placeholder()
        #expect(state.header == LedgerHeader())
        #expect(try state.itemKey(SKU(unchecked: "sku-1")) == nil)
        #expect(state.earliestExpiry == nil)
    }

    @Test func `a digest ends soon after it is cancelled`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        var history = RandomHistory(seed: 27)
        _ = try twin(file, &history)
        var rows = 0
        let error = #expect(throws: StoreError.self) {
            try file.openReader().digest {
                rows += 1
                return rows > 10
            }
        }
        #expect(error?.code == .cancelled)
        #expect(rows == 11)
    }
}
