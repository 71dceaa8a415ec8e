import Ledger
import LedgerStore
import NIOCore
import Replica

/// How rows of the journal become records.
extension FeedSource {
    /// Fetches what the rows of the batch need, in few questions.
    func prepare() {
        var seen = Set<SKU>()
        for entry in rows {
            for sku in skus(of: entry) where seen.insert(sku).inserted && items[sku] == nil {
                wanted.append(sku)
            }
        }
        goOn()
    }

    /// Fetches what is wanted, then converts.
    func goOn() {
        guard !isOver else { return }
        if wanted.isEmpty { work() } else { fetchWanted() }
    }

    private func fetch(_ skus: [SKU]) {
        wanted = skus
        fetchWanted()
    }

    private func skus(of entry: HistoryEntry) -> [SKU] {
        if let sku = entry.editedItem { return [sku] }
        if let offer = entry.row.offer, !entry.isRefusal { return [offer.sku] }
        return entry.movements.map(\.sku)
    }

    /// Converts rows as long as everything they need is at hand.
    private func work() {
        while let entry = rows.first {
            guard convert(entry) else { return }
            rows.removeFirst()
        }
        batchIsDone()
    }

    /// Converts a row; false when something is being fetched, after which `work` goes on.
    private func convert(_ entry: HistoryEntry) -> Bool {
        let position = entry.row.position
        guard !entry.isRefusal else { return true }
        if let sku = entry.editedItem { return convert(edited: sku, at: position) }
        if let id = entry.editedLocation { return convert(edited: id, at: position) }
        if let offer = entry.row.offer { return convert(offer, at: position) }
        // First all, then the records: an entry is converted whole or not at all.
        for named in entry.movements where items[named.sku] == nil {
            fetch([named.sku])
            return false
        }
        for named in entry.movements {
            let after = named.movement.after
            guard items.apply(after, of: named.sku, at: named.location, position) else {
                // Its first stock at this location: the item is read anew.
                fetch([named.sku])
                return false
            }
        }
        for named in entry.movements {
            append(stockOf: named.sku, whole: true, at: named.location, position)
        }
        return true
    }

    private func append(
        stockOf sku: SKU,
        whole: Bool,
        at location: LocationID?,
        _ position: Position
    ) {
        let facts = StockFacts(sku, items[sku]?.view, whole: whole, at: location)
        records.append(FeedRecord(.stock(facts), at: position))
    }

    private func convert(edited sku: SKU, at position: Position) -> Bool {
        let known = items[sku]
        guard let known, known.asOf >= position else {
            priceBefore = known.map { (sku, $0.view?.item.money) }
            fetch([sku])
            return false
        }
        let before = priceBefore
        priceBefore = nil
        guard let view = known.view else { return true }
        let item = view.item
        records.append(FeedRecord(.item(item), at: position))
        // What it was is known, and it is still that: no change. Else it is told, which does no harm.
        if before?.sku != sku || before?.price != item.money {
            records.append(FeedRecord(.price(sku, item.money, version: item.version), at: position))
        }
        append(stockOf: sku, whole: true, at: view.levels.first?.place.location, position)
        for level in view.levels.dropFirst() {
            append(stockOf: sku, whole: false, at: level.place.location, position)
        }
        return true
    }

    private func convert(_ offer: Offer, at position: Position) -> Bool {
        guard let known = items[offer.sku], known.asOf >= position else {
            fetch([offer.sku])
            return false
        }
        records.append(FeedRecord(.offer(offer), at: position))
        append(stockOf: offer.sku, whole: true, at: offer.location, position)
        return true
    }

    // MARK: - Locations

    /// What a location is decides about the availability of every item there.
    private func convert(edited id: LocationID, at position: Position) -> Bool {
        guard let location = fetched else {
            fetch(id)
            return false
        }
        // A new one has no stock yet.
        guard location.version > 1 else {
            records.append(FeedRecord(.location(location), at: position))
            fetched = nil
            return true
        }
        guard let skus = scanned else {
            scan(for: id, at: position)
            return false
        }
        let outdated = skus.filter { sku in (items[sku]?.asOf ?? Position(0)) < position }
        guard outdated.isEmpty else {
            fetch(outdated)
            return false
        }
        records.append(FeedRecord(.location(location), at: position))
        for sku in skus { append(stockOf: sku, whole: true, at: id, position) }
        fetched = nil
        scanned = nil
        return true
    }

    private func fetch(_ id: LocationID) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        node.location(id, consistency: .stale, deadline: .now() + .seconds(5)) {
            [eventLoop] result in
            eventLoop.execute {
                let source = bound.value
                switch result {
                case .failure(let failure): source.retryWork("\(failure)")
                case .success(let found):
                    source.fetched = found.value
                    if found.value == nil {
                        source.retryWork("location \(id) is not there")
                    } else {
                        source.goOn()
                    }
                }
            }
        }
    }

    /// Looks through the table of levels for the items at a location.
    private func scan(for id: LocationID, at position: Position) {
        let scan = LevelScan(location: id, position: position, limits: limits)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        scan.run(books) { [eventLoop] result in
            eventLoop.execute {
                let source = bound.value
                guard !source.isOver else { return }
                switch result {
                case .found(let skus):
                    source.scanned = skus
                    source.goOn()
                case .tooMany:
                    source.jump(to: source.node.status.applied, "a large location changed")
                case .failed(let failure): source.retryWork("\(failure)")
                }
            }
        }
    }

    // MARK: - Items

    private static let itemsPerFetch = 64

    /// Reads items at a state that has every row that was published.
    private func fetchWanted() {
        let part = missing()
        guard !part.isEmpty else { return work() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        node.items(part, consistency: .stale, deadline: .now() + .seconds(5)) {
            [eventLoop] result in
            eventLoop.execute {
                switch result {
                case .failure(let failure):
                    bound.value.wanted += part
                    bound.value.retryWork("\(failure)")
                case .success(let found): bound.value.take(found, part)
                }
            }
        }
    }

    /// Takes what the readers' view has; of the others, some that the node's loop has to fetch.
    private func missing() -> [SKU] {
        var missing: [SKU] = []
        while let sku = wanted.popLast() {
            if let found = node.itemsInView([sku]) {
                keep(found, [sku])
            } else {
                missing.append(sku)
                if missing.count == Self.itemsPerFetch { break }
            }
        }
        return missing
    }

    private func take(_ found: Stamped<[ItemView?]>, _ skus: [SKU]) {
        keep(found, skus)
        goOn()
    }

    private func keep(_ found: Stamped<[ItemView?]>, _ skus: [SKU]) {
        for (sku, view) in zip(skus, found.value) {
            items.set(FeedItems.Known(view: view, asOf: found.stamp.position), for: sku)
        }
    }
}

extension HistoryEntry {
    /// Nothing came of it.
    fileprivate var isRefusal: Bool { row.outcome?.isRefusal == true }

    /// The item that the row has created or replaced.
    fileprivate var editedItem: SKU? {
        row.kind == .upsertItem ? row.document.map { SKU(unchecked: $0.text) } : nil
    }

    /// The location that the row has created or replaced.
    fileprivate var editedLocation: LocationID? {
        row.kind == .upsertLocation ? row.document.map { LocationID(unchecked: $0.text) } : nil
    }
}
