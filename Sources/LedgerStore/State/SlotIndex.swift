/// Where the elements of an array are, found by the hashes of their keys: open addressing, one word
/// an entry.
///
/// It is what makes a dictionary slow here that it lacks: the keys stay where the elements are, and the
/// hash is the caller's, cheaper than Swift's. Nobody walks it, so its order reaches nothing.
///
/// Invariant: an entry stands at its home or behind it, with no gap in between.
struct SlotIndex {
    /// The lower half of the hash above the slot plus one; 0 is empty.
    private var entries: [UInt64]
    private(set) var count = 0

    init() { entries = Array(repeating: 0, count: 16) }

    private var mask: Int { entries.count - 1 }

    private static func entry(_ hash: UInt64, _ slot: Int) -> UInt64 {
        hash << 32 | UInt64(slot + 1)
    }

    private static func slot(_ entry: UInt64) -> Int { Int(entry & 0xFFFF_FFFF) - 1 }

    private func home(_ entry: UInt64) -> Int { Int(entry >> 32) & mask }

    /// The slot under a hash for which `matches` holds.
    @inline(__always)
    func slot(_ hash: UInt64, where matches: (Int) -> Bool) -> Int? {
        let wanted = Self.entry(hash, -1)
        var place = home(wanted)
        while entries[place] != 0 {
            let entry = entries[place]
            if (entry ^ wanted) >> 32 == 0, matches(Self.slot(entry)) { return Self.slot(entry) }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds a slot that is not in it.
    mutating func insert(_ slot: Int, hash: UInt64) {
        precondition(slot < 1 << 32 - 1, "a slot fits into its half of an entry")
        if 2 * (count + 1) > entries.count { grow() }
        place(Self.entry(hash, slot))
        count += 1
    }

    /// Removes a slot that is in it.
    mutating func remove(_ slot: Int, hash: UInt64) {
        let entry = Self.entry(hash, slot)
        var hole = home(entry)
        while entries[hole] != entry {
            precondition(entries[hole] != 0, "only what is in it is removed")
            hole = (hole + 1) & mask
        }
        // What stands behind the hole and may stand in it moves up.
        var place = (hole + 1) & mask
        while entries[place] != 0 {
            if (place - home(entries[place])) & mask >= (place - hole) & mask {
                entries[hole] = entries[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        entries[hole] = 0
        count -= 1
    }

    private mutating func place(_ entry: UInt64) {
        var place = home(entry)
        while entries[place] != 0 { place = (place + 1) & mask }
        entries[place] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: 0, count: 2 * old.count)
        for entry in old where entry != 0 { place(entry) }
    }
}
