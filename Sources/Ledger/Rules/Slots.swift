/// Numbers keys 0, 1, 2, … in the order in which they come up.
struct Slots<Key: Hashable> {
    /// Up to here a scan is faster than a table.
    private static var scanMax: Int { 16 }

    private(set) var keys: [Key] = []
    private var table: [Key: Int] = [:]

    /// The number of a key, and whether this is its first use.
    mutating func slot(of key: Key) -> (slot: Int, isNew: Bool) {
        if let slot = known(key) { return (slot, false) }
        keys.append(key)
        if keys.count == Self.scanMax + 1 {
            for (slot, key) in keys.enumerated() { table[key] = slot }
        } else if keys.count > Self.scanMax {
            table[key] = keys.count - 1
        }
        return (keys.count - 1, true)
    }

    private func known(_ key: Key) -> Int? {
        keys.count > Self.scanMax ? table[key] : keys.firstIndex(of: key)
    }
}
