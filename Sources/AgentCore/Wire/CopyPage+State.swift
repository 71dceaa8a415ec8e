package import Ledger

extension CopyPage {
    /// A page of a location's book out of a ledger in memory, with so many rows at most; nil: there is no
    /// such token.
    package init?(
        _ book: CopyBook,
        _ token: String?,
        rows size: Int,
        of location: LocationID,
        in state: InMemoryLedgerState
    ) {
        guard let start = Int(token ?? "0"), start >= 0 else { return nil }
        var books = LocationBooks(location: location)
        state.visit(&books)
        var count = 0
        func cut<Row>(_ rows: [Row]) -> [Row] {
            count = rows.count
            return Array(rows.dropFirst(start).prefix(size))
        }
        let rows: Rows =
            switch book {
            case .items: .items(cut(books.items))
            case .offers: .offers(cut(books.offers))
            case .levels: .levels(cut(books.levels))
            case .allotments: .allotments(cut(books.allotments))
            case .reservations: .reservations(cut(books.reservations))
            case .transfers: .transfers(cut(books.transfers))
            }
        let end = start + size
        self.init(
            position: state.header.position,
            rows: rows,
            nextToken: end < count ? String(end) : nil
        )
    }
}

/// The books of one location.
private struct LocationBooks: LedgerVisitor {
    let location: LocationID
    var items: [Item] = []
    var offers: [Offer] = []
    var levels: [LevelView] = []
    var allotments: [AllotmentView] = []
    var reservations: [Reservation] = []
    var transfers: [Transfer] = []
    private var names: [ItemKey: SKU] = [:]
    private var place: LocationKey?

    init(location: LocationID) { self.location = location }

    mutating func visit(_ item: Item, key: ItemKey) {
        items.append(item)
        names[key] = item.sku
    }
    mutating func visit(_ found: Location, key: LocationKey) {
        if found.id == location { place = key }
    }
    mutating func visit(_ level: StockLevel, key: LevelKey) {
        guard key.location == place, let sku = names[key.item] else { return }
        levels.append(LevelView(sku: sku, location: location, level: level))
    }
    mutating func visit(_ offer: Offer, key: LevelKey) {
        if offer.location == location { offers.append(offer) }
    }
    mutating func visit(_ reservation: Reservation) {
        guard reservation.isOpen, reservation.lines.contains(where: { $0.location == location })
        else { return }
        reservations.append(reservation)
    }
    mutating func visit(_ sale: Sale) {}
    mutating func visit(_ transfer: Transfer) {
        guard transfer.isOpen, [transfer.from, transfer.to].contains(location) else { return }
        transfers.append(transfer)
    }
    mutating func visit(_ record: StoreRecord, key: StoreRecordKey) {
        guard key.kind == .allotment, key.location == place, case .allotment(let found) = record,
            let sku = names[LevelKey(rawValue: key.place).item]
        else { return }
        allotments.append(AllotmentView(sku: sku, allotment: found))
    }
    mutating func visit(_ row: JournalRow) {}
    mutating func visit(_ header: LedgerHeader) {}
}
