/// One (sku, location) of a command, with the sum of its lines.
struct MergedLine {
    let sku: SKU
    let location: LocationID
    let key: LevelKey
    var quantity: Quantity
}

/// What is to be done to the levels that lines name; decides which states of a place allow it.
enum LinePurpose {
    /// Promise or sell what is there: not at a CLOSED location.
    case take
    /// Bring goods in: only at an ACTIVE location, since a DRAINING one is being emptied.
    case bring
    /// Correct the figure: not at a CLOSED location.
    case correct
}

/// Lines that are known and merged, or the first reason why not.
enum LineResolution {
    case merged([MergedLine])
    case refused(Refusal)
}

extension LedgerRules {
    /// Finds the level of every line and merges lines of the same (sku, location), so that the same
    /// unit is never counted twice.
    static func resolve<State: LedgerState>(
        _ lines: [StockLine],
        to purpose: LinePurpose,
        _ state: inout State
    ) throws(State.Failure) -> LineResolution {
        var table = SlotTable<LevelKey>()
        var merged: [MergedLine] = []
        merged.reserveCapacity(lines.count)
        for line in lines {
            guard let location = try state.locationKey(line.location) else {
                return .refused(.locationNotFound(line.location))
            }
            guard let item = try state.itemKey(line.sku) else {
                return .refused(.itemNotFound(line.sku))
            }
            if let refusal = try unusable(location, item, to: purpose, &state) {
                return .refused(refusal)
            }
            let key = LevelKey(location: location, item: item)
            if let slot = table.slot(of: key, in: merged, by: \.key) {
                // At most `linesMax` quantities of at most `quantityMax`: no overflow.
                merged[slot].quantity += line.quantity
            } else {
                merged.append(
                    MergedLine(
                        sku: line.sku,
                        location: line.location,
                        key: key,
                        quantity: line.quantity
                    )
                )
            }
        }
        return .merged(merged)
    }

    /// Why the state of the location or of the item forbids it.
    static func unusable<State: LedgerState>(
        _ location: LocationKey,
        _ item: ItemKey,
        to purpose: LinePurpose,
        _ state: inout State
    ) throws(State.Failure) -> Refusal? {
        if let location = try state.location(location) {
            switch location.state {
            case .active: break
            case .draining: if purpose == .bring { return .locationClosed(location.id) }
            case .closed: return .locationClosed(location.id)
            }
        }
        if let item = try state.item(item), item.state == .archived {
            return .itemArchived(item.sku)
        }
        return nil
    }

    /// The level of a line that a reservation took, so its item and location are known.
    static func levelKey<State: LedgerState>(
        _ line: ReservationLine,
        _ state: inout State
    ) throws(State.Failure) -> LevelKey {
        guard
            let location = try state.locationKey(line.location),
            let item = try state.itemKey(line.sku)
        else { preconditionFailure("items and locations are never forgotten") }
        return LevelKey(location: location, item: item)
    }
}
