package import Raft

/// What a log held when it was opened.
package struct RecoveredLog: Hashable, Sendable {
    /// Term and vote as last written.
    package var hardState: HardState
    /// The position after which the log begins.
    package var base: LogPosition
    /// The last index; the base's if the log is empty.
    package var lastIndex: LogIndex
    /// The terms of all entries, by rising index.
    package var termRuns: [TermRun]
    /// Where the log has configurations, by rising index.
    package var configurationIndexes: [LogIndex]
    /// What recovery found and did.
    package var report: RecoveryReport
}

/// What recovery found and did, for the log of the process.
package struct RecoveryReport: Hashable, Sendable {
    /// How many segments the log has.
    package var segments = 0
    /// How many frames were read.
    package var frames = 0
    /// The write that a crash interrupted, if one was cut off.
    package var tornTail: TornTail?
    /// How many bytes at the end were written again because nothing proved that they had been synced.
    package var rewrittenBytes = 0

    /// Where a write was cut off.
    ///
    /// Nothing that had been reported durable was in it.
    package struct TornTail: Hashable, Sendable {
        /// The file that it was in.
        package var file: String
        /// Where it began.
        package var offset: Int
        /// How far it reached.
        package var byteCount: Int
    }
}
