/// What became of a proposal at once; whether it commits is seen in `Effects.apply`.
public struct ProposalOutcome: Hashable, Sendable {
    /// Which proposal.
    public var token: ProposalToken
    /// Its result.
    public var result: ProposalResult

    /// An outcome for a token.
    public init(token: ProposalToken, result: ProposalResult) {
        self.token = token
        self.result = result
    }
}

/// Accepted into the leader's log, or refused without a trace.
public enum ProposalResult: Hashable, Sendable {
    /// The commands are in the log from `first` on, one index each, all in its term. They are
    /// committed exactly if an entry of that term is applied at their index; after
    /// `Event.leadershipLost` whether that will happen is unknown.
    case accepted(first: LogPosition, count: Int)
    /// Nothing was appended.
    case refused(ProposalRefusal)
}

/// Why nothing was appended.
public enum ProposalRefusal: Hashable, Sendable {
    /// This node does not lead; perhaps that one does.
    case notLeader(hint: NodeID?)
    /// The quota of uncommitted bytes is used up.
    case overloaded
    /// Leadership is on its way to another node.
    case transferring(to: NodeID)
}

/// What became of a linearizable read.
public struct ReadOutcome: Hashable, Sendable {
    /// Which read.
    public var token: ReadToken
    /// Its result.
    public var result: ReadResult

    /// An outcome for a token.
    public init(token: ReadToken, result: ReadResult) {
        self.token = token
        self.result = result
    }
}

/// A confirmed index, or a failure said aloud.
public enum ReadResult: Hashable, Sendable {
    /// A state that has applied this index has everything acknowledged before the read began.
    case confirmed(LogIndex)
    /// No index can be given.
    case failed(ReadFailure)
}

/// Why a read has no index.
public enum ReadFailure: Hashable, Sendable {
    /// This node did not lead when asked; perhaps that one does.
    case notLeader(hint: NodeID?)
    /// This node stopped leading before the round was confirmed.
    case leadershipLost
    /// Too many reads are waiting.
    case overloaded
}

/// Whether a transfer of leadership began.
public enum TransferOutcome: Hashable, Sendable {
    /// Proposals are stopped and the target is being caught up. Events tell the rest.
    case started(target: NodeID)
    /// Nothing changed.
    case refused(TransferRefusal)
}

/// Why no transfer began.
public enum TransferRefusal: Hashable, Sendable {
    /// This node does not lead; perhaps that one does.
    case notLeader(hint: NodeID?)
    /// The target is not another voter of the active configuration.
    case notAnotherVoter
    /// A transfer is under way already.
    case transferring(to: NodeID)
}
