import Foundation
import Ledger
import LedgerStore
import Logging
import Raft
import RaftLog
import TestSupport
import Testing

@testable import Replica

/// The exchange of database and log for a fetched state, with the power cut at every call.
@Suite struct `An exchange of the state` {
    private static let logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    /// A node's files right before the exchange, to be copied for each try.
    private struct Before {
        let directory = try? TemporaryDirectory()
        var log: [String: [UInt8]] = [:]
        var old: LedgerDigest
        var new: LedgerDigest
        var batch: PersistBatch
        /// What the log has before, and after.
        var oldEntries: [Entry]
        var newEntries: [Entry]
    }

    /// The database is at 40, and the log has entries up to 60 of term 2.
    ///
    /// The fetched state is at 50, which the log holds, or far beyond it.
    private static func prepare(keepsSuffix: Bool) throws -> Before {
        let last = keepsSuffix ? LogPosition(index: 50, term: 2) : LogPosition(index: 90, term: 3)
        let entries = (1...60).map { Stores.logEntry($0, term: 2) }
        let next = Stores.logEntry(keepsSuffix ? 61 : 91, term: 3)
        let kept = keepsSuffix ? Array(entries.dropFirst(50)) : []
        let batch = PersistBatch(
            ticket: 100,
            install: SnapshotInstall(
                last: last,
                configuration: try Stores.configuration(),
                keepsSuffix: keepsSuffix
            ),
            hardState: HardState(term: 3, vote: "n2"),
            entries: [next]
        )
        var before = Before(
            old: LedgerDigest(),
            new: LedgerDigest(),
            batch: batch,
            oldEntries: entries,
            newEntries: kept + [next]
        )
        let files = DataDirectory(path: try #require(before.directory).path)
        let disk = FaultyFileSystem()
        let log = try Stores.openLog(Stores.node(files.path, log: disk))
        try log.append([PersistBatch(ticket: 1, hardState: HardState(term: 2, vote: "n1"))])
        for entry in entries {
            try log.append([PersistBatch(ticket: log.writtenTicket.next, entries: [entry])])
            try log.sync()
        }
        try log.close()
        before.log = disk.image()

        let arriving = try Stores.file(files.path + "/arriving")
        before.new = try Stores.fill(arriving, through: last, of: "b").digest
        let (old, writer) = try Stores.fill(
            try Stores.file(files.database),
            through: LogPosition(index: 40, term: 2)
        )
        before.old = old
        try bring(arriving.path, at: last, to: files)
        // Copied while it is open: some of it is in its write-ahead log only.
        try withExtendedLifetime(writer) {
            try FileManager.default.copyItem(atPath: files.path, toPath: files.path + "-live")
            try FileManager.default.removeItem(atPath: files.path)
            try FileManager.default.moveItem(atPath: files.path + "-live", toPath: files.path)
        }
        #expect(FileManager.default.fileExists(atPath: files.database + "-wal"))
        return before
    }

    /// Puts a file there as if it had been fetched.
    private static func bring(
        _ path: String,
        at position: LogPosition,
        to files: DataDirectory
    ) throws {
        let fileSystem = PosixFileSystem()
        try fileSystem.rename(path, to: files.incoming)
        let file = try fileSystem.open(files.incoming, create: false)
        let byteCount = UInt64(try file.size())
        var progress = IncomingProgress(
            description: SnapshotDescription(
                last: position,
                byteCount: byteCount,
                checksum: try SnapshotDescription.checksum(of: file, byteCount: byteCount)
            ),
            durableBytes: byteCount
        )
        try progress.write(to: try fileSystem.open(files.progress, create: true))
    }

    /// One try: a copy of the files, with its disks.
    private final class Attempt {
        let directory: TemporaryDirectory
        let disk: FaultyFileSystem
        let fileSystem = PowerCutFileSystem()
        let settings: NodeSettings
        let files: DataDirectory

        init(_ before: Before) throws {
            let home = try #require(before.directory).path
            let directory = try TemporaryDirectory()
            let path = directory.path + "/data"
            try FileManager.default.copyItem(atPath: home, toPath: path)
            // The image names the directory that it was made in.
            let image = before.log.map { (path + $0.key.dropFirst(home.count), $0.value) }
            self.directory = directory
            files = DataDirectory(path: path)
            disk = FaultyFileSystem(image: Dictionary(uniqueKeysWithValues: image))
            settings = Stores.node(files.path, log: disk)
        }

        /// What the log's writer does at the batch.
        func exchange(_ batch: PersistBatch) throws {
            let log = try Stores.openLog(settings)
            let exchange = StateExchange(
                fileSystem: fileSystem,
                directory: files,
                close: {},
                reopen: { _ in }
            )
            let install = try #require(batch.install)
            try exchange.exchange(install)
            try log.append([batch])
            try log.sync()
            try exchange.settle(install)
        }

        func crash(keepingNames kept: Int, _ loss: FaultyFileSystem.Loss) {
            fileSystem.restore(keepingNames: kept)
            disk.crash(loss)
            disk.cancelFaults()
        }

        /// Starts, and expects everything old or everything new; tells which.
        func expectOldOrNew(_ before: Before, _ comment: Comment) throws -> Bool {
            let (log, found) = try RecoveredFiles.recover(
                settings,
                fileSystem: fileSystem,
                logger: `An exchange of the state`.logger
            )
            let install = try #require(before.batch.install)
            let isNew = found.header.ledger.position.rawValue == install.last.index.rawValue
            #expect(
                try found.storeFile.openReader().digest() == (isNew ? before.new : before.old),
                comment
            )
            #expect(
                found.restored.appliedIndex.rawValue == (isNew ? install.last.index.rawValue : 40)
            )
            let contents = try log.contents()
            if isNew {
                // The batch's own entries may be lost: it was not reported.
                let isWhole = contents.last == before.newEntries.last
                let kept = isWhole ? before.newEntries : Array(before.newEntries.dropLast())
                #expect(contents.suffix(kept.count) == kept[...], comment)
                #expect(log.base.index <= install.last.index, comment)
                #expect(log.hardState.term >= install.last.term, comment)
                if isWhole { #expect(log.hardState == before.batch.hardState, comment) }
                if !install.keepsSuffix { #expect(log.base == install.last, comment) }
            } else {
                #expect(contents == before.oldEntries, comment)
                #expect(log.hardState == HardState(term: 2, vote: "n1"), comment)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: files.path)
            #expect(!left.contains { $0.hasPrefix("install") }, comment)
            try log.close()
            return isNew
        }
    }

    @Test(arguments: [true, false])
    func `without a crash gives the new state, and leaves nothing behind`(
        keepsSuffix: Bool
    ) throws {
        let before = try Self.prepare(keepsSuffix: keepsSuffix)
        let attempt = try Attempt(before)
        try attempt.exchange(before.batch)
        attempt.crash(keepingNames: 0, .everything)
        #expect(try attempt.expectOldOrNew(before, "no crash"))
        let left = try FileManager.default.contentsOfDirectory(atPath: attempt.files.path)
        #expect(left.filter { $0.hasPrefix("incoming") }.isEmpty)
    }

    @Test(arguments: [true, false])
    func `interrupted at any call is completed or undone by the next start`(
        keepsSuffix: Bool
    ) throws {
        let before = try Self.prepare(keepsSuffix: keepsSuffix)
        var outcomes: [Bool] = []
        for call in 0..<100 {
            var kept = 0
            var pending = 0
            repeat {
                let attempt = try Attempt(before)
                attempt.fileSystem.cut(after: call)
                #expect(throws: (any Error).self) { try attempt.exchange(before.batch) }
                pending = attempt.fileSystem.pendingNames
                attempt.crash(keepingNames: kept, kept % 2 == 0 ? .everything : .nothing)
                let isNew = try attempt.expectOldOrNew(before, "call \(call), \(kept) names kept")
                outcomes.append(isNew)
                // A second start changes nothing more.
                #expect(try attempt.expectOldOrNew(before, "again: call \(call)") == isNew)
                kept += 1
            } while kept <= pending
            let whole = try Attempt(before)
            try whole.exchange(before.batch)
            if call + 1 == whole.fileSystem.calls { break }
        }
        #expect(outcomes.contains(true) && outcomes.contains(false))
        // Once the marker is durable there is no way back.
        let firstNew = try #require(outcomes.firstIndex(of: true))
        #expect(firstNew < outcomes.count / 2)
        #expect(outcomes.last == true)
    }

    @Test(arguments: [true, false])
    func `interrupted while the log begins anew is completed by the next start`(
        keepsSuffix: Bool
    ) throws {
        let before = try Self.prepare(keepsSuffix: keepsSuffix)
        var calls = 0
        for call in 0..<100 {
            for loss in [FaultyFileSystem.Loss.everything, .nothing, .arbitrary(seed: 3)] {
                let attempt = try Attempt(before)
                attempt.disk.failPower(after: call)
                try? attempt.exchange(before.batch)
                guard attempt.disk.hasLostPower else { continue }
                calls = call
                attempt.crash(keepingNames: .max, loss)
                _ = try attempt.expectOldOrNew(before, "call \(call), \(loss)")
            }
            guard calls == call else { break }
        }
        #expect(calls > 5)
    }

    @Test(arguments: [true, false])
    func `the start that completes it may be interrupted as well`(keepsSuffix: Bool) throws {
        let before = try Self.prepare(keepsSuffix: keepsSuffix)
        // The marker is there, and nothing else is done yet.
        let markerCalls = 6
        var interrupted = 0
        for call in 0..<20 {
            let attempt = try Attempt(before)
            attempt.fileSystem.cut(after: markerCalls)
            try? attempt.exchange(before.batch)
            attempt.crash(keepingNames: .max, .nothing)
            #expect(FileManager.default.fileExists(atPath: attempt.files.marker))

            attempt.fileSystem.cut(after: call)
            attempt.disk.failPower(after: 3 * call)
            _ = try? RecoveredFiles.recover(
                attempt.settings,
                fileSystem: attempt.fileSystem,
                logger: Self.logger
            )
            if attempt.fileSystem.isCut || attempt.disk.hasLostPower { interrupted += 1 }
            attempt.crash(keepingNames: call % 3, .arbitrary(seed: UInt64(call)))
            #expect(try attempt.expectOldOrNew(before, "completing, call \(call)"))
        }
        #expect(interrupted > 5)
    }

    @Test func `a fetched state that is damaged before it is in place is dropped`() throws {
        let before = try Self.prepare(keepsSuffix: false)
        let attempt = try Attempt(before)
        attempt.fileSystem.cut(after: 6)
        try? attempt.exchange(before.batch)
        attempt.crash(keepingNames: .max, .nothing)
        var bytes = try Data(contentsOf: URL(filePath: attempt.files.incoming))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: attempt.files.incoming))
        #expect(try !attempt.expectOldOrNew(before, "damaged"))
        let left = try FileManager.default.contentsOfDirectory(atPath: attempt.files.path)
        #expect(left.filter { $0.hasPrefix("incoming") }.isEmpty)
    }

    @Test func `a database that is not the marker's is refused`() throws {
        let before = try Self.prepare(keepsSuffix: false)
        let attempt = try Attempt(before)
        attempt.fileSystem.cut(after: 6)
        try? attempt.exchange(before.batch)
        attempt.crash(keepingNames: .max, .nothing)
        try FileManager.default.removeItem(atPath: attempt.files.incoming)
        let error = #expect(throws: NodeStartError.self) {
            try RecoveredFiles.recover(attempt.settings, logger: Self.logger)
        }
        #expect(error?.description.contains("remove this node's data directory") == true)
    }

    @Test func `a full disk is waited for: the same exchange goes on later`() throws {
        let before = try Self.prepare(keepsSuffix: false)
        let attempt = try Attempt(before)
        let install = try #require(before.batch.install)
        let exchange = StateExchange(
            fileSystem: attempt.fileSystem,
            directory: attempt.files,
            close: {},
            reopen: { _ in }
        )
        // Done once, and then the log found no room.
        try exchange.exchange(install)
        try exchange.exchange(install)
        attempt.crash(keepingNames: .max, .nothing)
        #expect(try attempt.expectOldOrNew(before, "exchanged twice"))
    }

    @Test func `nothing is exchanged for a state that is not here`() throws {
        let before = try Self.prepare(keepsSuffix: false)
        let attempt = try Attempt(before)
        let other = SnapshotInstall(
            last: LogPosition(index: 91, term: 3),
            configuration: try Stores.configuration(),
            keepsSuffix: false
        )
        let exchange = StateExchange(
            fileSystem: attempt.fileSystem,
            directory: attempt.files,
            close: { Issue.record("closed the database") },
            reopen: { _ in }
        )
        #expect(throws: LogError.self) { try exchange.exchange(other) }
        try FileManager.default.removeItem(atPath: attempt.files.incoming)
        #expect(throws: LogError.self) { try exchange.exchange(other) }
        #expect(try !attempt.expectOldOrNew(before, "nothing done"))
    }
}
