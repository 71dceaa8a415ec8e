import Ledger
import NIOCore
import Replica

/// The items whose levels the feed knows, each exactly as it was at a position of the log.
///
/// Bounded by two generations: when the young one is full it becomes the old one, and what nobody
/// needed meanwhile is forgotten.
struct FeedItems {
    struct Known {
        /// Nil: there is no such item.
        var view: ItemView?
        /// What `view` contains at least; later movements are told to it one by one.
        var asOf: Position
    }

    private var young: [SKU: Known] = [:]
    private var old: [SKU: Known] = [:]
    private let generationMax: Int

    /// Keeps `itemsMax` at most.
    init(itemsMax: Int) { generationMax = max(itemsMax / 2, 1) }

    var count: Int { young.count + old.count }

    mutating func removeAll() {
        young = [:]
        old = [:]
    }

    subscript(sku: SKU) -> Known? {
        mutating get { promote(sku) ? young[sku] : nil }
    }

    mutating func set(_ known: Known, for sku: SKU) {
        if young.count >= generationMax {
            old = young
            young = [:]
        }
        young[sku] = known
        old[sku] = nil
    }

    mutating func forget(_ sku: SKU) {
        young[sku] = nil
        old[sku] = nil
    }

    /// Tells a movement; false when the item isn't known so well.
    mutating func apply(
        _ level: StockLevel,
        of sku: SKU,
        at location: LocationID,
        _ position: Position
    ) -> Bool {
        guard promote(sku), let index = young.index(forKey: sku) else { return false }
        // It had that already when it was read.
        if young.values[index].asOf >= position { return true }
        guard
            let at = young.values[index].view?.levels.firstIndex(where: {
                $0.place.location == location
            })
        else { return false }
        // In place: the levels must not be copied for each change.
        young.values[index].view?.levels[at].level = level
        return true
    }

    /// Moves an item to the young generation; false when it isn't known.
    private mutating func promote(_ sku: SKU) -> Bool {
        if young[sku] != nil { return true }
        guard let known = old.removeValue(forKey: sku) else { return false }
        set(known, for: sku)
        return true
    }
}
