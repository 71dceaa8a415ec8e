package import Ledger

/// The rows of an agent in memory, for tests and simulation; a value, so that a copy is a clone.
///
/// The order of its dictionaries reaches nothing: where rows are listed, it is by name.
package struct InMemoryAgentRows: AgentRows, Equatable, Sendable {
    /// Memory doesn't fail.
    package typealias Failure = Never

    private var records: [AgentKey.Kind: [String: AgentRecord]] = [:]
    /// Without gaps.
    private var facts: [OutboxRow] = []
    private var answered: [RequestID: UInt64] = [:]
    private var sold: [SaleID: UInt64] = [:]

    /// Those of a new database.
    package init(location: LocationID, instance: Reference) {
        let head = AgentHead(location: location, instance: instance)
        records[.head] = [AgentKey.head.name: .head(head)]
    }

    /// The record with this key.
    package func record(_ key: AgentKey) -> AgentRecord? { records[key.kind]?[key.name] }

    /// Those of a kind.
    package func records(
        _ kind: AgentKey.Kind,
        after name: String?,
        limit: Int
    ) -> [AgentEntry] {
        let all = records[kind] ?? [:]
        let names = all.keys.filter { name == nil || $0 > name ?? "" }.sorted().prefix(limit)
        return names.compactMap { name in
            all[name].map { AgentEntry(name: name, record: $0) }
        }
    }

    /// Items by words of their titles, or the beginning of their SKU.
    package func items(matching text: String, limit: Int) -> [Item] {
        let words = AgentSearch.words(text)
        let items = (records[.item] ?? [:]).values.compactMap { record -> Item? in
            guard case .item(let item) = record else { return nil }
            let title = AgentSearch.label(item.title)
            let isMatch =
                item.sku.text.hasPrefix(text) || words.allSatisfy { title.contains($0) }
            return isMatch ? item : nil
        }
        return Array(items.sorted { $0.sku < $1.sku }.prefix(limit))
    }

    private func index(of sequence: UInt64) -> Int? {
        guard let first = facts.first?.sequence, sequence >= first else { return nil }
        let index = Int(sequence - first)
        return index < facts.count ? index : nil
    }

    /// The fact with this sequence.
    package func fact(_ sequence: UInt64) -> OutboxRow? { index(of: sequence).map { facts[$0] } }

    /// Facts in their order.
    package func facts(after sequence: UInt64, limit: Int) -> [OutboxRow] {
        guard let first = facts.first?.sequence else { return [] }
        let skipped = sequence < first ? 0 : Int(clamping: sequence - first + 1)
        return Array(facts.dropFirst(skipped).prefix(limit))
    }

    /// The fact that a request was answered with.
    package func fact(answering request: RequestID) -> OutboxRow? {
        answered[request].flatMap(fact)
    }

    /// The fact that tells of a sale.
    package func fact(selling sale: SaleID) -> OutboxRow? { sold[sale].flatMap(fact) }

    /// Changes the rows.
    package mutating func commit(_ writes: AgentWrites) {
        for kind in writes.cleared { records[kind] = nil }
        for (key, record) in writes.records { records[key.kind, default: [:]][key.name] = record }
        for row in writes.facts { put(row) }
        if let through = writes.forgottenThrough { forget(through: through) }
        guard writes.promotesCopy else { return }
        for kind in AgentKey.Kind.next {
            guard let promoted = kind.promoted else { continue }
            records[promoted] = records[kind]
            records[kind] = nil
        }
    }

    private mutating func put(_ row: OutboxRow) {
        if let index = index(of: row.sequence) {
            facts[index] = row
        } else {
            let isNext = facts.last.map { $0.sequence + 1 == row.sequence } ?? true
            precondition(isNext, "the chain has no gaps")
            facts.append(row)
        }
        guard let till = row.till else { return }
        answered[till.request] = row.sequence
        if case .done(let receipt) = till.answer, let sale = receipt.sale {
            sold[sale] = row.sequence
        }
    }

    private mutating func forget(through sequence: UInt64) {
        let gone = facts.prefix { $0.sequence <= sequence }
        for row in gone {
            guard let till = row.till else { continue }
            answered[till.request] = nil
            if case .done(let receipt) = till.answer, let sale = receipt.sale { sold[sale] = nil }
        }
        facts.removeFirst(gone.count)
    }
}
