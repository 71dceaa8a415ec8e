import Ledger
import LedgerStore
import TestSupport
import Testing

/// SQLite and memory are the same ledger, whatever is evicted, sealed, written, or lost and replayed.
struct EqualityTests {
    /// Caches and identities so small that every path is taken within some hundred entries.
    static var tiny: StoreLimits {
        var limits = StoreLimits()
        limits.pageBytes = 512
        limits.itemsMax = 1
        limits.locationsMax = 1
        limits.levelsMax = 1
        limits.reservationsMax = 1
        limits.identitiesPendingMin = 16
        limits.identitiesPendingFraction = 1_000_000
        limits.identitiesMergedMin = 8
        limits.forgottenStrideRows = 16
        limits.levelSweepChanges = 60...60
        return limits
    }

    static var colliding: StoreLimits {
        var limits = tiny
        limits.identityHashBits = 4
        limits.levelSweepChanges = 1...1
        return limits
    }

    @Test(arguments: [tiny, colliding, StoreLimits()], [1, 2] as [UInt64])
    func `random histories give the same answers and the same digest`(
        limits: StoreLimits,
        seed: UInt64
    ) throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: seed)
        for entry in history.opening() { try twin.apply(entry) }
        for _ in 0..<900 {
            try twin.apply(history.next())
            switch Int.random(in: 0..<100, using: &history.generator) {
            case 0..<12: twin.seal()
            case 12..<26: try twin.writeNext(Int.random(in: 1...3, using: &history.generator))
            case 26..<40: twin.report()
            case 40: try twin.crash()
            case 41..<43: try twin.compareAll(history)
            case 43..<53: try twin.state.beginReads()
            case 53..<58: twin.state.endReads()
            default: break
            }
        }
        // A history of refusals would prove nothing.
        for kind in 1...22 as ClosedRange<UInt8> {
            let done = twin.memory.journal.count { $0.kind.rawValue == kind && !$0.isRefusal }
            #expect(done > 0, "journal rows of kind \(kind)")
        }
        try twin.compareAll(history)
        try twin.settle()
        try twin.compareAll(history)
        let digest = twin.memory.digest()
        #expect(try twin.file.openReader().digest() == digest)
        try twin.crash()
        try twin.compareAll(history)
    }
}

extension JournalRow {
    fileprivate var isRefusal: Bool {
        outcome?.isRefusal ?? false
    }
}
