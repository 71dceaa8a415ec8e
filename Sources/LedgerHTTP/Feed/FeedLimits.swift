package import NIOCore

/// A limit on everything that watchers of the feed may cost.
package struct FeedLimits: Sendable {
    /// Streams and polls at once, over all loops; more are answered 503.
    package var watchersMax = 8_192
    /// SKUs, locations and pairs of both that one watcher may name.
    package var keysMax = 1_000
    /// Changes that stay in memory for whoever comes back with a cursor.
    package var recordsMax = 131_072
    /// When the feed begins, so many positions before are read back from the journal.
    package var refillPositions: UInt64 = 65_536
    /// So long after the last watcher has gone, the feed rests until another comes.
    package var restAfter = TimeAmount.seconds(60)
    /// Further behind the node than this, the feed begins anew and its watchers are reset.
    package var lagMax: UInt64 = 131_072
    /// Rows of the journal read at once.
    package var rowsPerRead = 1_000
    /// The pause between two batches, so that a watcher takes several changes in one write.
    package var pace = TimeAmount.milliseconds(10)
    /// How soon the feed asks again for what it could not read.
    package var retry = TimeAmount.milliseconds(250)
    /// How often the feed looks how complete it is, when nothing changes.
    package var idle = TimeAmount.milliseconds(100)
    /// Items whose levels the feed keeps, so that each change shows the state at its own position.
    package var itemsKept = 16_384
    /// Items at a location that has changed; with more, whoever watches it or everything is reset, and the
    /// others are told of the items that they name, as long as they all name no more.
    package var itemsPerLocationMax = 20_000
    /// Rows of the table of levels that are looked through for them; with more it is the same.
    package var levelsScannedMax = 500_000

    /// Without anything else, a stream gets a bookmark so often.
    package var bookmarkInterval = TimeAmount.seconds(1)
    /// Events that wait for a slow watcher, after those that a later one makes needless are gone.
    package var pendingMax = 4_096
    /// Bytes of events that are handed to a connection at once.
    package var writeBytes = 32_768
    /// The socket's own buffer for a stream; the kernel takes twice of it.
    package var socketBytes = 65_536
    /// A watcher that takes nothing for so long is reset.
    package var stallMax = TimeAmount.seconds(10)
    /// A stream ends about then, and its client comes back, perhaps to another node.
    package var streamAgeMax = TimeAmount.minutes(15)
    /// A cursor ahead of this node waits so long for it.
    package var aheadMax = TimeAmount.seconds(30)
    /// The longest `wait` of a poll, and that of a poll that names none.
    package var pollWaitMax = TimeAmount.seconds(60)
    package var pollWait = TimeAmount.seconds(20)
    /// Events in the answer to one poll, but for the rest of the last position.
    package var pollEventsMax = 1_000
    /// What a stream tells its client to wait before it comes back, at least; up to twice of it.
    package var reconnect = TimeAmount.seconds(1)
    /// Watchers that are served before the loop turns to other connections.
    package var watchersPerTurn = 128

    package init() {}
}
