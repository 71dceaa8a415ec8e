package import Ledger

/// Items and locations: by key, and by the text that names them.
extension SQLiteLedgerState {
    package mutating func itemKey(_ sku: SKU) throws(StoreError) -> ItemKey? {
        if let key = itemKeys.find(sku) { return key }
        guard let (key, state) = try reader.itemStanding(sku) else { return nil }
        itemKeys.insert(key, for: sku)
        // An item that is not committed has its key in memory, so this is the newest state.
        itemStates[key.rawValue] = state.rawValue
        return key
    }

    package mutating func item(_ key: ItemKey) throws(StoreError) -> Item? {
        if let item = items.find(key) { return item }
        guard let item = try reader.item(key) else { return nil }
        items.insert(item, for: key)
        return item
    }

    package mutating func itemState(_ key: ItemKey) throws(StoreError) -> Item.State? {
        if let state = Item.State(rawValue: itemStates[key.rawValue]) { return state }
        // A row that is in memory may be newer than SQLite's.
        let known = items.peek(key)?.state
        let found = try known == nil ? reader.itemState(key) : known
        guard let state = found else { return nil }
        itemStates[key.rawValue] = state.rawValue
        return state
    }

    package mutating func setItem(_ item: Item, key: ItemKey) {
        itemStates[key.rawValue] = item.state.rawValue
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
        if let state = Location.State(rawValue: locationStates[key.rawValue]) { return state }
        guard let state = try location(key)?.state else { return nil }
        locationStates[key.rawValue] = state.rawValue
        return state
    }

    package mutating func setLocation(_ location: Location, key: LocationKey) {
        locationStates[key.rawValue] = location.state.rawValue
        locationKeys.write(key, for: location.id, generation: open.number)
        noteOnline(location, key)
        if case .first = locations.write(location, for: key, generation: open.number) {
            open.locations.append(key)
        }
    }
}
