import Ledger

/// Items and locations.
extension ModelState {
    func upsert(
        _ command: UpsertItem,
        at slot: Slot,
        levels: [Slot],
        by operation: Int
    ) -> Outcome {
        let current = items[slot.index]?.item
        if let refusal = staleness(command.expectedVersion, current?.version) {
            return .refused(refusal)
        }
        if current != nil, command.state == .archived, holdStock(levels) {
            return .refused(.stockRemains(command.sku, nil))
        }
        let version = (current?.version ?? 0) + 1
        let item = Item(
            sku: command.sku,
            title: command.title,
            attributes: command.attributes.sorted {
                $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
            },
            price: command.price,
            currency: command.currency,
            state: command.state,
            version: version
        )
        set(ModelItem(item: item, writer: operation), at: slot)
        return .version(version)
    }

    func upsert(
        _ command: UpsertLocation,
        at slot: Slot,
        levels: [Slot],
        by operation: Int
    ) -> Outcome {
        let current = locations[slot.index]?.location
        if let refusal = staleness(command.expectedVersion, current?.version) {
            return .refused(refusal)
        }
        if current != nil, command.state == .closed, holdStock(levels) {
            return .refused(.stockRemains(nil, command.id))
        }
        let version = (current?.version ?? 0) + 1
        let location = Location(command, version: version)
        set(ModelLocation(location: location, writer: operation), at: slot)
        return .version(version)
    }

    private func staleness(_ expected: UInt64?, _ current: UInt64?) -> Refusal? {
        guard let expected, expected != current ?? 0 else { return nil }
        return .versionMismatch(current: current ?? 0)
    }

    private func holdStock(_ slots: [Slot]) -> Bool {
        slots.contains { slot in
            let level = levels[slot.index]
            return level.onHand != 0 || level.reserved != 0 || level.allotted != 0
        }
    }
}

extension Location {
    /// What an upsert leaves behind.
    init(_ command: UpsertLocation, version: UInt64) {
        self.init(
            id: command.id,
            name: command.name,
            kind: command.kind,
            priority: command.priority,
            sellsOnline: command.sellsOnline,
            state: command.state,
            version: version
        )
    }
}
