package import Raft

/// One thing that the log is asked to do; commands are done strictly in order.
package enum LogCommand: Hashable, Sendable {
    /// Write a batch of the core's.
    case persist(PersistBatch)
    /// Delete whole segments at or below an index.
    case compact(through: LogIndex)
    /// Begin anew after a snapshot's position.
    case reset(to: LogPosition)
}

/// What a log did since it was opened.
package struct LogCounters: Hashable, Sendable {
    /// Batches written.
    package var batches = 0
    /// Entries written.
    package var entries = 0
    /// Writes made: many batches may share one.
    package var groups = 0
    /// Bytes written.
    package var bytes = 0
    /// Syncs made.
    package var syncs = 0
    /// Segments begun.
    package var segments = 0
}
