/// What an agent has done since it was started.
package struct AgentCounts: Equatable, Sendable {
    /// Sales, and units of them.
    package var sales: UInt64 = 0
    /// Facts of all kinds.
    package var facts: UInt64 = 0
    /// Requests of tills that were refused.
    package var refused: UInt64 = 0
    /// Units that were sold beyond the rights there were.
    package var overdrawnUnits: UInt64 = 0
    /// Facts of which the ledger said that a person should look at them.
    package var conflicts: UInt64 = 0
    /// Facts that the ledger put aside.
    package var quarantined: UInt64 = 0
    /// How often the connection was torn down because nothing was acknowledged.
    package var redials: UInt64 = 0
    /// How often the location was copied anew.
    package var copies: UInt64 = 0
    /// Edits of prices that the ledger refused.
    package var editsRefused: UInt64 = 0
    /// Grants that were asked for.
    package var grants: UInt64 = 0
    /// From a fact to its acknowledgement.
    package var delays = FactDelays()

    /// Nothing yet.
    package init() {}
}
