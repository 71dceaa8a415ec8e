import Ledger
import Testing

@Suite struct RecordCodecTests {
    private func bytes(_ record: some LedgerRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        return bytes
    }

    @Test func `the journal row of a simple reservation is small`() throws {
        var samples = Samples(seed: 1)
        var scene = Scene.stocked()
        scene.clock = 1_800_000_000_000_000
        for _ in 0..<50 {
            let reserve = Reserve(
                reservation: ReservationID(unchecked: samples.uuid()),
                owner: Owner(kind: .customer, reference: Reference(unchecked: "customer-12345")),
                lines: [.line(2)],
                ttl: Milliseconds(900_000)
            )
            scene.run(.receive(.line(500)))
            let answer = scene.send(.reserve(reserve), id: samples.uuid())
            #expect(!answer.outcome.isRefusal)
        }
        let row = try #require(scene.state.journal.last)
        #expect(bytes(row).count <= 150)
    }

    @Test func `the levels that a row's movements left are not written twice`() throws {
        var scene = Scene.stocked()
        scene.run(.receive(.line(5_000_000), .line(6_000_000, .pear)))
        let row = try #require(scene.state.journal.last)
        #expect(try JournalRow.decode(bytes(row).span.bytes) == row)
        guard case .request(_, _, _, let outcome) = row.cause else {
            Issue.record("a request caused it")
            return
        }
        let alone = bytes(outcome).count
        var without = row
        without.movements = []
        #expect(bytes(row).count < bytes(without).count + alone)
    }

    @Test func `a record of a later format is told from a damaged one`() {
        var encoded = bytes(StockLevel())
        #expect(encoded == [1, 0])
        encoded[0] = 2
        #expect(throws: LedgerCodecError.unknownVersion(2)) {
            try StockLevel.decode(encoded.span.bytes)
        }
    }

    @Test func `a bucket beyond its bounds does not decode`() {
        var level = StockLevel()
        level.onHand = LedgerLimits.bucketMax + 1
        let encoded = bytes(level)
        #expect(throws: LedgerCodecError.outOfRange) {
            try StockLevel.decode(encoded.span.bytes)
        }
    }

    @Test func `a reservation with more settled than requested does not decode`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(2)))
        var reservation = try scene.reservation(.first)
        reservation.lines[0].fulfilled = 2
        reservation.lines[0].released = 1
        let encoded = bytes(reservation)
        #expect(throws: LedgerCodecError.outOfRange) {
            try Reservation.decode(encoded.span.bytes)
        }
    }

    @Test func `there is room for the longest of every field`() {
        let longest = String(repeating: "~", count: 64)
        var level = StockLevel()
        level.onHand = .min
        level.reserved = .min
        level.allotted = .min
        level.unavailable = .min
        level.incoming = .min
        level.safetyStock = .min
        level.backorderLimit = .min
        level.version = .max
        var line = ReservationLine(
            sku: SKU(unchecked: longest),
            location: LocationID(unchecked: longest),
            requested: .min
        )
        line.fulfilled = .min
        line.released = .min
        let reservation = Reservation(
            id: ReservationID(unchecked: longest),
            owner: Owner(kind: .order, reference: Reference(unchecked: longest)),
            state: .held,
            lines: [line, line],
            expireTime: LogTime(microseconds: 1 << 63),
            maxExpireTime: LogTime(microseconds: 0),
            orderReference: Reference(unchecked: longest),
            version: .max
        )
        let movement = Movement(
            key: LevelKey(rawValue: .max),
            onHand: .min,
            reserved: .min,
            allotted: .min,
            unavailable: .min,
            incoming: .min,
            after: level
        )
        let row = JournalRow(
            sequence: .max,
            position: Position(.max),
            logTime: LogTime(microseconds: 0),
            kind: .reserve,
            cause: .request(
                RequestID(unchecked: longest),
                digest: .max,
                actor: Actor(unchecked: longest),
                outcome: .reservation(reservation)
            ),
            movements: [movement, movement],
            reason: Reference(unchecked: longest),
            document: Reference(unchecked: longest)
        )
        // Every identifier of 64 bytes has one more for its form, every number ten.
        let numbers = 3 + 2 * (1 + 5 + 8) + 2 * 3 + 1 + 2
        let identifiers = 2 + 2 + 2 + 2 * 2 + 1
        let others = 2 + 8 + 2 * 2 + 8 + 1 + 1 + 1
        // The numbers of movements, of lines and between the two equal times are short.
        let short = 3 * 9
        #expect(bytes(row).count <= 10 * numbers + 65 * identifiers + others)
        #expect(bytes(row).count >= 10 * numbers + 65 * identifiers + others - short)
    }

    @Test func `every row of a lively ledger comes back as it was`() throws {
        let history = RandomHistory(seed: 99, steps: 300)
        for row in history.scene.state.journal {
            let encoded = bytes(row)
            #expect(try JournalRow.decode(encoded.span.bytes) == row)
        }
    }

    @Test func `what came back costs nothing until something does`() throws {
        var scene = Scene.stocked()
        scene.run(.reserve(.first, .line(3)), .fulfill(.first, .line(2)))
        var reservation = try scene.reservation(.first)
        let before = bytes(reservation).count
        reservation.lines[0].returned = 1
        let encoded = bytes(reservation)
        #expect(encoded.count == before + 1)
        #expect(try Reservation.decode(encoded.span.bytes) == reservation)
        reservation.lines[0].returned = 3
        let more = bytes(reservation)
        #expect(throws: LedgerCodecError.outOfRange) {
            try Reservation.decode(more.span.bytes)
        }
    }

    @Test func `the row of a sale with a name of its own has that name besides`() throws {
        var scene = Scene.stocked()
        scene.run(.sell(.line(1)))
        let row = try #require(scene.state.journal.last)
        scene.run(.sell(as: .sale, .line(1)))
        let named = try #require(scene.state.journal.last)
        #expect(bytes(named).count == bytes(row).count + "sale-1".utf8.count + 1)
        #expect(named.saleID == .sale)
        #expect(row.saleID?.text == "request-6")
    }

    @Test func `sold, returned and lost units that don't add up do not decode`() throws {
        var scene = Scene.stocked()
        scene.run(.sell(as: .sale, .line(2)), .create(.of(2)), .ship())
        var sale = try #require(scene.state.sale(.sale))
        sale.lines[0].returned = 3
        let wrongSale = bytes(sale)
        #expect(throws: LedgerCodecError.outOfRange) { try Sale.decode(wrongSale.span.bytes) }
        var transfer = try #require(scene.state.transfer(.haul))
        transfer.lines[0].lost = 3
        let wrongTransfer = bytes(transfer)
        #expect(throws: LedgerCodecError.outOfRange) {
            try Transfer.decode(wrongTransfer.span.bytes)
        }
        transfer.lines[0].lost = 0
        transfer.lines[0].shipped = 3
        let shipped = bytes(transfer)
        #expect(throws: LedgerCodecError.outOfRange) {
            try Transfer.decode(shipped.span.bytes)
        }
    }
}
