import Ledger
import LedgerStore
import Logging
import NIOCore
import Raft
import RaftLog
import RaftTransport

/// The thin driver around ``ReplicaCore``: it gives it a loop, sockets, files and the time.
///
/// Confined to one event loop, on which the peers' and the clients' connections live too. Whatever
/// arrives during a turn of the loop is stepped at once and flushed together at the turn's end.
final class ReplicaLoop {
    typealias Core = ReplicaCore<SQLiteLedgerState>

    let eventLoop: any EventLoop
    let limits: NodeLimits
    let logger: Logger
    let shared: SharedNodeState
    let network: PeerNetwork
    let log: NodeLog
    let store: NodeStore
    let snapshots: NodeSnapshots
    let peers: PeerDirectory

    var core: Core
    var effects = ReplicaEffects()
    /// Messages are encoded here before they join a peer's buffer.
    var scratch: [UInt8] = []
    var submissions = Submissions()
    var readers: [ReadTicket: (ReadFailure?) -> Void] = [:]
    var lastTicket: UInt64 = 0
    var admins: [AdminToken: (AdminResult) -> Void] = [:]
    var lastAdmin: UInt64 = 0
    var digests = BoundaryDigests()
    var marks = StoredMarks()
    var fetches = ItemFetches()
    var statusQueries = StatusQueries()
    /// What has been sent of copies, to peers that lately asked for a piece.
    var statesOnTheirWay: [NodeID: StateOnItsWay] = [:]
    /// The last promotion that was given up here.
    var givenUp: GivenUpPromotion?
    var peersAsOf = PeersAsOf()
    /// A peer has said that this node was removed.
    var isTurnedAway = false
    /// Waits to be added, or was removed: there is no leader to wait for.
    var isOutside = false

    var isTurnScheduled = false
    var isStopped = false
    var isApplyPaused = false
    /// The log's disk is full, or the database's: no more is written for now; what is in flight waits,
    /// reads go on.
    var isLogFull = false
    var isStoreFull = false
    var storedPosition: Position
    var checkpointedPosition = Position(0)
    var shelf = SnapshotShelf()
    /// When something of an incoming state was last seen here; nil once nothing of one is left.
    var incomingSeenAt: NodeInstant? = SystemClock.monotonic()
    /// The exchange of the state that is under way, and what waits for its end.
    var exchange: Exchange?
    /// Counts the files that were the database; reports of an earlier one count no more.
    var storeEpoch: UInt64 = 1
    var compaction = CompactionProgress()
    /// The cluster's identity, as text.
    let cluster: String
    var ticker: RepeatedTask?
    var lastSeal = NodeInstant(nanoseconds: 0)
    var counters = NodeCounters()
    /// Told once, when the node must end its process: why.
    let onHalt: (ReplicaHalt) -> Void

    init(
        eventLoop: any EventLoop,
        limits: NodeLimits,
        logger: Logger,
        shared: SharedNodeState,
        network: PeerNetwork,
        log: NodeLog,
        store: NodeStore,
        snapshots: NodeSnapshots,
        peers: PeerDirectory,
        core: Core,
        cluster: String,
        onHalt: @escaping (ReplicaHalt) -> Void
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.logger = logger
        self.shared = shared
        self.network = network
        self.log = log
        self.store = store
        self.snapshots = snapshots
        self.peers = peers
        self.core = core
        self.cluster = cluster
        storedPosition = Position(core.appliedIndex.rawValue)
        self.onHalt = onHalt
    }

    /// Begins to tick; what was committed before the start is applied first.
    func start() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticker = eventLoop.scheduleRepeatedTask(
            initialDelay: .zero,
            delay: .milliseconds(limits.tickMilliseconds)
        ) { _ in
            bound.value.tick()
        }
    }

    // MARK: - Turns

    /// Why no more is written for now, for people.
    var writeRefusal: String? {
        isLogFull ? "the log's disk is full" : isStoreFull ? "the database's disk is full" : nil
    }

    func step(_ input: ReplicaInput) {
        core.step(input, now: SystemClock.monotonic())
        scheduleTurn()
    }

    /// Everything that the loop's current turn brings is worked on as one batch.
    func scheduleTurn() {
        guard !isTurnScheduled, !isStopped else { return }
        isTurnScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.assumeIsolated().execute {
            bound.value.turn()
        }
    }

    private func tick() {
        guard !isStopped else { return }
        core.step(.tick, now: SystemClock.monotonic())
        turn()
        tidySnapshots()
        publishStatus()
    }

    private func turn() {
        isTurnScheduled = false
        guard !isStopped else { return }
        effects.removeAll()
        core.flush(
            now: SystemClock.monotonic(),
            wallMicroseconds: SystemClock.wallMicroseconds(),
            into: &effects
        )
        if let halt = effects.halt {
            stopAfter(halt)
            return
        }
        if !effects.persist.isEmpty {
            beginExchangeIfDue()
            log.append(effects.persist)
        }
        send()
        let names = changedNames()
        bringViewUpToDate()
        publishChanges(names)
        answer()
        for event in effects.events { note(event) }
        moveSnapshots()
        for request in effects.load { load(request) }
        if let range = effects.loadToApply { loadToApply(range) }
        sealIfDue()
        if core.hasMoreToApply { scheduleTurn() }
    }

    private func send() {
        guard !effects.send.isEmpty || !effects.peerMessages.isEmpty else { return }
        for envelope in effects.send {
            scratch.removeAll(keepingCapacity: true)
            envelope.encode(into: &scratch)
            network.send(kind: FrameKinds.raft, to: envelope.to, payload: scratch.span.bytes)
        }
        for (peer, message) in effects.peerMessages {
            scratch.removeAll(keepingCapacity: true)
            message.encode(into: &scratch)
            network.send(kind: FrameKinds.replica, to: peer, payload: scratch.span.bytes)
        }
        network.flush()
    }

    /// Answers leave after the view shows what they say, so that a client that has its answer
    /// reads it back from this node.
    private func answer() {
        let now = effects.verdicts.isEmpty ? nil : SystemClock.monotonic()
        for (token, verdict) in effects.verdicts {
            counters.count(verdict)
            guard let submission = submissions.remove(token) else { continue }
            if let now {
                counters.durations.record(nanoseconds: now.nanoseconds(since: submission.begunAt))
            }
            submission.done(submission.index, verdict)
        }
        // Who is told that a change has begun finds it in the status.
        if !effects.admin.isEmpty { publishStatus() }
        for (token, result) in effects.admin { admins.removeValue(forKey: token)?(result) }
        for (ticket, verdict) in effects.reads {
            guard let reader = readers.removeValue(forKey: ticket) else { continue }
            switch verdict {
            case .ready: reader(nil)
            case .timedOut: reader(.noQuorum)
            case .overloaded: reader(.overloaded)
            }
        }
    }

    // MARK: - Requests

    /// Takes encoded entries in; `done` is called once for each, with its index.
    func submit(
        _ entries: [[UInt8]],
        deadline: NIODeadline,
        done: @escaping (Int, SubmitVerdict) -> Void
    ) {
        guard !isStopped, !isOutside, writeRefusal == nil else {
            let result = isStopped || isOutside ? SubmitResult.noLeader : .overloaded
            for index in entries.indices { done(index, .result(result)) }
            return
        }
        let now = SystemClock.monotonic()
        let instant = instant(of: deadline)
        for (index, entry) in entries.enumerated() {
            let token = submissions.add(Submission(index: index, begunAt: now, done: done))
            core.step(.submit(token, entry: entry, deadline: instant), now: now)
        }
        counters.requests += UInt64(entries.count)
        scheduleTurn()
    }

    func administer(
        _ request: AdminRequest,
        deadline: NIODeadline,
        _ done: @escaping (AdminResult) -> Void
    ) {
        guard !isStopped, !isOutside else {
            done(.noLeader)
            return
        }
        lastAdmin += 1
        let token = AdminToken(rawValue: lastAdmin)
        admins[token] = done
        step(.administer(token, request, deadline: instant(of: deadline)))
    }

    func submitBoundary(deadline: NIODeadline, _ done: @escaping (Position?) -> Void) {
        let entry = LedgerEntry(
            stamp: LogTime(microseconds: 0),
            content: .boundary(token: submissions.last)
        )
        var bytes: [UInt8] = []
        entry.encode(into: &bytes)
        submit([bytes], deadline: deadline) { _, verdict in
            switch verdict {
            case .boundary(let position): done(position)
            case .result(.answered(let answer)): done(answer.position)
            case .result: done(nil)
            }
        }
    }

    // MARK: - Reads

    /// Calls back once the state may be read at the level asked for; a failure says why not.
    func whenReadable(
        _ consistency: Consistency,
        deadline: NIODeadline,
        _ ready: @escaping (ReadFailure?) -> Void
    ) {
        guard !isStopped else {
            ready(.notReady)
            return
        }
        switch consistency {
        case .stale:
            ready(nil)
        case .bounded(let maxStaleness):
            let age = shared.status().staleness
            ready(age.map { $0 <= maxStaleness } == true ? nil : .tooStale(age: age))
        case .session(let position):
            let index = LogIndex(position.rawValue)
            guard index > core.appliedIndex else {
                ready(nil)
                return
            }
            let latest = NIODeadline.now() + .milliseconds(limits.sessionWaitMilliseconds)
            wait(for: .applied(index), deadline: min(deadline, latest)) { [unowned self] failure in
                ready(
                    failure == nil
                        ? nil
                        : .sessionAhead(applied: Position(core.appliedIndex.rawValue))
                )
            }
        case .linearizable where isOutside:
            ready(.noQuorum)
        case .linearizable:
            wait(for: .quorumRound, deadline: deadline, ready)
        }
    }

    private func wait(
        for requirement: ReadRequirement,
        deadline: NIODeadline,
        _ ready: @escaping (ReadFailure?) -> Void
    ) {
        lastTicket += 1
        let ticket = ReadTicket(rawValue: lastTicket)
        readers[ticket] = ready
        step(.read(ticket, requirement, deadline: instant(of: deadline)))
    }

    /// The driver's deadlines on the core's clock.
    func instant(of deadline: NIODeadline) -> NodeInstant {
        let left = deadline - NIODeadline.now()
        return SystemClock.monotonic().advanced(byNanoseconds: UInt64(max(left.nanoseconds, 0)))
    }
}

/// The kinds of frames between nodes.
enum FrameKinds {
    static let raft: UInt8 = 1
    static let replica: UInt8 = 2
    static let status: UInt8 = 3
}
