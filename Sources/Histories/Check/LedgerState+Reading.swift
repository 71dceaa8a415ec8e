package import Ledger

extension InMemoryLedgerState {
    /// What a read would find.
    package func value(of subject: ReadSubject) -> ReadValue {
        switch subject {
        case .level(let sku, let location):
            guard let key = levelKey(sku, location) else { return .level(nil) }
            return .level(level(key))
        case .item(let sku):
            guard let key = itemKey(sku), let item = item(key) else {
                return .item(nil, levels: [])
            }
            return .item(item, levels: levels(of: sku).map(\.view))
        case .location(let id): return .location(locationKey(id).flatMap(location))
        case .reservation(let id): return .reservation(reservation(id))
        case .availability(let skus, let location):
            return .availability(skus.map { availability($0, at: location) })
        }
    }

    private func levelKey(_ sku: SKU, _ location: LocationID) -> LevelKey? {
        guard let item = itemKey(sku), let location = locationKey(location) else { return nil }
        return LevelKey(location: location, item: item)
    }

    /// Where the item has ever had stock, by location id.
    private func levels(of sku: SKU) -> [(location: Location, view: LevelView)] {
        (1...max(header.lastLocationKey, 1))
            .compactMap { location(LocationKey($0)) }
            .sorted { $0.id < $1.id }
            .compactMap { location in
                guard let key = levelKey(sku, location.id), level(key).version > 0
                else { return nil }
                return (
                    location, LevelView(sku: sku, location: location.id, level: level(key))
                )
            }
    }

    private func availability(_ sku: SKU, at location: LocationID?) -> AvailabilityReport {
        guard let key = itemKey(sku), let item = item(key), item.state == .active else {
            return AvailabilityReport(sku: sku, status: .unknownItem, available: 0)
        }
        let all = levels(of: sku)
        let version = all.reduce(item.version) { $0 + $1.location.version + $1.view.level.version }
        let units =
            all
            .filter { location == nil || location == $0.location.id }
            .filter { $0.location.sellsOnline && $0.location.state == .active }
            .map { max($0.view.level.availableOnline, 0) }
            .reduce(0, +)
        return AvailabilityReport(
            sku: sku,
            status: AvailabilityReport.Status(units: units),
            available: min(units, AvailabilityReport.shownMax),
            price: item.price,
            version: version
        )
    }
}
