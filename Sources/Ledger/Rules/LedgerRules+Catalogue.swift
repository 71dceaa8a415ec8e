/// Items and locations: edits under a version, and no stock left behind.
extension LedgerRules {
    static func upsert<State: LedgerState>(
        _ command: UpsertItem,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let known = try state.itemKey(command.sku)
        var version: UInt64 = 0
        if let known, let item = try state.item(known) { version = item.version }
        if let refusal = staleness(command.expectedVersion, current: version) {
            return .refused(refusal)
        }
        if let known, command.state == .archived, try state.holdsStock(item: known) {
            return .refused(.stockRemains(command.sku, nil))
        }
        guard let key = known ?? newItemKey(&state) else {
            return .refused(.malformed(.catalogueFull(field: "sku")))
        }
        let item = Item(
            sku: command.sku,
            title: command.title,
            attributes: command.attributes.sorted { $0.name.precedesByBytes($1.name) },
            price: command.price,
            currency: command.currency,
            state: command.state,
            version: version + 1
        )
        state.setItem(item, key: key)
        changes.items.append(key)
        return .version(item.version)
    }

    static func upsert<State: LedgerState>(
        _ command: UpsertLocation,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let known = try state.locationKey(command.id)
        var version: UInt64 = 0
        if let known, let location = try state.location(known) { version = location.version }
        if let refusal = staleness(command.expectedVersion, current: version) {
            return .refused(refusal)
        }
        if let known, command.state == .closed, try state.holdsStock(location: known) {
            return .refused(.stockRemains(nil, command.id))
        }
        guard let key = known ?? newLocationKey(&state) else {
            return .refused(.malformed(.catalogueFull(field: "id")))
        }
        let location = Location(
            id: command.id,
            name: command.name,
            kind: command.kind,
            priority: command.priority,
            sellsOnline: command.sellsOnline,
            state: command.state,
            version: version + 1
        )
        state.setLocation(location, key: key)
        changes.locations.append(key)
        return .version(location.version)
    }

    private static func staleness(_ expected: UInt64?, current: UInt64) -> Refusal? {
        guard let expected, expected != current else { return nil }
        return .versionMismatch(current: current)
    }

    private static func newItemKey<State: LedgerState>(_ state: inout State) -> ItemKey? {
        guard state.header.lastItemKey < LedgerLimits.itemsMax else { return nil }
        state.header.lastItemKey += 1
        return ItemKey(state.header.lastItemKey)
    }

    private static func newLocationKey<State: LedgerState>(_ state: inout State) -> LocationKey? {
        guard state.header.lastLocationKey < LedgerLimits.locationsMax else { return nil }
        state.header.lastLocationKey += 1
        return LocationKey(state.header.lastLocationKey)
    }
}

extension FieldViolation {
    fileprivate static func catalogueFull(field: String) -> FieldViolation {
        FieldViolation(field: field, description: "the catalogue has no room for another one")
    }
}
