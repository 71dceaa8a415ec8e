import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// A sound store is found sound, and each damage is named with its place.
struct VerifyTests {
    private func filled(
        _ directory: TemporaryDirectory,
        _ limits: StoreLimits,
        seed: UInt64,
        steps: Int = 600
    ) throws -> Twin {
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: seed)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 0..<steps {
            try twin.apply(history.next())
            if step % 29 == 0 { try twin.settle() }
            if step == steps / 2 {
                try twin.crash()
                history.pass(hours: 25)
            }
        }
        try twin.settle()
        return twin
    }

    @Test(
        arguments: [HistoryTests.small, HistoryTests.unsettled, StoreLimits()],
        [51, 52, 53] as [UInt64]
    )
    func `a sound store is found sound`(limits: StoreLimits, seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let twin = try filled(directory, limits, seed: seed)
        let report = try twin.file.openReader().verify()
        #expect(report.violations == [])
        #expect(report.violationCount == 0)
        #expect(report.digest == twin.memory.digest())
        #expect(report.position == twin.memory.header.position)
        #expect(report.journalRows == twin.memory.header.journalSequence)
        #expect(report.items == UInt64(twin.memory.header.lastItemKey))
        #expect(report.locations == UInt64(twin.memory.header.lastLocationKey))
        #expect(report.reservations > 50)
        #expect(report.levels > 10)
        #expect(report.transfers > 0)
        #expect(LedgerAudit.check(twin.memory) == [])
    }

    @Test func `what was not looked at is said`() throws {
        let directory = try TemporaryDirectory()
        let report = try filled(directory, StoreLimits(), seed: 51, steps: 50).file.openReader()
            .verify()
        #expect(report.unchecked.count == 1)
        #expect(report.unchecked.first?.contains("full-text index") == true)
    }

    @Test func `settings of more levels than can be followed are not judged, which is known`() {
        var settings = LevelSettings()
        var level = StockLevel()
        level.safetyStock = 1
        for number in 1...UInt64(LevelSettings.levelsMax) {
            settings.note(level, LevelKey(rawValue: 1 << 32 | number))
        }
        #expect(!settings.isOverfull)
        #expect(settings.differences().count == LevelSettings.levelsMax)
        settings.note(level, LevelKey(rawValue: 2 << 32 | 1))
        #expect(settings.isOverfull)
        #expect(settings.differences().isEmpty)
    }

    /// SQL that damages a store, and what a violation must say.
    struct Damage: CustomTestStringConvertible {
        var sql: String
        var invariant: Int
        var words: [String]
        var testDescription: String { sql }
    }

    private static let damages = [
        Damage(
            sql: "UPDATE level SET on_hand = on_hand + 1 WHERE key = 4294967297",
            invariant: 2,
            words: ["sku-1 at store-1", "stored are on hand", "the journal left"]
        ),
        Damage(
            sql: "UPDATE level SET reserved = reserved + 1 WHERE key = 4294967297",
            invariant: 1,
            words: ["sku-1 at store-1: reserved are", "open are"]
        ),
        Damage(
            sql: "UPDATE level SET incoming = incoming + 1 WHERE key = 4294967297",
            invariant: 5,
            words: ["sku-1 at store-1: incoming are"]
        ),
        Damage(
            sql: "UPDATE level SET version = version + 1 WHERE key = 4294967297",
            invariant: 10,
            words: ["sku-1 at store-1", "version"]
        ),
        Damage(
            sql: "UPDATE level SET backorder_limit = 77 WHERE key = 4294967297",
            invariant: 10,
            words: ["sku-1 at store-1", "backorder limit"]
        ),
        Damage(
            sql: "UPDATE level SET item = 3 WHERE key = 4294967297",
            invariant: 10,
            words: ["sku-1 at store-1 is filed under another item"]
        ),
        Damage(
            sql: "DELETE FROM level WHERE key = 4294967297",
            invariant: 10,
            words: ["sku-1 at store-1", "stored are on hand 0"]
        ),
        Damage(
            sql: "DELETE FROM journal WHERE sequence = 20",
            invariant: 10,
            words: ["journal rows 20 to 20 are missing"]
        ),
        Damage(
            sql: "DELETE FROM journal WHERE sequence > 400",
            invariant: 10,
            words: ["the journal ends with row 400, the header counts"]
        ),
        Damage(
            sql: "UPDATE journal SET body = x'0102' WHERE sequence = 30",
            invariant: 10,
            words: ["journal row 30 can't be read"]
        ),
        Damage(
            sql: "UPDATE journal SET position = position + 1 WHERE sequence = 30",
            invariant: 10,
            words: ["journal row 30: its columns say other than it does"]
        ),
        Damage(
            sql: """
                UPDATE journal SET body = (SELECT body FROM journal WHERE sequence = 31)
                WHERE sequence = 30
                """,
            invariant: 10,
            words: ["journal row 30 can't be read", "says it is 31"]
        ),
        Damage(
            sql: "DELETE FROM reservation WHERE key = (SELECT min(key) FROM reservation)",
            invariant: 10,
            words: ["reservation", "is at version 1, the journal made"]
        ),
        Damage(
            sql: "INSERT INTO reservation VALUES (1, 1, 2, NULL)",
            invariant: 10,
            words: ["a changed reservation under 1, a row that made none"]
        ),
        Damage(
            sql: """
                UPDATE reservation SET carrier = (SELECT max(sequence) FROM journal WHERE kind = 16)
                WHERE key = (SELECT min(key) FROM reservation WHERE carrier IS NOT NULL)
                """,
            invariant: 10,
            words: ["should carry it, and doesn't"]
        ),
        Damage(
            sql: """
                UPDATE reservation SET carrier = NULL, body = x'01'
                WHERE key = (SELECT max(key) FROM reservation)
                """,
            invariant: 10,
            words: ["reservation", "can't be read"]
        ),
        Damage(sql: "DELETE FROM hold", invariant: 1, words: ["but no open hold"]),
        Damage(
            sql: "UPDATE hold SET entries = x'01' WHERE chunk = (SELECT max(chunk) FROM hold)",
            invariant: 10,
            words: ["the open holds of rows from", "can't be read"]
        ),
        Damage(
            sql: "INSERT INTO hold VALUES (1000000, x'03FFFFFFFFFFFFFFFF010161')",
            invariant: 10,
            words: ["an open hold under 64000003, a row that made none"]
        ),
        Damage(
            sql: "DELETE FROM document WHERE key = (SELECT min(key) FROM document)",
            invariant: 10,
            words: ["is at version 1, the journal made"]
        ),
        Damage(
            sql: "UPDATE document SET carrier = 1 WHERE key = (SELECT min(key) FROM document)",
            invariant: 10,
            words: ["row 1 should carry", "and doesn't"]
        ),
        Damage(
            sql: "UPDATE item SET version = version + 1 WHERE key = 2",
            invariant: 10,
            words: ["item sku-2 has version", "edits"]
        ),
        Damage(
            sql: "UPDATE location SET version = version + 1 WHERE key = 2",
            invariant: 10,
            words: ["location store-2 has version", "edits"]
        ),
        Damage(sql: "DELETE FROM item WHERE key = 2", invariant: 10, words: ["item 2 is missing"]),
        Damage(
            sql: "UPDATE item SET state = 9 WHERE key = 2",
            invariant: 10,
            words: ["item 2 can't be read"]
        ),
        Damage(
            sql: "DELETE FROM offer WHERE key = (SELECT min(key) FROM offer)",
            invariant: 10,
            words: ["the offer of", "has version 0, and"]
        ),
        Damage(
            sql: "UPDATE offer SET body = x'01' WHERE key = (SELECT min(key) FROM offer)",
            invariant: 10,
            words: ["the offer of", "can't be read"]
        ),
        Damage(
            sql: "UPDATE identity SET entries = substr(entries, 15) WHERE first = 0",
            invariant: 8,
            words: ["the index of identities lacks a name of row"]
        ),
        Damage(
            sql: """
                UPDATE identity SET entries = CAST(substr(entries, 15, 14)
                    || substr(entries, 1, 14) || substr(entries, 29) AS BLOB) WHERE first = 0
                """,
            invariant: 8,
            words: ["the leaf 0 of the index of identities is out of order"]
        ),
        Damage(
            sql: "DELETE FROM trace WHERE key = (SELECT min(key) FROM trace)",
            invariant: 10,
            words: ["the journal's index lacks row"]
        ),
        Damage(
            sql: "DELETE FROM trace_pending",
            invariant: 10,
            words: ["the journal's index lacks row"]
        ),
        Damage(
            sql: "DELETE FROM trace_segment WHERE first = 1",
            invariant: 10,
            words: ["no segment of the journal's index covers row 1"]
        ),
        Damage(
            sql: "UPDATE trace SET entries = x'80' WHERE key = (SELECT min(key) FROM trace)",
            invariant: 10,
            words: ["of the journal's index can't be read"]
        ),
    ]

    @Test(arguments: damages)
    func `damage is named`(damage: Damage) throws {
        let directory = try TemporaryDirectory()
        var limits = HistoryTests.small
        // Each level's own row is up to date.
        limits.levelSweepChanges = 1...1
        try expect(damage, named: filled(directory, limits, seed: 54))
    }

    private static let pendingDamages = [
        Damage(
            sql: """
                UPDATE level_pending SET on_hand = on_hand + 1 WHERE number =
                    (SELECT max(number) FROM level_pending WHERE key = 4294967297)
                """,
            invariant: 2,
            words: ["sku-1 at store-1", "stored are on hand", "the journal left"]
        ),
        Damage(
            sql: """
                UPDATE level_pending SET reserved = reserved + 1 WHERE number =
                    (SELECT max(number) FROM level_pending WHERE key = 4294967297)
                """,
            invariant: 1,
            words: ["sku-1 at store-1: reserved are", "open are"]
        ),
        Damage(
            sql: "DELETE FROM level_pending",
            invariant: 10,
            words: ["sku-1 at store-1", "version"]
        ),
        Damage(
            sql: "DELETE FROM level WHERE key = 4294967297",
            invariant: 10,
            words: ["level sku-1 at store-1 has changed, and has no row of its own"]
        ),
    ]

    @Test(arguments: pendingDamages)
    func `damage to changes that wait is named`(damage: Damage) throws {
        let directory = try TemporaryDirectory()
        try expect(damage, named: filled(directory, StoreLimits(), seed: 54))
    }

    private func expect(_ damage: Damage, named twin: Twin) throws {
        let connection = try twin.file.openForWriting()
        try connection.execute(damage.sql)
        let report = try twin.file.openReader().verify()
        #expect(
            report.violations.contains { violation in
                violation.invariant == damage.invariant
                    && damage.words.allSatisfy { violation.detail.contains($0) }
            },
            "\(report.violations.prefix(12).map { "\($0.invariant) \($0.detail)" })"
        )
        #expect(report.violationCount >= report.violations.count)
    }

    @Test func `it tells how far it is, and ends when it is asked to`() throws {
        let directory = try TemporaryDirectory()
        let twin = try filled(directory, StoreLimits(), seed: 55, steps: 50)
        var told: [VerifyProgress] = []
        let walk = StoreCheckWalk(
            try twin.file.openForReading(cacheBytes: 1 << 20),
            try RowReader(twin.file.openForReading(cacheBytes: 1 << 20)),
            try LevelOverlay(twin.file.openForReading(cacheBytes: 1 << 20)),
            progress: { told.append($0) },
            isCancelled: { told.count == 3 }
        )
        #expect(throws: StoreError(.cancelled, "the verification was cancelled")) {
            while true { try walk.step("rows", of: 9) }
        }
        #expect(told.map(\.done) == [8_192, 16_384, 24_576])
        #expect(told.allSatisfy { $0.phase == "rows" && $0.total == 9 })
    }
}
