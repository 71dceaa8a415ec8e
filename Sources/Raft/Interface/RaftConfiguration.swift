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

    /// Settings with the usual relation: deadlines lie between one and two election timeouts.
    public init(
        id: NodeID,
        electionTicks: Int = 10,
        heartbeatTicks: Int = 1,
        electionDeadlineTicks: ClosedRange<Int>? = nil,
        limits: Limits = Limits()
    ) {
        self.id = id
        self.electionTicks = electionTicks
        self.heartbeatTicks = heartbeatTicks
        self.electionDeadlineTicks =
            electionDeadlineTicks ?? electionTicks...max(electionTicks, 2 * electionTicks - 1)
        self.limits = limits
    }

    /// Whether the values make sense together.
    public var isValid: Bool {
        heartbeatTicks > 0 && electionTicks > heartbeatTicks
            && electionDeadlineTicks.lowerBound >= electionTicks && limits.isValid
    }
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
    /// Reads that wait for a confirmation.
    public var readsWaitingMax = 65_536

    /// The default limits.
    public init() {}

    /// Whether every limit allows some progress.
    public var isValid: Bool {
        appendEntriesMax > 0 && appendBytesMax > 0 && inFlightAppendsMax > 0
            && inFlightBytesMax > 0 && uncommittedBytesMax > 0 && windowEntriesMax >= 0
            && windowBytesMax >= 0 && readsWaitingMax > 0
    }
}
