import DequeModule
package import Ledger
package import Raft

/// A whole node as a synchronous state machine: consensus, batches of proposals, forwarding, read
/// rounds, freshness, and the ledger, applied in memory.
///
/// No clock, disk, thread or socket: inputs in, effects out, time as data. The driver steps every
/// input of a turn and then calls ``flush(now:wallMicroseconds:into:)`` once, so that whatever came
/// together becomes one log write and one message a peer.
///
/// Invariants:
/// - `pending` is ascending and without gaps in its indices within a term; each request in it is
///   answered exactly once: by the entry applied at its index, or as unknown when leadership ends.
/// - a request is forwarded at most once, and never proposed after it was forwarded.
/// - the ledger's position never passes what consensus handed out as committed.
package struct ReplicaCore<State: ReplicaState> {
    /// Who asked for an entry.
    enum Origin {
        case local(SubmitToken)
        case peer(NodeID, id: UInt64)
        /// The node itself: a tick.
        case none
    }

    struct QueuedRequest {
        var origin: Origin
        var entry: [UInt8]
        /// When its client has gone.
        var deadline: NodeInstant
        /// When it is refused if it still waits here: for a leader, or for room.
        var waitsUntil: NodeInstant
    }

    struct PendingRequest {
        var position: LogPosition
        var origin: Origin
    }

    struct ForwardedRequest {
        var token: SubmitToken
        var leader: NodeID
        var deadline: NodeInstant
    }

    let settings: ReplicaSettings
    var raft: RaftCore
    var raftEffects = Effects()
    package var state: State
    /// What changed since the driver last emptied it.
    package var changes = LedgerChanges()

    var queue = Deque<QueuedRequest>()
    var queuedBytes = 0
    var pending = Deque<PendingRequest>()
    var forwarded: [UInt64: ForwardedRequest] = [:]
    var lastForwardID: UInt64 = 0
    var lastProposal: UInt64 = 0
    /// Between a proposal and its outcome, which the core gives in the same step.
    var proposing: (token: ProposalToken, origins: [Origin])?
    var hasLostLeadership = false
    var nextForwardedCheck = NodeInstant(nanoseconds: 0)

    /// Messages that wait for a log write.
    var deferred = Deque<DeferredEnvelope>()

    /// Committed and not yet applied: memory lacks the entries, or apply is paused.
    var toApply = Deque<CommittedRange>()
    var isLoadingToApply = false
    var isApplyPaused = false
    var applied: LogIndex
    var appliedTerm: Term
    var sealedIndex: LogIndex
    var sealed: [(transaction: State.Transaction, boundary: Position?)] = []
    var configuration: LoggedConfiguration

    var reads = ReadRounds()
    var freshness = FreshnessCertificate()
    var admin = AdminRequests()
    var snapshots = SnapshotTraffic()
    /// The exchange of the state that is under way.
    var installing: SnapshotInstall?
    var halted: ReplicaHalt?
    /// Peers' messages that could not be understood.
    package var malformedMessages: UInt64 = 0

    package init(
        settings: ReplicaSettings,
        restoring restored: RestoredState,
        appliedIn: Term,
        seed: UInt64,
        state: State
    ) throws(RestoreError) {
        self.settings = settings
        self.raft = try RaftCore(settings.raft, restoring: restored, seed: seed)
        self.state = state
        applied = restored.appliedIndex
        appliedTerm = appliedIn
        sealedIndex = applied
        configuration = restored.configuration
        // A peer may still answer what an earlier life of this node asked: numbers that no other
        // life used keep such an answer from being taken for one to this life's question.
        var numbers = SplitMix64(seed: seed)
        let first = numbers.next()
        lastForwardID = first
        reads.lastRound = first
        admin.lastID = first
    }

    package var id: NodeID { settings.raft.id }
    package var raftStatus: Status { raft.status }
    package var peerStatuses: [PeerStatus] { raft.peerStatuses }
    package var appliedIndex: LogIndex { applied }
    package var requestsInFlight: Int { queue.count + pending.count + forwarded.count }
    package var completeAsOf: NodeInstant? { freshness.completeAsOf }

    /// Whether this node leads and there is no other: then nothing is fresher than its state.
    ///
    /// After a start it must have applied an entry of its own term first: before that its state may
    /// lack what it acknowledged in its last life. A learner may have applied, and shown, what its
    /// only voter has yet to apply.
    package var isSoleAuthority: Bool {
        let status = raft.status
        let configuration = status.configuration.configuration
        return status.role == .leader && appliedTerm == status.term
            && appliedIndex >= status.commitIndex
            && configuration.voters == [id] && configuration.learners.isEmpty
            && !configuration.isJoint
    }

    /// Takes one input in; what it leads to comes out of the next flush.
    package mutating func step(_ input: ReplicaInput, now: NodeInstant) {
        guard halted == nil else { return }
        switch input {
        case .tick:
            stepRaft(.tick)
        case .raft(let envelope):
            stepRaft(.received(envelope))
            if settings.raft.has(.certifiesByContact), raft.status.leader == envelope.from {
                freshness.confirm(index: applied, askedAt: now, applied: applied)
            }
        case .peer(let message, let sender):
            receive(message, from: sender, now: now)
        case .peerUnreachable(let peer):
            stepRaft(.peerUnreachable(peer))
            abandonForwarded(to: peer)
            abandonAdmin(to: peer)
        case .submit(let token, let entry, let deadline):
            let patience = now.advanced(byNanoseconds: settings.leaderWaitNanoseconds)
            enqueue(
                QueuedRequest(
                    origin: .local(token),
                    entry: entry,
                    deadline: deadline,
                    waitsUntil: min(deadline, patience)
                )
            )
        case .read(let ticket, let requirement, let deadline):
            reads.add(
                ticket,
                requirement,
                deadline: deadline,
                applied: applied,
                limit: settings.readsWaitingMax
            )
        case .administer(let token, let request, let deadline):
            administer(token, request, deadline: deadline)
        case .snapshotTaken(let peer, let last, let configuration):
            stepRaft(
                .snapshotTaken(
                    SnapshotTaken(peer: peer, last: last, configuration: configuration)
                )
            )
        case .snapshotBeingTaken(let peer):
            stepRaft(.snapshotProgress(peer: peer))
        case .chunkRead(let peer, let position, let chunk):
            send(chunk, of: position, to: peer)
        case .fetchBegun(let position, let offset), .chunkWritten(let position, let offset):
            fetchGoesOn(at: position, offset: offset, now: now)
        case .fetchCompleted(let position):
            endFetch(of: position, succeeded: true)
        case .fetchFailed(let position):
            endFetch(of: position, succeeded: false)
        case .storageDone(let ticket):
            stepRaft(.storageDone(ticket))
            releaseDeferred(through: ticket)
        case .storageFailed(let ticket):
            stepRaft(.storageFailed(ticket))
        case .entriesLoaded(let loaded):
            stepRaft(.entriesLoaded(loaded))
        case .entriesToApply(let entries):
            takeLoadedToApply(entries)
        case .compacted(let index):
            stepRaft(.compacted(through: index))
        case .applyPaused(let isPaused):
            isApplyPaused = isPaused
        }
    }

    /// Proposes, forwards, confirms and applies everything that can be, and says what to do.
    package mutating func flush(
        now: NodeInstant,
        wallMicroseconds: UInt64,
        into effects: inout ReplicaEffects
    ) {
        if halted == nil {
            proposeQueued(wallMicroseconds: wallMicroseconds, now: now)
            settleAdmin(now: now)
            watchFetch(now: now)
            serveSnapshots(now: now)
            beginReadRounds(now: now)
            flushRaft()
            // Applying can make consensus say more (what became applied), and an expiry due.
            applyCommitted()
            proposeTickIfDue(wallMicroseconds: wallMicroseconds)
            flushRaft()
            expireWaiting(now: now)
        }
        drain(into: &effects)
    }

    // MARK: - Consensus

    mutating func stepRaft(_ input: Input) {
        do {
            try raft.step(input, into: &raftEffects)
        } catch {
            halted = halted ?? .consensus(error)
        }
    }

    private mutating func flushRaft() {
        guard halted == nil else { return }
        raft.flush(into: &raftEffects)
        if let violation = raftEffects.halt {
            halted = .consensus(violation)
            return
        }
        takeProposalOutcomes()
        takeReadOutcomes()
        takeFetches()
        beginInstall()
        for range in raftEffects.apply {
            toApply.append(range)
        }
        raftEffects.apply.removeAll(keepingCapacity: true)
        deferred.append(contentsOf: raftEffects.sendAfter)
        raftEffects.sendAfter.removeAll(keepingCapacity: true)
        for event in raftEffects.events {
            switch event {
            case .leadershipLost:
                hasLostLeadership = true
            case .leaderChanged:
                // A new leader doesn't know what the old one was doing with these.
                abandonForwarded(to: nil)
                abandonAdmin(to: nil)
            default:
                break
            }
        }
    }

    private mutating func releaseDeferred(through ticket: Ticket) {
        while let first = deferred.first, first.ticket <= ticket {
            raftEffects.send.append(first.envelope)
            deferred.removeFirst()
        }
    }

    // MARK: - Effects

    private mutating func drain(into effects: inout ReplicaEffects) {
        if hasLostLeadership || halted != nil {
            hasLostLeadership = false
            abandonPending()
        }
        swap(&effects.verdicts, &verdicts)
        swap(&effects.reads, &reads.verdicts)
        swap(&effects.admin, &admin.results)
        if let halted {
            // Nothing may leave a node that halted, not even what was ready before (rule 17).
            raftEffects.removeAll()
            peerMessages.removeAll()
            effects.halt = halted
            return
        }
        swap(&effects.persist, &raftEffects.persist)
        swap(&effects.send, &raftEffects.send)
        swap(&effects.load, &raftEffects.load)
        swap(&effects.takeSnapshots, &snapshots.takes)
        swap(&effects.readChunks, &snapshots.reads)
        swap(&effects.writeChunks, &snapshots.writes)
        swap(&effects.beginFetch, &snapshots.begin)
        swap(&effects.events, &raftEffects.events)
        swap(&effects.peerMessages, &peerMessages)
        effects.loadToApply = rangeToLoad()
        raftEffects.removeAll()
    }

    var verdicts: [(token: SubmitToken, verdict: SubmitVerdict)] = []
    var peerMessages: [(to: NodeID, message: PeerMessage)] = []
}
