import Ledger
import LedgerStore
import TestSupport
import Testing

/// What a file holds after its process died: exactly a prefix of the log, with its position.
struct RecoveryTests {
    @Test(arguments: [0, 1, 3, 7])
    func `what was not written is lost, and nothing else`(writtenCount: Int) throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: EqualityTests.tiny))
        var history = RandomHistory(seed: 11)
        var prefixes = [twin.memory]
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<8 {
            for _ in 0..<20 { try twin.apply(history.next()) }
            twin.seal()
            prefixes.append(twin.memory)
        }
        for _ in 0..<writtenCount { try twin.writeNext() }

        let reader = try twin.file.openReader()
        let expected = prefixes[writtenCount]
        let header = try reader.header()
        #expect(header.ledger == expected.header)
        #expect(header.term == (writtenCount == 0 ? 0 : 3))
        #expect(try reader.digest() == expected.digest())
        let state = try twin.file.openState()
        #expect(state.header == expected.header)
        #expect(state.earliestExpiry == expected.earliestExpiry)
    }

    @Test func `a store that was closed goes on where it was`() throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store())
        var history = RandomHistory(seed: 5)
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<4 {
            for _ in 0..<100 { try twin.apply(history.next()) }
            try twin.settle()
            try twin.crash()
            try twin.compareAll(history)
        }
        #expect(try twin.file.openReader().digest() == twin.memory.digest())
    }

    @Test func `membership and term are those of the last generation`() throws {
        let directory = try TemporaryDirectory()
        let file = directory.store()
        var state = try file.openState()
        let writer = try file.openWriter()
        let first = state.seal(term: 7, membership: [9, 8])
        let second = state.seal(term: 8, membership: [])
        try writer.write([first])
        #expect(try file.prepare().membership == [9, 8])
        try writer.write([second])
        #expect(try file.prepare() == StoreHeader(term: 8, membership: []))
    }
}
