import TestSupport
import Testing

@testable import Ledger
@testable import LedgerStore

/// Damage to what is kept for store agents is named with its place.
struct StoreVerifyTests {
    /// A store of rows in which there is something of every kind.
    private func filled(_ directory: TemporaryDirectory) throws -> Twin {
        var twin = try Twin(directory.store(limits: HistoryTests.small))
        var history = StoreHistory(seed: 61)
        for entry in history.opening() { try twin.apply(entry) }
        for step in 0..<4_000 {
            try twin.apply(history.next(twin.memory))
            if step % 29 == 0 { try twin.settle() }
            if step > 400, hasEverything(twin.memory) { break }
        }
        try #require(hasEverything(twin.memory))
        try twin.settle()
        return twin
    }

    private func hasEverything(_ ledger: InMemoryLedgerState) -> Bool {
        StoreRecordKey.Kind.allCases.allSatisfy { !ledger.storeRecords($0).isEmpty }
            && ledger.speaking != nil && ledger.openRights != nil
    }

    @Test func `a store with facts and conflicts is found sound`() throws {
        let directory = try TemporaryDirectory()
        let twin = try filled(directory)
        let report = try twin.file.openReader().verify()
        #expect(report.violations == [])
        #expect(report.digest == twin.memory.digest())
    }

    /// What damages a store, and what a violation must say.
    struct Damage: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var invariant: Int
        var words: [String]
        var apply: @Sendable (Connection, InMemoryLedgerState) throws -> Void

        init(
            _ description: String,
            _ invariant: Int,
            _ words: [String],
            _ apply: @escaping @Sendable (Connection, InMemoryLedgerState) throws -> Void
        ) {
            testDescription = description
            self.invariant = invariant
            self.words = words
            self.apply = apply
        }

        static func sql(_ sql: String, _ invariant: Int, _ words: String...) -> Damage {
            Damage(sql, invariant, words) { connection, _ in try connection.execute(sql) }
        }
    }

    private static let damages = conflictDamages + agentDamages + rightDamages + keyDamages

    private static let conflictDamages: [Damage] = [
        .sql("DELETE FROM store_record WHERE kind = 5", 4, "too many are promised, no conflict"),
        .sql("DELETE FROM store_record WHERE kind = 6", 4, "on hand are -", "no conflict says so"),
        Damage("another shortfall", 4, ["sku-", "too many are promised, its conflict says"]) {
            try $0.changeConflict(.oversold, $1) { $0.quantity += 1 }
        },
        Damage("another number missing", 4, ["sku-", "its conflict says that"]) {
            try $0.changeConflict(.negativeOnHand, $1) { $0.quantity += 1 }
        },
        Damage("a conflict that is none", 4, ["0 units too many", "its conflict says"]) {
            let known = try #require($1.storeRecords(.oversold).first)
            let sound = try #require($1.soundLevel)
            try $0.put(known.record, .oversold(sound))
        },
        Damage("a fork of a store that goes on", 8, ["its chain has forked, and it is not"]) {
            let fork = try #require($1.storeRecords(.fork).first)
            let speaking = try #require($1.speaking)
            try $0.put(fork.record, .fork(speaking.key.location))
        },
    ]

    private static let agentDamages: [Damage] = [
        Damage("another sum of rights", 1, ["store-", "units are allotted, its rights say"]) {
            try $0.changeAgent($1) { $0.allottedUnits += 1 }
        },
        Damage("an agent at an earlier fact", 8, ["its agent is at fact", "the journal at"]) {
            try $0.changeAgent($1) { $0.lastSequence -= 1 }
        },
        Damage("an agent on another chain", 8, ["its agent is at fact", "the journal at"]) {
            try $0.changeAgent($1) { $0.lastHash = .start }
        },
        Damage("no fate of the last fact", 8, ["what became of fact", "is missing"]) {
            let agent = try #require($1.speaking)
            let fact = StoreRecordKey.fact(
                agent.key.location,
                agent.agent.epoch,
                agent.agent.lastSequence
            )
            try $0.put(nil, fact)
        },
        Damage("another link of the last fact", 8, ["has another link"]) {
            let agent = try #require($1.speaking)
            let fact = StoreRecordKey.fact(
                agent.key.location,
                agent.agent.epoch,
                agent.agent.lastSequence
            )
            try $0.put(.fact(hash: .start, fate: []), fact)
        },
        Damage("a fact less in the journal", 8, ["tells of fact", "after fact"]) {
            let row = try #require($1.repeatedFact)
            try $0.execute("DELETE FROM journal WHERE sequence = \(row)")
        },
        .sql("DELETE FROM store_record WHERE kind = 1", 1, "rights of a store that has no agent"),
    ]

    private static let rightDamages: [Damage] = [
        Damage("more rights", 1, ["sku-", "allotted are", "open are"]) {
            try $0.changeRights($1) { $0.granted += 1 }
        },
        Damage("rights below zero", 1, ["sku-", "rights of -"]) {
            try $0.changeRights($1) { $0.used = $0.granted + 1 }
        },
        Damage("rights to come", 8, ["sku-", "which is to come"]) {
            try $0.changeRights($1) { $0.epoch += 1_000 }
        },
    ]

    private static let keyDamages: [Damage] = [
        Damage("a record of another kind", 10, ["a record of another kind is kept as 3-"]) {
            let fork = try #require($1.storeRecords(.fork).first)
            let rights = try #require($1.openRights)
            try $0.put(fork.record, rights.key)
        },
        .sql("UPDATE store_record SET body = x'01' WHERE kind = 3", 10, "sku-", "can't be read"),
        .sql("UPDATE store_record SET kind = 99 WHERE kind = 9", 10, "a store record of kind 99"),
        .sql(
            "UPDATE store_record SET sequence = sequence + 5000 WHERE kind = 10",
            10,
            "the fact put aside as a-",
            "is another"
        ),
        .sql(
            "UPDATE store_record SET place = place + (77 << 32) WHERE kind = 9",
            10,
            "is of a location unknown"
        ),
        .sql(
            "UPDATE store_record SET place = place + 77000 WHERE kind = 3",
            10,
            "is of an item unknown"
        ),
    ]

    @Test(arguments: damages)
    func `damage is named`(damage: Damage) throws {
        let directory = try TemporaryDirectory()
        let twin = try filled(directory)
        try damage.apply(try twin.file.openForWriting(), twin.memory)
        let report = try twin.file.openReader().verify()
        #expect(
            report.violations.contains { violation in
                violation.invariant == damage.invariant
                    && damage.words.allSatisfy { violation.detail.contains($0) }
            },
            "\(report.violations.prefix(12).map { "\($0.invariant) \($0.detail)" })"
        )
    }

    @Test func `facts of more epochs than can be followed are not judged, which is known`() {
        var check = StoreRecordCheck()
        for number in 1...StoreRecordCheck.epochsMax + 1 {
            #expect(!check.isOverfull)
            check.follow(.fact(epoch: UInt32(number)))
        }
        #expect(check.isOverfull)
        #expect(check.finish().isEmpty)
    }
}

extension JournalRow {
    fileprivate static func fact(epoch: UInt32) -> JournalRow {
        let mark = FactMark(location: LocationID(unchecked: "store"), epoch: epoch, sequence: 1)
        let trace = FactTrace(
            mark: mark,
            hash: .start,
            claimedTime: LogTime(microseconds: 1),
            prices: [],
            fate: []
        )
        return JournalRow(
            sequence: UInt64(epoch),
            position: Position(UInt64(epoch)),
            logTime: LogTime(microseconds: UInt64(epoch)),
            kind: .setAsideFact,
            cause: .fact(trace, actor: Actor(unchecked: "agent"), outcome: .done),
            movements: []
        )
    }
}

extension InMemoryLedgerState {
    /// An agent that goes on, with two facts or more in its epoch.
    fileprivate var speaking: (key: StoreRecordKey, agent: StoreAgent)? {
        for (key, record) in storeRecords(.agent) {
            guard case .agent(let agent) = record, agent.state == .active, agent.lastSequence > 1,
                storeRecord(.fact(key.location, agent.epoch, agent.lastSequence - 1)) != nil,
                storeRecord(.fact(key.location, agent.epoch, agent.lastSequence)) != nil
            else { continue }
            return (key, agent)
        }
        return nil
    }

    /// Rights of a level that are open.
    fileprivate var openRights: (key: StoreRecordKey, allotment: Allotment)? {
        for (key, record) in storeRecords(.allotment) {
            if case .allotment(let allotment) = record, allotment.open > 0 {
                return (key, allotment)
            }
        }
        return nil
    }

    /// A level without a shortfall.
    fileprivate var soundLevel: LevelKey? {
        for location in 1...header.lastLocationKey {
            for item in 1...header.lastItemKey {
                let key = LevelKey(location: LocationKey(location), item: ItemKey(item))
                if level(key).version > 0, level(key).shortfall == 0 { return key }
            }
        }
        return nil
    }

    /// The row of a fact that is neither the first nor the last of its epoch.
    fileprivate var repeatedFact: UInt64? {
        var sequences: [String: [(fact: UInt64, row: UInt64)]] = [:]
        for row in journal {
            guard case .fact(let trace, actor: _, outcome: _) = row.cause else { continue }
            let epoch = "\(trace.mark.location) \(trace.mark.epoch)"
            sequences[epoch, default: []].append((trace.mark.sequence, row.sequence))
        }
        for (_, rows) in sequences.sorted(by: { $0.key < $1.key }) where rows.count > 2 {
            for index in 1..<rows.count - 1 where rows[index].fact == rows[0].fact + UInt64(index) {
                let isTold = rows.count { $0.fact == rows[index].fact } > 1
                let goesOn = rows[index + 1].fact == rows[index].fact + 1
                if !isTold, goesOn { return rows[index].row }
            }
        }
        return nil
    }
}

extension Connection {
    fileprivate func put(_ record: StoreRecord?, _ key: StoreRecordKey) throws {
        let writer = try RowWriter(self)
        try writer.write(Generation.StoreRecordRow(key: key, record: record))
    }

    fileprivate func changeAgent(
        _ ledger: InMemoryLedgerState,
        _ change: (inout StoreAgent) -> Void
    ) throws {
        var (key, agent) = try #require(ledger.speaking)
        change(&agent)
        try put(.agent(agent), key)
    }

    fileprivate func changeRights(
        _ ledger: InMemoryLedgerState,
        _ change: (inout Allotment) -> Void
    ) throws {
        var (key, allotment) = try #require(ledger.openRights)
        change(&allotment)
        try put(.allotment(allotment), key)
    }

    fileprivate func changeConflict(
        _ kind: StoreRecordKey.Kind,
        _ ledger: InMemoryLedgerState,
        _ change: (inout Conflict) -> Void
    ) throws {
        let (key, record) = try #require(ledger.storeRecords(kind).first)
        guard case .conflict(var conflict) = record else { return }
        change(&conflict)
        try put(.conflict(conflict), key)
    }
}
