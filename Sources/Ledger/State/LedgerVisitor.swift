/// Sees every row of a ledger: the digest and the audit, whatever keeps the rows.
///
/// Items and locations come first, then levels, offers, reservations, sales, transfers, what is kept for
/// store agents, and the journal in the order of its sequence, the header last.
public protocol LedgerVisitor {
    /// An item of the catalogue.
    mutating func visit(_ item: Item, key: ItemKey)
    /// A location.
    mutating func visit(_ location: Location, key: LocationKey)
    /// A level; those that were never written need not come.
    mutating func visit(_ level: StockLevel, key: LevelKey)
    /// What is different about an item at one location.
    mutating func visit(_ offer: Offer, key: LevelKey)
    /// A reservation in any state.
    mutating func visit(_ reservation: Reservation)
    /// A sale of which something came back; all others are as the journal's row made them.
    mutating func visit(_ sale: Sale)
    /// A transfer in any state.
    mutating func visit(_ transfer: Transfer)
    /// A row that is kept for store agents.
    mutating func visit(_ record: StoreRecord, key: StoreRecordKey)
    /// A row of the journal.
    mutating func visit(_ row: JournalRow)
    /// The counters and clocks.
    mutating func visit(_ header: LedgerHeader)
}
