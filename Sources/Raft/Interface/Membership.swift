/// The caller's name for a change of members; the core only hands it back.
@frozen
public struct MembershipToken: RawRepresentable, Hashable, Sendable {
    /// The bare number.
    public var rawValue: UInt64

    /// Wraps a number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What an admin wants changed.
public enum MembershipChange: Hashable, Sendable {
    /// A new node: a learner first, then, unless it is to stay one, a voter as soon as it has caught
    /// up. The address may be empty where the transport needs none.
    case add(NodeID, address: String, asLearner: Bool)
    /// A member goes, for good.
    case remove(NodeID)
    /// A learner becomes a voter as soon as it has caught up.
    case promote(NodeID)
    /// A voter becomes a learner.
    case demote(NodeID)
    /// A new node or a learner takes a voter's place in one step, as soon as it has caught up.
    case replace(NodeID, with: NodeID, address: String)
    /// Exactly these, by joint consensus, with no catching up first: for scripts and tests.
    case exactly(voters: [NodeID], learners: [NodeID])
}

/// A change with what it presumes.
public struct MembershipRequest: Hashable, Sendable {
    /// Comes back in the outcome.
    public var token: MembershipToken
    /// What is wanted.
    public var change: MembershipChange
    /// The index of the active configuration that the caller has seen.
    ///
    /// If it is another one by now, nothing is changed. Nil takes any.
    public var expecting: LogIndex?

    /// A change, perhaps on a condition.
    public init(token: MembershipToken, change: MembershipChange, expecting: LogIndex? = nil) {
        self.token = token
        self.change = change
        self.expecting = expecting
    }
}

/// What became of a change at once; how it goes on is seen in the active configuration.
public struct MembershipOutcome: Hashable, Sendable {
    /// Which change.
    public var token: MembershipToken
    /// Its result.
    public var result: MembershipResult

    /// An outcome for a token.
    public init(token: MembershipToken, result: MembershipResult) {
        self.token = token
        self.result = result
    }
}

/// A configuration entry was appended, or nothing changed.
public enum MembershipResult: Hashable, Sendable {
    /// The first step is in the log here.
    case accepted(LogPosition)
    /// Nothing was appended.
    case refused(MembershipRefusal)
}

/// Why nothing was appended.
public enum MembershipRefusal: Hashable, Sendable {
    /// This node does not lead; perhaps that one does.
    case notLeader(hint: NodeID?)
    /// Leadership is on its way to another node.
    case transferring(to: NodeID)
    /// No entry of the leader's own term has committed yet (rule 8).
    case termNotOpen
    /// The configuration at this index is not committed, or joint, or somebody is joining (rule 8).
    case changeInProgress(LogIndex)
    /// The active configuration is at this index, not at the one expected.
    case configurationMoved(to: LogIndex)
    /// Not a member.
    case unknownNode(NodeID)
    /// A member already, or already what it was to become.
    case alreadySo(NodeID)
    /// A name that was a member's once (rule 19: identifiers are never used twice).
    case retired(NodeID)
    /// Nobody would have a vote.
    case lastVoter
    /// Too few of the voters-to-be were heard of lately: the cluster could not commit any more.
    case quorumAtRisk(live: Int, of: Int)
    /// An address that is none.
    case badAddress
    /// More voters or members than allowed.
    case tooMany
}

/// Why a learner was not promoted after all; it stays a learner.
public enum GiveUpReason: UInt8, Hashable, Sendable {
    /// It did not catch up within an election timeout in any of ten rounds.
    case tooSlow = 0
    /// It was silent for ten election timeouts, or made no progress for a hundred, or, with a copy of the
    /// state on its way, for a thousand.
    case noProgress = 1
}
