import Ledger
import TestSupport
import Testing
import Threads

@testable import LedgerStore

/// The filter, the waiting identities, and the packed index.
struct IdentityTests {
    @Test func `the filter forgets nothing, errs seldom, and grows within its bound`() {
        var generator = SplitMix(seed: 1)
        let bound = 4 << 20
        var filter = IdentityFilter(expected: 1_000, bytesMax: bound)
        let known = (0..<400_000).map { _ in generator.next() >> 1 }
        let before = filter.byteCount
        for hash in known { filter.insert(hash) }
        #expect(filter.byteCount > before)
        #expect(filter.byteCount <= bound)
        #expect(known.allSatisfy { filter.mayContain($0) })
        let wrong = (0..<100_000).count { _ in filter.mayContain(generator.next() >> 1) }
        #expect(wrong < 500)
    }

    @Test func `a filter at its bound takes what comes`() {
        var generator = SplitMix(seed: 1)
        var filter = IdentityFilter(expected: 0, bytesMax: 0)
        let known = (0..<300_000).map { _ in generator.next() >> 1 }
        for hash in known { filter.insert(hash) }
        #expect(filter.byteCount == 16_384 * 32)
        #expect(known.allSatisfy { filter.mayContain($0) })
    }

    @Test func `hashes of different names and kinds differ`() {
        let hasher = IdentityHasher(bits: 63)
        var seen: Set<UInt64> = []
        for number in 0..<2_000 {
            let padding = String(repeating: "0", count: number % 40)
            let digits = String(number + 1_000)
            for text in [
                "\(padding)-\(number)", "\(number)-\(padding)x",
                "0000\(digits)-0000-4000-8000-000000000000",
                "00000000-0000-4000-8000-00000000\(digits)",
            ] {
                #expect(seen.insert(hasher.hash(RequestID(unchecked: text))).inserted)
                #expect(seen.insert(hasher.hash(ReservationID(unchecked: text))).inserted)
            }
        }
        #expect(seen.allSatisfy { $0 < 1 << 63 })
        // It is on disk: it must never change.
        let uuid = RequestID(unchecked: "0b9b7e5e-0000-4000-8000-000012345678")
        #expect(hasher.hash(uuid) == 6_301_704_728_170_056_088)
        let other = RequestID(unchecked: "till-7/2026-03-01/0000012345")
        #expect(hasher.hash(other) == 3_732_533_793_875_142_552)
    }

    @Test func `a sweep covers what came before it, and only that`() throws {
        var pending = PendingIdentities()
        var generator = SplitMix(seed: 4)
        func insert(_ count: Int, from sequence: UInt64) -> [IdentityEntry] {
            (0..<count).map { index in
                let entry = IdentityEntry(
                    hash: generator.next() >> 1,
                    sequence: sequence + UInt64(index)
                )
                pending.insert(entry)
                return entry
            }
        }
        let early = insert(3_000, from: 1)
        #expect(pending.take(keeping: 3_000, limit: 10, pendingRow: 1)?.count == nil)
        var merged: [IdentityEntry] = []
        var row: UInt64 = 1
        var superseded: UInt64?
        while superseded == nil {
            let taken = pending.take(keeping: 0, limit: 400, pendingRow: row)
            let slice = try #require(taken)
            merged += slice.bins.joined()
            for entry in slice.bins.joined() {
                var found: [UInt64] = []
                PendingIdentities.find(entry.hash, in: slice, into: &found)
                #expect(found == [entry.sequence])
                found = []
                pending.find(entry.hash, into: &found)
                #expect(found.isEmpty)
            }
            superseded = slice.supersedes
            row += 1
            _ = insert(100, from: row * 10_000)
        }
        #expect(superseded == 1)
        let mergedHashes = Set(merged.map(\.hash))
        #expect(early.allSatisfy { mergedHashes.contains($0.hash) })
        #expect(pending.count > 0)
    }

    @Test(arguments: [4, 7, 250], [0, 150] as [UInt64])
    func `a leaf's pieces keep all that isn't forgotten, in order, equal hashes together`(
        max: Int,
        forgotten: UInt64
    ) throws {
        var generator = SplitMix(seed: 9)
        var bytes: [UInt8] = []
        let old = (0..<300).map {
            IdentityEntry(hash: generator.next() % 200, sequence: UInt64($0))
        }.sorted()
        let new = (200..<500).map {
            IdentityEntry(hash: generator.next() % 200, sequence: UInt64($0))
        }.sorted()
        IdentityLeaf.pack(old, into: &bytes)
        let merged = try bytes.withUnsafeBytes {
            try IdentityLeaf.merge($0, new[...], forgotten: forgotten)
        }
        var expected: [IdentityEntry] = []
        for entry in (old + new).sorted() where entry != expected.last {
            // Hashes of requests are even.
            if entry.hash % 2 == 0, entry.sequence <= forgotten { continue }
            expected.append(entry)
        }
        #expect(merged == expected)
        // Merged once more, as after a crash, nothing changes.
        bytes = []
        IdentityLeaf.pack(merged, into: &bytes)
        let again = try bytes.withUnsafeBytes {
            try IdentityLeaf.merge($0, new[...], forgotten: forgotten)
        }
        #expect(again == merged)
        let cuts = IdentityLeaf.cuts(merged, entriesMax: max)
        #expect(cuts.flatMap { merged[$0] } == merged)
        for (left, right) in zip(cuts, cuts.dropFirst()) {
            #expect(merged[left].last?.hash != merged[right].first?.hash)
        }
    }

    @Test func `rows of waiting identities go once they are merged`() throws {
        let directory = try TemporaryDirectory()
        var limits = EqualityTests.tiny
        limits.identitiesMergedMin = 64
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: 6)
        for entry in history.opening() { try twin.apply(entry) }
        var mostRows: Int64 = 0
        let connection = try twin.file.openForReading(cacheBytes: 1 << 20)
        for _ in 0..<100 {
            for _ in 0..<10 { try twin.apply(history.next()) }
            try twin.settle()
            let rows = try connection.integer("SELECT count(*) FROM identity_pending")
            mostRows = max(mostRows, rows)
        }
        #expect(mostRows < 20)
        #expect(try connection.integer("SELECT count(*) FROM identity") > 10)
        try twin.compareAll(history)
    }
}
