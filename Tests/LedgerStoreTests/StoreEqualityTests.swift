import TestSupport
import Testing

@testable import Ledger
@testable import LedgerStore

/// What is kept for store agents is the same in SQLite and in memory, whatever is evicted, sealed, written,
/// or lost and replayed.
struct StoreEqualityTests {
    private static var tiny: StoreLimits {
        var limits = EqualityTests.tiny
        limits.storeRecordsMax = 1
        limits.traceSegmentRows = 64
        return limits
    }

    @Test(arguments: [tiny, StoreLimits()], [1, 2] as [UInt64])
    func `random facts and decisions leave the same rows, conflicts and promises`(
        limits: StoreLimits,
        seed: UInt64
    ) throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: limits))
        var history = StoreHistory(seed: seed)
        var keys: Set<StoreRecordKey> = []
        for entry in history.opening() { try twin.apply(entry) }
        for round in 0..<1_500 {
            try twin.apply(history.next(twin.memory))
            twin.noteRecords(&keys)
            switch Int.random(in: 0..<100, using: &history.base.generator) {
            case 0..<12: twin.seal()
            case 12..<26:
                try twin.writeNext(Int.random(in: 1...3, using: &history.base.generator))
            case 26..<40: twin.report()
            case 40: try twin.crash()
            case 41..<43: try twin.compareStores(keys)
            default: break
            }
            if round.isMultiple(of: 300) { try twin.compareAll(history.base) }
        }
        try twin.compareStores(keys)
        try twin.settle()
        try twin.compareStores(keys)
        try twin.compareAll(history.base)
        try twin.crash()
        try twin.compareStores(keys)
        expectEverything(in: twin.memory, keys)
        let reader = try twin.file.openReader()
        #expect(try reader.digest() == twin.memory.digest())
        var audit = LedgerAudit()
        try reader.visit(&audit)
        #expect(audit.finish().map(\.description) == [])
        let found = try reader.verify().violations.map(\.description)
        #expect(found == [])
    }

    /// A history without conflicts would prove nothing.
    private func expectEverything(in ledger: InMemoryLedgerState, _ keys: Set<StoreRecordKey>) {
        for kind in StoreRecordKey.Kind.allCases {
            #expect(keys.contains { $0.kind == kind }, "a record of kind \(kind)")
        }
        for kind in 23...31 as ClosedRange<UInt8> {
            let done = ledger.journal.count {
                $0.kind.rawValue == kind && $0.outcome?.isRefusal == false
            }
            #expect(done > 0, "journal rows of kind \(kind)")
        }
        var cures = 0
        var fates: FactFate = []
        var refusals: Set<Refusal.Reason> = []
        for row in ledger.journal {
            if case .cure = row.cause { cures += 1 }
            if case .fact(let trace, actor: _, outcome: _) = row.cause {
                fates.formUnion(trace.fate)
            }
            if case .refused(let refusal)? = row.outcome { refusals.insert(refusal.reason) }
        }
        #expect(cures > 0)
        #expect(fates == .all)
        for reason in [
            .storeNotRegistered, .storeTaken, .storeFrozen, .epochFenced, .sequenceGap, .forked,
            .staleEpoch, .conflictNotFound, .conflictStands, .factNotFound,
        ] as [Refusal.Reason] {
            #expect(refusals.contains(reason), "\(reason)")
        }
    }
}

extension Twin {
    /// Notes the keys of what is kept now, so that it is looked for when it is gone, too.
    func noteRecords(_ keys: inout Set<StoreRecordKey>) {
        for kind in StoreRecordKey.Kind.allCases {
            keys.formUnion(memory.storeRecords(kind).map(\.key))
        }
    }

    mutating func compareStores(_ keys: Set<StoreRecordKey>) throws {
        for key in keys {
            try #require(try state.storeRecord(key) == memory.storeRecord(key))
        }
        for location in 1...4 as ClosedRange<UInt32> {
            for item in 1...6 as ClosedRange<UInt32> {
                let key = LevelKey(location: LocationKey(location), item: ItemKey(item))
                for (reserved, limit) in [(1, 4_096), (40, 4_096), (.max, 3), (.max, 4_096)] {
                    let reserved = Quantity(reserved)
                    let found = try state.promises(at: key, reserved: reserved, limit: limit)
                    let expected = memory.promises(at: key, reserved: reserved, limit: limit)
                    try #require(found == expected)
                }
            }
        }
    }
}
