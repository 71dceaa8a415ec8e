package import LedgerStore

/// Why an agent's thread has ended.
package enum AgentEnd: Error, Equatable, Sendable {
    /// It was asked to.
    case stopped
    /// The disk failed: what was told is on it, and nothing more is told.
    case failed(StoreError)
}
