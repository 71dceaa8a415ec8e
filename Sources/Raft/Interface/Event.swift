/// A fact worth a metric, a log line or an alarm; rare, never one per request.
public enum Event: Hashable, Sendable {
    /// The node changed what it is doing.
    case roleChanged(Role, term: Term)
    /// Another leader is known, or none.
    case leaderChanged(NodeID?, term: Term)
    /// The node stopped leading: proposals without an outcome are unknown from here on.
    case leadershipLost(term: Term, LeadershipLoss)
    /// The node gave its vote to another one.
    case voted(NodeID, term: Term)
    /// Uncommitted entries from here on were replaced by a leader's.
    case truncated(from: LogIndex)
    /// Another configuration became active: it was appended, or a later one truncated.
    case configurationActivated(LoggedConfiguration)
    /// A leader sends to a peer in another mode.
    case peerModeChanged(NodeID, ReplicationMode)
    /// The oldest write is older than an election timeout (rule 18), or no longer.
    case storageStalled(Bool)
    /// Leadership was offered to the target, which now campaigns.
    case transferOffered(to: NodeID)
    /// The target did not take over within an election timeout; proposals are open again.
    case transferAbandoned(to: NodeID)
    /// A learner that was to become a voter stays one: it could not catch up.
    case membershipGaveUp(NodeID, GiveUpReason)
    /// The state machine's contents are exchanged for a snapshot of this position.
    case snapshotInstalling(LogPosition)
    /// A peer sent what no correct peer sends; it was ignored.
    case messageIgnored(from: NodeID, MessageFault)
}

/// Why a node stopped leading.
public enum LeadershipLoss: Hashable, Sendable {
    /// Another node is at a higher term.
    case higherTerm
    /// No quorum was heard of within an election timeout.
    case quorumSilent
    /// Its own disk has not finished a write within an election timeout.
    case storageStalled
    /// The cluster's configuration no longer gives it a vote (rule 10).
    case removed
    /// Its own disk failed, or a proof was found broken.
    case halted
}

/// What was wrong with a message.
public enum MessageFault: Hashable, Sendable {
    /// It was addressed to somebody else.
    case misaddressed
    /// Its entries do not follow each other, or are of a later term than their sender.
    case entriesOutOfOrder
    /// It acknowledges entries that were never sent.
    case acknowledgedTooMuch
}
