import Ledger

/// Who is concerned by a record: so that a change costs only those.
struct WatcherIndex {
    private var everything: [Watcher] = []
    private var bySKU: [SKU: [Watcher]] = [:]
    /// Those who name locations only, by location.
    private var byPlace: [LocationID: [Watcher]] = [:]
    /// Those who name both, by location: for the location's own changes.
    private var byLocation: [LocationID: [Watcher]] = [:]

    mutating func insert(_ watcher: Watcher) {
        edit(watcher) { $0.append(watcher) }
    }

    mutating func remove(_ watcher: Watcher) {
        edit(watcher) { list in
            guard let index = list.firstIndex(where: { $0 === watcher }) else { return }
            list.swapAt(index, list.count - 1)
            list.removeLast()
        }
    }

    private mutating func edit(_ watcher: Watcher, _ change: (inout [Watcher]) -> Void) {
        let filter = watcher.request.filter
        if filter.isEverything { change(&everything) }
        for sku in filter.skus { Self.edit(&bySKU, sku, change) }
        for place in filter.places {
            if filter.skus.isEmpty {
                Self.edit(&byPlace, place, change)
            } else {
                Self.edit(&byLocation, place, change)
            }
        }
    }

    private static func edit<Key: Hashable>(
        _ table: inout [Key: [Watcher]],
        _ key: Key,
        _ change: (inout [Watcher]) -> Void
    ) {
        change(&table[key, default: []])
        if table[key]?.isEmpty == true { table[key] = nil }
    }

    /// The items that are named, at most so many; in no order.
    func skus(max: Int) -> Set<SKU> { Set(bySKU.keys.prefix(max)) }

    /// Calls for each watcher that a record may concern.
    func forEach(concernedBy record: FeedRecord, _ body: (Watcher) -> Void) {
        everything.forEach(body)
        if let sku = record.sku { bySKU[sku]?.forEach(body) }
        guard let location = record.location else { return }
        byPlace[location]?.forEach(body)
        if case .location = record.content { byLocation[location]?.forEach(body) }
    }
}
