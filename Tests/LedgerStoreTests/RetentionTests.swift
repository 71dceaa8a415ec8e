import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// Answers are remembered for a day; the index of identities gets smaller, and nobody sees it.
struct RetentionTests {
    private func identities(_ file: StoreFile) throws -> [IdentityEntry] {
        let connection = try file.openForReading(cacheBytes: 1 << 20)
        let rows = try connection.prepare(
            "SELECT entries FROM identity UNION ALL SELECT entries FROM identity_pending"
        )
        var entries: [IdentityEntry] = []
        while try rows.step() {
            try rows.withBytes(0) { bytes throws(StoreError) in
                for index in 0..<(try IdentityLeaf.count(bytes)) {
                    entries.append(IdentityLeaf.entry(bytes, at: index))
                }
            }
        }
        return entries
    }

    @Test
    func `answers of the day before are forgotten, reservations, sales and transfers are not`()
        throws
    {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: EqualityTests.tiny))
        var history = RandomHistory(seed: 77)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 0..<400 {
            try twin.apply(history.next())
            if step % 20 == 0 { try twin.settle() }
        }
        try twin.settle()
        let before = twin.memory.header.journalSequence
        let old = try identities(twin.file).filter { $0.hash & IdentityHasher.permanent == 0 }
        #expect(old.count > 300)
        #expect(twin.state.rememberedAnswers.count == before)

        history.pass(hours: 25)
        for step in 0..<600 {
            try twin.apply(history.next())
            if step % 20 == 0 { try twin.settle() }
            if step % 200 == 0 { try twin.compareAll(history) }
            if step == 300 { try twin.crash() }
        }
        try twin.settle()
        try twin.compareAll(history)
        #expect(
            twin.state.rememberedAnswers.count <= twin.memory.header.journalSequence - before + 16
        )
        let left = try identities(twin.file).filter {
            $0.hash & IdentityHasher.permanent == 0 && $0.sequence <= before
        }
        // What no merge has come across since is still there.
        #expect(left.count < old.count / 4, "\(left.count) of \(old.count)")
        try twin.crash()
        try twin.compareAll(history)
        #expect(try twin.file.openReader().digest() == twin.memory.digest())
    }
}
