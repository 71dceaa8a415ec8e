import AgentCore
import Ledger

/// Rows of a machine that may die at any commit: just before it, or just after.
struct MortalRows: AgentRows {
    struct Death: Error {}
    enum End {
        case before
        case after
    }

    var rows: InMemoryAgentRows
    /// How many commits are still lived through; nil: all.
    var lifetime: Int?
    var end = End.before

    init(_ rows: InMemoryAgentRows) { self.rows = rows }

    func record(_ key: AgentKey) throws(Death) -> AgentRecord? { rows.record(key) }
    func records(
        _ kind: AgentKey.Kind,
        after name: String?,
        limit: Int
    ) throws(Death) -> [AgentEntry] {
        rows.records(kind, after: name, limit: limit)
    }
    func items(matching text: String, limit: Int) throws(Death) -> [Item] {
        rows.items(matching: text, limit: limit)
    }
    func fact(_ sequence: UInt64) throws(Death) -> OutboxRow? { rows.fact(sequence) }
    func facts(after sequence: UInt64, limit: Int) throws(Death) -> [OutboxRow] {
        rows.facts(after: sequence, limit: limit)
    }
    func fact(answering request: RequestID) throws(Death) -> OutboxRow? {
        rows.fact(answering: request)
    }
    func fact(selling sale: SaleID) throws(Death) -> OutboxRow? { rows.fact(selling: sale) }

    mutating func commit(_ writes: AgentWrites) throws(Death) {
        if let left = lifetime {
            guard left > 0 else {
                if end == .after { rows.commit(writes) }
                throw Death()
            }
            lifetime = left - 1
        }
        rows.commit(writes)
    }
}
