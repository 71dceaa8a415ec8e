import Ledger

/// What each kind of operation touches.
extension OperationCompiler {
    mutating func command(
        _ request: RequestEvidence,
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> ModelCommand {
        let whole = Request(
            id: request.id,
            actor: Actor(unchecked: "anyone"),
            command: request.command
        )
        if let violation = whole.validate().first { return .malformed(violation) }
        guard request.command.isModelled else { return .unmodelled }
        switch request.command {
        case .upsertItem(let command):
            // Only what puts an item away looks at its stock.
            let levels =
                command.state == .archived
                ? variables.levels { sku, _ in sku == command.sku } : []
            for level in levels { footprint.insert(level) }
            return .upsertItem(slot(.item(command.sku), &footprint), command, levels: levels)
        case .upsertLocation(let command):
            let levels =
                command.state == .closed ? variables.levels { $1 == command.id } : []
            for level in levels { footprint.insert(level) }
            return .upsertLocation(slot(.location(command.id), &footprint), command, levels: levels)
        case .receive(let command): return .receive(lines(command.lines, interval, &footprint))
        case .adjust(let command):
            let lines = lines(command.lines, interval, &footprint)
            return .adjust(lines, hasReason: command.reason != nil)
        case .sell(let command): return .sell(lines(command.lines, interval, &footprint))
        case .reserve(let command): return reserve(command, interval, &footprint)
        case .extend(let command):
            return .extend(reservation(command.reservation, &footprint), command)
        case .confirm(let command):
            let slot = reservation(command.reservation, &footprint)
            var places: [ModelPlace] = []
            for place in self.places(of: command.reservation) {
                places.append(self.place(place, interval, &footprint))
            }
            return .confirm(slot, command, places: places)
        case .fulfill(let command):
            return .fulfill(reservation(command.reservation, &footprint), command)
        case .release(let command):
            return .release(reservation(command.reservation, &footprint), command)
        default: return .unmodelled
        }
    }

    private mutating func reserve(
        _ command: Reserve,
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> ModelCommand {
        let lines = lines(command.lines, interval, &footprint)
        let slot = reservation(command.reservation, &footprint)
        var replaces: Slot?
        if let id = command.replaces { replaces = reservation(id, &footprint) }
        return .reserve(slot, command, lines, replaces: replaces)
    }

    /// A reservation, and all the stock that it may hold.
    private mutating func reservation(
        _ id: ReservationID,
        _ footprint: inout Footprint
    ) -> Slot {
        for place in places(of: id) {
            footprint.insert(variables.slot(.level(place.sku, place.location)))
        }
        return slot(.reservation(id), &footprint)
    }

    mutating func read(
        _ read: ReadEvidence,
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> ModelRead {
        switch (read.subject, read.report.value) {
        case (.level(let sku, let location), .level(let level)):
            let place = Place(sku: sku, location: location)
            return .level(self.place(place, interval, &footprint), level)
        case (.item(let sku), .item(let item, let levels)):
            let slot = slot(.item(sku), &footprint)
            return .item(slot, self.levels(of: sku, &footprint), item, levels)
        case (.location(let id), .location(let location)):
            return .location(slot(.location(id), &footprint), location)
        case (.reservation(let id), .reservation(let found)):
            let slot = found == nil ? variables.slot(.reservation(id)) : reservation(id, &footprint)
            footprint.insert(slot)
            return .reservation(slot, found)
        case (.availability(_, let location), .availability(let reports)):
            var items: [ModelAvailability] = []
            for report in reports {
                items.append(availability(report, at: location, interval, &footprint))
            }
            return .availability(items)
        default: preconditionFailure("a call is answered in kind")
        }
    }

    private mutating func availability(
        _ report: AvailabilityReport,
        at location: LocationID?,
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> ModelAvailability {
        let item = slot(.item(report.sku), &footprint)
        let levels = levels(of: report.sku, &footprint)
        var locations: [Standing<Location?>] = []
        for level in levels { locations.append(whole(level.location, interval, &footprint)) }
        return ModelAvailability(
            item: item,
            levels: levels,
            locations: locations,
            only: location,
            told: report
        )
    }

    private mutating func levels(of sku: SKU, _ footprint: inout Footprint) -> [NamedLevel] {
        variables.levels { named, _ in named == sku }.compactMap { slot in
            guard case .level(let sku, let location) = variables.variables[slot.index] else {
                return nil
            }
            footprint.insert(slot)
            return NamedLevel(sku: sku, location: location, slot: slot)
        }
    }
}
