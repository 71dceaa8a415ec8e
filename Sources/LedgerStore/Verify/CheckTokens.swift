import Ledger

/// Which bucket of a level a promise is in.
enum Bucket {
    static let reserved: UInt64 = 1
    static let allotted: UInt64 = 2
    static let incoming: UInt64 = 3
}

/// Hashes of the names of what is edited.
enum EditedName {
    static func item(_ sku: SKU) -> UInt64 { BalanceHash.of(SlotHash.of(sku.text), 1) }

    static func location(_ id: LocationID) -> UInt64 { BalanceHash.of(SlotHash.of(id.text), 2) }

    static func offer(_ sku: SKU, _ location: LocationID) -> UInt64 {
        BalanceHash.of(StoreCheckWalk.names(sku, location), 3)
    }
}

extension StockLevel {
    /// Stands for a level's buckets at its version.
    func token(_ key: LevelKey) -> UInt64 {
        BalanceHash.of(
            key.rawValue,
            version: version,
            onHand,
            reserved,
            allotted,
            unavailable,
            incoming
        )
    }
}

extension Movement {
    /// The level before the movement, but for what promises are bound to.
    var before: StockLevel {
        var before = after
        before.version -= 1
        before.onHand -= onHand
        before.reserved -= reserved
        before.allotted -= allotted
        before.unavailable -= unavailable
        before.incoming -= incoming
        return before
    }
}

extension JournalRow {
    /// The name of what the row has edited; the row is no refusal.
    var editedName: UInt64? {
        switch kind {
        case .upsertItem: document.map { EditedName.item(SKU(unchecked: $0.text)) }
        case .upsertLocation: document.map { EditedName.location(LocationID(unchecked: $0.text)) }
        case .setOffer, .resolveConflict: offer.map { EditedName.offer($0.sku, $0.location) }
        default: nil
        }
    }

    /// The hashes by which the row must be found; those of requests only as long as answers are kept.
    func identities(_ hasher: IdentityHasher, forgotten: UInt64) -> [UInt64] {
        var hashes: [UInt64] = []
        if case .request(let id, digest: _, actor: _, outcome: _) = cause, sequence > forgotten {
            hashes.append(hasher.hash(id))
        }
        switch kind {
        case .reserve: if let reservation { hashes.append(hasher.hash(reservation.id)) }
        case .sell: if let saleID { hashes.append(hasher.hash(saleID)) }
        case .createTransfer: if let transfer { hashes.append(hasher.hash(transfer.id)) }
        default: break
        }
        return hashes
    }
}

/// What promises on each level are bound to, as the rows say: only of levels whose settings were ever
/// changed, and of a bounded number of those.
struct LevelSettings {
    static let levelsMax = 1_000_000
    private var rows: [LevelKey: (safetyStock: Quantity, backorderLimit: Quantity)] = [:]
    /// Of the stored levels, which are seen first.
    private var stored: [LevelKey: (safetyStock: Quantity, backorderLimit: Quantity)] = [:]
    /// There were more than could be followed: nothing is said of any.
    private(set) var isOverfull = false

    mutating func note(_ level: StockLevel, _ key: LevelKey) {
        guard level.safetyStock | level.backorderLimit != 0, !isOverfull else { return }
        stored[key] = (level.safetyStock, level.backorderLimit)
        isOverfull = stored.count > Self.levelsMax
    }

    /// What is wrong with a movement's settings.
    mutating func follow(_ movement: Movement, in kind: JournalRow.Kind) -> String? {
        let after = movement.after
        if kind == .setStockPolicy {
            guard rows.count < Self.levelsMax else {
                isOverfull = true
                return nil
            }
            rows[movement.key] = (after.safetyStock, after.backorderLimit)
            return nil
        }
        guard !isOverfull, !rows.isEmpty || after.safetyStock | after.backorderLimit != 0
        else { return nil }
        let known = rows[movement.key] ?? (0, 0)
        guard known != (after.safetyStock, after.backorderLimit) else { return nil }
        return "safety stock and backorder limit are not those last set"
    }

    /// Levels whose stored settings are not those that the rows have set last.
    func differences() -> [LevelKey] {
        guard !isOverfull else { return [] }
        return Set(rows.keys).union(stored.keys).sorted().filter {
            rows[$0] ?? (0, 0) != stored[$0] ?? (0, 0)
        }
    }
}

/// What each row concerns, found anew from the row alone: the index was filled another way.
final class TraceTerms {
    private let hasher: IdentityHasher
    private let rows: RowReader

    init(_ hasher: IdentityHasher, _ rows: RowReader) {
        self.hasher = hasher
        self.rows = rows
    }

    /// Each once, sorted.
    func terms(of row: JournalRow) throws(StoreError) -> [TraceTerm] {
        var terms: [TraceTerm] = []
        terms.reserveCapacity(6)
        func add(_ hash: UInt64) { terms.append(TraceTerm(hash: hash)) }
        for movement in row.movements {
            terms.append(TraceTerm(movement.key))
            terms.append(TraceTerm(movement.key.location))
        }
        switch row.cause {
        case .request(let id, digest: _, actor: _, outcome: _): add(hasher.hash(id))
        case .part(of: let id, index: _, actor: _, outcome: _): add(hasher.hash(id))
        case .expiry, .fact, .cure: break
        }
        if let key = row.conflictedStore { terms.append(TraceTerm(key)) }
        if let store = row.store, let key = try rows.locationKey(store) {
            terms.append(TraceTerm(key))
        }
        if let reservation = row.reservation { add(hasher.hash(reservation.id)) }
        if let sale = row.saleID ?? row.changedSale?.id { add(hasher.hash(sale)) }
        if let transfer = row.transfer { add(hasher.hash(transfer.id)) }
        if let refusal = row.refusal {
            if let id = refusal.reservation { add(hasher.hash(id)) }
            if let id = refusal.sale { add(hasher.hash(id)) }
            if let id = refusal.transfer { add(hasher.hash(id)) }
        }
        if let offer = row.offer, let item = try rows.itemKey(offer.sku),
            let location = try rows.locationKey(offer.location)
        {
            terms.append(TraceTerm(LevelKey(location: location, item: item)))
            terms.append(TraceTerm(location))
        }
        if let document = row.document { try self.add(document, row, &terms) }
        guard terms.count > 1 else { return terms }
        terms.sort()
        var unique: [TraceTerm] = []
        for term in terms where unique.last != term { unique.append(term) }
        return unique
    }

    private func add(
        _ document: Reference,
        _ row: JournalRow,
        _ terms: inout [TraceTerm]
    ) throws(StoreError) {
        switch row.kind {
        case .upsertItem where row.refusal == nil:
            guard let key = try rows.itemKey(SKU(unchecked: document.text)) else { return }
            terms.append(TraceTerm(key))
        case .upsertLocation where row.refusal == nil:
            guard let key = try rows.locationKey(LocationID(unchecked: document.text))
            else { return }
            terms.append(TraceTerm(key))
        case .upsertItem, .upsertLocation: return
        case _ where row.kind.isOfStore: return
        case .reserve:
            let id = ReservationID(unchecked: document.text)
            terms.append(TraceTerm(hash: hasher.hash(id)))
        default: terms.append(TraceTerm(hash: hasher.hash(document)))
        }
    }
}

extension JournalRow {
    /// What the row has made a version of: the hash of its name, the version, and words for it.
    func versioned(_ hasher: IdentityHasher) -> (hash: UInt64, version: UInt64, text: String)? {
        if let reservation {
            let text = "reservation \(reservation.id)"
            return (hasher.hash(reservation.id), reservation.version, text)
        }
        if let transfer {
            return (hasher.hash(transfer.id), transfer.version, "transfer \(transfer.id)")
        }
        guard let sale = changedSale else { return nil }
        return (hasher.hash(sale.id), sale.version, "sale \(sale.id)")
    }
}

extension StockLevel {
    /// Whether all buckets and the version are equal.
    func hasSameBuckets(as other: StockLevel) -> Bool {
        onHand == other.onHand && reserved == other.reserved && allotted == other.allotted
            && unavailable == other.unavailable && incoming == other.incoming
            && version == other.version
    }

    /// The buckets for people.
    var buckets: String {
        "on hand \(onHand), reserved \(reserved), allotted \(allotted), "
            + "unavailable \(unavailable), incoming \(incoming) (version \(version))"
    }
}
