import AgentCore
package import Ledger
package import LedgerStore

/// The database file of a store's agent: made, opened and checked here.
package enum AgentFile {
    /// "Esto", so that no other program's file is taken for it, nor it for another's.
    static let applicationID: Int64 = 0x4573_746F
    /// The form of its tables.
    static let schemaVersion: Int64 = 1

    private static let schema = """
        CREATE TABLE outbox (
            sequence INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL,
            previous_hash BLOB NOT NULL,
            hash BLOB NOT NULL,
            kind INTEGER NOT NULL,
            version INTEGER NOT NULL,
            payload BLOB NOT NULL,
            claimed_us INTEGER NOT NULL,
            request TEXT,
            sale TEXT,
            till BLOB
        ) STRICT;
        CREATE UNIQUE INDEX outbox_request ON outbox (request) WHERE request IS NOT NULL;
        CREATE INDEX outbox_sale ON outbox (sale) WHERE sale IS NOT NULL;
        CREATE TABLE record (
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            label TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        """

    /// A name for a database that is to be made: random, 32 bytes.
    package static func mintInstance(
        using random: inout some RandomNumberGenerator
    ) -> Reference {
        let digits = (0..<2).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return Reference(unchecked: digits.joined())
    }

    /// Opens the file of a store, or makes it.
    ///
    /// - Parameters:
    ///   - path: Where it is, or is to be.
    ///   - location: The store.
    ///   - instance: Names the database, if it is to be made: random, at most 32 bytes.
    ///   - busyMilliseconds: How long another process that has it is waited for.
    /// - Returns: Its rows.
    /// - Throws: What is wrong with it: not an agent's file, of a later version, another store's, damaged.
    package static func open(
        _ path: String,
        location: LocationID,
        instance: Reference,
        busyMilliseconds: Int32 = 5_000
    ) throws(StoreError) -> SQLiteAgentRows {
        guard instance.text.utf8.count <= 32 else {
            throw StoreError(.sqlite, "the name of an agent's database has at most 32 bytes")
        }
        let connection = try Connection(
            path: path,
            mode: .write,
            busyMilliseconds: busyMilliseconds
        )
        let application = try connection.integer("PRAGMA application_id")
        let version = try connection.integer("PRAGMA user_version")
        let tables = try connection.integer("SELECT count(*) FROM sqlite_schema")
        let isNew = application == 0 && version == 0 && tables == 0
        guard isNew || application == applicationID else {
            throw StoreError(.notAStore, "\(path) is not a store agent's database")
        }
        guard isNew || version == schemaVersion else {
            throw StoreError(
                .notAStore,
                "\(path) has schema \(version); this program knows \(schemaVersion)"
            )
        }
        // One process at a time; no sale is told before it is on the disk.
        try connection.execute(
            """
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF
            """
        )
        if isNew {
            try make(location, instance, on: connection)
        } else {
            try check(connection, path)
        }
        let rows = try SQLiteAgentRows(connection)
        guard case .head(let head)? = try rows.record(.head) else {
            throw StoreError(.corrupt, "\(path) doesn't say whose it is")
        }
        guard head.location == location else {
            throw StoreError(.notAStore, "\(path) is of \(head.location), not of \(location)")
        }
        try check(head, rows: rows, path)
        return rows
    }

    private static func make(
        _ location: LocationID,
        _ instance: Reference,
        on connection: Connection
    ) throws(StoreError) {
        try connection.transaction { () throws(StoreError) in
            try connection.execute(schema)
            try connection.execute("PRAGMA application_id = \(applicationID)")
            try connection.execute("PRAGMA user_version = \(schemaVersion)")
            let rows = try SQLiteAgentRows(connection)
            try rows.put(
                .head(AgentHead(location: location, instance: instance)),
                .head
            )
        }
    }

    /// A damaged file is not sold from: what it says of rights can't be trusted.
    private static func check(_ connection: Connection, _ path: String) throws(StoreError) {
        let check = try connection.prepare("PRAGMA integrity_check(1)")
        guard try check.step(), check.text(0) == "ok" else {
            throw StoreError(
                .corrupt,
                "\(path) is damaged (\(check.text(0))); restore nothing over it: "
                    + "provision the store anew, and keep the file to salvage its facts"
            )
        }
    }

    /// The outbox ends where the head says, and what isn't acknowledged is there.
    private static func check(
        _ head: AgentHead,
        rows: SQLiteAgentRows,
        _ path: String
    ) throws(StoreError) {
        let span = try rows.span()
        let isWhole =
            head.sequence < head.firstKept
            ? span.count == 0
            : span.first == head.firstKept && span.last == head.sequence
                && span.count == head.sequence - head.firstKept + 1
        let last = try rows.fact(head.sequence)
        guard isWhole, last == nil || last?.hash == head.hash else {
            throw StoreError(.corrupt, "the outbox in \(path) is not what its head says")
        }
    }
}
