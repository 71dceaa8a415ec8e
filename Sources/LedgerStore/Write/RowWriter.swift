import Ledger

/// The statements that write rows, on the writer's connection.
final class RowWriter {
    private let connection: Connection
    private let journalInsert: Statement
    private let itemUpsert: Statement
    private let attributesDelete: Statement
    private let attributeInsert: Statement
    private let locationUpsert: Statement
    private let levelUpdate: Statement
    private let levelInsert: Statement
    private let reservationReplace: Statement
    private let holdReplace: Statement
    private let holdDelete: Statement

    init(_ connection: Connection) throws(StoreError) {
        self.connection = connection
        journalInsert = try connection.prepare(
            "INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5)"
        )
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
        // Most levels that change are there; an UPDATE is cheaper than an upsert, and leaves the
        // index alone.
        levelUpdate = try connection.prepare(
            """
            UPDATE level SET on_hand = ?2, reserved = ?3, allotted = ?4, unavailable = ?5,
                incoming = ?6, safety_stock = ?7, backorder_limit = ?8, version = ?9
            WHERE key = ?1
            """
        )
        levelInsert = try connection.prepare(
            "INSERT INTO level VALUES (?1, ?10, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        )
        reservationReplace = try connection.prepare(
            "INSERT OR REPLACE INTO reservation VALUES (?1, ?2, ?3, ?4)"
        )
        holdReplace = try connection.prepare("INSERT OR REPLACE INTO hold VALUES (?1, ?2)")
        holdDelete = try connection.prepare("DELETE FROM hold WHERE chunk = ?1")
    }

    func write(_ journal: JournalArena) throws(StoreError) {
        var sequence = journal.firstSequence
        var index = 0
        let statement = journalInsert
        try journal.bytes.span.bytes.withUnsafeBytes { bytes throws(StoreError) in
            for row in journal.rows {
                statement.bind(1, sequence)
                statement.bind(2, row.position.rawValue)
                statement.bind(3, row.logTime.microseconds)
                statement.bind(4, Int64(row.kind.rawValue))
                statement.bind(
                    5,
                    borrowing: UnsafeRawBufferPointer(rebasing: bytes[journal.extent(index)])
                )
                try statement.run()
                sequence += 1
                index += 1
            }
        }
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

    func write(_ row: Generation.LevelRow) throws(StoreError) {
        levelUpdate.bind(1, row.key.rawValue)
        LevelColumns.bind(row.level, levelUpdate)
        try levelUpdate.run()
        guard connection.changes == 0 else { return }
        levelInsert.bind(1, row.key.rawValue)
        LevelColumns.bind(row.level, levelInsert)
        levelInsert.bind(10, row.key.item.rawValue)
        try levelInsert.run()
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

    func write(_ row: Generation.HoldRow) throws(StoreError) {
        let statement = row.bytes.isEmpty ? holdDelete : holdReplace
        statement.bind(1, row.chunk)
        if !row.bytes.isEmpty { statement.bind(2, row.bytes) }
        try statement.run()
    }
}
