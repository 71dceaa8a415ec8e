import Ledger

/// What reads find.
extension ModelState {
    /// Whether a read would find now what it found; takes over what the answer knows better.
    func accepts(_ read: ModelRead) -> Bool {
        switch read {
        case .level(let place, let told):
            guard standing(place.itemStanding) != .absent,
                standing(place.locationStanding) != .absent
            else { return told == nil }
            return told == levels[place.level.index]
        case .item(let slot, let named, let told, let toldLevels):
            let item = items[slot.index]?.item
            return item == told && (item == nil ? [] : views(of: named)) == toldLevels
        case .location(let slot, let told):
            return locations[slot.index]?.location == told
        case .reservation(let slot, let told):
            return accepts(told, at: slot)
        case .availability(let items):
            return items.allSatisfy(accepts)
        }
    }

    private func accepts(_ told: Reservation?, at slot: Slot) -> Bool {
        guard let told, var known = reservations[slot.index] else {
            return told == nil && reservations[slot.index] == nil
        }
        let knewAll = known.knowsExpireTime && known.knowsMaxExpireTime
        guard known.accept(told) else { return false }
        if !knewAll { set(known, at: slot) }
        return true
    }

    /// The levels that ever had any stock, by location.
    private func views(of named: [NamedLevel]) -> [LevelView] {
        named.filter { levels[$0.slot.index].version > 0 }
            .sorted { $0.location < $1.location }
            .map { LevelView(sku: $0.sku, location: $0.location, level: levels[$0.slot.index]) }
    }

    private func whole(_ location: Standing<Location?>) -> Location? {
        switch location {
        case .certain(let location): location
        case .lookedUp(let slot): locations[slot.index]?.location
        }
    }

    private func accepts(_ availability: ModelAvailability) -> Bool {
        let told = availability.told
        guard let item = items[availability.item.index]?.item, item.state == .active else {
            return told.status == .unknownItem && told.available == 0
        }
        var units: Quantity = 0
        var version = item.version
        for (named, location) in zip(availability.levels, availability.locations) {
            let level = levels[named.slot.index]
            guard level.version > 0, let location = whole(location) else { continue }
            version += level.version + location.version
            let counts = location.sellsOnline && location.state == .active
            guard counts, availability.only == nil || availability.only == location.id
            else { continue }
            units += max(level.onHand - level.reserved - level.allotted, 0)
        }
        return AvailabilityReport(
            sku: told.sku,
            status: AvailabilityReport.Status(units: units),
            available: min(units, AvailabilityReport.shownMax),
            price: item.price,
            version: version
        ).agrees(with: told)
    }
}
