/// What a node must never forget: its term and its vote in it, always written as one record.
@frozen
public struct HardState: Hashable, Sendable {
    /// The highest term that the node has entered.
    public var term: Term
    /// Whom it voted for in that term.
    public var vote: NodeID?

    /// The initial state, unless told otherwise.
    public init(term: Term = 0, vote: NodeID? = nil) {
        self.term = term
        self.vote = vote
    }
}
