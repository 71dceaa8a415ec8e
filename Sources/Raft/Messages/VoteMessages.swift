/// Asks whether an election could be won, without raising anybody's term (thesis, section 9.6).
@frozen
public struct PreVoteRequest: Hashable, Sendable {
    /// The end of the asker's log.
    public var last: LogPosition

    /// A request from a node whose log ends there.
    public init(last: LogPosition) { self.last = last }
}

/// Answers a pre-vote.
///
/// A refusal is sent in the voter's own term, which the asker adopts if it is
/// higher; a grant in the term that was asked for.
@frozen
public struct PreVoteReply: Hashable, Sendable {
    /// Whether the voter would vote for the asker.
    public var isGranted: Bool

    /// A grant or a refusal.
    public init(isGranted: Bool) { self.isGranted = isGranted }
}

/// Asks for the vote in the envelope's term.
@frozen
public struct VoteRequest: Hashable, Sendable {
    /// The end of the candidate's log.
    public var last: LogPosition
    /// Whether the leader itself ordered this election: then nobody refuses for having a leader.
    public var isForced: Bool

    /// A request from a candidate whose log ends there.
    public init(last: LogPosition, isForced: Bool) {
        self.last = last
        self.isForced = isForced
    }
}

/// Gives or refuses the vote; a grant leaves only when the vote is durable.
@frozen
public struct VoteReply: Hashable, Sendable {
    /// Whether the vote was given.
    public var isGranted: Bool

    /// A grant or a refusal.
    public init(isGranted: Bool) { self.isGranted = isGranted }
}

/// Orders the receiver to campaign at once, if its log ends exactly as the leader believes.
@frozen
public struct TimeoutNow: Hashable, Sendable {
    /// The end of the leader's log, which the receiver must have.
    public var last: LogPosition

    /// An order to a node whose log ends there.
    public init(last: LogPosition) { self.last = last }
}
