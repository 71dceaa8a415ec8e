/// An index with the term of the entry there: enough to tell two logs apart.
@frozen
public struct LogPosition: Hashable, Sendable, CustomStringConvertible {
    /// The entry's index.
    public var index: LogIndex
    /// The entry's term.
    public var term: Term

    /// A position; `zero` is the one before the first entry.
    @inlinable
    public init(index: LogIndex, term: Term) {
        self.index = index
        self.term = term
    }

    /// The place before the first entry of an empty log.
    public static let zero = Self(index: 0, term: 0)

    /// Written `INDEX@TERM`, as scenario scripts do.
    public var description: String { "\(index)@\(term)" }

    /// Whether a log that ends here has everything that a log ending at `other` may have committed.
    ///
    /// The election restriction of the Raft thesis, section 3.6.1: the later last term wins, and
    /// with equal terms the longer log.
    @inlinable
    public func isAtLeastAsUpToDate(as other: Self) -> Bool {
        term != other.term ? term > other.term : index >= other.index
    }
}
