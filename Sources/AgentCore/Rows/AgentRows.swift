package import Ledger

/// Everything that an agent keeps, whatever keeps it.
///
/// Reads see what was committed. A failure is the disk's: the core that meets one is thrown away and
/// made again from the rows.
package protocol AgentRows {
    associatedtype Failure: Error

    mutating func record(_ key: AgentKey) throws(Failure) -> AgentRecord?
    /// Those of a kind by name, after one; at most `limit`.
    mutating func records(
        _ kind: AgentKey.Kind,
        after name: String?,
        limit: Int
    ) throws(Failure) -> [AgentEntry]
    /// Items of the copy whose title has all the words, or whose SKU begins with the text; by SKU.
    mutating func items(matching text: String, limit: Int) throws(Failure) -> [Item]
    mutating func fact(_ sequence: UInt64) throws(Failure) -> OutboxRow?
    /// In order; at most `limit`.
    mutating func facts(after sequence: UInt64, limit: Int) throws(Failure) -> [OutboxRow]
    mutating func fact(answering request: RequestID) throws(Failure) -> OutboxRow?
    mutating func fact(selling sale: SaleID) throws(Failure) -> OutboxRow?
    /// All of it or nothing, and durable when it returns.
    mutating func commit(_ writes: AgentWrites) throws(Failure)
}

/// A record with its name.
package struct AgentEntry: Equatable, Sendable {
    /// Its name among those of its kind.
    package var name: String
    /// The record.
    package var record: AgentRecord

    /// Puts the parts together.
    package init(name: String, record: AgentRecord) {
        self.name = name
        self.record = record
    }
}

/// What one commit changes: in the order of the fields.
package struct AgentWrites: Equatable, Sendable {
    /// Kinds of which every record is forgotten.
    package var cleared: Set<AgentKey.Kind> = []
    /// Records that are stored, or forgotten (nil).
    package var records: [AgentKey: AgentRecord?] = [:]
    /// Facts that are appended, or take the place of those with their sequence; in order.
    package var facts: [OutboxRow] = []
    /// Facts up to it are forgotten.
    package var forgottenThrough: UInt64?
    /// Whether the copy that was being made takes the place of the old one.
    package var promotesCopy = false

    /// Nothing yet.
    package init() {}

    /// Whether there is nothing to commit.
    package var isEmpty: Bool { self == AgentWrites() }
}
