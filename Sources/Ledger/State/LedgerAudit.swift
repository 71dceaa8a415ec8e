/// A broken invariant.
public struct LedgerViolation: Equatable, Sendable, CustomStringConvertible {
    /// Its number in the list of the design.
    public var invariant: Int
    /// What is wrong, and where.
    public var detail: String

    /// Names the invariant and what breaks it.
    public init(invariant: Int, detail: String) {
        self.invariant = invariant
        self.detail = detail
    }

    /// The number and the detail.
    public var description: String { "invariant \(invariant): \(detail)" }
}

/// Recomputes a ledger's books from its journal and its reservations and compares.
///
/// 1. `reserved` and `allotted` are the sums of what is open.
/// 2. Every bucket is the sum of its journal deltas.
/// 3. Per line, requested = open + fulfilled + released, each ≥ 0.
/// 4. Only facts take `available` below `−backorderLimit`; a conflict is open exactly where that is
///    so, or where less than nothing is on hand.
/// 5. Transfers: shipped = received + rejected + lost + in transit, which is what is incoming.
/// 6. Everywhere together: on hand + in transit = receipts − sales + returns ± adjustments.
/// 7. What came back is no more than what was sold, per line.
/// 8. One request id, one answer, for as long as answers are kept; each fact of a store once, without
///    a gap.
/// 9. No hold outlives its expiry, and log time rises.
/// 10. Each change has a journal row with its cause, and its reason where one is needed.
///
/// The eleventh, equal digests at equal positions, takes two ledgers.
///
/// Rows are shown to it in the visitor's order; what is found comes out of `finish()`.
public struct LedgerAudit: LedgerVisitor {
    var violations: [LedgerViolation] = []

    private var itemKeys: [SKU: ItemKey] = [:]
    private var itemVersions: [(item: Item, key: ItemKey)] = []
    private var locationKeys: [LocationID: LocationKey] = [:]
    private var locationVersions: [(location: Location, key: LocationKey)] = []
    private var levels: [LevelKey: StockLevel] = [:]
    private var reservations: [Reservation] = []
    private var offers: [Offer] = []
    private var sales: [Sale] = []
    private var transfers: [Transfer] = []
    private var stores = StoreAudit()
    private var journal = JournalAudit()
    private var header = LedgerHeader()

    /// Nothing seen yet.
    public init() {}

    /// Everything that is wrong with the ledger.
    public static func check(_ state: InMemoryLedgerState) -> [LedgerViolation] {
        var audit = LedgerAudit()
        state.visit(&audit)
        return audit.finish()
    }

    /// Notes an item.
    public mutating func visit(_ item: Item, key: ItemKey) {
        itemKeys[item.sku] = key
        itemVersions.append((item, key))
    }

    /// Notes a location.
    public mutating func visit(_ location: Location, key: LocationKey) {
        locationKeys[location.id] = key
        locationVersions.append((location, key))
    }

    /// Notes a level.
    public mutating func visit(_ level: StockLevel, key: LevelKey) { levels[key] = level }

    /// Notes a reservation.
    public mutating func visit(_ reservation: Reservation) { reservations.append(reservation) }

    /// Notes an offer.
    public mutating func visit(_ offer: Offer, key: LevelKey) { offers.append(offer) }

    /// Notes a sale of which something came back.
    public mutating func visit(_ sale: Sale) { sales.append(sale) }

    /// Notes a transfer.
    public mutating func visit(_ transfer: Transfer) { transfers.append(transfer) }

    /// Notes a row that is kept for store agents.
    public mutating func visit(_ record: StoreRecord, key: StoreRecordKey) {
        stores.visit(record, key: key)
    }

    /// Follows the journal.
    public mutating func visit(_ row: JournalRow) {
        journal.follow(row)
        stores.follow(row)
    }

    /// Notes the header.
    public mutating func visit(_ header: LedgerHeader) { self.header = header }

    /// Compares the books, and gives everything that is wrong.
    public consuming func finish() -> [LedgerViolation] {
        journal.finish()
        violations = journal.violations
        checkPromises()
        checkBuckets()
        checkLines()
        checkTransfers()
        checkTime()
        checkTraces()
        checkDocuments()
        violations += stores.finish(levels)
        return violations
    }

    private mutating func checkPromises() {
        var promised: [LevelKey: StockLevel] = [:]
        for reservation in reservations where reservation.isOpen {
            for line in reservation.lines {
                guard let item = itemKeys[line.sku], let location = locationKeys[line.location]
                else {
                    report(1, "\(reservation.id) names \(line.sku) at \(line.location), unknown")
                    continue
                }
                let key = LevelKey(location: location, item: item)
                switch reservation.owner.bucket {
                case .allotted: promised[key, default: StockLevel()].allotted += line.open
                default: promised[key, default: StockLevel()].reserved += line.open
                }
            }
        }
        for key in Set(promised.keys).union(levels.keys).union(stores.allotmentKeys).sorted() {
            let level = levels[key] ?? StockLevel()
            var sums = promised[key] ?? StockLevel()
            sums.allotted += stores.allotted(key)
            if level.reserved != sums.reserved {
                report(1, "\(key.text): reserved \(level.reserved), open \(sums.reserved)")
            }
            if level.allotted != sums.allotted {
                report(1, "\(key.text): allotted \(level.allotted), open \(sums.allotted)")
            }
        }
    }

    private mutating func checkBuckets() {
        for key in Set(journal.sums.keys).union(levels.keys).sorted() {
            let level = levels[key] ?? StockLevel()
            let sum = journal.sums[key] ?? StockLevel()
            if !level.sameBuckets(as: sum) {
                report(2, "\(key.text): stored \(level), journal \(sum)")
            } else if level != sum {
                report(10, "\(key.text): stored \(level), journal \(sum)")
            }
        }
        let goods = levels.values.reduce(0) { $0 + $1.onHand + $1.incoming }
        if goods != journal.goods {
            report(6, "\(goods) units are there or on their way, \(journal.goods) should be")
        }
    }

    private mutating func checkLines() {
        for reservation in reservations {
            for line in reservation.lines
            where line.requested <= 0 || line.open < 0 || line.fulfilled < 0 || line.released < 0 {
                report(3, "\(reservation.id): \(line)")
            }
            for line in reservation.lines
            where !(0...max(0, line.fulfilled)).contains(line.returned) {
                report(7, "\(reservation.id): \(line)")
            }
        }
        for sale in sales {
            for line in sale.lines where !(0...max(0, line.sold)).contains(line.returned) {
                report(7, "\(sale.id): \(line)")
            }
        }
    }

    private mutating func checkTransfers() {
        var incoming: [LevelKey: Quantity] = [:]
        for transfer in transfers {
            for line in transfer.lines {
                if !line.isInBounds || !transfer.isOpen && line.inTransit != 0 {
                    report(5, "\(transfer.id), \(transfer.state): \(line)")
                }
                guard let item = itemKeys[line.sku], let location = locationKeys[transfer.to] else {
                    report(5, "\(transfer.id) names \(line.sku) at \(transfer.to), unknown")
                    continue
                }
                incoming[LevelKey(location: location, item: item), default: 0] += line.inTransit
            }
        }
        for key in Set(incoming.keys).union(levels.keys).sorted() {
            let (level, sum) = (levels[key]?.incoming ?? 0, incoming[key] ?? 0)
            if level != sum { report(5, "\(key.text): incoming \(level), in transit \(sum)") }
        }
    }

    private mutating func checkTime() {
        if let last = journal.last,
            last.logTime > header.logTime || last.position > header.position
        {
            report(9, "the journal ends after the header")
        }
        // Only the bound on expiries may leave a due hold for the next entry.
        guard journal.expiries(at: header.position) < LedgerLimits.expiriesPerEntryMax else {
            return
        }
        for reservation in reservations
        where reservation.state == .held && reservation.expireTime <= header.logTime {
            report(9, "\(reservation.id) should have expired")
        }
    }

    private mutating func checkTraces() {
        if header.journalSequence != journal.last?.sequence ?? 0 {
            report(10, "the header counts \(header.journalSequence) rows")
        }
        for reservation in reservations where !journal.documents.explains(reservation) {
            report(10, "\(reservation.id) is not as the journal left it")
        }
        for (item, _) in itemVersions where journal.edits(of: item.sku) != item.version {
            report(10, "\(item.sku) has version \(item.version) without that many edits")
        }
        for (location, _) in locationVersions
        where journal.edits(of: location.id) != location.version {
            report(10, "\(location.id) has version \(location.version) without that many edits")
        }
        if itemVersions.count != Int(header.lastItemKey)
            || locationVersions.count != Int(header.lastLocationKey)
        {
            report(10, "the header counts other items or locations")
        }
    }

    /// Sales, transfers and offers are as the journal left them, all of them.
    private mutating func checkDocuments() {
        let known = journal.documents
        for sale in sales where known.sales[sale.id] != sale {
            report(10, "sale \(sale.id) is not as the journal left it")
        }
        for transfer in transfers where known.transfers[transfer.id] != transfer {
            report(10, "transfer \(transfer.id) is not as the journal left it")
        }
        for offer in offers {
            let name = DocumentAudit.OfferName(sku: offer.sku, location: offer.location)
            if known.offers[name] != offer {
                report(10, "the offer of \(offer.sku) at \(offer.location) is another")
            }
        }
        let changedSales = known.sales.values.filter { $0.version > 1 }
        if sales.count != changedSales.count || transfers.count != known.transfers.count
            || offers.count != known.offers.count
        {
            report(10, "the journal knows other sales, transfers or offers")
        }
    }

    private mutating func report(_ invariant: Int, _ detail: String) {
        violations.append(LedgerViolation(invariant: invariant, detail: detail))
    }
}

extension LevelKey {
    var text: String { "location \(location.rawValue), item \(item.rawValue)" }
}

extension StockLevel {
    /// Whether the buckets that movements change are equal.
    func sameBuckets(as other: StockLevel) -> Bool {
        onHand == other.onHand && reserved == other.reserved && allotted == other.allotted
            && unavailable == other.unavailable && incoming == other.incoming
    }
}
