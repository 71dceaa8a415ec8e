import Ledger

/// Writes generations, each in one transaction with the position that it brings the store to.
///
/// Confined to one thread; it is the only writer of the file. After an error nothing of the
/// generation is kept, and the same generation may be written again.
package final class GenerationWriter {
    private let connection: Connection
    private let rows: RowWriter
    private let identities: IdentityMerger
    private let setHeader: Statement
    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    /// What the store is at.
    package private(set) var header: StoreHeader

    init(_ connection: Connection, pageBytes: Int) throws(StoreError) {
        self.connection = connection
        rows = try RowWriter(connection)
        identities = try IdentityMerger(connection, pageBytes: pageBytes)
        setHeader = try connection.prepare(
            """
            UPDATE meta SET position = ?1, term = ?2, log_time = ?3, journal_sequence = ?4,
                last_item = ?5, last_location = ?6, membership = ?7
            """
        )
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        header = try StoreHeader.read(connection)
        connection.countWalPages()
    }

    /// Pages in the write-ahead log after the last generation.
    package var walPages: Int { connection.walPages }

    /// Commits a generation; durable once a checkpoint after it is complete.
    ///
    /// - Precondition: it follows the one before, in the order in which they were sealed.
    package func write(_ generation: Generation) throws(StoreError) {
        let ledger = generation.header.ledger
        precondition(
            ledger.position >= header.ledger.position
                && ledger.journalSequence == header.ledger.journalSequence
                    + UInt64(generation.journal.rows.count),
            "generations are written in order, and none is left out"
        )
        try begin.run()
        do throws(StoreError) {
            try writeRows(generation)
            try commit.run()
        } catch {
            // After some errors SQLite has rolled back already.
            if connection.isInTransaction { try? rollback.run() }
            throw error
        }
        header = generation.header
    }

    private func writeRows(_ generation: Generation) throws(StoreError) {
        try rows.write(generation.journal)
        for row in generation.items { try rows.write(row) }
        for row in generation.locations { try rows.write(row) }
        // Neighbouring keys share pages: in order, each page is visited once.
        for row in generation.levels.sorted(by: { $0.key < $1.key }) { try rows.write(row) }
        for row in generation.reservations.sorted(by: { $0.key < $1.key }) {
            try rows.write(row)
        }
        for (chunk, bytes) in generation.holds { try rows.writeHolds(chunk, bytes) }
        if !generation.identities.isEmpty {
            try identities.note(generation.identities, row: generation.pendingRow)
        }
        if let slice = generation.merge { try identities.merge(slice) }
        try write(generation.header)
    }

    private func write(_ header: StoreHeader) throws(StoreError) {
        setHeader.bind(1, header.ledger.position.rawValue)
        setHeader.bind(2, header.term)
        setHeader.bind(3, header.ledger.logTime.microseconds)
        setHeader.bind(4, header.ledger.journalSequence)
        setHeader.bind(5, header.ledger.lastItemKey)
        setHeader.bind(6, header.ledger.lastLocationKey)
        setHeader.bind(7, header.membership)
        try setHeader.run()
    }
}
