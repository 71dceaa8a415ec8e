import Ledger

/// What a state needs in memory from the start, read in one transaction.
struct LoadedStore {
    let header: StoreHeader
    let reader: RowReader
    let identityIndex: IdentityIndex
    let filter: IdentityFilter
    let pending: PendingIdentities
    let identityCount: Int
    let lastPendingRow: UInt64
    let holds: OpenHolds
    let online: [OnlineLocation]
    let forgottenRows: UInt64
    /// Changes of levels that are not in their own rows yet, in their order.
    let changedLevels: [(number: UInt64, row: Generation.LevelRow)]

    init(_ connection: Connection, _ limits: StoreLimits) throws(StoreError) {
        reader = try RowReader(connection)
        let index = try IdentityIndex(connection)
        let rows = reader
        identityIndex = index
        let loaded = try connection.transaction("BEGIN") { () throws(StoreError) in
            let header = try StoreHeader.read(connection)
            // A row of the journal brings two identities at most: a request's and a reservation's.
            let expected = 2 * Int(header.ledger.journalSequence)
            let identities = try index.load(
                expected: expected,
                filterBytesMax: limits.filterBytesMax
            )
            let forgotten = try rows.rows(
                through: header.ledger.logTime.earlier(by: LedgerLimits.answerRetention),
                of: header.ledger.journalSequence
            )
            let catalogue = (try Self.online(connection), forgotten)
            let changed = try Self.changedLevels(connection)
            return (header, expected, identities, try Self.holds(connection), catalogue, changed)
        }
        header = loaded.0
        identityCount = loaded.1
        filter = loaded.2.filter
        pending = loaded.2.pending
        lastPendingRow = loaded.2.lastPendingRow
        holds = loaded.3
        (online, forgottenRows) = loaded.4
        changedLevels = loaded.5
    }

    private static func online(_ connection: Connection) throws(StoreError) -> [OnlineLocation] {
        let rows = try connection.prepare(
            """
            SELECT \(LocationColumns.names), key FROM location
            WHERE sells_online <> 0 AND state = \(Location.State.active.rawValue)
            """
        )
        var online: [OnlineLocation] = []
        while try rows.step() {
            let key = LocationKey(UInt32(truncatingIfNeeded: rows.integer(7)))
            let location = try LocationColumns.location(rows)
            if let found = OnlineLocation(location, key: key) { online.append(found) }
        }
        return online.sorted(by: OnlineLocation.isTriedBefore)
    }

    private static func changedLevels(
        _ connection: Connection
    ) throws(StoreError) -> [(number: UInt64, row: Generation.LevelRow)] {
        let rows = try connection.prepare(
            "SELECT \(LevelColumns.names), key, number FROM level_pending ORDER BY number"
        )
        var changed: [(number: UInt64, row: Generation.LevelRow)] = []
        while try rows.step() {
            let row = Generation.LevelRow(
                key: LevelKey(rawValue: rows.unsigned(LevelColumns.count)),
                level: LevelColumns.level(rows)
            )
            changed.append((rows.unsigned(LevelColumns.count + 1), row))
        }
        return changed
    }

    private static func holds(_ connection: Connection) throws(StoreError) -> OpenHolds {
        var holds = OpenHolds()
        let rows = try connection.prepare("SELECT chunk, entries FROM hold ORDER BY chunk")
        while try rows.step() {
            let chunk = rows.unsigned(0)
            let entries = rows.bytes(1)
            try holds.load(chunk: chunk, entries)
        }
        holds.finishLoading()
        return holds
    }
}
