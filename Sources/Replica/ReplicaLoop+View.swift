import Ledger
import LedgerStore
import NIOCore
import Raft

/// The readers' view, built from the state and kept current.
extension ReplicaLoop {
    func itemView(_ sku: SKU) throws(SQLiteLedgerState.Failure) -> ItemView? {
        guard let key = try core.state.itemKey(sku), let item = try core.state.item(key)
        else { return nil }
        var levels: [LocatedLevel] = []
        for (levelKey, level) in try core.state.levels(ofItem: key) {
            if let located = try locate(level, at: levelKey.location) { levels.append(located) }
        }
        levels.sort { $0.place.location < $1.place.location }
        let offers = try core.state.offers(ofItem: key).map { LocatedOffer($0.offer) }
        return ItemView(
            item: item,
            levels: levels,
            offers: offers.sorted { $0.location < $1.location }
        )
    }

    private func locate(
        _ level: StockLevel,
        at key: LocationKey
    ) throws(SQLiteLedgerState.Failure) -> LocatedLevel? {
        guard let location = try core.state.location(key) else { return nil }
        return LocatedLevel(place: Place(location), level: level)
    }

    /// Brings what changed since the last time into the readers' view, and lets them know how
    /// complete it is: in this order, never the other.
    func bringViewUpToDate() {
        guard exchange == nil else { return }
        let position = Position(core.appliedIndex.rawValue)
        do {
            let changes = shared.view.count == 0 ? [] : try viewChanges()
            shared.view.advance(to: position, by: changes)
        } catch {
            stopAfter(.state("\(error)"))
            return
        }
        counters.tally.add(core.changes.tally)
        core.changes.removeAll()
        shared.publish(
            completeAsOf: core.completeAsOf,
            isSoleAuthority: core.isSoleAuthority,
            isStored: storedPosition == position
        )
    }

    /// What changed of the items in the view, as it is now.
    ///
    /// Their order is of no account: each says the newest of its row, and items come last.
    private func viewChanges() throws(SQLiteLedgerState.Failure) -> [AvailabilityView.Change] {
        var changes: [AvailabilityView.Change] = []
        for key in Set(core.changes.locations) {
            // Of a new one no item has a level, or the level is below.
            guard let location = try core.state.location(key), location.version > 1 else {
                continue
            }
            changes.append(.location(location))
        }
        for key in Set(core.changes.levels) {
            guard let sku = try skuInView(key.item),
                let level = try locate(core.state.level(key), at: key.location)
            else { continue }
            changes.append(.level(sku, level))
        }
        for key in Set(core.changes.offers) {
            guard let sku = try skuInView(key.item), let offer = try core.state.offer(key)
            else { continue }
            changes.append(.offer(sku, LocatedOffer(offer)))
        }
        for key in Set(core.changes.items) {
            guard let sku = try skuInView(key) else { continue }
            changes.append(.item(sku, try itemView(sku)))
        }
        return changes
    }

    private func skuInView(_ key: ItemKey) throws(SQLiteLedgerState.Failure) -> SKU? {
        guard let sku = try core.state.item(key)?.sku, shared.view.contains(sku) else { return nil }
        return sku
    }
}
