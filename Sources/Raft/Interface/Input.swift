/// Everything that can happen to a core.
public enum Input: Sendable {
    /// The clock moved by one tick.
    case tick
    /// A message arrived.
    case received(Envelope)
    /// Commands to be replicated; answered at once by a `ProposalOutcome`.
    case propose(Proposal)
    /// A linearizable read; answered by a `ReadOutcome`, later if it must be confirmed.
    case read(ReadToken)
    /// Leadership shall go to this node, or to the best one if nil; answered by a
    /// `TransferOutcome`.
    case transferLeadership(to: NodeID?)
    /// A change of members; answered at once by a `MembershipOutcome`.
    case changeMembership(MembershipRequest)
    /// The write with this ticket, and every earlier one, is durable.
    case storageDone(Ticket)
    /// The write with this ticket failed: the store is poisoned for good (rule 17).
    case storageFailed(Ticket)
    /// Entries that a `LoadRequest` asked for; none of them if the log no longer has them.
    case entriesLoaded(LoadedEntries)
    /// The state machine has applied the log up to here.
    case applied(through: LogIndex)
    /// The log store has dropped the entries up to here, all of them applied.
    case compacted(through: LogIndex)
    /// A copy of the state for a peer named in `Effects.takeSnapshots`.
    case snapshotTaken(SnapshotTaken)
    /// A peer fetches the state that it was offered: it is alive and gets on (rule 23).
    case snapshotProgress(peer: NodeID)
    /// The state of an `Effects.fetches` is here, whole, verified and durable, beside the present one.
    case snapshotFetched(LogPosition)
    /// That state can't be had; the leader must offer another.
    case snapshotFetchFailed(LogPosition)
    /// The connection to a peer broke, so what was sent there lately may be lost.
    case peerUnreachable(NodeID)
    /// Moves the core by hand, as scenario scripts do.
    case manual(ManualStep)
}

/// Ways to move a core that no clock and no message would take; for scripts and tests.
public enum ManualStep: Sendable {
    /// The election timer fires: a pre-vote begins, unless the node leads.
    case electionTimeout
    /// A real election begins at once, as if the leader had ordered it.
    case campaign
    /// An election timeout has passed without a leader; no timer fires.
    case leaderContactLapsed
}

/// The caller's name for a proposal; the core only hands it back.
@frozen
public struct ProposalToken: RawRepresentable, Hashable, Sendable {
    /// The bare number.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The caller's name for a read; the core only hands it back.
@frozen
public struct ReadToken: RawRepresentable, Hashable, Sendable {
    /// The bare number.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// A batch of commands that are accepted or refused together.
public struct Proposal: Sendable {
    /// Comes back in the outcome.
    public var token: ProposalToken
    /// The commands, each of which becomes one entry.
    public var payloads: [[UInt8]]

    /// A proposal of some commands.
    public init(token: ProposalToken, payloads: [[UInt8]]) {
        self.token = token
        self.payloads = payloads
    }
}

/// The driver's answer to a `LoadRequest`.
public struct LoadedEntries: Sendable {
    /// The peer named in the request.
    public var peer: NodeID
    /// The first index asked for.
    public var from: LogIndex
    /// Contiguous entries from there on; empty if the log no longer has them.
    public var entries: [Entry]

    /// An answer made of its parts.
    public init(peer: NodeID, from: LogIndex, entries: [Entry]) {
        self.peer = peer
        self.from = from
        self.entries = entries
    }
}

/// The driver's answer to a peer in `Effects.takeSnapshots`: a copy of the state is at hand.
public struct SnapshotTaken: Sendable {
    /// The peer it was taken for.
    public var peer: NodeID
    /// The last position that the state includes.
    public var last: LogPosition
    /// The configuration in force there.
    public var configuration: LoggedConfiguration

    /// An answer made of its parts.
    public init(peer: NodeID, last: LogPosition, configuration: LoggedConfiguration) {
        self.peer = peer
        self.last = last
        self.configuration = configuration
    }
}
