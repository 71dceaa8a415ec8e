/// A fingerprint of a ledger: equal histories have equal digests, whatever keeps the rows.
///
/// A part for each kind of row, so that two nodes that differ can see where.
public struct LedgerDigest: Equatable, Sendable, CustomStringConvertible {
    /// Where in the log it was taken.
    public var position = Position(0)
    /// Of the items.
    public var items: UInt64 = 0
    /// Of the locations.
    public var locations: UInt64 = 0
    /// Of the levels that are not all zeros.
    public var levels: UInt64 = 0
    /// Of the reservations, in any state.
    public var reservations: UInt64 = 0
    /// Of the offers.
    public var offers: UInt64 = 0
    /// Of the sales of which something came back; the journal has all of them.
    public var sales: UInt64 = 0
    /// Of the transfers, in any state.
    public var transfers: UInt64 = 0
    /// Of what is kept for store agents.
    public var stores: UInt64 = 0
    /// Of the journal, and so of every answer.
    public var journal: UInt64 = 0
    /// Of the counters and clocks.
    public var header: UInt64 = 0

    /// The digest of an empty ledger that has no header yet.
    public init() {}

    /// All parts in one number.
    public var combined: UInt64 {
        var hash = MixHash(domain: 7)
        let parts = [
            items, locations, levels, reservations, offers, sales, transfers, stores, journal,
            header,
        ]
        for part in parts { hash.add(part) }
        return hash.value
    }

    /// The combined digest: sixteen hexadecimal digits.
    public var description: String {
        let digits = String(combined, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Computes a `LedgerDigest` from rows in any order: each row's hash is added to its part's sum.
///
/// Sums need no order, so a store may read its tables as it likes, and may later keep them up to date
/// row by row instead of reading everything.
public struct LedgerDigester: LedgerVisitor {
    private enum Domain {
        static let item: UInt64 = 1
        static let location: UInt64 = 2
        static let level: UInt64 = 3
        static let reservation: UInt64 = 4
        static let row: UInt64 = 5
        static let header: UInt64 = 6
        /// 7 is that of the combined digest.
        static let offer: UInt64 = 8
        static let sale: UInt64 = 9
        static let transfer: UInt64 = 10
        static let store: UInt64 = 11
    }

    private var digest = LedgerDigest()
    private var buffer: [UInt8] = []

    /// No rows yet.
    public init() {}

    /// Adds an item.
    public mutating func visit(_ item: Item, key: ItemKey) {
        digest.items &+= hash(item, key: UInt64(key.rawValue), Domain.item)
    }

    /// Adds a location.
    public mutating func visit(_ location: Location, key: LocationKey) {
        digest.locations &+= hash(location, key: UInt64(key.rawValue), Domain.location)
    }

    /// Adds a level; one that is all zeros counts as never written.
    public mutating func visit(_ level: StockLevel, key: LevelKey) {
        guard level != StockLevel() else { return }
        digest.levels &+= hash(level, key: key.rawValue, Domain.level)
    }

    /// Adds a reservation.
    public mutating func visit(_ reservation: Reservation) {
        digest.reservations &+= hash(reservation, key: 0, Domain.reservation)
    }

    /// Adds an offer.
    public mutating func visit(_ offer: Offer, key: LevelKey) {
        digest.offers &+= hash(offer, key: key.rawValue, Domain.offer)
    }

    /// Adds a sale of which something came back.
    public mutating func visit(_ sale: Sale) {
        digest.sales &+= hash(sale, key: 0, Domain.sale)
    }

    /// Adds a transfer.
    public mutating func visit(_ transfer: Transfer) {
        digest.transfers &+= hash(transfer, key: 0, Domain.transfer)
    }

    /// Adds a row that is kept for store agents.
    public mutating func visit(_ record: StoreRecord, key: StoreRecordKey) {
        buffer.removeAll(keepingCapacity: true)
        record.encode(into: &buffer)
        var hash = MixHash(domain: Domain.store)
        hash.add(UInt64(key.kind.rawValue))
        hash.add(key.place)
        hash.add(key.sequence)
        hash.add(UInt64(key.line))
        hash.add(buffer.span.bytes)
        digest.stores &+= hash.value
    }

    /// Adds a row of the journal.
    public mutating func visit(_ row: JournalRow) {
        digest.journal &+= hash(row, key: 0, Domain.row)
    }

    /// Adds a row of the journal by its bytes, for a store that keeps just those.
    public mutating func visit(encodedRow: RawSpan) {
        var hash = MixHash(domain: Domain.row)
        hash.add(0)
        hash.add(encodedRow)
        digest.journal &+= hash.value
    }

    /// Adds the header.
    public mutating func visit(_ header: LedgerHeader) {
        digest.position = header.position
        var hash = MixHash(domain: Domain.header)
        hash.add(header.position.rawValue)
        hash.add(header.logTime.microseconds)
        hash.add(header.journalSequence)
        hash.add(UInt64(header.lastItemKey))
        hash.add(UInt64(header.lastLocationKey))
        digest.header = hash.value
    }

    /// The digest of all that was added.
    public func finalize() -> LedgerDigest { digest }

    private mutating func hash(
        _ record: some LedgerRecord,
        key: UInt64,
        _ domain: UInt64
    ) -> UInt64 {
        buffer.removeAll(keepingCapacity: true)
        record.encode(into: &buffer)
        var hash = MixHash(domain: domain)
        hash.add(key)
        hash.add(buffer.span.bytes)
        return hash.value
    }
}
