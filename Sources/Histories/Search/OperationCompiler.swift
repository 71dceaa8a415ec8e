import Ledger

/// Prepares the operations of a history: names become slots, lines of the same level are merged, and
/// what the catalogue certainly says is looked up once and for all.
struct OperationCompiler {
    let evidence: Evidence
    var variables = VariableTable()
    private var items: [SKU: CatalogueCertainty<ItemStanding>] = [:]
    private var locations: [LocationID: CatalogueCertainty<LocationStanding>] = [:]
    private var wholeLocations: [LocationID: CatalogueCertainty<Location?>] = [:]
    /// By reservation: every level that a command to take it names, in order.
    private var levelsOfReservation: [ReservationID: [Place]] = [:]
    private var sharedIDs: [RequestID: [Command]] = [:]

    struct Place: Hashable {
        let sku: SKU
        let location: LocationID
    }

    /// From when to when an operation may take effect.
    struct Interval {
        let begin: HistoryInstant
        let end: HistoryInstant?
    }

    init(_ evidence: Evidence) {
        self.evidence = evidence
        for request in evidence.requests { learnCatalogue(request) }
        for request in evidence.requests { learnNames(request) }
        for read in evidence.reads { learnNames(read) }
        var commands: [RequestID: [Command]] = [:]
        for request in evidence.requests {
            commands[request.id, default: []].append(request.command)
        }
        for reuse in evidence.reuses { commands[reuse.id, default: []].append(reuse.command) }
        sharedIDs = commands.filter { entry in
            entry.value.contains { $0 != entry.value[0] } || entry.value.count > 1
        }
    }

    /// All operations, by the moment when they begin.
    mutating func operations() -> [ModelOperation] {
        var operations: [ModelOperation] = []
        for request in evidence.requests { operations.append(operation(request)) }
        for reuse in evidence.reuses { operations.append(operation(reuse)) }
        for read in evidence.reads { operations.append(operation(read)) }
        return operations.sorted { ($0.begin, $0.call) < ($1.begin, $1.call) }
    }

    // MARK: - What the history knows

    private mutating func learnCatalogue(_ request: RequestEvidence) {
        if case .refused? = request.answer?.outcome { return }
        learnLocation(request)
        switch request.command {
        case .upsertItem(let command):
            items[command.sku, default: CatalogueCertainty(absent: .absent)].add(
                ItemStanding(command.state),
                begin: request.begin,
                end: request.end
            )
        case .upsertLocation(let command):
            locations[command.id, default: CatalogueCertainty(absent: .absent)].add(
                LocationStanding(command.state),
                begin: request.begin,
                end: request.end
            )
        default: break
        }
    }

    /// The location as it is from an upsert on, if its version was told.
    private mutating func learnLocation(_ request: RequestEvidence) {
        guard case .upsertLocation(let command) = request.command else { return }
        var version: UInt64 = 0
        if case .version(let told)? = request.answer?.outcome { version = told }
        wholeLocations[command.id, default: CatalogueCertainty(absent: nil)].add(
            Location(command, version: version),
            begin: request.begin,
            end: request.end
        )
    }

    /// Levels are numbered before the operations that touch all levels of an item.
    private mutating func learnNames(_ request: RequestEvidence) {
        for line in request.command.lines {
            _ = variables.slot(.level(line.sku, line.location))
        }
        guard case .reserve(let reserve) = request.command else { return }
        for line in reserve.lines {
            let place = Place(sku: line.sku, location: line.location)
            if levelsOfReservation[reserve.reservation]?.contains(place) ?? false { continue }
            levelsOfReservation[reserve.reservation, default: []].append(place)
        }
    }

    private mutating func learnNames(_ read: ReadEvidence) {
        switch read.report.value {
        case .item(_, let levels):
            for view in levels { _ = variables.slot(.level(view.sku, view.location)) }
        case .level, .location, .reservation, .availability: break
        }
        if case .level(let sku, let location) = read.subject {
            _ = variables.slot(.level(sku, location))
        }
    }

    // MARK: - Operations

    private mutating func operation(_ request: RequestEvidence) -> ModelOperation {
        let interval = Interval(begin: request.begin, end: request.end)
        let identity = identity(request.id, request.command)
        var footprint = Footprint()
        if let identity { footprint.insert(identity.slot) }
        let command = command(request, interval, &footprint)
        return ModelOperation(
            call: request.calls[0],
            begin: request.begin,
            end: request.end,
            logTime: request.answer?.logTime,
            hint: request.answer.map { $0.position.rawValue &* 2 } ?? .max,
            action: .command(command, told: request.answer?.outcome),
            identity: identity,
            footprint: footprint.slots
        )
    }

    private mutating func operation(_ reuse: ReuseEvidence) -> ModelOperation {
        let identity = identity(reuse.id, reuse.command)
        return ModelOperation(
            call: reuse.call,
            begin: reuse.begin,
            end: reuse.end,
            logTime: reuse.answer.logTime,
            hint: reuse.answer.position.rawValue &* 2,
            action: .reuse,
            identity: identity,
            footprint: identity.map { [$0.slot] } ?? []
        )
    }

    private mutating func operation(_ read: ReadEvidence) -> ModelOperation {
        // A state that is complete as of an instant is one that the ledger had at that instant or
        // later, so the read takes effect between that and its return.
        let begin = read.completeAsOf ?? HistoryInstant(nanoseconds: 0)
        var footprint = Footprint()
        let action = self.read(read, Interval(begin: begin, end: read.end), &footprint)
        return ModelOperation(
            call: read.call,
            begin: begin,
            end: read.end,
            logTime: nil,
            hint: read.report.position.map { $0.rawValue &* 2 &+ 1 } ?? .max,
            action: .read(action),
            identity: nil,
            footprint: footprint.slots
        )
    }

    private mutating func identity(
        _ id: RequestID,
        _ command: Command
    ) -> ModelOperation.SharedIdentity? {
        guard let commands = sharedIDs[id],
            let number = commands.firstIndex(of: command)
        else { return nil }
        return ModelOperation.SharedIdentity(slot: variables.slot(.identity(id)), command: number)
    }

    // MARK: - Names

    mutating func slot(_ variable: Variable, _ footprint: inout Footprint) -> Slot {
        let slot = variables.slot(variable)
        footprint.insert(slot)
        return slot
    }

    /// The levels that a reservation may have lines at.
    func places(of reservation: ReservationID) -> [Place] {
        levelsOfReservation[reservation] ?? []
    }

    mutating func place(
        _ place: Place,
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> ModelPlace {
        let item = items[place.sku] ?? CatalogueCertainty(absent: .absent)
        let location = locations[place.location] ?? CatalogueCertainty(absent: .absent)
        let itemStanding = item.value(from: interval.begin, to: interval.end)
        let locationStanding = location.value(from: interval.begin, to: interval.end)
        return ModelPlace(
            sku: place.sku,
            location: place.location,
            level: slot(.level(place.sku, place.location), &footprint),
            itemStanding: itemStanding.map { .certain($0) }
                ?? .lookedUp(slot(.item(place.sku), &footprint)),
            locationStanding: locationStanding.map { .certain($0) }
                ?? .lookedUp(slot(.location(place.location), &footprint))
        )
    }

    /// A location with everything in it.
    mutating func whole(
        _ id: LocationID,
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> Standing<Location?> {
        let certainty = wholeLocations[id] ?? CatalogueCertainty(absent: nil)
        return certainty.value(from: interval.begin, to: interval.end).map { .certain($0) }
            ?? .lookedUp(slot(.location(id), &footprint))
    }

    /// The levels of lines, each once, in the order in which they are first named.
    mutating func lines(
        _ lines: [StockLine],
        _ interval: Interval,
        _ footprint: inout Footprint
    ) -> [ModelLine] {
        var merged: [(place: Place, quantity: Quantity)] = []
        var index: [Place: Int] = [:]
        for line in lines {
            let place = Place(sku: line.sku, location: line.location)
            if let known = index[place] {
                merged[known].quantity += line.quantity
            } else {
                index[place] = merged.count
                merged.append((place, line.quantity))
            }
        }
        var result: [ModelLine] = []
        for (place, quantity) in merged {
            result.append(
                ModelLine(
                    place: self.place(place, interval, &footprint),
                    quantity: quantity
                )
            )
        }
        return result
    }
}

/// Collects the variables that an operation touches.
struct Footprint {
    private var members: Set<Slot> = []

    mutating func insert(_ slot: Slot) { members.insert(slot) }

    /// All of them, in order.
    var slots: [Slot] { members.sorted() }
}

extension Command {
    /// The lines that name stock.
    fileprivate var lines: [StockLine] {
        switch self {
        case .receive(let command): command.lines
        case .adjust(let command): command.lines
        case .sell(let command): command.lines
        case .reserve(let command): command.lines
        default: []
        }
    }
}
