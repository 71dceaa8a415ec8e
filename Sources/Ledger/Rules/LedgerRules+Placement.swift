/// An item whose location the ledger is to choose, with the sum of its lines.
struct UnplacedLine {
    let sku: SKU
    let item: ItemKey
    var quantity: Quantity
}

/// The lines of a Reserve, found in the catalogue.
struct ReserveLines {
    let named: [MergedLine]
    let unplaced: [UnplacedLine]
}

/// The lines of a Reserve, or the first reason why not.
enum ReserveResolution {
    case success(ReserveLines)
    case failure(Refusal)
}

/// The ledger chooses locations: ACTIVE ones that sell online, by (priority, id).
///
/// What is really there is tried everywhere first, then what may be promised beyond it. Safety stock
/// is kept back.
extension LedgerRules {
    /// Finds the lines of a Reserve, named ones first.
    static func resolve<State: LedgerRows>(
        _ command: Reserve,
        _ state: inout State
    ) throws(State.Failure) -> ReserveResolution {
        let named: [MergedLine]
        switch try resolve(command.lines, to: .promise, &state) {
        case .refused(let refusal): return .failure(refusal)
        case .merged(let merged): named = merged
        }
        guard !command.unplaced.isEmpty else {
            return .success(ReserveLines(named: named, unplaced: []))
        }
        var unplaced: [UnplacedLine] = []
        for line in command.unplaced {
            guard let item = try state.itemKey(line.sku) else {
                return .failure(.itemNotFound(line.sku))
            }
            if try state.itemState(item) == .archived { return .failure(.itemArchived(line.sku)) }
            // At most `placementLinesMax` of them: a scan is fast enough.
            if let slot = unplaced.firstIndex(where: { $0.item == item }) {
                unplaced[slot].quantity += line.quantity
            } else {
                unplaced.append(UnplacedLine(sku: line.sku, item: item, quantity: line.quantity))
            }
        }
        return .success(ReserveLines(named: named, unplaced: unplaced))
    }

    /// Chooses where each line is taken from; takes nothing yet.
    static func place<State: LedgerRows>(
        _ lines: [UnplacedLine],
        _ placement: Placement,
        _ state: inout State,
        _ sheet: inout LevelSheet
    ) throws(State.Failure) -> LineResolution {
        let limit = min(
            LedgerLimits.placementLocationsMax,
            LedgerLimits.placementLevelsMax / lines.count
        )
        let locations = try state.onlineLocations(limit: limit)
        var offers: [PlacementOffers] = []
        for line in lines {
            var levels: [StockLevel] = []
            levels.reserveCapacity(locations.count)
            for location in locations {
                let key = LevelKey(location: location.key, item: line.item)
                levels.append(try sheet.peek(key, &state))
            }
            offers.append(PlacementOffers(line: line, levels: levels))
        }
        return switch placement {
        case .whole: placeWhole(offers, at: locations)
        case .split: placeSplit(offers, at: locations)
        }
    }

    /// The first location that has all lines, without backorders if there is one.
    private static func placeWhole(
        _ offers: [PlacementOffers],
        at locations: [OnlineLocation]
    ) -> LineResolution {
        for backorders in [false, true] {
            for (index, location) in locations.enumerated()
            where offers.allSatisfy({ $0.has($0.line.quantity, at: index, backorders: backorders) })
            {
                return .merged(offers.map { $0.line.taken($0.line.quantity, at: location) })
            }
        }
        return .refused(.insufficientStock(offers.map(\.shortage)))
    }

    /// Line by line, units across locations, without backorders as far as that goes.
    private static func placeSplit(
        _ offers: [PlacementOffers],
        at locations: [OnlineLocation]
    ) -> LineResolution {
        var placed: [MergedLine] = []
        var shortages: [Shortage] = []
        for offer in offers {
            var rest = offer.line.quantity
            var taken = [Quantity](repeating: 0, count: locations.count)
            for backorders in [false, true] {
                for index in locations.indices where rest > 0 {
                    let room = offer.room(at: index, backorders: backorders) - taken[index]
                    let part = min(rest, max(0, room))
                    taken[index] += part
                    rest -= part
                }
            }
            if rest > 0 { shortages.append(offer.shortage) }
            for (index, quantity) in taken.enumerated() where quantity > 0 {
                placed.append(offer.line.taken(quantity, at: locations[index]))
            }
        }
        return shortages.isEmpty ? .merged(placed) : .refused(.insufficientStock(shortages))
    }
}

/// What the locations have of one item, in the order in which they are tried.
private struct PlacementOffers {
    let line: UnplacedLine
    let levels: [StockLevel]

    /// How many units may be taken at a location; at times less than none.
    func room(at index: Int, backorders: Bool) -> Quantity {
        levels[index].availableOnline + (backorders ? levels[index].backorderLimit : 0)
    }

    func has(_ quantity: Quantity, at index: Int, backorders: Bool) -> Bool {
        room(at: index, backorders: backorders) >= quantity
    }

    /// What was asked for, and what all locations together have.
    var shortage: Shortage {
        Shortage(
            sku: line.sku,
            location: nil,
            requested: line.quantity,
            available: levels.reduce(0) { $0 + max(0, $1.availableOnline) }
        )
    }
}

extension UnplacedLine {
    fileprivate func taken(_ quantity: Quantity, at location: OnlineLocation) -> MergedLine {
        MergedLine(
            sku: sku,
            location: location.id,
            key: LevelKey(location: location.key, item: item),
            quantity: quantity
        )
    }
}

extension [MergedLine] {
    /// Adds lines, those of the same level to the one that is there.
    mutating func merge(_ others: [MergedLine]) {
        var table = SlotTable<LevelKey>()
        for line in others {
            if let slot = table.slot(of: line.key, in: self, by: \.key) {
                self[slot].quantity += line.quantity
            } else {
                append(line)
            }
        }
    }
}
