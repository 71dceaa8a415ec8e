import Ledger
import LedgerStore
import Synchronization

/// Names of items and locations that followers of the changes have asked for lately.
///
/// A key's name never changes, so what is here is right for ever, on any state. Bounded: when it is
/// full it begins anew, before it takes more in.
final class NameCache: Sendable {
    struct Names: Sendable {
        var skus: [ItemKey: SKU] = [:]
        var locations: [LocationKey: LocationID] = [:]
    }

    private let names = Mutex(Names())
    private let namesMax: Int

    init(namesMax: Int) { self.namesMax = namesMax }

    /// All that is known.
    var known: Names { names.withLock { $0 } }

    /// Notes names that the database may not have yet.
    func note(_ skus: [ItemKey: SKU], _ locations: [LocationKey: LocationID]) {
        guard !skus.isEmpty || !locations.isEmpty else { return }
        names.withLock { names in
            makeRoom(&names)
            for (key, sku) in skus where names.skus[key] == nil { names.skus[key] = sku }
            for (key, id) in locations where names.locations[key] == nil {
                names.locations[key] = id
            }
        }
    }

    private func makeRoom(_ names: inout Names) {
        if names.skus.count + names.locations.count > namesMax { names = Names() }
    }

    /// Notes the names of what has moved.
    func note(_ entries: [HistoryEntry]) {
        names.withLock { names in
            makeRoom(&names)
            for entry in entries {
                for named in entry.movements {
                    let key = named.movement.key
                    if names.skus[key.item] == nil { names.skus[key.item] = named.sku }
                    if names.locations[key.location] == nil {
                        names.locations[key.location] = named.location
                    }
                }
            }
        }
    }
}
