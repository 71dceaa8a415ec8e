/// What a node is doing in its term.
@frozen
public enum Role: UInt8, Hashable, Sendable {
    /// Follows a leader, or waits for one.
    case follower = 0
    /// Asks whether an election could be won.
    case preCandidate = 1
    /// Asks for votes.
    case candidate = 2
    /// Leads.
    case leader = 3
}

/// A view of a core at one moment.
public struct Status: Hashable, Sendable {
    /// The node.
    public var id: NodeID
    /// What it is doing.
    public var role: Role
    /// Its term.
    public var term: Term
    /// Its vote in that term.
    public var vote: NodeID?
    /// The leader it knows in that term: itself if it leads.
    public var leader: NodeID?
    /// The end of its log, durable or not.
    public var last: LogPosition
    /// The position before its log's first entry.
    public var snapshot: LogPosition
    /// Its log is durable up to here.
    public var durableIndex: LogIndex
    /// It knows the log to be committed up to here.
    public var commitIndex: LogIndex
    /// Its state machine has applied the log up to here.
    public var appliedIndex: LogIndex
    /// The active configuration: the last one in the log.
    public var configuration: LoggedConfiguration
    /// The oldest unfinished write is so many ticks old; zero if none is unfinished.
    public var oldestWriteAgeTicks: Int
    /// Bytes that a leader has appended and not yet committed.
    public var uncommittedBytes: Int
    /// How far the learner that is to become a voter has come; known to a leader only.
    public var catchUp: CatchUpStatus?
    /// To whom leadership is being handed.
    public var transferTarget: NodeID?
    /// Why it halted, if it did.
    public var halt: FatalViolation?
}

/// A learner's way to its promotion.
public struct CatchUpStatus: Hashable, Sendable {
    /// The learner.
    public var node: NodeID
    /// The round it is in, from 1.
    public var round: Int
    /// Where the round ends.
    public var target: LogIndex
    /// How far the learner's log agrees with the leader's.
    public var match: LogIndex
    /// How far its state machine was when it last said so.
    public var applied: LogIndex
}

/// What a leader knows of one peer.
public struct PeerStatus: Hashable, Sendable {
    /// The peer.
    public var id: NodeID
    /// How entries are sent to it.
    public var mode: ReplicationMode
    /// Its log agrees with the leader's, durably, up to here.
    public var match: LogIndex
    /// The next entry to send.
    public var next: LogIndex
    /// Appends on their way.
    public var inFlightAppends: Int
    /// So many ticks have passed since a message came from it.
    public var silentTicks: Int
}

/// How a leader sends entries to a peer.
@frozen
public enum ReplicationMode: UInt8, Hashable, Sendable {
    /// One append at a time, until it is known where the logs agree.
    case probe = 0
    /// Appends follow each other without waiting, within limits.
    case replicate = 1
    /// The peer needs entries that are gone; nothing is sent until it has a snapshot.
    case snapshot = 2
}
