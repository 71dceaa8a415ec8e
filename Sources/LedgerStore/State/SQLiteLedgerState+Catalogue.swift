package import Ledger

/// Items and locations: by key, and by the text that names them.
extension SQLiteLedgerState {
    package mutating func itemKey(_ sku: SKU) throws(StoreError) -> ItemKey? {
        if let key = itemKeys.find(sku) { return key }
        guard let key = try reader.itemKey(sku) else { return nil }
        itemKeys.insert(key, for: sku)
        return key
    }

    package mutating func item(_ key: ItemKey) throws(StoreError) -> Item? {
        if let item = items.find(key) { return item }
        guard let item = try reader.item(key) else { return nil }
        items.insert(item, for: key)
        return item
    }

    package mutating func itemState(_ key: ItemKey) throws(StoreError) -> Item.State? {
        if let state = items.find(key, part: { $0.state }) { return state }
        return try item(key)?.state
    }

    package mutating func setItem(_ item: Item, key: ItemKey) {
        itemKeys.write(key, for: item.sku, generation: open.number)
        if case .first = items.write(item, for: key, generation: open.number) {
            open.items.append(key)
        }
    }

    package mutating func locationKey(_ id: LocationID) throws(StoreError) -> LocationKey? {
        if let key = locationKeys.find(id) { return key }
        guard let key = try reader.locationKey(id) else { return nil }
        locationKeys.insert(key, for: id)
        return key
    }

    package mutating func location(_ key: LocationKey) throws(StoreError) -> Location? {
        if let location = locations.find(key) { return location }
        guard let location = try reader.location(key) else { return nil }
        locations.insert(location, for: key)
        return location
    }

    package mutating func locationState(
        _ key: LocationKey
    ) throws(StoreError) -> Location.State? {
        if let state = locations.find(key, part: { $0.state }) { return state }
        return try location(key)?.state
    }

    package mutating func setLocation(_ location: Location, key: LocationKey) {
        locationKeys.write(key, for: location.id, generation: open.number)
        if case .first = locations.write(location, for: key, generation: open.number) {
            open.locations.append(key)
        }
    }
}
