/// The settings of one core: who it is, its timers, its limits.
public struct RaftConfiguration: Hashable, Sendable {
    /// The node's name.
    public var id: NodeID
    /// The minimum election timeout: with a leader heard of since, pre-votes are refused.
    public var electionTicks: Int
    /// A leader sends a heartbeat so often.
    public var heartbeatTicks: Int
    /// An election deadline is drawn from here each time a timer starts; a single value fixes it.
    public var electionDeadlineTicks: ClosedRange<Int>
    /// Bounds on memory and on what is on its way.
    public var limits: Limits
    /// Reads without a round, on trust in clocks; off unless given (rule 15).
    public var lease: Lease?
    #if KNOWN_BUGS
    /// The mistake that a test has switched on.
    public var knownBug: KnownBug?
    #endif

    /// Settings with the usual relation: deadlines lie between one and two election timeouts.
    public init(
        id: NodeID,
        electionTicks: Int = 10,
        heartbeatTicks: Int = 1,
        electionDeadlineTicks: ClosedRange<Int>? = nil,
        limits: Limits = Limits(),
        lease: Lease? = nil
    ) {
        self.id = id
        self.electionTicks = electionTicks
        self.heartbeatTicks = heartbeatTicks
        self.electionDeadlineTicks =
            electionDeadlineTicks ?? electionTicks...max(electionTicks, 2 * electionTicks - 1)
        self.limits = limits
        self.lease = lease
    }

    /// Whether the values make sense together.
    public var isValid: Bool {
        heartbeatTicks > 0 && electionTicks > heartbeatTicks
            && electionDeadlineTicks.lowerBound >= electionTicks && limits.isValid
            && (lease.map { (0..<1000).contains($0.driftPerMille) } ?? true)
    }
}

/// A leader's right to answer reads by itself for a while after a confirmed round.
///
/// Every voter of the cluster must have it on, since each keeps its vote to itself for an election
/// timeout after it heard of a leader, and after a start.
public struct Lease: Hashable, Sendable {
    /// How far a clock's rate may be off, in thousandths; the lease is shortened by it.
    public var driftPerMille: Int

    /// A lease that stays true while no clock is off by more.
    public init(driftPerMille: Int) { self.driftPerMille = driftPerMille }
}

/// Bounds on everything that could grow in a core.
public struct Limits: Hashable, Sendable {
    /// Entries in one append.
    public var appendEntriesMax = 4096
    /// Payload bytes in one append; a single larger entry still goes.
    public var appendBytesMax = 1 << 20
    /// Appends on their way to one peer.
    public var inFlightAppendsMax = 64
    /// Payload bytes on their way to one peer.
    public var inFlightBytesMax = 8 << 20
    /// Payload bytes that a leader has appended and not yet committed; beyond, proposals are refused.
    public var uncommittedBytesMax = 64 << 20
    /// Entries kept in memory once durable and applied.
    public var windowEntriesMax = 65_536
    /// Payload bytes kept in memory once durable and applied.
    public var windowBytesMax = 32 << 20
    /// Payload bytes that a follower keeps in memory before they are durable and applied; of an
    /// append that does not fit it takes a prefix (rule 25).
    public var unsettledBytesMax = 64 << 20
    /// Entries that a peer may have and not have applied when it gets its vote or leadership; a state
    /// machine takes some milliseconds for them.
    public var unappliedEntriesMax = 4096
    /// Voters of a configuration.
    public var votersMax = 9
    /// Members of a configuration.
    public var membersMax = 64
    /// Retired names that a configuration carries.
    public var retiredMax = 4096
    /// Rounds of catching up until a learner's promotion is given up.
    public var catchUpRoundsMax = 10
    /// Reads that wait for a confirmation.
    public var readsWaitingMax = 65_536

    /// The default limits.
    public init() {}

    /// Whether every limit allows some progress.
    public var isValid: Bool {
        appendEntriesMax > 0 && appendBytesMax > 0 && inFlightAppendsMax > 0
            && inFlightBytesMax > 0 && uncommittedBytesMax > 0 && windowEntriesMax >= 0
            && windowBytesMax >= 0 && readsWaitingMax > 0 && unsettledBytesMax > 0
            && votersMax > 0 && membersMax > 0 && retiredMax >= 0 && catchUpRoundsMax > 0
            && unappliedEntriesMax >= 0
    }
}
