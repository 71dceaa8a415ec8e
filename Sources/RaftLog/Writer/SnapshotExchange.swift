package import Raft

/// What becomes of the state machine's files when a snapshot is installed.
///
/// The log's writer calls it in the order of the batches, on its own thread:
///
///     exchange ─▶ the log begins after the snapshot, durably ─▶ settle ─▶ the batch is reported
///
/// The log and those files can't be changed in one write. So `exchange` first leaves something from
/// which a start after a crash completes both, and `settle` takes that away.
package protocol SnapshotExchange: Sendable {
    /// Puts the snapshot's files in the place of the present ones, durably.
    ///
    /// It may be called again for the same snapshot, if it or what follows it found the disk full.
    func exchange(_ install: SnapshotInstall) throws(LogError)

    /// The log begins after the snapshot now: a crash from here on leaves nothing to be completed.
    func settle(_ install: SnapshotInstall) throws(LogError)
}
