import LedgerStore

/// The prepared statements of an agent's file.
final class Statements {
    private static let columns =
        "sequence, epoch, previous_hash, hash, kind, version, payload, claimed_us, till"

    let record: Statement
    let records: Statement
    let put: Statement
    let delete: Statement
    let clear: Statement
    let promote: Statement
    let fact: Statement
    let facts: Statement
    let factOfRequest: Statement
    let factOfSale: Statement
    let putFact: Statement
    let forget: Statement

    init(_ connection: Connection) throws(StoreError) {
        let columns = Self.columns
        record = try connection.prepare(
            "SELECT value FROM record WHERE kind = ? AND name = ?"
        )
        records = try connection.prepare(
            "SELECT name, value FROM record WHERE kind = ? AND name > ? ORDER BY name LIMIT ?"
        )
        put = try connection.prepare(
            """
            INSERT INTO record (kind, name, label, value) VALUES (?, ?, ?, ?)
            ON CONFLICT (kind, name) DO UPDATE SET label = excluded.label, value = excluded.value
            """
        )
        delete = try connection.prepare("DELETE FROM record WHERE kind = ? AND name = ?")
        clear = try connection.prepare("DELETE FROM record WHERE kind = ?")
        promote = try connection.prepare("UPDATE record SET kind = ? WHERE kind = ?")
        fact = try connection.prepare("SELECT \(columns) FROM outbox WHERE sequence = ?")
        facts = try connection.prepare(
            "SELECT \(columns) FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?"
        )
        factOfRequest = try connection.prepare(
            "SELECT \(columns) FROM outbox WHERE request = ?"
        )
        factOfSale = try connection.prepare("SELECT \(columns) FROM outbox WHERE sale = ?")
        putFact = try connection.prepare(
            """
            INSERT OR REPLACE INTO outbox (sequence, epoch, previous_hash, hash, kind, version,
            payload, claimed_us, request, sale, till) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        forget = try connection.prepare("DELETE FROM outbox WHERE sequence <= ?")
    }
}
