import Ledger
import TestSupport
import Testing

@testable import LedgerStore

@Suite struct SlotIndexTests {
    /// Few bits of hash make the entries crowd; with none of them, all are in one run.
    @Test(arguments: [0, 2, 5, 32])
    func `it finds what a dictionary finds`(hashBits: UInt64) {
        func hash(_ key: Int) -> UInt64 {
            let mixed = SlotHash.of(UInt64(key))
            // The topmost places of any table, so that runs go round its end.
            return hashBits == 0 ? .max : mixed >> (64 - hashBits) | ~0 << hashBits
        }
        var generator = SplitMix(seed: hashBits)
        var index = SlotIndex()
        var keys: [Int?] = []
        var model: [Int: Int] = [:]
        for _ in 0..<4_000 {
            let key = Int(generator.next() % 300)
            let found = index.slot(hash(key)) { keys[$0] == key }
            #expect(found == model[key])
            if let slot = found, generator.next() % 2 == 0 {
                index.remove(slot, hash: hash(key))
                keys[slot] = nil
                model[key] = nil
            } else if found == nil {
                let slot = keys.firstIndex(of: nil) ?? keys.count
                if slot == keys.count { keys.append(key) } else { keys[slot] = key }
                index.insert(slot, hash: hash(key))
                model[key] = slot
            }
            #expect(index.count == model.count)
        }
        for key in 0..<300 {
            #expect(index.slot(hash(key)) { keys[$0] == key } == model[key])
        }
    }

    @Test func `equal keys have equal hashes, and others rarely`() {
        var seen: Set<UInt64> = []
        for number in 0..<20_000 {
            let text = String(repeating: "x", count: number % 20) + "\(number)"
            let sku = SKU(unchecked: text)
            #expect(sku.slotHash == SKU(unchecked: String(text.reversed().reversed())).slotHash)
            seen.insert(sku.slotHash & 0xFFFF_FFFF)
            let key = LevelKey(
                location: LocationKey(UInt32(number % 100)),
                item: ItemKey(UInt32(number / 100))
            )
            seen.insert(key.slotHash & 0xFFFF_FFFF)
        }
        // Of 40,000 in 2³², one in five runs has a single pair that is equal by chance.
        #expect(seen.count >= 39_990)
    }

    @Test func `a row's state is kept by its key, and 0 is none`() {
        var states = StateBytes()
        #expect(states[1] == 0)
        states[7] = 2
        #expect((0...9).map { states[$0] } == [0, 0, 0, 0, 0, 0, 0, 2, 0, 0])
        states[7] = 1
        states[3] = 2
        #expect(states[7] == 1 && states[3] == 2)
    }
}
