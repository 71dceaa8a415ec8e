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

    init(_ connection: Connection, _ limits: StoreLimits) throws(StoreError) {
        reader = try RowReader(connection)
        let index = try IdentityIndex(connection)
        identityIndex = index
        let loaded = try connection.transaction("BEGIN") { () throws(StoreError) in
            let header = try StoreHeader.read(connection)
            // A row of the journal brings two identities at most: a request's and a reservation's.
            let expected = 2 * Int(header.ledger.journalSequence)
            let identities = try index.load(
                expected: expected,
                filterBytesMax: limits.filterBytesMax
            )
            return (header, expected, identities, try Self.holds(connection))
        }
        header = loaded.0
        identityCount = loaded.1
        filter = loaded.2.filter
        pending = loaded.2.pending
        lastPendingRow = loaded.2.lastPendingRow
        holds = loaded.3
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
