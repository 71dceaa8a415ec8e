package import Raft

/// The sizes and times that bound what the log does.
package struct LogLimits: Hashable, Sendable {
    /// What a segment file is filled to; a single group that is larger makes its segment longer.
    package var segmentBytes: Int
    /// How far a segment fills before the next one is prepared in the background.
    package var prepareAheadBytes: Int
    /// How many bytes of queued batches go into one write; a larger batch goes alone.
    package var groupBytesMax: Int
    /// The largest batch; what is larger is a programmer's error and fails the log.
    package var batchBytesMax: Int
    /// How long the writer waits before it tries again to get space on a full disk.
    package var spaceRetryInterval: Duration
    /// How long the writer is idle before it makes the synced mark durable.
    package var idleInterval: Duration
    #if KNOWN_BUGS
    /// The mistake that a test has switched on.
    package var knownBug: KnownBug?
    #endif

    /// Limits for production; tests choose small segments.
    package init(
        segmentBytes: Int = 16 << 20,
        prepareAheadBytes: Int? = nil,
        groupBytesMax: Int = 4 << 20,
        batchBytesMax: Int = 256 << 20,
        spaceRetryInterval: Duration = .milliseconds(200),
        idleInterval: Duration = .milliseconds(100)
    ) {
        precondition((512...1 << 30).contains(segmentBytes))
        precondition((1...1 << 30).contains(batchBytesMax) && groupBytesMax > 0)
        self.segmentBytes = segmentBytes
        self.prepareAheadBytes = prepareAheadBytes ?? segmentBytes / 8
        self.groupBytesMax = groupBytesMax
        self.batchBytesMax = batchBytesMax
        self.spaceRetryInterval = spaceRetryInterval
        self.idleInterval = idleInterval
    }
}

extension LogLimits {
    /// Whether a mistake is switched on; never in a release build.
    @inline(__always)
    package func has(_ bug: KnownBug) -> Bool {
        #if KNOWN_BUGS
        knownBug == bug
        #else
        false
        #endif
    }
}
