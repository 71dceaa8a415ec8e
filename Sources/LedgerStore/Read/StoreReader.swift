package import Ledger

/// Reads what is committed, on a connection and thread of its own.
///
/// Each method sees one consistent state; `snapshot` makes several see the same one.
package final class StoreReader {
    private let connection: Connection
    private let rows: RowReader
    let hasher: IdentityHasher
    private let pending: LevelOverlay
    /// No level was read yet in the read transaction under way.
    private var isOverlayStale = true
    private var index: TraceIndex?
    private var skus: [ItemKey: SKU] = [:]
    private var locationIDs: [LocationKey: LocationID] = [:]
    /// Names that are kept, of each kind.
    private static let namesMax = 16_384

    init(_ connection: Connection, _ limits: StoreLimits) throws(StoreError) {
        self.connection = connection
        rows = try RowReader(connection)
        pending = try LevelOverlay(connection)
        hasher = IdentityHasher(bits: limits.identityHashBits)
    }

    /// Runs `body` within one read transaction: whatever it reads is as of one position, while the
    /// writer goes on.
    ///
    /// Keep it short: the write-ahead log can't be emptied meanwhile.
    package func snapshot<R>(
        _ body: (StoreReader) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        if connection.isInTransaction { return try body(self) }
        isOverlayStale = true
        return try connection.transaction("BEGIN") { () throws(StoreError) in try body(self) }
    }

    /// Begins a read transaction that lasts until `unpin`: whatever is read is as of now.
    ///
    /// A reader that is pinned while a boundary's commit is reported sees exactly the boundary. It
    /// may then be used on another thread, by one at a time.
    package func pin() throws(StoreError) -> StoreHeader {
        try connection.execute("BEGIN")
        isOverlayStale = true
        // The snapshot is taken by the first read, not by BEGIN.
        return try StoreHeader.read(connection)
    }

    /// Ends what `pin` began.
    package func unpin() throws(StoreError) {
        try connection.execute("COMMIT")
    }

    /// The position that all rows are at, and what goes with it.
    package func header() throws(StoreError) -> StoreHeader {
        try StoreHeader.read(connection)
    }

    /// For walks over everything.
    var parts: (Connection, RowReader) { (connection, rows) }

    /// What the levels' own rows lack.
    ///
    /// - Precondition: a read transaction is under way, or the two could be as of different positions.
    func overlay() throws(StoreError) -> LevelOverlay {
        precondition(connection.isInTransaction, "levels are read within a snapshot")
        if isOverlayStale { try pending.refresh() }
        isOverlayStale = false
        return pending
    }

    /// The journal's index; made at its first use, since most readers need none.
    func traces() throws(StoreError) -> TraceIndex {
        if let index { return index }
        let made = try TraceIndex(connection)
        index = made
        return made
    }

    /// The SKU of an item: it never changes, so it may be remembered.
    func sku(_ key: ItemKey) throws(StoreError) -> SKU? {
        if let sku = skus[key] { return sku }
        guard let sku = try rows.sku(key) else { return nil }
        if skus.count >= Self.namesMax { skus = [:] }
        skus[key] = sku
        return sku
    }

    /// The id of a location, which never changes either.
    func locationID(_ key: LocationKey) throws(StoreError) -> LocationID? {
        if let id = locationIDs[key] { return id }
        guard let id = try rows.location(key)?.id else { return nil }
        if locationIDs.count >= Self.namesMax { locationIDs = [:] }
        locationIDs[key] = id
        return id
    }

    /// The key of a SKU.
    package func itemKey(_ sku: SKU) throws(StoreError) -> ItemKey? { try rows.itemKey(sku) }

    /// An item, by key.
    package func item(_ key: ItemKey) throws(StoreError) -> Item? { try rows.item(key) }

    /// An item with its key, by SKU.
    package func item(_ sku: SKU) throws(StoreError) -> (key: ItemKey, item: Item)? {
        guard let key = try rows.itemKey(sku), let item = try rows.item(key) else { return nil }
        return (key, item)
    }

    /// The key of a location.
    func locationKey(_ id: LocationID) throws(StoreError) -> LocationKey? {
        try rows.locationKey(id)
    }

    /// A row of the journal.
    package func journalRow(_ sequence: UInt64) throws(StoreError) -> JournalRow? {
        try rows.journalRow(sequence)
    }

    /// Where the newest state of a reservation that changed is.
    func reservationPlace(_ key: UInt64) throws(StoreError) -> ReservationPlace? {
        try rows.reservation(key)
    }

    /// The journal row that carries the newest state of a changed sale or transfer.
    func documentCarrier(_ key: UInt64) throws(StoreError) -> UInt64? {
        try rows.documentCarrier(key)
    }

    /// What is different about an item at a location.
    package func offer(_ key: LevelKey) throws(StoreError) -> Offer? { try rows.offer(key) }

    func attributes(_ key: ItemKey) throws(StoreError) -> [Attribute] {
        try rows.attributes(key)
    }

    /// A statement for one use.
    func prepare(_ sql: String) throws(StoreError) -> Statement { try connection.prepare(sql) }

    /// The position and the time of a row of the journal.
    func journalPlace(
        _ sequence: UInt64
    ) throws(StoreError) -> (position: Position, logTime: LogTime)? {
        try rows.journalPlace(sequence)
    }

    /// A location, by key.
    package func location(_ key: LocationKey) throws(StoreError) -> Location? {
        try rows.location(key)
    }

    /// A location with its key, by id.
    package func location(
        _ id: LocationID
    ) throws(StoreError) -> (key: LocationKey, location: Location)? {
        guard let key = try rows.locationKey(id), let location = try rows.location(key)
        else { return nil }
        return (key, location)
    }

    /// One level; all zeros when it was never written.
    package func level(_ key: LevelKey) throws(StoreError) -> StockLevel {
        try snapshot { (reader) throws(StoreError) in
            if let newest = try reader.overlay().newest(key) { return newest }
            return try rows.level(key) ?? StockLevel()
        }
    }

    /// All levels of an item, by key.
    package func levels(
        ofItem item: ItemKey
    ) throws(StoreError) -> [(key: LevelKey, level: StockLevel)] {
        try snapshot { (reader) throws(StoreError) in
            let overlay = try reader.overlay()
            var levels = try rows.levels(ofItem: item)
            for index in levels.indices {
                if let newest = overlay.newest(levels[index].key) { levels[index].level = newest }
            }
            return levels
        }
    }

    /// Up to `limit` items with keys after `key`, in order.
    package func items(
        after key: ItemKey,
        limit: Int
    ) throws(StoreError) -> [(key: ItemKey, item: Item)] {
        let statement = try connection.prepare(
            "SELECT \(ItemColumns.names), key FROM item WHERE key > ?1 ORDER BY key LIMIT ?2"
        )
        statement.bind(1, key.rawValue)
        statement.bind(2, Int64(limit))
        var items: [(key: ItemKey, item: Item)] = []
        while try statement.step() {
            let key = ItemKey(UInt32(truncatingIfNeeded: statement.integer(6)))
            items.append(
                (key, try ItemColumns.item(statement, attributes: try rows.attributes(key)))
            )
        }
        return items
    }

    /// All locations, by key.
    package func locations() throws(StoreError) -> [(key: LocationKey, location: Location)] {
        let statement = try connection.prepare(
            "SELECT \(LocationColumns.names), key FROM location ORDER BY key"
        )
        var locations: [(key: LocationKey, location: Location)] = []
        while try statement.step() {
            locations.append(
                (
                    LocationKey(UInt32(truncatingIfNeeded: statement.integer(7))),
                    try LocationColumns.location(statement)
                )
            )
        }
        return locations
    }

    /// Up to `limit` journal rows with sequences in `range`, in order.
    package func journal(
        _ range: ClosedRange<UInt64>,
        limit: Int
    ) throws(StoreError) -> [JournalRow] {
        let statement = try connection.prepare(
            """
            SELECT sequence, body FROM journal WHERE sequence BETWEEN ?1 AND ?2
            ORDER BY sequence LIMIT ?3
            """
        )
        statement.bind(1, min(range.lowerBound, UInt64(Int64.max)))
        statement.bind(2, min(range.upperBound, UInt64(Int64.max)))
        statement.bind(3, Int64(limit))
        var found: [JournalRow] = []
        while try statement.step() {
            let sequence = statement.unsigned(0)
            found.append(
                try statement.withBytes(1) { bytes throws(StoreError) in
                    try bytes.bytes.journalRow(sequence)
                }
            )
        }
        return found
    }

    /// The digest of everything, within one read transaction.
    ///
    /// It takes long, and throws `.cancelled` soon after `isCancelled` says so.
    package func digest(
        isCancelled: @escaping () -> Bool = { false }
    ) throws(StoreError) -> LedgerDigest {
        try snapshot { (reader) throws(StoreError) in
            try reader.walk(isCancelled: isCancelled).digest()
        }
    }

    /// Shows every row to a visitor, as of one position.
    package func visit(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        try snapshot { (reader) throws(StoreError) in
            try reader.walk { false }.visit(&visitor)
        }
    }

    private func walk(isCancelled: @escaping () -> Bool) throws(StoreError) -> LedgerWalk {
        LedgerWalk(connection, rows, try overlay(), isCancelled: isCancelled)
    }
}
