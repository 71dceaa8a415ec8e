/// A number that each operation may have at a variable, and for every variable the least one among the
/// operations that are open.
struct OpenMinima<Key: Comparable> {
    private struct Column {
        var entries: [(key: Key, operation: Int)] = []
        /// No entry before this one is open.
        var cursor = 0
    }

    private var columns: [Column]
    /// By operation: where its entries are.
    private var places: [[(slot: Slot, rank: Int)]]

    /// No operation has a number yet.
    init(variables: Int, operations: Int) {
        columns = Array(repeating: Column(), count: variables)
        places = Array(repeating: [], count: operations)
    }

    /// Gives an operation a number; all are given before they are sorted.
    mutating func add(_ key: Key, _ operation: Int, at slot: Slot) {
        columns[slot.index].entries.append((key, operation))
    }

    /// Makes it ready for questions.
    mutating func sort() {
        for index in columns.indices {
            columns[index].entries.sort { ($0.key, $0.operation) < ($1.key, $1.operation) }
            for (rank, entry) in columns[index].entries.enumerated() {
                places[entry.operation].append((Slot(index: index), rank))
            }
        }
    }

    /// The least number at a variable among the operations that are open.
    mutating func least(at slot: Slot, _ isOpen: (Int) -> Bool) -> Key? {
        var cursor = columns[slot.index].cursor
        let count = columns[slot.index].entries.count
        while cursor < count, !isOpen(columns[slot.index].entries[cursor].operation) { cursor += 1 }
        columns[slot.index].cursor = cursor
        return cursor < count ? columns[slot.index].entries[cursor].key : nil
    }

    /// An operation is open again.
    mutating func reopen(_ operation: Int) {
        for place in places[operation] {
            columns[place.slot.index].cursor = min(columns[place.slot.index].cursor, place.rank)
        }
    }
}
