/// A stretch of the log whose entries share a term: the terms of a whole log in a few words.
@frozen
public struct TermRun: Hashable, Sendable {
    /// The first index of the stretch; it ends where the next run starts or the log does.
    public var first: LogIndex
    /// The term of every entry in it.
    public var term: Term

    /// A stretch that starts at an index.
    @inlinable
    public init(first: LogIndex, term: Term) {
        self.first = first
        self.term = term
    }
}
