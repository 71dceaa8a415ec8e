/// What an entry's payload means.
///
/// An open set: a kind that this version does not know passes through codec and log unchanged, and
/// only applying it stops the node (rule 21).
@frozen
public struct EntryKind: RawRepresentable, Hashable, Sendable {
    /// The kind's number on disk and on the wire.
    public var rawValue: UInt8

    /// Wraps a number; every number is a kind, if perhaps an unknown one.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nothing, with an empty payload: opens a leader's term.
    public static let noop = Self(rawValue: 0)
    /// A command for the state machine.
    public static let command = Self(rawValue: 1)
    /// A `Configuration` in its own encoding, active from the moment it is appended.
    public static let configuration = Self(rawValue: 2)
}

/// One entry of the replicated log.
@frozen
public struct Entry: Hashable, Sendable {
    /// The term of the leader that made it.
    public var term: Term
    /// Its place in the log.
    public var index: LogIndex
    /// What the payload means.
    public var kind: EntryKind
    /// The bytes, which the core never looks into (except a configuration's).
    public var payload: [UInt8]

    /// An entry made of its parts.
    @inlinable
    public init(term: Term, index: LogIndex, kind: EntryKind, payload: [UInt8]) {
        self.term = term
        self.index = index
        self.kind = kind
        self.payload = payload
    }

    /// Index and term together.
    @inlinable public var position: LogPosition { LogPosition(index: index, term: term) }
}
