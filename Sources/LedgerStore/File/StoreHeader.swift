package import Ledger

/// What a store's one transaction says of itself: the place in the log that its rows show.
///
/// It is written in the same transaction as the rows, and is the only truth on start: the log is
/// replayed from behind `ledger.position` (consensus rule 20).
package struct StoreHeader: Equatable, Sendable {
    /// The ledger's own counters and clocks, the position among them.
    package var ledger: LedgerHeader
    /// The term of the log entry at the position.
    package var term: UInt64
    /// The group's configuration as of the position, in bytes that the store does not look into.
    package var membership: [UInt8]

    package init(
        ledger: LedgerHeader = LedgerHeader(),
        term: UInt64 = 0,
        membership: [UInt8] = []
    ) {
        self.ledger = ledger
        self.term = term
        self.membership = membership
    }
}
