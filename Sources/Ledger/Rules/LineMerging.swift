/// One (sku, location) of a command, with the sum of its lines.
struct MergedLine {
    let sku: SKU
    let location: LocationID
    let key: LevelKey
    var quantity: Quantity
}

/// What is to be done to the levels that lines name; decides which states of a place allow it.
enum LinePurpose {
    /// Promise what is there: only at an ACTIVE location, since a DRAINING one takes no new holds.
    case promise
    /// Sell or ship what is there: not at a CLOSED location.
    case take
    /// Bring goods in: only at an ACTIVE location, since a DRAINING one is being emptied.
    case bring
    /// Correct the figure: not at a CLOSED location.
    case correct
    /// Book what has happened: anywhere.
    case record
}

/// Lines that are known and merged, or the first reason why not.
enum LineResolution {
    case merged([MergedLine])
    case refused(Refusal)
}

extension LedgerRules {
    /// Finds the level of every line and merges lines of the same (sku, location), so that the same
    /// unit is never counted twice.
    static func resolve<State: LedgerRows>(
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
            let found = MergedLine(
                sku: line.sku,
                location: line.location,
                key: LevelKey(location: location, item: item),
                quantity: line.quantity
            )
            if let refusal = try unusable(found, to: purpose, &state) {
                return .refused(refusal)
            }
            if let slot = table.slot(of: found.key, in: merged, by: \.key) {
                // At most `linesMax` quantities of at most `quantityMax`: no overflow.
                merged[slot].quantity += line.quantity
            } else {
                merged.append(found)
            }
        }
        return .merged(merged)
    }

    /// Why the state of the location or of the item forbids it.
    static func unusable<State: LedgerRows>(
        _ line: MergedLine,
        to purpose: LinePurpose,
        _ state: inout State
    ) throws(State.Failure) -> Refusal? {
        guard purpose != .record else { return nil }
        switch try state.locationState(line.key.location) {
        case .closed: return .locationClosed(line.location)
        case .draining where purpose == .bring || purpose == .promise:
            return .locationClosed(line.location)
        case .active, .draining, nil: break
        }
        return try state.itemState(line.key.item) == .archived ? .itemArchived(line.sku) : nil
    }

    /// The level of a line that a reservation took, so its item and location are known.
    static func levelKey<State: LedgerRows>(
        _ line: ReservationLine,
        _ state: inout State
    ) throws(State.Failure) -> LevelKey {
        try levelKey(line.sku, line.location, &state)
    }

    /// The level of an item at a location that are known.
    static func levelKey<State: LedgerRows>(
        _ sku: SKU,
        _ location: LocationID,
        _ state: inout State
    ) throws(State.Failure) -> LevelKey {
        guard
            let location = try state.locationKey(location),
            let item = try state.itemKey(sku)
        else { preconditionFailure("items and locations are never forgotten") }
        return LevelKey(location: location, item: item)
    }
}
