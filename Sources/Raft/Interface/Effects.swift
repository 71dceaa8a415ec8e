/// What the driver has to do: a buffer that it keeps, lets the core append to, and clears.
///
/// The order between the lists does not matter; inside each it does.
public struct Effects: Sendable {
    /// Writes for the log store, to be done in this order, each reported by `Input.storageDone`.
    public var persist: [PersistBatch] = []
    /// Messages that may leave now, even while a write of the same drain is under way.
    public var send: [Envelope] = []
    /// Messages that may leave only once their ticket is durable: votes and acknowledgements.
    public var sendAfter: [DeferredEnvelope] = []
    /// Committed and durable ranges for the state machine, contiguous from the applied index.
    public var apply: [CommittedRange] = []
    /// Answers to proposals.
    public var proposalOutcomes: [ProposalOutcome] = []
    /// Answers to reads.
    public var readOutcomes: [ReadOutcome] = []
    /// Answers to requests for a transfer of leadership.
    public var transferOutcomes: [TransferOutcome] = []
    /// Answers to changes of members.
    public var membershipOutcomes: [MembershipOutcome] = []
    /// Peers that need entries which the log no longer has: a copy of the state is wanted for each
    /// (`Input.snapshotTaken`).
    public var takeSnapshots: [NodeID] = []
    /// States to be fetched from a leader, answered by `Input.snapshotFetched` or
    /// `snapshotFetchFailed`; the last one counts.
    public var fetches: [SnapshotFetch] = []
    /// Entries that the core needs for lagging peers and no longer holds in memory.
    public var load: [LoadRequest] = []
    /// Facts for metrics and logs, and for whoever waits on leadership.
    public var events: [Event] = []
    /// Why the node must stop, if it must.
    ///
    /// Then nothing of `persist`, `send` or `sendAfter` is left,
    /// and deferred messages of earlier drains must not leave either.
    public var halt: FatalViolation?

    /// An empty buffer.
    public init() {}

    /// Empties the lists and keeps their memory.
    public mutating func removeAll() {
        persist.removeAll(keepingCapacity: true)
        send.removeAll(keepingCapacity: true)
        sendAfter.removeAll(keepingCapacity: true)
        apply.removeAll(keepingCapacity: true)
        proposalOutcomes.removeAll(keepingCapacity: true)
        readOutcomes.removeAll(keepingCapacity: true)
        transferOutcomes.removeAll(keepingCapacity: true)
        membershipOutcomes.removeAll(keepingCapacity: true)
        takeSnapshots.removeAll(keepingCapacity: true)
        fetches.removeAll(keepingCapacity: true)
        load.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        halt = nil
    }
}

/// A message that waits for a write.
public struct DeferredEnvelope: Hashable, Sendable {
    /// The write that must be durable first.
    public var ticket: Ticket
    /// What leaves then.
    public var envelope: Envelope

    /// A message that leaves with its ticket.
    public init(ticket: Ticket, envelope: Envelope) {
        self.ticket = ticket
        self.envelope = envelope
    }
}

/// A stretch of committed log to apply.
public struct CommittedRange: Hashable, Sendable {
    /// The first index to apply.
    public var first: LogIndex
    /// The last one.
    public var last: LogIndex
    /// All entries of the stretch, or none if memory no longer holds them: then read the log store.
    public var entries: [Entry]

    /// A stretch with its entries, if they are in memory.
    public init(first: LogIndex, last: LogIndex, entries: [Entry]) {
        self.first = first
        self.last = last
        self.entries = entries
    }
}

/// Asks the driver for entries out of the log store; answered by `Input.entriesLoaded`.
@frozen
public struct LoadRequest: Hashable, Sendable {
    /// For whom; comes back in the answer.
    public var peer: NodeID
    /// The first index wanted.
    public var from: LogIndex
    /// The last index wanted.
    public var through: LogIndex
    /// Stop before the payloads exceed this, but load one entry at least.
    public var payloadBytesMax: Int

    /// A request made of its parts.
    public init(peer: NodeID, from: LogIndex, through: LogIndex, payloadBytesMax: Int) {
        self.peer = peer
        self.from = from
        self.through = through
        self.payloadBytesMax = payloadBytesMax
    }
}

/// Asks the driver to bring a state from the leader, to the side of its own.
public struct SnapshotFetch: Hashable, Sendable {
    /// Who offers it.
    public var leader: NodeID
    /// The last position that the state includes.
    public var last: LogPosition
    /// The configuration in force there.
    public var configuration: LoggedConfiguration

    /// A request made of its parts.
    public init(leader: NodeID, last: LogPosition, configuration: LoggedConfiguration) {
        self.leader = leader
        self.last = last
        self.configuration = configuration
    }
}
