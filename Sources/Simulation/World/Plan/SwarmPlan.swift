import Raft
import RaftLog
import Replica

/// What one seed's world is like: which faults it has, how strong, and every size and timer.
///
/// Each seed draws another world. One with all faults at once would hide what only shows when some
/// of them are missing (Groce and others, "Swarm testing", ISSTA 2012).
struct SwarmPlan: Sendable {
    struct NetworkPlan: Sendable {
        var delay: ClosedRange<Nanoseconds>
        /// Of a message that is held up: so much in a thousand.
        var slowPermille: Int
        var slowDelay: ClosedRange<Nanoseconds>
        var lossPermille: Int
        var repeatPermille: Int
        /// Like TCP: in order, and lost only with its connection.
        var isOrdered: Bool
    }

    struct DiskPlan: Sendable {
        var write: ClosedRange<Nanoseconds>
        var sync: ClosedRange<Nanoseconds>
        /// Of a sync that takes long: so much in a thousand.
        var slowPermille: Int
        var slowSync: ClosedRange<Nanoseconds>
        var log: LogLimits
    }

    struct StatePlan: Sendable {
        /// A transaction closes after this, or after so many entries.
        var sealAfter: Nanoseconds
        var sealEntries: Int
        /// How long a transaction takes to be written.
        var write: ClosedRange<Nanoseconds>
        /// How long until what is written survives a loss of power.
        var checkpointEvery: Nanoseconds
        /// Entries that may be applied and not yet written; then apply waits.
        var unstoredEntriesMax: Int
    }

    struct ClockPlan: Sendable {
        /// How far a node's clock may run fast or slow, in parts per million.
        var driftPPM: Int
        var tick: Nanoseconds
        /// How much longer than a tick the next one may take.
        var tickJitter: Nanoseconds
    }

    struct ClientPlan: Sendable {
        var count: Int
        var pauseBetween: Nanoseconds
        var patience: Nanoseconds
        var readPermille: Int
        var skus: Int
        var locations: Int
        /// A request sent to two nodes at once.
        var hedgePermille: Int
        /// An old request asked again.
        var repeatPermille: Int
        /// A client that goes away with its request unanswered.
        var abandonPermille: Int
        /// A connection that loses a request or its answer.
        var lossPermille: Int
        /// Requests go to the node that led last, so many times in a thousand.
        var leaderFirstPermille: Int
    }

    struct ReplicaPlan: Sendable {
        var queuedRequestsMax: Int
        var unappliedMax: Int
        var forwardedMax: Int
        var readsWaitingMax: Int
        var readRoundsMax: Int
        var leaderWait: Nanoseconds
        var loadToApplyEntriesMax: Int
    }

    struct SnapshotPlan: Sendable {
        /// The size of a state on its way, and of a piece of it.
        var bytes: Int
        var chunkBytes: Int
        var bytesPerSecond: UInt64
        var patience: Nanoseconds
        var retriesMax: Int
        var limits: SnapshotLimits
    }

    struct CompactionPlan: Sendable {
        /// Bytes of log that are kept for slow peers.
        var keptBytes: Int
        /// Bytes beyond which the log goes even if a peer needs it.
        var bytesMax: Int
    }

    /// An operator who changes members, replaces what is lost, and moves leadership.
    struct MembershipPlan: Sendable {
        var every: Nanoseconds
        /// Of what the operator does, so many of a thousand are transfers of leadership.
        var transferPermille: Int
    }

    var nodes: Int
    var electionTicks: Int
    var heartbeatTicks: Int
    var raftLimits: Limits
    var replica: ReplicaPlan
    var network: NetworkPlan
    var disk: DiskPlan
    var state: StatePlan
    var clock: ClockPlan
    var clients: ClientPlan
    var snapshots: SnapshotPlan
    /// Nil where the log is never shortened.
    var compaction: CompactionPlan?
    /// Nil where the members stay as they are.
    var membership: MembershipPlan?
    /// How far clocks may be off for reads by lease; nil where there are none.
    var lease: Lease?
    private(set) var knownBug: KnownBug?
    /// Empty in a world without faults.
    var faults: [FaultKind]
    /// The time from one fault to the next.
    var faultEvery: Nanoseconds
    /// How long a fault lasts that ends by itself.
    var faultLasts: Nanoseconds
    /// How long a node stays down.
    var downFor: Nanoseconds
}

extension SwarmPlan {
    /// Lets every node make a known mistake.
    mutating func switchOn(_ bug: KnownBug?) {
        knownBug = bug
        #if KNOWN_BUGS
        disk.log.knownBug = bug
        #endif
    }

    func replicaSettings(for id: NodeID) -> ReplicaSettings {
        var settings = ReplicaSettings(
            raft: RaftConfiguration(
                id: id,
                electionTicks: electionTicks,
                heartbeatTicks: heartbeatTicks,
                limits: raftLimits,
                lease: lease
            )
        )
        #if KNOWN_BUGS
        settings.raft.knownBug = knownBug
        #endif
        settings.queuedRequestsMax = replica.queuedRequestsMax
        settings.unappliedMax = replica.unappliedMax
        settings.forwardedMax = replica.forwardedMax
        settings.readsWaitingMax = replica.readsWaitingMax
        settings.readRoundsMax = replica.readRoundsMax
        settings.leaderWaitNanoseconds = replica.leaderWait
        settings.loadToApplyEntriesMax = replica.loadToApplyEntriesMax
        settings.snapshotChunkBytes = UInt64(snapshots.chunkBytes)
        settings.snapshotBytesPerSecond = snapshots.bytesPerSecond
        settings.snapshotPatienceNanoseconds = snapshots.patience
        settings.snapshotRetriesMax = snapshots.retriesMax
        return settings
    }
}
