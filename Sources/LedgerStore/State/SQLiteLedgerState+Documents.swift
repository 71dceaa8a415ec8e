package import Ledger

/// The name of what the journal's rows carry whole, whenever it changes.
enum DocumentName: Hashable {
    case sale(SaleID)
    case transfer(TransferID)
}

/// A sale or a transfer in memory.
struct CachedDocument {
    enum Content {
        case sale(Sale)
        case transfer(Transfer)
    }

    var content: Content
    /// The journal row that carries it as it is.
    var carrier: UInt64

    var name: DocumentName {
        switch content {
        case .sale(let sale): .sale(sale.id)
        case .transfer(let transfer): .transfer(transfer.id)
        }
    }
}

/// Sales and transfers.
///
/// As with reservations, the key is the sequence of the journal row that made it, which carries it. From
/// the first change on, a `document` row under that key names the journal row that carries it now.
extension SQLiteLedgerState {
    package mutating func sale(_ id: SaleID) throws(StoreError) -> Sale? {
        guard case .sale(let sale)? = try document(.sale(id), hash: hasher.hash(id))
        else { return nil }
        return sale
    }

    /// The row that makes it comes next, and is its identity.
    package mutating func createSale(_ id: SaleID) {}

    package mutating func setSale(_ sale: Sale) {
        change(.sale(sale), .sale(sale.id))
    }

    package mutating func transfer(_ id: TransferID) throws(StoreError) -> Transfer? {
        guard case .transfer(let transfer)? = try document(.transfer(id), hash: hasher.hash(id))
        else { return nil }
        return transfer
    }

    package mutating func setTransfer(_ transfer: Transfer) {
        // A new one is in the row that comes next, and found by its identity.
        guard transfer.version > 1 else { return }
        change(.transfer(transfer), .transfer(transfer.id))
    }

    private mutating func change(_ content: CachedDocument.Content, _ name: DocumentName) {
        guard let key = documentsInUse[name] else {
            preconditionFailure("a sale or transfer is read before it is changed")
        }
        let document = CachedDocument(content: content, carrier: header.journalSequence + 1)
        if case .first = documents.write(document, for: key, generation: open.number) {
            open.documents.append(key)
        }
    }

    private mutating func document(
        _ name: DocumentName,
        hash: UInt64
    ) throws(StoreError) -> CachedDocument.Content? {
        if let key = documentsInUse[name] { return try load(key, as: name) }
        guard filter.mayContain(hash) else { return nil }
        for key in waitingSequences(hash) {
            if let content = try load(key, as: name) { return content }
        }
        for key in try storedSequences(hash) {
            if let content = try load(key, as: name) { return content }
        }
        return nil
    }

    /// What is under a key; nil when that is something else.
    ///
    /// It stays in memory until the open generation is committed, since a write must find it.
    private mutating func load(
        _ key: UInt64,
        as name: DocumentName
    ) throws(StoreError) -> CachedDocument.Content? {
        if let cached = documents.find(key, pinning: open.number) {
            guard cached.name == name else { return nil }
            documentsInUse[name] = key
            return cached.content
        }
        // A row that isn't committed can't have a committed change, and one that isn't would be
        // in the cache.
        var carrier = key
        if arena(of: key) == nil, let changed = try reader.documentCarrier(key) {
            carrier = changed
        }
        guard let row = try journalRow(carrier), let content = row.content else {
            guard carrier == key else {
                throw StoreError(.corrupt, "journal row \(carrier) carries no sale or transfer")
            }
            return nil
        }
        let found = CachedDocument(content: content, carrier: carrier)
        guard found.name == name else { return nil }
        documents.insert(found, for: key, pinning: open.number)
        documentsInUse[name] = key
        return content
    }
}

extension JournalRow {
    /// The sale or transfer that the row carries.
    var content: CachedDocument.Content? {
        if let transfer { return .transfer(transfer) }
        if let sale = changedSale ?? madeSale { return .sale(sale) }
        return nil
    }
}

/// Offers, and where lines may be placed.
extension SQLiteLedgerState {
    package mutating func offer(_ key: LevelKey) throws(StoreError) -> Offer? {
        if let offer = offers.find(key) { return offer }
        let offer = try reader.offer(key)
        offers.insert(offer, for: key)
        return offer
    }

    package mutating func setOffer(_ offer: Offer, key: LevelKey) {
        let written = offers.write(offer, for: key, generation: open.number)
        guard case .first(let previous) = written else { return }
        open.offers.append(key)
        // Of an offer that nobody read first, nothing is known.
        if (previous?.value ?? nil) == nil {
            open.newOffers.append(key)
            newOffers[key.item, default: []].append(key)
        }
    }

    /// What is different about an item anywhere, by key, as of the last applied entry.
    package func offers(
        ofItem item: ItemKey
    ) throws(StoreError) -> [(key: LevelKey, offer: Offer)] {
        var found = try reader.offers(ofItem: item)
        for index in found.indices {
            if let newest = offers.peek(found[index].key) ?? nil { found[index].offer = newest }
        }
        let stored = found.count
        for key in newOffers[item] ?? [] {
            // It may be in SQLite since a moment ago, or twice in the list.
            guard !found.contains(where: { $0.key == key }), let offer = offers.peek(key) ?? nil
            else { continue }
            found.append((key, offer))
        }
        if found.count > stored { found.sort { $0.key < $1.key } }
        return found
    }

    package func onlineLocations(limit: Int) -> [OnlineLocation] {
        Array(online.prefix(limit))
    }

    /// Keeps the order in which locations are tried.
    mutating func noteOnline(_ location: Location, _ key: LocationKey) {
        online.removeAll { $0.key == key }
        guard let found = OnlineLocation(location, key: key) else { return }
        let place = online.firstIndex { OnlineLocation.isTriedBefore(found, $0) } ?? online.count
        online.insert(found, at: place)
    }
}
