/// A message with its addresses and the term it speaks for.
///
/// `term` is the sender's own, with one exception: a pre-vote request carries the term it asks
/// for, and so does a reply that grants it.
public struct Envelope: Hashable, Sendable {
    /// Who sends.
    public var from: NodeID
    /// Who shall receive.
    public var to: NodeID
    /// The term that the message speaks for.
    public var term: Term
    /// What it says.
    public var message: Message

    /// A message ready to be sent.
    public init(from: NodeID, to: NodeID, term: Term, message: Message) {
        self.from = from
        self.to = to
        self.term = term
        self.message = message
    }
}

/// Everything that one node's core may say to another's.
public enum Message: Hashable, Sendable {
    /// "Would you vote for me?", asked before the term is raised.
    case preVoteRequest(PreVoteRequest)
    /// The answer to it.
    case preVoteReply(PreVoteReply)
    /// "Vote for me."
    case voteRequest(VoteRequest)
    /// The answer to it.
    case voteReply(VoteReply)
    /// Entries from the leader.
    case append(Append)
    /// How they were received.
    case appendReply(AppendReply)
    /// The leader lives, and how far the log is committed.
    case heartbeat(Heartbeat)
    /// The follower heard it.
    case heartbeatReply(HeartbeatReply)
    /// The leader hands over: campaign at once.
    case timeoutNow(TimeoutNow)
    /// The leader offers a snapshot in place of entries that it no longer has.
    case snapshot(SnapshotOffer)
    /// What became of it.
    case snapshotReply(SnapshotReply)
}
