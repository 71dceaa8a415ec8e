import Ledger

/// Who sees what a ``StoreCheckWalk`` comes across.
protocol StoreCheckVisitor {
    /// Something that the walk itself has found.
    mutating func fault(_ invariant: Int, _ detail: String)
    mutating func visit(_ item: Item, key: ItemKey)
    mutating func visit(_ location: Location, key: LocationKey)
    /// A level, with the hash of its names.
    mutating func visit(_ level: StockLevel, key: LevelKey, names: UInt64)
    mutating func visit(_ offer: Offer, key: LevelKey)
    /// What is kept for a store's agent, with words for the level or store whose it is, and the hash of
    /// the names of the level.
    mutating func visit(_ record: StoreRecord, key: StoreRecordKey, names: UInt64, name: String)
    /// A row of the journal, before what it has made.
    mutating func visit(_ row: JournalRow, bytes: RawSpan) throws(StoreError)
    /// What a row made, as it is now.
    mutating func visit(_ reservation: Reservation, key: UInt64, isCarried: Bool)
    mutating func visit(_ sale: Sale)
    mutating func visit(_ transfer: Transfer)
    /// What the index of identities has, but for what is forgotten.
    mutating func visit(_ identity: IdentityEntry)
    /// What the journal's index has.
    mutating func visit(_ trace: TraceEntry)
}

/// Goes through a whole store once, in one read transaction and bounded memory, and past damage: what can't
/// be read is named, and the walk goes on behind it.
///
/// Tables whose keys are sequences of the journal are followed side by side with it.
final class StoreCheckWalk {
    let connection: Connection
    let rows: RowReader
    private let overlay: LevelOverlay
    private let isCancelled: () -> Bool
    private let progress: (VerifyProgress) -> Void
    /// Hashes of the names under the keys; the only thing that grows with the catalogue, 8 bytes each.
    private(set) var skuHashes: [UInt64] = [0]
    private(set) var locationHashes: [UInt64] = [0]
    private var steps: UInt64 = 0

    init(
        _ connection: Connection,
        _ rows: RowReader,
        _ overlay: LevelOverlay,
        progress: @escaping (VerifyProgress) -> Void,
        isCancelled: @escaping () -> Bool
    ) {
        self.connection = connection
        self.rows = rows
        self.overlay = overlay
        self.progress = progress
        self.isCancelled = isCancelled
    }

    func walk(
        _ header: LedgerHeader,
        _ phase: String,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        try visitItems(header, &visitor)
        try visitLocations(header, &visitor)
        try visitLevels(&visitor)
        try visitOffers(&visitor)
        try visitStoreRecords(&visitor)
        try visitJournal(header, phase, &visitor)
    }

    /// Called for each row; looks up from the work now and then.
    func step(_ phase: String, of total: UInt64) throws(StoreError) {
        steps += 1
        guard steps.isMultiple(of: 8_192) else { return }
        guard !isCancelled() else { throw StoreError(.cancelled, "the verification was cancelled") }
        progress(VerifyProgress(phase: phase, done: steps, total: total))
    }

    func beginPhase() { steps = 0 }

    /// The hash of the names of an item and a location.
    @inline(__always)
    static func names(_ sku: UInt64, _ location: UInt64) -> UInt64 {
        BalanceHash.of(sku, location)
    }

    static func names(_ sku: SKU, _ location: LocationID) -> UInt64 {
        names(SlotHash.of(sku.text), SlotHash.of(location.text))
    }

    // MARK: - Catalogue and levels

    private func visitItems(
        _ header: LedgerHeader,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        beginPhase()
        skuHashes = [0]
        let statement = try connection.prepare(
            "SELECT \(ItemColumns.names), key FROM item ORDER BY key"
        )
        while try statement.step() {
            try step("items", of: UInt64(header.lastItemKey))
            let key = ItemKey(UInt32(truncatingIfNeeded: statement.integer(6)))
            fill(&skuHashes, up: key.rawValue, "item", &visitor)
            do throws(StoreError) {
                let attributes = try rows.attributes(key)
                let item = try ItemColumns.item(statement, attributes: attributes)
                skuHashes.append(SlotHash.of(item.sku.text))
                visitor.visit(item, key: key)
            } catch {
                try survive(error, "item \(key.rawValue)", &visitor)
                skuHashes.append(0)
            }
        }
        fill(&skuHashes, up: header.lastItemKey &+ 1, "item", &visitor)
        if skuHashes.count > Int(header.lastItemKey) + 1 {
            visitor.fault(10, "there are items beyond the last key \(header.lastItemKey)")
        }
    }

    private func visitLocations(
        _ header: LedgerHeader,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        beginPhase()
        locationHashes = [0]
        let statement = try connection.prepare(
            "SELECT \(LocationColumns.names), key FROM location ORDER BY key"
        )
        while try statement.step() {
            let key = LocationKey(UInt32(truncatingIfNeeded: statement.integer(7)))
            fill(&locationHashes, up: key.rawValue, "location", &visitor)
            do throws(StoreError) {
                let location = try LocationColumns.location(statement)
                locationHashes.append(SlotHash.of(location.id.text))
                visitor.visit(location, key: key)
            } catch {
                try survive(error, "location \(key.rawValue)", &visitor)
                locationHashes.append(0)
            }
        }
        fill(&locationHashes, up: header.lastLocationKey &+ 1, "location", &visitor)
        if locationHashes.count > Int(header.lastLocationKey) + 1 {
            visitor.fault(10, "there are locations beyond the last key \(header.lastLocationKey)")
        }
    }

    /// Keys are given without gaps: names what is missing before one.
    private func fill(
        _ hashes: inout [UInt64],
        up key: UInt32,
        _ kind: String,
        _ visitor: inout some StoreCheckVisitor
    ) {
        guard hashes.count < Int(key), key < LedgerLimits.itemsMax + 2 else { return }
        let first = hashes.count
        let count = Int(key) - first
        hashes.append(contentsOf: repeatElement(0, count: count))
        visitor.fault(10, "\(kind) \(first) is missing, and \(count - 1) behind it")
    }

    private func visitLevels(_ visitor: inout some StoreCheckVisitor) throws(StoreError) {
        beginPhase()
        let statement = try connection.prepare(
            "SELECT \(LevelColumns.names), key, item FROM level ORDER BY key"
        )
        while try statement.step() {
            try step("levels", of: 0)
            let key = LevelKey(rawValue: statement.unsigned(LevelColumns.count))
            let item = Int(key.item.rawValue)
            let location = Int(key.location.rawValue)
            guard skuHashes.indices.contains(item), item > 0,
                locationHashes.indices.contains(location), location > 0
            else {
                visitor.fault(10, "level \(describe(key)) is of an item or location unknown")
                continue
            }
            if statement.integer(LevelColumns.count + 1) != Int64(item) {
                visitor.fault(10, "level \(describe(key)) is filed under another item")
            }
            let level = overlay.newest(key) ?? LevelColumns.level(statement)
            visitor.visit(
                level,
                key: key,
                names: Self.names(skuHashes[item], locationHashes[location])
            )
            try checkConflicts(of: level, key, &visitor)
        }
        try visitChangedLevels(&visitor)
    }

    /// A level has a row of its own before changes of it are appended.
    private func visitChangedLevels(
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        for key in overlay.keys {
            let own = try rows.level(key)
            if own != nil { continue }
            visitor.fault(10, "level \(describe(key)) has changed, and has no row of its own")
        }
    }

    /// A level as it is now; nil if there is none.
    func level(_ key: LevelKey) throws(StoreError) -> StockLevel? {
        if let newest = overlay.newest(key) { return newest }
        return try rows.level(key)
    }

    private func visitOffers(_ visitor: inout some StoreCheckVisitor) throws(StoreError) {
        beginPhase()
        let statement = try connection.prepare("SELECT key, body FROM offer ORDER BY key")
        while try statement.step() {
            try step("offers", of: 0)
            let key = LevelKey(rawValue: statement.unsigned(0))
            do throws(StoreError) {
                visitor.visit(try RowReader.offer(statement, 1), key: key)
            } catch {
                try survive(error, "the offer of \(describe(key))", &visitor)
            }
        }
    }

    /// A level by its names, if they are there.
    func describe(_ key: LevelKey) -> String {
        let sku = try? rows.sku(key.item)
        let location = try? rows.location(key.location)?.id
        return "\(sku?.text ?? "item \(key.item.rawValue)") at "
            + "\(location?.text ?? "location \(key.location.rawValue)")"
    }

    /// Damage is named; any other error ends the walk.
    func survive(
        _ error: StoreError,
        _ what: String,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        guard error.code == .corrupt, error.sqliteCode == 0 else { throw error }
        visitor.fault(10, "\(what) can't be read: \(error.message)")
    }
}
