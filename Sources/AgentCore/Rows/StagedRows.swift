import Ledger

/// Rows with the writes over them that the next commit will make: many inputs are one commit.
struct StagedRows<Rows: AgentRows> {
    var rows: Rows
    private var writes = AgentWrites()
    private var factIndex: [UInt64: Int] = [:]
    private var answered: [RequestID: Int] = [:]
    private var sold: [SaleID: Int] = [:]

    init(_ rows: Rows) { self.rows = rows }

    mutating func flush() throws(Rows.Failure) {
        guard !writes.isEmpty else { return }
        try rows.commit(writes)
        writes = AgentWrites()
        factIndex = [:]
        answered = [:]
        sold = [:]
    }

    mutating func record(_ key: AgentKey) throws(Rows.Failure) -> AgentRecord? {
        if let staged = writes.records[key] { return staged }
        guard !writes.cleared.contains(key.kind) else { return nil }
        return try rows.record(key)
    }

    mutating func set(_ record: AgentRecord?, _ key: AgentKey) {
        writes.records.updateValue(record, forKey: key)
    }

    mutating func append(_ row: OutboxRow) {
        factIndex[row.sequence] = writes.facts.count
        if let till = row.till {
            answered[till.request] = writes.facts.count
            if case .done(let receipt) = till.answer, let sale = receipt.sale {
                sold[sale] = writes.facts.count
            }
        }
        writes.facts.append(row)
    }

    mutating func forgetFacts(through sequence: UInt64) { writes.forgottenThrough = sequence }

    mutating func fact(_ sequence: UInt64) throws(Rows.Failure) -> OutboxRow? {
        if let index = factIndex[sequence] { return writes.facts[index] }
        return try rows.fact(sequence)
    }

    mutating func fact(answering request: RequestID) throws(Rows.Failure) -> OutboxRow? {
        if let index = answered[request] { return writes.facts[index] }
        return try rows.fact(answering: request)
    }

    mutating func fact(selling sale: SaleID) throws(Rows.Failure) -> OutboxRow? {
        if let index = sold[sale] { return writes.facts[index] }
        return try rows.fact(selling: sale)
    }

    /// Lists are read from what is committed: everything else must be by then.
    mutating func records(
        _ kind: AgentKey.Kind,
        after name: String?,
        limit: Int
    ) throws(Rows.Failure) -> [AgentEntry] {
        precondition(writes.isEmpty, "lists are read between commits")
        return try rows.records(kind, after: name, limit: limit)
    }

    mutating func items(matching text: String, limit: Int) throws(Rows.Failure) -> [Item] {
        precondition(writes.isEmpty, "lists are read between commits")
        return try rows.items(matching: text, limit: limit)
    }

    mutating func facts(after sequence: UInt64, limit: Int) throws(Rows.Failure) -> [OutboxRow] {
        precondition(writes.isEmpty, "lists are read between commits")
        return try rows.facts(after: sequence, limit: limit)
    }

    /// Forgets every record of some kinds, those too that are staged.
    mutating func clear(_ kinds: Set<AgentKey.Kind>) {
        writes.cleared.formUnion(kinds)
        writes.records = writes.records.filter { !kinds.contains($0.key.kind) }
    }

    /// The copy that was being made takes the place of the old one, with whatever is staged.
    mutating func promote() { writes.promotesCopy = true }
}
