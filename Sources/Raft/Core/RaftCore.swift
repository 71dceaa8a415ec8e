/// One node's part in Raft, as a pure state machine: inputs in, effects out, nothing else.
///
/// The driver steps every input that has gathered, then calls `flush` once, then acts on the
/// effects. What many inputs ask for thus becomes one write, one append per peer and one round of
/// heartbeats: that is where the throughput comes from.
///
///     drain ─▶ step, step, step … ─▶ flush ─▶ persist ∥ send ─▶ storageDone ─▶ release sendAfter
///
/// The core halts for good when a proof is broken or a write fails; `step` then throws for ever.
public struct RaftCore: Sendable {
    let settings: RaftConfiguration
    var random: SplitMix64
    var now: Tick = 0
    var halted: FatalViolation?

    // What must be on disk before others may rely on it.
    var hardState: HardState
    var log: CoreLog
    var storage: StorageQueue
    /// What the next write will contain.
    var staged: Staged
    /// The write that made the hard state durable, or will.
    var hardStateTicket: Ticket = 0

    // What the node believes about its cluster.
    var role = Role.follower
    var leader: NodeID?
    /// When the leader was heard of; nil once that is too long ago to respect it.
    var leaderHeardAt: Tick?
    var electionElapsedTicks = 0
    var electionDeadlineTicks = 0
    /// No campaign before this moment: the disk was stalled (rule 18).
    var holdOffUntil: Tick = 0
    var isStorageStalled = false
    /// Answers to this node's own pre-vote or election, in the order they came.
    var ballots: [Ballot] = []
    /// The write that makes the vote for itself durable; it counts only then.
    var ownVoteTicket: Ticket?
    /// An acknowledgement that the next flush will send, one for all appends of a drain.
    var pendingAck: (to: NodeID, match: LogIndex)?
    /// A state that is being brought here in place of the log (rule 26: no campaign meanwhile).
    var fetching: Fetching?
    /// The write that exchanges the state machine's contents.
    var installTicket: Ticket?
    /// With leases: no vote before this moment, nor a pre-vote, but in an ordered election.
    var leaseOwedUntil: Tick = 0

    // How far the log is settled.
    var commitIndex: LogIndex
    /// Handed to the driver for applying up to here.
    var handedOutIndex: LogIndex
    var appliedIndex: LogIndex

    // What only a leader has.
    var peers: [Progress] = []
    var isOwnVoter = false
    var isOwnOutgoing = false
    /// The no-op that opened the term: reads and counting begin with its commit.
    var termStartIndex: LogIndex = 0
    var heartbeatElapsedTicks = 0
    /// Something happened that may move the commit index or confirm a round of reads.
    var mustRecount = false
    var reads = ReadQueue()
    var transfer: Transfer?
    /// An order to campaign left in this term, and may arrive at any time.
    var hasOfferedTransfer = false
    var catchUp: CatchUp?
    var leaseRounds = LeaseRounds()

    /// A core that starts from what its disk holds.
    ///
    /// - Parameters:
    ///   - configuration: Who it is, its timers and limits.
    ///   - state: What the log store and the state machine hold.
    ///   - seed: Decides election deadlines; nodes should differ.
    /// - Throws: `RestoreError` if the state contradicts itself.
    public init(
        _ configuration: RaftConfiguration,
        restoring state: RestoredState,
        seed: UInt64
    ) throws(RestoreError) {
        guard configuration.isValid else { throw .badSettings }
        settings = configuration
        random = SplitMix64(seed: seed)
        log = try CoreLog(restoring: state)
        log.activatesOnApply = configuration.has(.activatesConfigurationOnApply)
        hardState = state.hardState
        storage = StorageQueue(durableIndex: log.lastIndex)
        staged = Staged(from: log.lastIndex.next)
        commitIndex = state.appliedIndex
        handedOutIndex = state.appliedIndex
        appliedIndex = state.appliedIndex
        // A leader may rely on what this node heard in its last life.
        leaseOwedUntil = now.advanced(by: settings.electionTicks)
        refreshMembership()
        restartElectionTimer()
    }

    /// The node's name.
    public var id: NodeID { settings.id }

    var term: Term { hardState.term }
    var limits: Limits { settings.limits }
}

/// What changed since the last write was issued.
struct Staged: Sendable {
    var hasHardState = false
    var install: SnapshotInstall?
    var truncateFrom: LogIndex?
    /// Entries from here on are in no write yet.
    var from: LogIndex

    init(from index: LogIndex) { from = index }
}

/// One node's answer in a pre-vote or an election.
struct Ballot: Sendable {
    let voter: NodeID
    let isGranted: Bool
}

/// Leadership on its way to another node.
struct Transfer: Sendable {
    let target: NodeID
    let startedAt: Tick
    var isOffered = false
}
