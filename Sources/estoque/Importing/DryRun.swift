import Ledger
import LedgerAPI
import LedgerClient

/// What a dry run asks of the cluster.
protocol LedgerReader: Sendable {
    /// A position that includes everything acknowledged so far.
    func position() async throws(EstoqueError) -> Position
    /// The item with its stock everywhere, as of a position or later; nil when there is none.
    func item(_ sku: SKU, from position: Position) async throws(EstoqueError) -> StockedItem?
    /// What is different about an item at a location; nil when nothing is.
    func offer(
        _ sku: SKU,
        at location: LocationID,
        from position: Position
    ) async throws(EstoqueError) -> Offer?
    /// The location, as of a position or later; nil when there is none.
    func location(_ id: LocationID, from position: Position) async throws(EstoqueError) -> Location?
}

/// Finds out what an import would do, and does nothing.
///
/// Lines are taken in the file's order, and later ones see what earlier ones would have done.
struct DryRun<Reader: LedgerReader> {
    private let reader: Reader
    private let position: Position
    private var items: [SKU: PlannedItem] = [:]
    private var locations: [LocationID: PlannedLocation] = [:]
    private var offers: [OrderKey: Offer?] = [:]
    private(set) var effects = DryRunEffects()

    /// Items and locations that are kept in mind at most.
    private static var knownMax: Int { 1_000_000 }
    private static var readsAtOnceMax: Int { 64 }

    init(_ reader: Reader) async throws(EstoqueError) {
        self.reader = reader
        position = try await reader.position()
    }

    /// Takes the next lines; says what would become of each.
    mutating func take(_ batch: ImportBatch) async throws -> [EntryOutcome] {
        try await learn(of: batch)
        return batch.entries.map { entry in
            switch entry.content {
            case .rejected(let rejection): return .refused(rejection)
            case .command(let command, _):
                do throws(Rejection) {
                    try plan(command)
                    return .imported
                } catch {
                    return .refused(error)
                }
            }
        }
    }

    // MARK: - Planning

    private mutating func plan(_ command: Command) throws(Rejection) {
        switch command {
        case .upsertItem(let item):
            let present = items[item.sku]?.item
            effects.note(item, over: present)
            items[item.sku]?.item = Item(item)
        case .upsertLocation(let location):
            let present = locations[location.id]?.location
            effects.note(location, over: present)
            locations[location.id]?.location = Location(location)
        case .receive(let receive): try move(receive.lines, isReceipt: true)
        case .adjust(let adjust): try move(adjust.lines, isReceipt: false)
        case .count(let count): try self.count(count)
        case .reserve(let reserve): try hold(reserve.lines)
        case .setOffer(let offer): try set(offer)
        default: preconditionFailure("an import has no \(command)")
        }
    }

    private mutating func move(_ lines: [StockLine], isReceipt: Bool) throws(Rejection) {
        for line in lines {
            guard let location = locations[line.location]?.location else {
                throw Rejection(.locationNotFound(line.location))
            }
            guard let item = items[line.sku]?.item else {
                throw Rejection(.itemNotFound(line.sku))
            }
            guard location.state == .active || (location.state == .draining && !isReceipt) else {
                throw Rejection(.locationClosed(line.location))
            }
            guard item.state == .active else { throw Rejection(.itemArchived(line.sku)) }
        }
        for line in lines {
            effects.move(line, before: level(of: line.sku, at: line.location).onHand)
        }
    }

    private func level(of sku: SKU, at location: LocationID) -> StockLevel {
        items[sku]?.levels[location] ?? StockLevel()
    }

    private func check(_ sku: SKU, _ location: LocationID) throws(Rejection) {
        guard let place = locations[location]?.location else {
            throw Rejection(.locationNotFound(location))
        }
        guard let item = items[sku]?.item else { throw Rejection(.itemNotFound(sku)) }
        guard place.state != .closed else { throw Rejection(.locationClosed(location)) }
        guard item.state == .active else { throw Rejection(.itemArchived(sku)) }
    }

    private mutating func count(_ count: Count) throws(Rejection) {
        for line in count.lines {
            try check(line.sku, line.location)
            let level = level(of: line.sku, at: line.location)
            if let version = line.bookVersion, version != level.version {
                throw Rejection(
                    .countOutdated([
                        LevelView(sku: line.sku, location: line.location, level: level)
                    ])
                )
            }
            effects.move(
                StockLine(
                    sku: line.sku,
                    location: line.location,
                    quantity: line.counted - line.book
                ),
                before: level.onHand
            )
        }
    }

    /// Holds of earlier lines count against what later ones may have.
    private mutating func hold(_ lines: [StockLine]) throws(Rejection) {
        for line in lines {
            try check(line.sku, line.location)
            let level = level(of: line.sku, at: line.location)
            guard level.available + level.backorderLimit >= line.quantity else {
                throw Rejection(
                    .insufficientStock([
                        Shortage(
                            sku: line.sku,
                            location: line.location,
                            requested: line.quantity,
                            available: level.available
                        )
                    ])
                )
            }
        }
        for line in lines {
            items[line.sku]?.levels[line.location, default: StockLevel()].reserved += line.quantity
        }
    }

    private mutating func set(_ offer: SetOffer) throws(Rejection) {
        try check(offer.sku, offer.location)
        let key = OrderKey.offer(offer.sku, offer.location)
        let present = offers[key] ?? nil
        var next =
            present
            ?? Offer(
                sku: offer.sku,
                location: offer.location,
                price: nil,
                attributes: [],
                version: 0
            )
        if offer.fields.contains(.price) { next.price = offer.price }
        if offer.fields.contains(.attributes) { next.attributes = offer.attributes }
        effects.note(next, over: present)
        offers[key] = next
    }

    // MARK: - Reading

    private mutating func learn(of batch: ImportBatch) async throws {
        var skus: Set<SKU> = []
        var ids: Set<LocationID> = []
        for entry in batch.entries {
            guard case .command(let command, _) = entry.content else { continue }
            switch command {
            case .upsertItem(let item): skus.insert(item.sku)
            case .upsertLocation(let location): ids.insert(location.id)
            case .receive(let receive): Self.collect(receive.lines, &skus, &ids)
            case .adjust(let adjust): Self.collect(adjust.lines, &skus, &ids)
            case .reserve(let reserve): Self.collect(reserve.lines, &skus, &ids)
            case .count(let count):
                for line in count.lines {
                    skus.insert(line.sku)
                    ids.insert(line.location)
                }
            case .setOffer(let offer):
                skus.insert(offer.sku)
                ids.insert(offer.location)
                try await learn(of: offer)
            default: preconditionFailure("an import has no \(command)")
            }
        }
        skus.subtract(items.keys)
        ids.subtract(locations.keys)
        guard items.count + skus.count <= Self.knownMax,
            locations.count + ids.count <= Self.knownMax
        else {
            throw ImportFileError(
                "a dry run keeps at most \(Self.knownMax) items in mind; split the file"
            )
        }
        for (sku, item) in try await read(skus.sorted(), { try await $0.item($1, from: $2) }) {
            items[sku] = PlannedItem(item)
        }
        for (id, location) in try await read(
            ids.sorted(),
            { try await $0.location($1, from: $2) }
        ) {
            locations[id] = PlannedLocation(location: location)
        }
    }

    private mutating func learn(of offer: SetOffer) async throws {
        let key = OrderKey.offer(offer.sku, offer.location)
        guard offers[key] == nil else { return }
        guard offers.count < Self.knownMax else {
            throw ImportFileError("a dry run keeps at most \(Self.knownMax) offers in mind")
        }
        offers[key] = .some(
            try await reader.offer(offer.sku, at: offer.location, from: position)
        )
    }

    private static func collect(
        _ lines: [StockLine],
        _ skus: inout Set<SKU>,
        _ ids: inout Set<LocationID>
    ) {
        for line in lines {
            skus.insert(line.sku)
            ids.insert(line.location)
        }
    }

    /// Asks for several things at once, but never for too many.
    private func read<Key: Sendable, Value: Sendable>(
        _ keys: [Key],
        _ ask: @escaping @Sendable (Reader, Key, Position) async throws -> Value?
    ) async throws -> [(Key, Value?)] {
        try await withThrowingTaskGroup(of: (Key, Value?).self) { group in
            var found: [(Key, Value?)] = []
            found.reserveCapacity(keys.count)
            for (index, key) in keys.enumerated() {
                if index >= Self.readsAtOnceMax, let next = try await group.next() {
                    found.append(next)
                }
                group.addTask { [reader, position] in (key, try await ask(reader, key, position)) }
            }
            for try await next in group { found.append(next) }
            return found
        }
    }
}

/// An item as the import would leave it, with the stock that there is now.
private struct PlannedItem {
    var item: Item?
    var levels: [LocationID: StockLevel] = [:]

    init(_ stocked: StockedItem?) {
        item = stocked?.item
        for view in stocked?.levels ?? [] { levels[view.location] = view.level }
    }
}

/// A location as the import would leave it.
private struct PlannedLocation {
    var location: Location?
}

extension Rejection {
    /// What the ledger would say.
    fileprivate init(_ refusal: Refusal) {
        let problem = Problem(refusal)
        self.init(reason: problem.reason.rawValue, message: problem.message)
    }
}

extension Item {
    /// As the command would leave it; the version is of no interest here.
    init(_ command: UpsertItem) {
        self.init(
            sku: command.sku,
            title: command.title,
            // The ledger keeps attributes by the bytes of their names.
            attributes: command.attributes.sorted { left, right in
                left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
            },
            price: command.price,
            currency: command.currency,
            state: command.state,
            version: 0
        )
    }
}

extension Location {
    /// As the command would leave it; the version is of no interest here.
    init(_ command: UpsertLocation) {
        self.init(
            id: command.id,
            name: command.name,
            kind: command.kind,
            priority: command.priority,
            sellsOnline: command.sellsOnline,
            state: command.state,
            version: 0
        )
    }
}
