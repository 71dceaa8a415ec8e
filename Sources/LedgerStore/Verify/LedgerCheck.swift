import Ledger

/// The first look at a whole store: everything is seen once, in bounded memory, and compared by sums; where
/// a sum isn't zero, ``DamageSearch`` looks again.
///
/// What is held against what (the numbers are those of the ledger's invariants):
/// ```
/// chain      2, 10   each movement leads a level from one state to the next, and the last is stored
/// promised   1       reserved and allotted = what open reservations and rights hold, by names
/// stores     1, 8    what is allotted to a store, its last fact, and its open conflicts are as its
///                    rights, the journal and its levels say
/// incoming   5       incoming = what transfers have in transit
/// versions   10      each version of a reservation, sale or transfer has its row
/// edits      10      an item, location or offer has as many versions as edits
/// identities 8       each name that must be found is in the index, and nothing else is
/// traces     10      the journal's index names each row under all that it concerns
/// ```
struct LedgerCheck: StoreCheckVisitor {
    private(set) var report = VerifyReport()
    private var digester = LedgerDigester()

    private(set) var chain = BalanceSheet()
    private(set) var promised = BalanceSheet()
    private(set) var versions = BalanceSheet()
    private(set) var edits = BalanceSheet()
    private(set) var identities = BalanceSheet()
    private(set) var traces = BalanceSheet()

    private let hasher: IdentityHasher
    private let header: LedgerHeader
    /// Answers in rows up to here are forgotten.
    private let forgotten: UInt64
    private let describe: (LevelKey) -> String
    private let tracer: TraceTerms

    private var settings = LevelSettings()
    private var stores = StoreRecordCheck()
    /// Reservations that rows have replaced by others.
    private var replaced = IdentityFilter(expected: 0, bytesMax: 64 << 20)
    private var last: (sequence: UInt64, position: Position, logTime: LogTime)?
    /// Holds that the last entry has expired.
    private var expiries = 0
    private var due: [ReservationID] = []
    private var goods: Int64 = 0
    private var batch: (id: RequestID, count: Int)?

    init(
        _ header: LedgerHeader,
        hasher: IdentityHasher,
        forgotten: UInt64,
        describe: @escaping (LevelKey) -> String,
        tracer: TraceTerms
    ) {
        self.header = header
        self.hasher = hasher
        self.forgotten = forgotten
        self.describe = describe
        self.tracer = tracer
        report.position = header.position
    }

    mutating func fault(_ invariant: Int, _ detail: String) { report.add(invariant, detail) }

    /// What is left to say when everything was seen.
    mutating func finish() -> VerifyReport {
        digester.visit(header)
        report.digest = digester.finalize()
        for key in settings.differences() {
            fault(
                10,
                "\(describe(key)): its safety stock or backorder limit is not the one last set"
            )
        }
        if settings.isOverfull {
            report.unchecked.append(
                "safety stocks and backorder limits: more than \(LevelSettings.levelsMax) levels have them"
            )
        }
        for violation in stores.finish() { fault(violation.invariant, violation.detail) }
        if stores.isOverfull {
            report.unchecked.append(
                "facts of stores beyond \(StoreRecordCheck.epochsMax) epochs"
            )
        }
        if goods != 0 {
            fault(6, "\(goods) units are there or on their way beyond those that the journal knows")
        }
        if let last, last.position > header.position || last.logTime > header.logTime {
            fault(9, "the journal ends after the header")
        }
        // Only the bound on expiries may leave a due hold for the next entry.
        if expiries < LedgerLimits.expiriesPerEntryMax {
            for id in due { fault(9, "\(id) should have expired") }
        }
        return report
    }

    // MARK: - Catalogue

    mutating func visit(_ item: Item, key: ItemKey) {
        report.items += 1
        digester.visit(item, key: key)
        edits.add(quantity: Int64(item.version), EditedName.item(item.sku))
    }

    mutating func visit(_ location: Location, key: LocationKey) {
        report.locations += 1
        digester.visit(location, key: key)
        edits.add(quantity: Int64(location.version), EditedName.location(location.id))
    }

    mutating func visit(_ offer: Offer, key: LevelKey) {
        report.offers += 1
        digester.visit(offer, key: key)
        edits.add(quantity: Int64(offer.version), EditedName.offer(offer.sku, offer.location))
    }

    // MARK: - Stores

    mutating func visit(_ record: StoreRecord, key: StoreRecordKey, names: UInt64, name: String) {
        stores.visit(record, key: key, name: name)
        digester.visit(record, key: key)
        guard case .allotment(let allotment) = record else { return }
        promised.add(
            quantity: -allotment.allotted,
            BalanceHash.of(names, Bucket.allotted)
        )
    }

    // MARK: - Levels

    mutating func visit(_ level: StockLevel, key: LevelKey, names: UInt64) {
        report.levels += 1
        digester.visit(level, key: key)
        let part = SlotHash.of(key.rawValue)
        chain.take(level.token(key), part)
        chain.add(StockLevel().token(key), part)
        promised.add(quantity: level.reserved, BalanceHash.of(names, Bucket.reserved))
        promised.add(quantity: level.allotted, BalanceHash.of(names, Bucket.allotted))
        promised.add(quantity: level.incoming, BalanceHash.of(names, Bucket.incoming))
        goods += level.onHand + level.incoming
        settings.note(level, key)
    }

    // MARK: - Journal

    mutating func visit(_ row: JournalRow, bytes: RawSpan) throws(StoreError) {
        report.journalRows += 1
        digester.visit(encodedRow: bytes)
        checkOrder(row)
        checkBatch(row)
        for violation in row.violations() {
            fault(violation.invariant, "journal row \(row.sequence): \(violation.detail)")
        }
        for movement in row.movements {
            let part = SlotHash.of(movement.key.rawValue)
            chain.add(movement.after.token(movement.key), part)
            chain.take(movement.before.token(movement.key), part)
            goods -= movement.onHand + movement.incoming
            if let detail = settings.follow(movement, in: row.kind) {
                fault(10, "journal row \(row.sequence): \(describe(movement.key)): \(detail)")
            }
        }
        stores.follow(row)
        if row.outcome?.isRefusal != true { followDocuments(row) }
        for hash in row.identities(hasher, forgotten: forgotten) {
            identities.add(BalanceHash.of(hash, row.sequence), SlotHash.of(hash))
        }
        for term in try tracer.terms(of: row) {
            traces.add(BalanceHash.of(term.rawValue, row.sequence), SlotHash.of(term.rawValue))
        }
    }

    private mutating func checkOrder(_ row: JournalRow) {
        defer { last = (row.sequence, row.position, row.logTime) }
        if let last {
            let isSame = row.position == last.position && row.logTime == last.logTime
            let isLater = row.position > last.position && row.logTime > last.logTime
            if !isSame, !isLater {
                fault(9, "journal row \(row.sequence): log time or position did not rise")
            }
        }
        if row.position == header.position, row.kind == .expire { expiries += 1 }
    }

    /// The parts of a batch come one behind the other, and then the batch itself.
    private mutating func checkBatch(_ row: JournalRow) {
        switch row.cause {
        case .expiry, .fact, .cure: break
        case .part(of: let id, let index, actor: _, outcome: _):
            if index != (batch?.count ?? 0) || batch.map({ $0.id != id }) ?? false {
                fault(10, "journal row \(row.sequence): a part of batch \(id) out of its order")
            }
            batch = (id, index + 1)
        case .request(let id, digest: _, actor: _, let outcome):
            var count = 0
            if case .batch(let outcomes) = outcome { count = outcomes.count }
            if batch?.count ?? 0 != count || batch.map({ $0.id != id }) ?? false {
                fault(10, "journal row \(row.sequence): batch \(id) and its parts don't agree")
            }
            batch = nil
        }
    }

    /// Each version has its row: the row of a version stands for it and against the one before.
    private mutating func followDocuments(_ row: JournalRow) {
        if let reservation = row.reservation {
            step(hasher.hash(reservation.id), to: reservation.version)
            if row.kind == .reserve, let document = row.document {
                replaced.insert(hasher.hash(ReservationID(unchecked: document.text)))
            }
        } else if let transfer = row.transfer {
            step(hasher.hash(transfer.id), to: transfer.version)
        } else if let sale = row.changedSale {
            step(hasher.hash(sale.id), to: sale.version)
        } else if let edited = row.editedName {
            edits.add(quantity: -1, edited)
        }
    }

    private mutating func step(_ name: UInt64, to version: UInt64) {
        versions.add(BalanceHash.of(name, version), name << 1)
        versions.take(BalanceHash.of(name, version - 1), name << 1)
    }

    private mutating func settle(_ name: UInt64, at version: UInt64, from first: UInt64) {
        versions.take(BalanceHash.of(name, version), name << 1)
        versions.add(BalanceHash.of(name, first), name << 1)
    }

    // MARK: - Indexes

    mutating func visit(_ identity: IdentityEntry) {
        identities.take(
            BalanceHash.of(identity.hash, identity.sequence),
            SlotHash.of(identity.hash)
        )
    }

    mutating func visit(_ trace: TraceEntry) {
        traces.take(
            BalanceHash.of(trace.term.rawValue, trace.sequence),
            SlotHash.of(trace.term.rawValue)
        )
    }

    // MARK: - What rows have made

    mutating func visit(_ reservation: Reservation, key: UInt64, isCarried: Bool) {
        report.reservations += 1
        digester.visit(reservation)
        let name = hasher.hash(reservation.id)
        settle(name, at: reservation.version, from: 0)
        if !isCarried {
            // Its last step has no row of its own: another reservation took its place.
            step(name, to: reservation.version)
        }
        if reservation.state == .held, reservation.expireTime <= header.logTime, due.count < 64 {
            due.append(reservation.id)
        }
        for line in reservation.lines {
            if line.requested <= 0 || line.open < 0 || line.fulfilled < 0 || line.released < 0 {
                fault(3, "\(reservation.id): \(line)")
            }
            if !(0...max(0, line.fulfilled)).contains(line.returned) {
                fault(7, "\(reservation.id): \(line)")
            }
            guard reservation.isOpen, line.open != 0 else { continue }
            let names = StoreCheckWalk.names(line.sku, line.location)
            let bucket =
                reservation.owner.kind == .store ? Bucket.allotted : Bucket.reserved
            promised.add(quantity: -line.open, BalanceHash.of(names, bucket))
        }
    }

    /// A reservation that no row carries, once all rows that replace others were seen.
    mutating func checkUncarried(_ reservation: Reservation) {
        guard !replaced.mayContain(hasher.hash(reservation.id)) || reservation.isOpen
        else { return }
        fault(10, "\(reservation.id) changed, and no row of the journal says how")
    }

    mutating func visit(_ sale: Sale) {
        digester.visit(sale)
        settle(hasher.hash(sale.id), at: sale.version, from: 1)
        for line in sale.lines where !(0...max(0, line.sold)).contains(line.returned) {
            fault(7, "\(sale.id): \(line)")
        }
    }

    mutating func visit(_ transfer: Transfer) {
        report.transfers += 1
        digester.visit(transfer)
        settle(hasher.hash(transfer.id), at: transfer.version, from: 0)
        for line in transfer.lines {
            if line.inTransit < 0 || line.unshipped < 0 || line.received < 0 || line.rejected < 0
                || line.lost < 0 || !transfer.isOpen && line.inTransit != 0
            {
                fault(5, "\(transfer.id), \(transfer.state): \(line)")
            }
            guard line.inTransit != 0 else { continue }
            let names = StoreCheckWalk.names(line.sku, transfer.to)
            promised.add(quantity: -line.inTransit, BalanceHash.of(names, Bucket.incoming))
        }
    }
}
