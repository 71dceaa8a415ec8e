import Ledger

/// A walk over everything that the store holds, within the read transaction under way.
struct LedgerWalk {
    private let connection: Connection
    private let rows: RowReader
    private let overlay: LevelOverlay
    /// Asked at each row of what can be long.
    private let isCancelled: () -> Bool

    init(
        _ connection: Connection,
        _ rows: RowReader,
        _ overlay: LevelOverlay,
        isCancelled: @escaping () -> Bool
    ) {
        self.connection = connection
        self.rows = rows
        self.overlay = overlay
        self.isCancelled = isCancelled
    }

    /// Shows everything to a visitor, decoded and so checked.
    func visit(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        try visit(&visitor) { (visitor, sequence, bytes) throws(StoreError) in
            visitor.visit(try bytes.journalRow(sequence))
        }
    }

    /// The digest of everything; journal rows are taken by their bytes, most of what there is.
    func digest() throws(StoreError) -> LedgerDigest {
        var digester = LedgerDigester()
        try visit(&digester) { (digester, _, bytes) throws(StoreError) in
            digester.visit(encodedRow: bytes)
        }
        return digester.finalize()
    }

    private func visit<Visitor: LedgerVisitor>(
        _ visitor: inout Visitor,
        journalRow: (inout Visitor, UInt64, RawSpan) throws(StoreError) -> Void
    ) throws(StoreError) {
        try visitItems(&visitor)
        try visitLocations(&visitor)
        try visitLevels(&visitor)
        try visitOffers(&visitor)
        try visitReservations(&visitor)
        try visitSales(&visitor)
        try visitTransfers(&visitor)
        try visitStoreRecords(&visitor)
        try visitJournal(&visitor, journalRow)
        visitor.visit(try StoreHeader.read(connection).ledger)
    }

    private func visitItems(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare(
            "SELECT \(ItemColumns.names), key FROM item ORDER BY key"
        )
        while try statement.step() {
            let key = ItemKey(UInt32(truncatingIfNeeded: statement.integer(6)))
            let attributes = try rows.attributes(key)
            visitor.visit(
                try ItemColumns.item(statement, attributes: attributes),
                key: key
            )
        }
    }

    private func visitLocations(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare(
            "SELECT \(LocationColumns.names), key FROM location ORDER BY key"
        )
        while try statement.step() {
            let key = LocationKey(UInt32(truncatingIfNeeded: statement.integer(7)))
            visitor.visit(try LocationColumns.location(statement), key: key)
        }
    }

    private func visitLevels(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare(
            "SELECT \(LevelColumns.names), key FROM level ORDER BY key"
        )
        while try statement.step() {
            try checkCancelled()
            let key = LevelKey(rawValue: statement.unsigned(LevelColumns.count))
            visitor.visit(overlay.newest(key) ?? LevelColumns.level(statement), key: key)
        }
    }

    private func visitOffers(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare("SELECT key, body FROM offer ORDER BY key")
        while try statement.step() {
            try checkCancelled()
            let key = LevelKey(rawValue: statement.unsigned(0))
            visitor.visit(try RowReader.offer(statement, 1), key: key)
        }
    }

    /// Sales of which something came back: their newest states are in other rows than they were made in.
    private func visitSales(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare("SELECT carrier FROM document ORDER BY key")
        while try statement.step() {
            try checkCancelled()
            if let sale = try carried(statement.unsigned(0)).changedSale { visitor.visit(sale) }
        }
    }

    private func visitTransfers(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT j.sequence, j.body, d.carrier FROM journal j
            LEFT JOIN document d ON d.key = j.sequence WHERE j.kind = ?1 ORDER BY j.sequence
            """
        )
        statement.bind(1, Int64(JournalRow.Kind.createTransfer.rawValue))
        while try statement.step() {
            try checkCancelled()
            let sequence = statement.unsigned(0)
            let row =
                statement.isNull(2)
                ? try statement.withBytes(1) { bytes throws(StoreError) in
                    try bytes.bytes.journalRow(sequence)
                } : try carried(statement.unsigned(2))
            if let transfer = row.transfer { visitor.visit(transfer) }
        }
    }

    private func visitStoreRecords(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT \(StoreRecordColumns.names) FROM store_record
            ORDER BY kind, place, sequence, line
            """
        )
        while try statement.step() {
            try checkCancelled()
            let key = try StoreRecordColumns.key(statement)
            visitor.visit(try StoreRecordColumns.record(statement, 4, key), key: key)
        }
    }

    private func carried(_ carrier: UInt64) throws(StoreError) -> JournalRow {
        guard let row = try rows.journalRow(carrier) else {
            throw StoreError(.corrupt, "journal row \(carrier) is missing")
        }
        return row
    }

    /// Those that never changed are in the journal rows that created them, and their keys are in
    /// no `reservation` row: the two tables are walked side by side, by key.
    private func visitReservations(_ visitor: inout some LedgerVisitor) throws(StoreError) {
        let changed = try connection.prepare(
            "SELECT key, carrier, body FROM reservation ORDER BY key"
        )
        var changedKey = try changed.step() ? changed.unsigned(0) : nil
        func visitChanged(_ key: UInt64, _ visitor: inout some LedgerVisitor) throws(StoreError) {
            switch try ReservationPlace(changed, carrier: 1, body: 2, key: key) {
            case .body(let reservation):
                visitor.visit(reservation)
            case .journal(let carrier):
                guard let reservation = try rows.journalRow(carrier)?.reservation else {
                    throw StoreError(.corrupt, "journal row \(carrier) carries no reservation")
                }
                visitor.visit(reservation)
            }
        }
        let creating = try connection.prepare(
            "SELECT sequence, body FROM journal WHERE kind = ?1 ORDER BY sequence"
        )
        creating.bind(1, Int64(JournalRow.Kind.reserve.rawValue))
        while try creating.step() {
            try checkCancelled()
            let sequence = creating.unsigned(0)
            while let key = changedKey, key < sequence {
                try visitChanged(key, &visitor)
                changedKey = try changed.step() ? changed.unsigned(0) : nil
            }
            if sequence == changedKey { continue }
            let row = try creating.withBytes(1) { bytes throws(StoreError) in
                try bytes.bytes.journalRow(sequence)
            }
            if let reservation = row.reservation { visitor.visit(reservation) }
        }
        while let key = changedKey {
            try visitChanged(key, &visitor)
            changedKey = try changed.step() ? changed.unsigned(0) : nil
        }
    }

    private func visitJournal<Visitor: LedgerVisitor>(
        _ visitor: inout Visitor,
        _ show: (inout Visitor, UInt64, RawSpan) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try connection.prepare(
            "SELECT sequence, body FROM journal ORDER BY sequence"
        )
        while try statement.step() {
            try checkCancelled()
            let sequence = statement.unsigned(0)
            try statement.withBytes(1) { bytes throws(StoreError) in
                try show(&visitor, sequence, bytes.bytes)
            }
        }
    }

    private func checkCancelled() throws(StoreError) {
        guard !isCancelled() else { throw StoreError(.cancelled, "the walk was cancelled") }
    }
}
