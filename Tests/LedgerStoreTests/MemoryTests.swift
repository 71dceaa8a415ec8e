import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// The cache of rows and the heap of expiries.
struct MemoryTests {
    @Test func `a row that is not committed is never evicted`() {
        var cache = RowCache<UInt64, UInt64>(countMax: 4)
        for key in 0..<10 as Range<UInt64> { _ = cache.write(key * 2, for: key, generation: 1) }
        for key in 10..<20 as Range<UInt64> { _ = cache.write(key * 2, for: key, generation: 2) }
        for key in 100..<200 as Range<UInt64> { cache.insert(0, for: key) }
        #expect((0..<20 as Range<UInt64>).allSatisfy { cache.peek($0) == $0 * 2 })
        cache.committed = 1
        for key in 200..<400 as Range<UInt64> { cache.insert(0, for: key) }
        #expect((0..<10 as Range<UInt64>).allSatisfy { cache.peek($0) == nil })
        #expect((10..<20 as Range<UInt64>).allSatisfy { cache.peek($0) == $0 * 2 })
        // It did not grow much beyond what was pinned at once and the bound.
        #expect(cache.count < 40)
    }

    @Test func `a row that was read stays as long as it was asked to`() {
        var cache = RowCache<UInt64, UInt64>(countMax: 1)
        cache.insert(7, for: 7, pinning: 3)
        cache.insert(8, for: 8)
        #expect(cache.find(8, pinning: 3) == 8)
        for key in 10..<50 as Range<UInt64> { cache.insert(0, for: key) }
        #expect(cache.peek(7) == 7)
        #expect(cache.peek(8) == 8)
        cache.committed = 3
        for key in 50..<90 as Range<UInt64> { cache.insert(0, for: key) }
        #expect(cache.peek(7) == nil)
        #expect(cache.peek(8) == nil)
    }

    @Test func `a write says whether it is the generation's first, and what was there`() {
        var cache = RowCache<UInt64, String>(countMax: 4)
        func first(_ written: RowCache<UInt64, String>.Written) -> String?? {
            if case .first(let previous) = written { .some(previous?.value) } else { nil }
        }
        #expect(first(cache.write("a", for: 1, generation: 1)) == .some(nil))
        #expect(first(cache.write("b", for: 1, generation: 1)) == nil)
        #expect(first(cache.write("c", for: 1, generation: 2)) == .some("b"))
    }

    @Test func `expiries come out in order`() {
        var generator = SplitMix(seed: 3)
        var heap = ExpiryHeap()
        var expected: [Expiry] = []
        for key in 0..<500 {
            let expiry = Expiry(
                time: LogTime(microseconds: generator.next() % 50),
                key: UInt64(key)
            )
            heap.insert(expiry)
            expected.append(expiry)
        }
        var popped: [Expiry] = []
        while let first = heap.first {
            popped.append(first)
            heap.removeFirst()
        }
        #expect(popped == expected.sorted())
    }

    @Test func `holds that ended long ago do not stay in memory`() {
        var holds = OpenHolds()
        let owner = Owner(kind: .customer, reference: Reference(unchecked: "c"))
        for key in 1...20_000 as ClosedRange<UInt64> {
            var reservation = Reservation(
                id: ReservationID(unchecked: "r\(key)"),
                owner: owner,
                state: .held,
                lines: [],
                expireTime: LogTime(microseconds: 1_000_000 - key),
                maxExpireTime: LogTime(microseconds: .max),
                orderReference: nil,
                version: 1
            )
            holds.update(reservation, previous: nil, key: key, generation: 1)
            guard key > 10 else { continue }
            let held = reservation
            reservation.state = .released
            holds.update(reservation, previous: held, key: key, generation: 1)
        }
        #expect(holds.count(of: owner) == 10)
        #expect(holds.firstExpiry == Expiry(time: LogTime(microseconds: 999_990), key: 10))
        #expect(holds.takeChanges().filter { !$0.bytes.isEmpty }.map(\.chunk) == [0])
    }
}
