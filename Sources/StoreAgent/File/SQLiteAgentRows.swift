package import AgentCore
package import Ledger
package import LedgerStore

/// The rows of an agent in a SQLite file; used by one thread at a time.
package struct SQLiteAgentRows: AgentRows {
    /// What the disk or SQLite says.
    package typealias Failure = StoreError

    private let connection: Connection
    private let statements: Statements

    init(_ connection: Connection) throws(StoreError) {
        self.connection = connection
        statements = try Statements(connection)
    }

    /// The rows of a file as they are, without a look at what they say.
    package init(unchecked path: String) throws(StoreError) {
        try self.init(Connection(path: path, mode: .write, busyMilliseconds: 0))
    }

    /// The record with this key.
    package func record(_ key: AgentKey) throws(StoreError) -> AgentRecord? {
        let statement = statements.record
        defer { statement.reset() }
        statement.bind(1, Int64(key.kind.rawValue))
        statement.bind(2, key.name)
        guard try statement.step() else { return nil }
        return try Self.record(key.kind, statement.bytes(0))
    }

    private static func record(
        _ kind: AgentKey.Kind,
        _ bytes: [UInt8]
    ) throws(StoreError) -> AgentRecord {
        do throws(AgentCodecError) {
            return try AgentRecord(kind, bytes)
        } catch {
            throw StoreError(.corrupt, error.what)
        }
    }

    /// Those of a kind.
    package func records(
        _ kind: AgentKey.Kind,
        after name: String?,
        limit: Int
    ) throws(StoreError) -> [AgentEntry] {
        let statement = statements.records
        defer { statement.reset() }
        statement.bind(1, Int64(kind.rawValue))
        // No name is empty.
        statement.bind(2, name ?? "")
        statement.bind(3, Int64(limit))
        var entries: [AgentEntry] = []
        while try statement.step() {
            let record = try Self.record(kind, statement.bytes(1))
            entries.append(AgentEntry(name: statement.text(0), record: record))
        }
        return entries
    }

    /// Items by words of their titles, or the beginning of their SKU.
    package func items(matching text: String, limit: Int) throws(StoreError) -> [Item] {
        let words = AgentSearch.words(text)
        let conditions = words.map { _ in "instr(label, ?) > 0" }.joined(separator: " AND ")
        let statement = try connection.prepare(
            """
            SELECT value FROM record WHERE kind = ?
            AND (substr(name, 1, length(?)) = ? OR (\(words.isEmpty ? "1" : conditions)))
            ORDER BY name LIMIT ?
            """
        )
        statement.bind(1, Int64(AgentKey.Kind.item.rawValue))
        statement.bind(2, text)
        statement.bind(3, text)
        for (index, word) in words.enumerated() { statement.bind(Int32(index) + 4, word) }
        statement.bind(Int32(words.count) + 4, Int64(limit))
        var items: [Item] = []
        while try statement.step() {
            guard case .item(let item) = try Self.record(.item, statement.bytes(0)) else {
                continue
            }
            items.append(item)
        }
        return items
    }

    /// The fact with this sequence.
    package func fact(_ sequence: UInt64) throws(StoreError) -> OutboxRow? {
        let statement = statements.fact
        defer { statement.reset() }
        statement.bind(1, sequence)
        return try statement.step() ? try OutboxRow(statement) : nil
    }

    /// Facts in their order.
    package func facts(after sequence: UInt64, limit: Int) throws(StoreError) -> [OutboxRow] {
        let statement = statements.facts
        defer { statement.reset() }
        statement.bind(1, sequence)
        statement.bind(2, Int64(limit))
        var rows: [OutboxRow] = []
        while try statement.step() { rows.append(try OutboxRow(statement)) }
        return rows
    }

    /// The fact that a request was answered with.
    package func fact(answering request: RequestID) throws(StoreError) -> OutboxRow? {
        try fact(statements.factOfRequest, request.text)
    }

    /// The fact that tells of a sale.
    package func fact(selling sale: SaleID) throws(StoreError) -> OutboxRow? {
        try fact(statements.factOfSale, sale.text)
    }

    private func fact(_ statement: Statement, _ name: String) throws(StoreError) -> OutboxRow? {
        defer { statement.reset() }
        statement.bind(1, name)
        return try statement.step() ? try OutboxRow(statement) : nil
    }

    /// The first and the last fact that are kept, and how many.
    func span() throws(StoreError) -> (first: UInt64, last: UInt64, count: UInt64) {
        let statement = try connection.prepare(
            "SELECT ifnull(min(sequence), 0), ifnull(max(sequence), 0), count(*) FROM outbox"
        )
        guard try statement.step() else { throw StoreError(.corrupt, "no row of sums") }
        return (statement.unsigned(0), statement.unsigned(1), statement.unsigned(2))
    }

    /// Changes the rows in one transaction, which is on the disk when it returns.
    package func commit(_ writes: AgentWrites) throws(StoreError) {
        try connection.transaction { () throws(StoreError) in
            for kind in writes.cleared.sorted(by: { $0.rawValue < $1.rawValue }) {
                try clear(kind)
            }
            for (key, record) in writes.records.sorted(by: { $0.key < $1.key }) {
                if let record {
                    try put(record, key)
                } else {
                    statements.delete.bind(1, Int64(key.kind.rawValue))
                    statements.delete.bind(2, key.name)
                    try statements.delete.run()
                }
            }
            for row in writes.facts { try put(row) }
            if let through = writes.forgottenThrough {
                statements.forget.bind(1, through)
                try statements.forget.run()
            }
            if writes.promotesCopy { try promote() }
        }
    }

    func put(_ record: AgentRecord, _ key: AgentKey) throws(StoreError) {
        let statement = statements.put
        statement.bind(1, Int64(key.kind.rawValue))
        statement.bind(2, key.name)
        var label = ""
        if case .item(let item) = record { label = AgentSearch.label(item.title) }
        statement.bind(3, label)
        statement.bind(4, record.encoded())
        try statement.run()
    }

    private func put(_ row: OutboxRow) throws(StoreError) {
        let statement = statements.putFact
        statement.bind(1, row.sequence)
        statement.bind(2, row.epoch)
        statement.bind(3, row.previous.bytes)
        statement.bind(4, row.hash.bytes)
        statement.bind(5, row.fact.kind)
        statement.bind(6, row.fact.version)
        statement.bind(7, row.fact.bytes)
        statement.bind(8, row.claimedTime.microseconds)
        for column in 9...11 as ClosedRange<Int32> { statement.bindNull(column) }
        if let till = row.till {
            statement.bind(9, till.request.text)
            if case .done(let receipt) = till.answer, let sale = receipt.sale {
                statement.bind(10, sale.text)
            }
            statement.bind(11, till.encoded())
        }
        try statement.run()
    }

    private func clear(_ kind: AgentKey.Kind) throws(StoreError) {
        statements.clear.bind(1, Int64(kind.rawValue))
        try statements.clear.run()
    }

    private func promote() throws(StoreError) {
        for kind in AgentKey.Kind.next {
            guard let promoted = kind.promoted else { continue }
            try clear(promoted)
            statements.promote.bind(1, Int64(promoted.rawValue))
            statements.promote.bind(2, Int64(kind.rawValue))
            try statements.promote.run()
        }
    }
}

extension OutboxRow {
    /// The row that a statement stands on.
    fileprivate init(_ statement: Statement) throws(StoreError) {
        guard let previous = FactHash(bytes: statement.bytes(2)),
            let hash = FactHash(bytes: statement.bytes(3)),
            let epoch = UInt32(exactly: statement.integer(1)),
            let kind = UInt32(exactly: statement.integer(4)),
            let version = UInt32(exactly: statement.integer(5))
        else { throw StoreError(.corrupt, "a bad fact in the outbox") }
        var till: AnsweredTill?
        if !statement.isNull(8) {
            do throws(AgentCodecError) {
                till = try AnsweredTill(statement.bytes(8))
            } catch {
                throw StoreError(.corrupt, error.what)
            }
        }
        self.init(
            sequence: statement.unsigned(0),
            epoch: epoch,
            previous: previous,
            hash: hash,
            fact: EncodedFact(kind: kind, version: version, bytes: statement.bytes(6)),
            claimedTime: LogTime(microseconds: statement.unsigned(7)),
            till: till
        )
    }
}
