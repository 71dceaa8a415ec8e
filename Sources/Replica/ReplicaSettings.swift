package import Raft

/// The settings and limits of a ``ReplicaCore``.
package struct ReplicaSettings: Sendable {
    package var raft: RaftConfiguration
    /// Requests that wait to be proposed or forwarded; more are refused with `overloaded`.
    package var queuedRequestsMax = 16_384
    /// Bytes of the requests that wait.
    package var queuedBytesMax = 32 << 20
    /// Proposed and not yet applied; more wait in the queue.
    package var unappliedMax = 16_384
    /// Forwarded and not yet answered.
    package var forwardedMax = 16_384
    package var readsWaitingMax = 65_536
    /// Rounds for reads that may be on their way at once.
    package var readRoundsMax = 64
    /// A certificate of freshness is asked for so often when no read asks anyway.
    package var freshnessNanoseconds: UInt64 = 50_000_000
    /// A round without an answer is given up after this.
    package var readRoundNanoseconds: UInt64 = 1_000_000_000
    /// Without a leader, requests wait this long at most before they are refused.
    package var leaderWaitNanoseconds: UInt64 = 2_000_000_000
    /// Payload bytes read out of the log at once when memory no longer has them.
    package var loadToApplyEntriesMax = 4_096
    /// Entries applied in one turn, or a little more: some ten milliseconds of work.
    package var applyEntriesMax = 2_048

    /// Admins' requests in flight.
    package var adminRequestsMax = 64
    /// The longest piece of a state that is asked for at once.
    package var snapshotChunkBytes: UInt64 = 256 << 10
    /// A state is sent no faster than this, to all peers together (bytes a second).
    package var snapshotBytesPerSecond: UInt64 = 64 << 20
    /// A piece that hasn't come by then is asked for again.
    package var snapshotPatienceNanoseconds: UInt64 = 500_000_000
    /// A state whose pieces were asked for in vain so often in a row is given up.
    package var snapshotRetriesMax = 10

    package init(raft: RaftConfiguration) {
        self.raft = raft
    }
}
