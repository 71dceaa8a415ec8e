import Foundation
import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// Files that are not this cluster's sound store are refused with a reason, and so is a full disk.
struct RefusalTests {
    private func code(_ file: StoreFile, verifying: Bool = false) -> StoreError.Code? {
        do throws(StoreError) {
            try file.prepare(verifying: verifying)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `another cluster's store is refused by name`() throws {
        let directory = try TemporaryDirectory()
        try directory.store(cluster: "north").prepare()
        let error = #expect(throws: StoreError.self) {
            try directory.store(cluster: "south").openState()
        }
        #expect(error?.code == .foreignCluster)
        #expect(error?.message.contains("'north'") == true)
        #expect(throws: StoreError.self) {
            try directory.store(cluster: "south").openWriter()
        }
        #expect(throws: StoreError.self) {
            try directory.store(cluster: "south").openReader()
        }
        #expect(code(directory.store(cluster: "north"), verifying: true) == nil)
    }

    @Test func `what is no store is refused`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        try Data("a text, and a long enough one to be looked at as a header: ".utf8)
            .write(to: URL(filePath: file.path))
        #expect(code(file) == .notAStore)

        let other = StoreFile(path: directory.path("other.db"), cluster: "test")
        let connection = try Connection(path: other.path, mode: .write, busyMilliseconds: 0)
        try connection.execute("CREATE TABLE recipe (name TEXT)")
        #expect(code(other) == .notAStore)
    }

    @Test func `a schema of another version is refused`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        try file.prepare()
        try file.openForWriting().execute("PRAGMA user_version = 99")
        #expect(code(file) == .unknownSchema)
    }

    @Test func `damage is found when it is looked for`() throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store())
        var history = RandomHistory(seed: 2)
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<300 { try twin.apply(history.next()) }
        try twin.settle()
        let checkpoint = try Checkpoint(twin.file)
        #expect(try checkpoint.restart(truncating: true)?.isComplete == true)
        #expect(code(twin.file, verifying: true) == nil)

        // The head of every page but the first: page types, cell counts and offsets.
        let url = URL(filePath: twin.file.path)
        var bytes = try Data(contentsOf: url)
        for page in stride(from: 4_096, to: bytes.count, by: 4_096) {
            for offset in 0..<12 { bytes[page + offset] ^= 0xFF }
        }
        let damaged = StoreFile(path: directory.path("damaged.db"), cluster: "test")
        try bytes.write(to: URL(filePath: damaged.path))
        #expect(code(damaged, verifying: true) == .corrupt)
        let error = #expect(throws: StoreError.self) {
            try damaged.openReader().digest()
        }
        #expect(error?.code == .corrupt)
    }

    @Test func `a journal row that does not decode is damage`() throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store())
        var history = RandomHistory(seed: 2)
        for entry in history.opening() { try twin.apply(entry) }
        try twin.settle()
        try twin.file.openForWriting().execute(
            "UPDATE journal SET body = x'01ff' WHERE sequence = 3"
        )
        var state = try twin.file.openState()
        let error = #expect(throws: StoreError.self) {
            try state.rememberedAnswer(history.requestIDs[2])
        }
        #expect(error?.code == .corrupt)
    }

    @Test func `rule 20: a full disk loses nothing, and the same generation can be written later`()
        throws
    {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.pagesMax = 60
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: 3)
        for entry in history.opening() { try twin.apply(entry) }
        var failure: StoreError?
        var committed = twin.memory
        while failure == nil {
            for _ in 0..<50 { try twin.apply(history.next()) }
            twin.seal()
            do {
                try twin.writer.write(twin.sealed)
                twin.written = twin.sealed.last?.number ?? 0
                twin.sealed = []
                twin.report()
                committed = twin.memory
            } catch {
                failure = error
            }
        }
        #expect(failure?.code == .full)
        #expect(twin.writer.header.ledger == committed.header)
        let reader = try twin.file.openReader()
        #expect(try reader.digest() == committed.digest())
        try twin.compareAll(history)

        // Someone made room.
        limits.pagesMax = 0
        let roomy = StoreFile(path: twin.file.path, cluster: "test", limits: limits)
        twin.writer = try roomy.openWriter()
        try twin.settle()
        #expect(try reader.digest() == twin.memory.digest())
    }
}
