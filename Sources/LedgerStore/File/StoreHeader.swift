import CChecksum
package import Ledger

/// What a store's one transaction says of itself: the place in the log that its rows show.
///
/// It is written in the same transaction as the rows, and is the only truth on start: the log is
/// replayed from behind `ledger.position` (consensus rule 20). SQLite keeps no checksums, so this
/// row has one of its own: a bit that flips in the position must not go unnoticed.
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

extension StoreHeader {
    static let insertion = "INSERT INTO meta VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    static let update = """
        UPDATE meta SET cluster = ?1, position = ?2, term = ?3, log_time = ?4,
            journal_sequence = ?5, last_item = ?6, last_location = ?7, membership = ?8,
            checksum = ?9
        """
    private static let selection = """
        SELECT cluster, position, term, log_time, journal_sequence, last_item, last_location,
            membership, checksum FROM meta WHERE id = 1
        """

    /// The header and the cluster's name, as of the read transaction that `connection` is in.
    static func readWithOwner(
        _ connection: Connection
    ) throws(StoreError) -> (header: StoreHeader, cluster: String) {
        let row = try connection.prepare(selection)
        guard try row.step() else { throw StoreError(.corrupt, "the store has no header") }
        var ledger = LedgerHeader()
        ledger.position = Position(row.unsigned(1))
        ledger.logTime = LogTime(microseconds: row.unsigned(3))
        ledger.journalSequence = row.unsigned(4)
        ledger.lastItemKey = UInt32(truncatingIfNeeded: row.integer(5))
        ledger.lastLocationKey = UInt32(truncatingIfNeeded: row.integer(6))
        let header = StoreHeader(ledger: ledger, term: row.unsigned(2), membership: row.bytes(7))
        let cluster = row.text(0)
        guard row.integer(8) == Int64(header.checksum(cluster)) else {
            throw StoreError(.corrupt, "the store's header fails its check")
        }
        return (header, cluster)
    }

    /// The header, as of the read transaction that `connection` is in.
    static func read(_ connection: Connection) throws(StoreError) -> StoreHeader {
        try readWithOwner(connection).header
    }

    /// Binds everything to the parameters of ``insertion`` or ``update``.
    func bind(to statement: Statement, cluster: String) {
        statement.bind(1, cluster)
        statement.bind(2, ledger.position.rawValue)
        statement.bind(3, term)
        statement.bind(4, ledger.logTime.microseconds)
        statement.bind(5, ledger.journalSequence)
        statement.bind(6, ledger.lastItemKey)
        statement.bind(7, ledger.lastLocationKey)
        statement.bind(8, membership)
        statement.bind(9, checksum(cluster))
    }

    /// CRC-32C over the fields, numbers little-endian.
    private func checksum(_ cluster: String) -> UInt32 {
        var checksum: UInt32 = 0
        let numbers = [
            ledger.position.rawValue, term, ledger.logTime.microseconds, ledger.journalSequence,
            UInt64(ledger.lastItemKey), UInt64(ledger.lastLocationKey),
            UInt64(cluster.utf8.count), UInt64(membership.count),
        ]
        for number in numbers {
            withUnsafeBytes(of: number.littleEndian) {
                checksum = estoque_crc32c(checksum, $0.baseAddress, $0.count)
            }
        }
        for bytes in [Array(cluster.utf8), membership] {
            bytes.withUnsafeBytes {
                checksum = estoque_crc32c(checksum, $0.baseAddress, $0.count)
            }
        }
        return checksum
    }
}
