/// Items and locations: edits under a version, and no stock left behind.
extension LedgerRules {
    static func upsert<State: LedgerRows>(
        _ command: UpsertItem,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let known = try state.itemKey(command.sku)
        var current: Item?
        if let known { current = try state.item(known) }
        if !command.fields.isEmpty, current == nil { return .refused(.itemNotFound(command.sku)) }
        let version = current?.version ?? 0
        if let refusal = staleness(command.expectedVersion, current: version) {
            return .refused(refusal)
        }
        let item = command.edited(current)
        if let known, item.state == .archived, current?.state != .archived,
            try state.holdsStock(item: known)
        {
            return .refused(.stockRemains(command.sku, nil))
        }
        guard let key = known ?? newItemKey(&state) else {
            return .refused(.malformed(.catalogueFull(field: "sku")))
        }
        state.setItem(item, key: key)
        changes.items.append(key)
        return .version(item.version)
    }

    static func upsert<State: LedgerRows>(
        _ command: UpsertLocation,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let known = try state.locationKey(command.id)
        var current: Location?
        if let known { current = try state.location(known) }
        if !command.fields.isEmpty, current == nil {
            return .refused(.locationNotFound(command.id))
        }
        let version = current?.version ?? 0
        if let refusal = staleness(command.expectedVersion, current: version) {
            return .refused(refusal)
        }
        let location = command.edited(current)
        if let known, location.state == .closed, current?.state != .closed,
            try state.holdsStock(location: known)
        {
            return .refused(.stockRemains(nil, command.id))
        }
        guard let key = known ?? newLocationKey(&state) else {
            return .refused(.malformed(.catalogueFull(field: "id")))
        }
        state.setLocation(location, key: key)
        changes.locations.append(key)
        return .version(location.version)
    }

    /// Sets what is different about an item at one location.
    static func setOffer<State: LedgerRows>(
        _ command: SetOffer,
        _ state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) -> Outcome {
        let named = StockLine(sku: command.sku, location: command.location, quantity: 0)
        let key: LevelKey
        switch try resolve([named], to: .correct, &state) {
        case .refused(let refusal): return .refused(refusal)
        case .merged(let merged): key = merged[0].key
        }
        let current = try state.offer(key)
        if let refusal = staleness(command.expectedVersion, current: current?.version ?? 0) {
            return .refused(refusal)
        }
        if let base = command.basePrice, current?.price != base.money {
            // Changed on both sides since: the ledger's stands, unless both want the same.
            if current?.price != command.price { keepBoth(command, key, &state) }
            return .done
        }
        let offer = command.edited(current)
        state.setOffer(offer, key: key)
        changes.offers.append(key)
        return .offer(offer)
    }

    /// Opens a conflict that says what the store wanted.
    private static func keepBoth<State: LedgerRows>(
        _ command: SetOffer,
        _ key: LevelKey,
        _ state: inout State
    ) {
        var conflict = Conflict(
            kind: .edit,
            location: command.location,
            sku: command.sku,
            openedAt: state.header.position,
            openedTime: state.header.logTime
        )
        conflict.wanted = command.price
        state.setStoreRecord(.conflict(conflict), key: .editConflict(key))
    }

    private static func staleness(_ expected: UInt64?, current: UInt64) -> Refusal? {
        guard let expected, expected != current else { return nil }
        return .versionMismatch(current: current)
    }

    private static func newItemKey<State: LedgerRows>(_ state: inout State) -> ItemKey? {
        guard state.header.lastItemKey < LedgerLimits.itemsMax else { return nil }
        state.header.lastItemKey += 1
        return ItemKey(state.header.lastItemKey)
    }

    private static func newLocationKey<State: LedgerRows>(_ state: inout State) -> LocationKey? {
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
