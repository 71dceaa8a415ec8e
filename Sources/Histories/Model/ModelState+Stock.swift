import Ledger

/// What a command does to the levels that it touches, before it is known whether it may.
struct ModelDeltas {
    struct Delta {
        let slot: Slot
        var onHand: Quantity = 0
        var reserved: Quantity = 0
        var allotted: Quantity = 0
    }

    private(set) var deltas: [Delta] = []

    mutating func addOnHand(_ quantity: Quantity, at slot: Slot) {
        change(slot) { $0.onHand += quantity }
    }

    /// Counts units in the bucket of the owner: a store's are allotted, all others' reserved.
    mutating func addPromised(_ quantity: Quantity, to owner: Owner, at slot: Slot) {
        change(slot) { delta in
            switch owner.kind {
            case .store: delta.allotted += quantity
            case .customer, .order: delta.reserved += quantity
            }
        }
    }

    /// The level as the deltas would leave it; one version more if anything moved.
    func applied(to level: StockLevel, at slot: Slot) -> StockLevel {
        guard let delta = deltas.first(where: { $0.slot == slot }) else { return level }
        var level = level
        level.onHand += delta.onHand
        level.reserved += delta.reserved
        level.allotted += delta.allotted
        if delta.onHand | delta.reserved | delta.allotted != 0 { level.version += 1 }
        return level
    }

    private mutating func change(_ slot: Slot, _ body: (inout Delta) -> Void) {
        if let index = deltas.firstIndex(where: { $0.slot == slot }) {
            body(&deltas[index])
        } else {
            var delta = Delta(slot: slot)
            body(&delta)
            deltas.append(delta)
        }
    }
}

/// What stock is to be moved for; the catalogue does not allow everything everywhere.
enum ModelPurpose {
    case promise
    case take
    case bring
    case correct
}

/// Stock that comes, goes, or is corrected.
extension ModelState {
    func apply(_ deltas: ModelDeltas) {
        for delta in deltas.deltas {
            let level = deltas.applied(to: levels[delta.slot.index], at: delta.slot)
            if level != levels[delta.slot.index] { set(level, at: delta.slot) }
        }
    }

    /// Moves what is on hand, all lines or none.
    func move(
        _ lines: [ModelLine],
        sign: Quantity,
        for purpose: ModelPurpose
    ) -> Outcome {
        if let refusal = refusal(of: lines.map(\.place), for: purpose) {
            return .refused(refusal)
        }
        var deltas = ModelDeltas()
        if purpose == .take, let refusal = shortage(of: lines, deltas) { return .refused(refusal) }
        var views: [LevelView] = []
        for line in lines {
            let place = line.place
            deltas.addOnHand(sign * line.quantity, at: place.level)
            let level = deltas.applied(to: levels[place.level.index], at: place.level)
            guard level.onHand.magnitude <= LedgerLimits.bucketMax.magnitude else {
                return .refused(.quantityOverflow(place.sku, place.location))
            }
            views.append(LevelView(sku: place.sku, location: place.location, level: level))
        }
        apply(deltas)
        return .levels(views)
    }

    /// Lines that can't be had in full, on top of what is done already.
    func shortage(of lines: [ModelLine], _ deltas: ModelDeltas) -> Refusal? {
        let shortages = lines.compactMap { line -> Shortage? in
            let place = line.place
            let level = deltas.applied(to: levels[place.level.index], at: place.level)
            let available = level.onHand - level.reserved - level.allotted
            guard available < line.quantity else { return nil }
            return Shortage(
                sku: place.sku,
                location: place.location,
                requested: line.quantity,
                available: available
            )
        }
        return shortages.isEmpty ? nil : .insufficientStock(shortages)
    }

    /// Why the catalogue does not allow it, by the first place that is wrong.
    func refusal(of places: [ModelPlace], for purpose: ModelPurpose) -> Refusal? {
        for place in places {
            let location = standing(place.locationStanding)
            if location == .absent { return .locationNotFound(place.location) }
            let item = standing(place.itemStanding)
            if item == .absent { return .itemNotFound(place.sku) }
            if location == .closed
                || location == .draining && (purpose == .bring || purpose == .promise)
            {
                return .locationClosed(place.location)
            }
            if item == .archived { return .itemArchived(place.sku) }
        }
        return nil
    }

    func standing(_ standing: Standing<ItemStanding>) -> ItemStanding {
        switch standing {
        case .certain(let value): return value
        case .lookedUp(let slot):
            guard let item = items[slot.index]?.item else { return .absent }
            return ItemStanding(item.state)
        }
    }

    func standing(_ standing: Standing<LocationStanding>) -> LocationStanding {
        switch standing {
        case .certain(let value): return value
        case .lookedUp(let slot):
            guard let location = locations[slot.index]?.location else { return .absent }
            return LocationStanding(location.state)
        }
    }
}

extension ItemStanding {
    init(_ state: Item.State) {
        self =
            switch state {
            case .active: .active
            case .archived: .archived
            }
    }
}

extension LocationStanding {
    init(_ state: Location.State) {
        self =
            switch state {
            case .active: .active
            case .draining: .draining
            case .closed: .closed
            }
    }
}
