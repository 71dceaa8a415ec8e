/// The store's bounds, all in one place.
package struct StoreLimits: Equatable, Sendable {
    /// Bytes of a page of the database file; a power of two, fixed when the file is created.
    package var pageBytes = 4_096
    /// SQLite's page cache of the connection that the replica's thread reads with.
    package var readCacheBytes = 16 << 20
    /// SQLite's page cache of the writer's connection.
    package var writeCacheBytes = 64 << 20

    /// Clean rows kept in memory, per table; rows not yet committed are kept beside them.
    package var itemsMax = 131_072
    /// Keys of items in memory, by SKU: every line of a command names one.
    package var itemKeysMax = 2_097_152
    /// See ``itemsMax``.
    package var locationsMax = 8_192
    /// See ``itemsMax``.
    package var levelsMax = 524_288
    /// See ``itemsMax``.
    package var reservationsMax = 65_536
    /// See ``itemsMax``; of all that is kept for store agents.
    package var storeRecordsMax = 65_536

    /// Identities that may wait in memory before they are merged into the index on disk.
    package var identitiesPendingMin = 262_144
    /// If that is more, one in so many of those that there are may wait.
    package var identitiesPendingFraction = 8
    /// Identities merged with one generation, beyond twice those that it brings.
    package var identitiesMergedMin = 8_192
    /// Answers are forgotten by so many rows of the journal at a time.
    package var forgottenStrideRows = 4_096
    /// The most that the filter of known identities may take; beyond it, it errs more often.
    package var filterBytesMax = 512 << 20
    /// Bits of an identity's hash that are used; fewer make collisions, for tests.
    package var identityHashBits = 63

    /// Changes of levels during which each level's own row is brought up to date once.
    ///
    /// As many wait in `level_pending`, and keep their levels in memory. It is one in
    /// ``levelSweepFraction`` of the levels that there can be, within these bounds.
    package var levelSweepChanges = 65_536...1_048_576
    /// See ``levelSweepChanges``.
    package var levelSweepFraction = 8

    /// Rows of the journal whose traces wait before they are sorted into a segment of its index.
    package var traceSegmentRows = 131_072

    /// Generations handed to the writer that it has not committed; the caller waits at the bound.
    package var generationsMax = 64
    /// Bytes of those.
    package var backlogBytesMax = 256 << 20

    /// Journal rows in one transaction, when several generations wait for the writer.
    package var transactionEntriesMax = 16_384

    /// Pages in the write-ahead log from which a checkpoint is due.
    package var walPagesDue = 8_000
    /// Pages in the write-ahead log at which the writer waits for a checkpoint.
    package var walPagesMax = 262_144
    /// A checkpoint comes at the latest so long after something was committed.
    package var checkpointMilliseconds = 5_000
    /// How long a checkpoint that readers stood in the way of waits before it tries again.
    package var checkpointPauseMilliseconds = 100
    /// How long the writer may be held while a checkpoint waits for readers to leave the log.
    package var restartMilliseconds: Int32 = 50
    /// How long a statement waits for a lock that another connection holds.
    package var busyMilliseconds: Int32 = 10_000
    /// Milliseconds before a transaction that found the disk full is tried again.
    package var retryMilliseconds = 1_000

    /// Pages of a copy that are read at once.
    package var copyStepPages: Int32 = 64
    /// A copy is made no faster than this, so that the log's syncs don't wait behind it.
    package var copyBytesPerSecond = 64 << 20
    /// So much of a copy may wait to be written to the disk.
    package var copySyncBytes = 8 << 20
    /// Room that a copy must leave on the disk, for the log above all.
    package var copyReserveBytes = 64 << 20

    /// Pages that the database may have, 0: as many as there is room for (for tests).
    package var pagesMax = 0

    package init() {}
}
