/// A Raft term: the logical clock of leadership, at most one leader in each.
///
/// Zero is the term of a node that has heard of nothing yet; no entry has it.
@frozen
public struct Term: Counter {
    /// The bare number, for codecs and metrics.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
