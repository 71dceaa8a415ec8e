package import Ledger
package import Raft

/// The driver's name for a request in flight; the core only hands it back.
package struct SubmitToken: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The driver's name for a read that waits; the core only hands it back.
package struct ReadTicket: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The driver's name for an admin's request; the core only hands it back.
package struct AdminToken: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Everything that can happen to a replica.
package enum ReplicaInput: Sendable {
    /// The clock moved by one tick.
    case tick
    /// A message of a peer's consensus core.
    case raft(Envelope)
    /// What a peer says beside consensus.
    case peer(PeerMessage, from: NodeID)
    /// The connection to a peer broke: what was sent there lately may be lost.
    case peerUnreachable(NodeID)
    /// An encoded ``LedgerEntry`` that a client wants committed; given up at `deadline` while it
    /// has not been written anywhere.
    case submit(SubmitToken, entry: [UInt8], deadline: NodeInstant)
    /// A read that must wait for a position or for a quorum round.
    case read(ReadTicket, ReadRequirement, deadline: NodeInstant)
    /// What an admin wants; given up at `deadline`.
    case administer(AdminToken, AdminRequest, deadline: NodeInstant)
    /// The answer to ``ReplicaEffects/takeSnapshots``: a copy of the state is at hand there.
    case snapshotTaken(peer: NodeID, LogPosition, LoggedConfiguration)
    /// The state is being copied for a peer, which takes a large one a while.
    case snapshotBeingTaken(peer: NodeID)
    /// The answer to ``ReplicaEffects/readChunks``; nil when that copy isn't there any more.
    case chunkRead(peer: NodeID, LogPosition, SnapshotChunk?)
    /// The answer to ``ReplicaEffects/beginFetch``: of that state so much is here already.
    case fetchBegun(LogPosition, offset: UInt64)
    /// The answer to ``ReplicaEffects/writeChunks``: it is here up to `offset`.
    case chunkWritten(LogPosition, offset: UInt64)
    /// All of that state is here, verified and durable.
    case fetchCompleted(LogPosition)
    /// That state can't be had: it is damaged, foreign, or doesn't fit on the disk.
    case fetchFailed(LogPosition)
    /// The log write with this ticket, and all before it, is durable.
    case storageDone(Ticket)
    case storageFailed(Ticket)
    /// The answer to ``ReplicaEffects/load``.
    case entriesLoaded(LoadedEntries)
    /// The answer to ``ReplicaEffects/loadToApply``.
    case entriesToApply([Entry])
    /// The log has dropped its entries up to here.
    case compacted(through: LogIndex)
    /// The state machine's disk lags too far behind (true), or has caught up: apply waits.
    case applyPaused(Bool)
}

/// What a read waits for.
package enum ReadRequirement: Sendable {
    /// The position is applied.
    case applied(LogIndex)
    /// A quorum round that begins after now confirms an index, and that is applied.
    case quorumRound
}

/// What became of a read that waited.
package enum ReadVerdict: Equatable, Sendable {
    /// The state holds what was required; read it now.
    case ready
    /// The deadline passed first.
    case timedOut
    case overloaded
}

/// What became of a submitted entry.
package enum SubmitVerdict: Equatable, Sendable {
    case result(SubmitResult)
    /// The entry was a boundary, applied here.
    case boundary(Position)
}

/// What the driver has to do after a turn: a buffer that it keeps and clears.
package struct ReplicaEffects: Sendable {
    /// Writes for the log, in this order.
    package var persist: [PersistBatch] = []
    /// Consensus messages that leave now.
    package var send: [Envelope] = []
    package var peerMessages: [(to: NodeID, message: PeerMessage)] = []
    package var verdicts: [(token: SubmitToken, verdict: SubmitVerdict)] = []
    package var reads: [(ticket: ReadTicket, verdict: ReadVerdict)] = []
    package var admin: [(token: AdminToken, result: AdminResult)] = []
    /// Peers that need a copy of the state: take one, or use one that is young enough.
    package var takeSnapshots: [NodeID] = []
    /// Pieces of copies that peers have asked for.
    package var readChunks: [(peer: NodeID, position: LogPosition, offset: UInt64)] = []
    /// A state is to be brought here, to the side of the present one; what is here of another is
    /// of no more use.
    package var beginFetch: SnapshotFetch?
    /// Pieces of it to be written.
    package var writeChunks: [(position: LogPosition, chunk: SnapshotChunk)] = []
    /// Entries that a lagging peer needs out of the log.
    package var load: [LoadRequest] = []
    /// Committed entries to be read out of the log, answered by ``ReplicaInput/entriesToApply``.
    package var loadToApply: ClosedRange<LogIndex>?
    package var events: [Event] = []
    /// Why the node must stop, if it must.
    ///
    /// Then nothing else here may leave the process.
    package var halt: ReplicaHalt?

    package init() {}

    package mutating func removeAll() {
        persist.removeAll(keepingCapacity: true)
        send.removeAll(keepingCapacity: true)
        peerMessages.removeAll(keepingCapacity: true)
        verdicts.removeAll(keepingCapacity: true)
        reads.removeAll(keepingCapacity: true)
        admin.removeAll(keepingCapacity: true)
        takeSnapshots.removeAll(keepingCapacity: true)
        readChunks.removeAll(keepingCapacity: true)
        beginFetch = nil
        writeChunks.removeAll(keepingCapacity: true)
        load.removeAll(keepingCapacity: true)
        loadToApply = nil
        events.removeAll(keepingCapacity: true)
        halt = nil
    }
}

/// Why a node stops for good: going on could break a promise.
package enum ReplicaHalt: Error, Equatable, Sendable {
    /// The consensus core found a proof broken, or the log's disk failed.
    case consensus(FatalViolation)
    /// Reading the ledger's state failed.
    case state(String)
    /// The log holds an entry that this version doesn't understand (rule 21).
    case unreadableEntry(LogIndex, String)
    /// The log no longer has an entry that is committed and not applied.
    case missingEntry(LogIndex)
}
