/// Entries to append after a position that the receiver must have; none of them only asks.
public struct Append: Hashable, Sendable {
    /// The position right before the first entry.
    public var previous: LogPosition
    /// The leader's commit index; the receiver believes it up to what this message verifies.
    public var commit: LogIndex
    /// Contiguous entries, from `previous.index + 1`.
    public var entries: [Entry]

    /// An append made of its parts.
    public init(previous: LogPosition, commit: LogIndex, entries: [Entry]) {
        self.previous = previous
        self.commit = commit
        self.entries = entries
    }
}

/// Tells the leader how an append went.
@frozen
public enum AppendReply: Hashable, Sendable {
    /// Everything up to here agrees with the leader's log and is durable; `room` is how many bytes
    /// of payload the follower can take beyond what it has not settled yet (rule 25), `applied` how
    /// far its state machine was.
    case accepted(match: LogIndex, room: UInt64, applied: LogIndex)
    /// The log differs at the position before the entries.
    ///
    /// `previous` is that position's index as it was sent; `hint` is the last position of the
    /// follower's log at or before it whose term is not above the one sent, so that a whole
    /// conflicting term is skipped by one round trip.
    case rejected(previous: LogIndex, hint: LogPosition)
}

/// Says that the leader lives.
@frozen
public struct Heartbeat: Hashable, Sendable {
    /// The commit index, but never more than the receiver is known to have.
    public var commit: LogIndex
    /// The leader's newest read round in this term; zero asks for no reply (a commit notice).
    public var sequence: UInt64

    /// A heartbeat made of its parts.
    public init(commit: LogIndex, sequence: UInt64) {
        self.commit = commit
        self.sequence = sequence
    }
}

/// Says that the follower still follows, as of the round named.
@frozen
public struct HeartbeatReply: Hashable, Sendable {
    /// The sequence of the heartbeat that is answered.
    public var sequence: UInt64
    /// How far the follower's state machine is.
    public var applied: LogIndex

    /// A reply to that round.
    public init(sequence: UInt64, applied: LogIndex) {
        self.sequence = sequence
        self.applied = applied
    }
}

/// Offers a state in place of entries that the leader has dropped; the transport carries the state.
public struct SnapshotOffer: Hashable, Sendable {
    /// The last position that the state includes.
    public var last: LogPosition
    /// The configuration in force there.
    public var configuration: LoggedConfiguration

    /// An offer of the state at a position.
    public init(last: LogPosition, configuration: LoggedConfiguration) {
        self.last = last
        self.configuration = configuration
    }
}

/// Tells the leader what became of an offer.
@frozen
public struct SnapshotReply: Hashable, Sendable {
    /// Everything up to here agrees with the leader's log and is durable.
    public var match: LogIndex
    /// Whether the state was taken (or not needed); otherwise it must be offered anew.
    public var isInstalled: Bool

    /// A reply made of its parts.
    public init(match: LogIndex, isInstalled: Bool) {
        self.match = match
        self.isInstalled = isInstalled
    }
}
