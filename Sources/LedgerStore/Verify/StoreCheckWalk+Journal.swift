import Ledger

/// The journal, and beside it what hangs on its sequences: reservations that changed, open holds,
/// sales and transfers that changed.
extension StoreCheckWalk {
    /// Rows of a table by ascending sequences, one of them at hand.
    private struct SideRows<Row> {
        private let next: () throws(StoreError) -> (key: UInt64, row: Row)?
        private(set) var first: (key: UInt64, row: Row)?

        init(
            _ next: @escaping () throws(StoreError) -> (key: UInt64, row: Row)?
        ) throws(StoreError) {
            self.next = next
            first = try next()
        }

        /// The row under a key, if there is one; `stray` is told of those before it.
        mutating func take(
            _ key: UInt64,
            stray: (UInt64) -> Void
        ) throws(StoreError) -> Row? {
            while let first, first.key < key {
                stray(first.key)
                self.first = try next()
            }
            guard let first, first.key == key else { return nil }
            self.first = try next()
            return first.row
        }
    }

    private struct Hold {
        var expireTime: LogTime
        var owner: Owner
    }

    private struct Sides {
        var reservations: SideRows<Result<ReservationPlace, StoreError>>
        var documents: SideRows<UInt64>
        var holds: SideRows<Hold>
    }

    func visitJournal(
        _ header: LedgerHeader,
        _ phase: String,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        beginPhase()
        var damagedChunks: [UInt64] = []
        var sides = Sides(
            reservations: try reservations(),
            documents: try documents(),
            holds: try holds { damagedChunks.append($0) }
        )
        var expected: UInt64 = 1
        let statement = try connection.prepare(
            "SELECT sequence, position, log_time, kind, body FROM journal ORDER BY sequence"
        )
        while try statement.step() {
            try step(phase, of: header.journalSequence)
            let sequence = statement.unsigned(0)
            if sequence != expected {
                let last = sequence - 1
                visitor.fault(10, "journal rows \(expected) to \(last) are missing")
            }
            expected = sequence + 1
            do throws(StoreError) {
                let row = try statement.withBytes(4) { bytes throws(StoreError) in
                    let row = try bytes.bytes.journalRow(sequence)
                    return row
                }
                if row.position.rawValue != statement.unsigned(1)
                    || row.logTime.microseconds != statement.unsigned(2)
                    || Int64(row.kind.rawValue) != statement.integer(3)
                {
                    visitor.fault(10, "journal row \(sequence): its columns say other than it does")
                }
                let bytes = statement.bytes(4)
                try visitor.visit(row, bytes: bytes.span.bytes)
                try visitMade(row, &sides, &visitor)
            } catch {
                try survive(error, "journal row \(sequence)", &visitor)
            }
        }
        if expected != header.journalSequence + 1 {
            visitor.fault(
                10,
                "the journal ends with row \(expected - 1), the header counts "
                    + "\(header.journalSequence)"
            )
        }
        try finish(&sides, &visitor)
        for chunk in damagedChunks {
            visitor.fault(
                10,
                "the open holds of rows from \(chunk << HoldChunk.bits) can't be read"
            )
        }
    }

    /// What a row has made, as it is now.
    private func visitMade(
        _ row: JournalRow,
        _ sides: inout Sides,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        switch row.kind {
        case .reserve:
            if let created = row.reservation { try visitMade(created, row, &sides, &visitor) }
        case .sell, .createTransfer:
            guard let made = row.content else { return }
            let (carrier, strays) = try Self.take(row.sequence, &sides.documents)
            name(strays, "a changed sale or transfer", &visitor)
            try visit(made, row, carrier, &visitor)
        default: return
        }
    }

    private static func take<Row>(
        _ key: UInt64,
        _ rows: inout SideRows<Row>
    ) throws(StoreError) -> (Row?, strays: [UInt64]) {
        var strays: [UInt64] = []
        let row = try rows.take(key) { strays.append($0) }
        return (row, strays)
    }

    private func name(
        _ strays: [UInt64],
        _ what: String,
        _ visitor: inout some StoreCheckVisitor
    ) {
        for key in strays { visitor.fault(10, "\(what) under \(key), a row that made none") }
    }

    private func visitMade(
        _ created: Reservation,
        _ row: JournalRow,
        _ sides: inout Sides,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        let key = row.sequence
        let (place, strays) = try Self.take(key, &sides.reservations)
        name(strays, "a changed reservation", &visitor)
        let (hold, strayHolds) = try Self.take(key, &sides.holds)
        name(strayHolds, "an open hold", &visitor)
        var newest = created
        var isCarried = true
        switch place {
        case nil: break
        case .success(.body(let reservation)):
            newest = reservation
            isCarried = false
        case .success(.journal(let carrier)):
            guard let carried = try rows.journalRow(carrier)?.reservation else {
                visitor.fault(10, "\(created.id): row \(carrier) should carry it, and doesn't")
                return
            }
            newest = carried
        case .failure(let error):
            try survive(error, "reservation \(created.id)", &visitor)
            return
        }
        guard newest.id == created.id else {
            visitor.fault(10, "\(created.id) is filed as \(newest.id)")
            return
        }
        check(newest, hold, &visitor)
        visitor.visit(newest, key: key, isCarried: isCarried)
    }

    private func check(
        _ reservation: Reservation,
        _ hold: Hold?,
        _ visitor: inout some StoreCheckVisitor
    ) {
        guard reservation.isOpen else {
            if hold != nil {
                visitor.fault(1, "\(reservation.id) is \(reservation.state), but an open hold")
            }
            return
        }
        let expireTime =
            reservation.state == .held ? reservation.expireTime : HoldChunk.never
        guard let hold else {
            visitor.fault(1, "\(reservation.id) is \(reservation.state), but no open hold")
            return
        }
        if hold.expireTime != expireTime || hold.owner != reservation.owner {
            visitor.fault(9, "\(reservation.id): its open hold has another expiry or owner")
        }
    }

    private func visit(
        _ made: CachedDocument.Content,
        _ row: JournalRow,
        _ carrier: UInt64?,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        var newest = made
        if let carrier {
            let name = CachedDocument(content: made, carrier: row.sequence).name
            guard let content = try rows.journalRow(carrier)?.content,
                CachedDocument(content: content, carrier: carrier).name == name
            else {
                visitor.fault(10, "row \(carrier) should carry \(name), and doesn't")
                return
            }
            newest = content
        }
        switch newest {
        // What nothing came back of is as its row made it.
        case .sale(let sale): if carrier != nil { visitor.visit(sale) }
        case .transfer(let transfer): visitor.visit(transfer)
        }
    }

    private func finish(
        _ sides: inout Sides,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        let (_, reservations) = try Self.take(UInt64(Int64.max), &sides.reservations)
        name(reservations, "a changed reservation", &visitor)
        let (_, documents) = try Self.take(UInt64(Int64.max), &sides.documents)
        name(documents, "a changed sale or transfer", &visitor)
        let (_, holds) = try Self.take(UInt64(Int64.max), &sides.holds)
        name(holds, "an open hold", &visitor)
    }

    /// Shows the reservations whose newest states are in no row of the journal.
    func visitUncarried(_ body: (Reservation) -> Void) throws(StoreError) {
        let statement = try connection.prepare(
            "SELECT key, carrier, body FROM reservation WHERE carrier IS NULL ORDER BY key"
        )
        while try statement.step() {
            let key = statement.unsigned(0)
            do throws(StoreError) {
                let place = try ReservationPlace(statement, carrier: 1, body: 2, key: key)
                if case .body(let reservation) = place { body(reservation) }
            } catch {
                // Named when the journal was at its key.
                guard error.code == .corrupt, error.sqliteCode == 0 else { throw error }
            }
        }
    }

    // MARK: - The tables beside it

    private func reservations() throws(StoreError) -> SideRows<Result<ReservationPlace, StoreError>>
    {
        let statement = try connection.prepare(
            "SELECT key, carrier, body FROM reservation ORDER BY key"
        )
        return try SideRows { () throws(StoreError) in
            guard try statement.step() else { return nil }
            let key = statement.unsigned(0)
            do throws(StoreError) {
                return (
                    key, .success(try ReservationPlace(statement, carrier: 1, body: 2, key: key))
                )
            } catch {
                return (key, .failure(error))
            }
        }
    }

    private func documents() throws(StoreError) -> SideRows<UInt64> {
        let statement = try connection.prepare("SELECT key, carrier FROM document ORDER BY key")
        return try SideRows { () throws(StoreError) in
            try statement.step() ? (statement.unsigned(0), statement.unsigned(1)) : nil
        }
    }

    private func holds(
        damaged: @escaping (UInt64) -> Void
    ) throws(StoreError) -> SideRows<Hold> {
        let statement = try connection.prepare("SELECT chunk, entries FROM hold ORDER BY chunk")
        var waiting: [(key: UInt64, row: Hold)] = []
        return try SideRows { () throws(StoreError) in
            while waiting.isEmpty {
                guard try statement.step() else { return nil }
                let chunk = statement.unsigned(0)
                do throws(StoreError) {
                    waiting = try HoldChunk.unpack(statement.bytes(1)).map {
                        (
                            HoldChunk.key(chunk: chunk, place: $0.place),
                            Hold(expireTime: $0.expireTime, owner: $0.owner)
                        )
                    }
                } catch {
                    damaged(chunk)
                }
                waiting.reverse()
            }
            return waiting.popLast()
        }
    }
}
