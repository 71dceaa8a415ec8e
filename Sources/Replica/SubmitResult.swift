package import Ledger

/// What became of a request that was handed to a node.
package enum SubmitResult: Equatable, Sendable {
    /// Committed and applied: done or refused by a rule of the ledger.
    case answered(Answer)
    /// Nothing was written. No leader is known, or the leader could not be reached.
    case noLeader
    /// Nothing was written. Too much is in flight; try again after a pause.
    case overloaded
    /// It may have been written, or may still be: ask again with the same request id.
    case unknown
}
