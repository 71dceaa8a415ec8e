/// Finds elements of a growing array by a key, without a cost for the short arrays that are usual.
///
/// The array only grows, its keys are unique, and the same array is passed every time.
struct SlotTable<Key: Hashable> {
    /// Up to here a scan is faster than a table.
    private static var scanMax: Int { 16 }

    private var table: [Key: Int] = [:]

    /// The index of the element with this key.
    mutating func slot<Element>(
        of key: Key,
        in elements: [Element],
        by keyOf: (Element) -> Key
    ) -> Int? {
        guard elements.count > Self.scanMax else {
            return elements.firstIndex { keyOf($0) == key }
        }
        while table.count < elements.count {
            table[keyOf(elements[table.count])] = table.count
        }
        return table[key]
    }
}
