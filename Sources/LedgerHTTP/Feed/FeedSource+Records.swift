import Ledger
import LedgerStore
import NIOCore
import Replica

/// How rows of the journal become records.
extension FeedSource {
    /// What came of an attempt to convert a row.
    enum Conversion {
        case done
        /// Something that it needs has been fetched, or a part of it is done.
        case again
        /// Something is being fetched, after which `goOn` goes on.
        case waits
    }

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
        if case .again = fetchWanted() { work() }
    }

    func fetch(_ skus: [SKU]) -> Conversion {
        wanted = skus
        return fetchWanted()
    }

    private func skus(of entry: HistoryEntry) -> [SKU] {
        if let sku = entry.editedItem { return [sku] }
        if let offer = entry.row.offer, !entry.isRefusal { return [offer.sku] }
        return entry.movements.map(\.sku)
    }

    /// Converts rows as long as everything they need is at hand.
    private func work() {
        while let entry = rows.first {
            switch convert(entry) {
            case .done: rows.removeFirst()
            case .again: continue
            case .waits: return
            }
        }
        batchIsDone()
    }

    private func convert(_ entry: HistoryEntry) -> Conversion {
        let position = entry.row.position
        guard !entry.isRefusal else { return .done }
        if let sku = entry.editedItem { return convert(edited: sku, at: position) }
        if let id = entry.editedLocation { return convert(edited: id, at: position) }
        if let offer = entry.row.offer { return convert(offer, at: position) }
        // First all, then the records: such an entry is converted whole or not at all.
        for named in entry.movements where items[named.sku] == nil { return fetch([named.sku]) }
        for named in entry.movements {
            let after = named.movement.after
            guard items.apply(after, of: named.sku, at: named.location, position) else {
                // Its first stock at this location: the item is read anew.
                return fetch([named.sku])
            }
        }
        for named in entry.movements {
            append(stockOf: named.sku, whole: true, at: named.location, position)
        }
        return .done
    }

    func append(
        stockOf sku: SKU,
        whole: Bool,
        at location: LocationID?,
        _ position: Position
    ) {
        let facts = StockFacts(sku, items[sku]?.view, whole: whole, at: location)
        records.append(FeedRecord(.stock(facts), at: position))
    }

    private func convert(edited sku: SKU, at position: Position) -> Conversion {
        let known = items[sku]
        guard let known, known.asOf >= position else {
            priceBefore = known.map { (sku, $0.view?.item.money) }
            return fetch([sku])
        }
        let before = priceBefore
        priceBefore = nil
        guard let view = known.view else { return .done }
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
        return .done
    }

    private func convert(_ offer: Offer, at position: Position) -> Conversion {
        guard let known = items[offer.sku], known.asOf >= position else {
            return fetch([offer.sku])
        }
        records.append(FeedRecord(.offer(offer), at: position))
        append(stockOf: offer.sku, whole: true, at: offer.location, position)
        return .done
    }

    // MARK: - Items

    static let itemsPerFetch = 64

    /// Reads what is wanted at a state that has every row that was published.
    private func fetchWanted() -> Conversion {
        let part = missing()
        guard !part.isEmpty else { return .again }
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
        return .waits
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
