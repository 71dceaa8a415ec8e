import Ledger

/// The statements that write rows, on the writer's connection.
final class RowWriter {
    private let journalInsert: BulkInsert
    private let itemUpsert: Statement
    private let attributesDelete: Statement
    private let attributeInsert: Statement
    private let locationUpsert: Statement
    private let levelUpsert: BulkInsert
    private let levelAppend: BulkInsert
    private let levelsDrop: Statement
    private let reservationReplace: Statement
    private let documentReplace: Statement
    private let offerReplace: Statement
    private let storeRecordReplace: Statement
    private let storeRecordDelete: Statement
    private let holdReplace: Statement
    private let holdDelete: Statement

    init(_ connection: Connection) throws(StoreError) {
        journalInsert = try BulkInsert(connection, into: "journal", columns: 5)
        itemUpsert = try connection.prepare(
            """
            INSERT INTO item VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO UPDATE SET
                title = excluded.title, price = excluded.price, currency = excluded.currency,
                state = excluded.state, version = excluded.version
            """
        )
        attributesDelete = try connection.prepare("DELETE FROM item_attribute WHERE item = ?1")
        attributeInsert = try connection.prepare(
            "INSERT INTO item_attribute VALUES (?1, ?2, ?3)"
        )
        locationUpsert = try connection.prepare(
            """
            INSERT INTO location VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (key) DO UPDATE SET
                name = excluded.name, kind = excluded.kind, priority = excluded.priority,
                sells_online = excluded.sells_online, state = excluded.state,
                version = excluded.version
            """
        )
        // Most levels that change are there, and their items, the index's column, never change.
        levelUpsert = try BulkInsert(
            connection,
            into: "level",
            columns: 10,
            onConflict: """
                ON CONFLICT (key) DO UPDATE SET on_hand = excluded.on_hand,
                    reserved = excluded.reserved, allotted = excluded.allotted,
                    unavailable = excluded.unavailable, incoming = excluded.incoming,
                    safety_stock = excluded.safety_stock,
                    backorder_limit = excluded.backorder_limit, version = excluded.version
                """
        )
        levelAppend = try BulkInsert(connection, into: "level_pending", columns: 10)
        levelsDrop = try connection.prepare("DELETE FROM level_pending WHERE number <= ?1")
        reservationReplace = try connection.prepare(
            "INSERT OR REPLACE INTO reservation VALUES (?1, ?2, ?3, ?4)"
        )
        documentReplace = try connection.prepare("INSERT OR REPLACE INTO document VALUES (?1, ?2)")
        offerReplace = try connection.prepare("INSERT OR REPLACE INTO offer VALUES (?1, ?2)")
        storeRecordReplace = try connection.prepare(
            "INSERT OR REPLACE INTO store_record VALUES (?1, ?2, ?3, ?4, ?5)"
        )
        storeRecordDelete = try connection.prepare(
            "DELETE FROM store_record WHERE \(StoreRecordColumns.isKey)"
        )
        holdReplace = try connection.prepare("INSERT OR REPLACE INTO hold VALUES (?1, ?2)")
        holdDelete = try connection.prepare("DELETE FROM hold WHERE chunk = ?1")
    }

    func write(_ journal: JournalArena) throws(StoreError) {
        try journal.bytes.span.bytes.withUnsafeBytes { bytes throws(StoreError) in
            try journalInsert.run(journal.rows.count) { index, statement, first in
                let row = journal.rows[index]
                statement.bind(first, journal.firstSequence + UInt64(index))
                statement.bind(first + 1, row.position.rawValue)
                statement.bind(first + 2, row.logTime.microseconds)
                statement.bind(first + 3, Int64(row.kind.rawValue))
                statement.bind(
                    first + 4,
                    borrowing: UnsafeRawBufferPointer(rebasing: bytes[journal.extent(index)])
                )
            }
        }
    }

    func write(_ levels: [Generation.LevelRow]) throws(StoreError) {
        try levelUpsert.run(levels.count) { index, statement, first in
            let row = levels[index]
            statement.bind(first, row.key.rawValue)
            statement.bind(first + 1, row.key.item.rawValue)
            LevelColumns.bind(row.level, statement, from: first + 2)
        }
    }

    /// Appends changes of levels, in the order of their numbers.
    func append(_ changes: [(number: UInt64, row: Generation.LevelRow)]) throws(StoreError) {
        try levelAppend.run(changes.count) { index, statement, first in
            let (number, row) = changes[index]
            statement.bind(first, number)
            statement.bind(first + 1, row.key.rawValue)
            LevelColumns.bind(row.level, statement, from: first + 2)
        }
    }

    /// Drops changes that the levels' own rows have.
    func dropLevels(through number: UInt64) throws(StoreError) {
        levelsDrop.bind(1, number)
        try levelsDrop.run()
    }

    func write(_ row: Generation.ItemRow) throws(StoreError) {
        itemUpsert.bind(1, row.key.rawValue)
        ItemColumns.bind(row.item, itemUpsert)
        try itemUpsert.run()
        attributesDelete.bind(1, row.key.rawValue)
        try attributesDelete.run()
        for attribute in row.item.attributes {
            attributeInsert.bind(1, row.key.rawValue)
            attributeInsert.bind(2, attribute.name)
            attributeInsert.bind(3, attribute.value)
            try attributeInsert.run()
        }
    }

    func write(_ row: Generation.LocationRow) throws(StoreError) {
        locationUpsert.bind(1, row.key.rawValue)
        LocationColumns.bind(row.location, locationUpsert)
        try locationUpsert.run()
    }

    func write(_ row: Generation.ReservationRow) throws(StoreError) {
        reservationReplace.bind(1, row.key)
        reservationReplace.bind(2, Int64(row.state.rawValue))
        switch row.place {
        case .journal(let carrier):
            reservationReplace.bind(3, carrier)
            reservationReplace.bindNull(4)
        case .body(let reservation):
            var body: [UInt8] = []
            reservation.encode(into: &body)
            reservationReplace.bindNull(3)
            reservationReplace.bind(4, body)
        }
        try reservationReplace.run()
    }

    func write(_ row: Generation.DocumentRow) throws(StoreError) {
        documentReplace.bind(1, row.key)
        documentReplace.bind(2, row.carrier)
        try documentReplace.run()
    }

    func write(_ row: Generation.OfferRow) throws(StoreError) {
        var body: [UInt8] = []
        row.offer.encode(into: &body)
        offerReplace.bind(1, row.key.rawValue)
        offerReplace.bind(2, body)
        try offerReplace.run()
    }

    func write(_ row: Generation.StoreRecordRow) throws(StoreError) {
        let statement = row.record == nil ? storeRecordDelete : storeRecordReplace
        StoreRecordColumns.bind(row.key, statement)
        if let record = row.record {
            var body: [UInt8] = []
            record.encode(into: &body)
            statement.bind(5, body)
        }
        try statement.run()
    }

    func write(_ row: Generation.HoldRow) throws(StoreError) {
        let statement = row.bytes.isEmpty ? holdDelete : holdReplace
        statement.bind(1, row.chunk)
        if !row.bytes.isEmpty { statement.bind(2, row.bytes) }
        try statement.run()
    }
}
