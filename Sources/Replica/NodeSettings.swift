package import LedgerStore
package import Raft
package import RaftLog
package import RaftTransport

/// Everything a node must be told to start.
package struct NodeSettings: Sendable {
    package var id: NodeID
    /// Log, database and markers live here; created when it isn't there.
    package var dataDirectory: String
    /// Where this node listens for its peers.
    package var peerListen: PeerAddress
    /// The voters that the cluster began with, this node among them unless it joins, by name.
    package var members: [(id: NodeID, address: PeerAddress)]
    /// The cluster's name; part of its identity.
    package var clusterName: String
    /// The cluster's identity, when it is not to be computed from name and members: they are
    /// others than in the beginning.
    package var clusterID: ClusterID?
    /// The node is no member yet and waits to be added; `members` are some that it can reach.
    package var isJoining = false
    package var limits = NodeLimits()
    /// Where the log is; another one than the operating system's in tests.
    package var logFileSystem: any FileSystem = PosixFileSystem()

    package init(
        id: NodeID,
        dataDirectory: String,
        peerListen: PeerAddress,
        members: [(id: NodeID, address: PeerAddress)],
        clusterName: String
    ) {
        self.id = id
        self.dataDirectory = dataDirectory
        self.peerListen = peerListen
        self.members = members
        self.clusterName = clusterName
    }
}

/// Timers and bounds of a node.
package struct NodeLimits: Sendable {
    /// The length of a tick in milliseconds.
    package var tickMilliseconds: Int64 = 10
    package var heartbeatTicks = 5
    /// The minimum election timeout; deadlines lie between one and two of it.
    package var electionTicks = 30
    /// SQLite follows the answers by one transaction in this time.
    package var sealMilliseconds: Int64 = 200
    /// A transaction closes after so many entries even before that.
    package var sealEntries = 16_384
    /// Entries that may be applied in memory and not yet in SQLite; then apply waits.
    package var unstoredEntriesMax = 65_536
    /// Items that readers find in memory.
    package var viewItemsMax = 100_000
    /// About as many bytes as those may take.
    package var viewBytesMax = 128 << 20
    /// Locations that are known to exist without asking the loop.
    package var knownLocationsMax = 16_384
    /// Rows that the loop reads in one go for readers whose items the view lacks, but for one item's.
    package var rowsFetchedPerSliceMax = 1_024
    /// Reads that wait for such items.
    package var itemFetchesMax = 4_096
    /// `session` reads wait so long at most for apply.
    package var sessionWaitMilliseconds: Int64 = 250
    /// Digests of boundaries that are kept for comparison.
    package var digestsKept = 64

    /// Threads that read pages of the books, and how many reads wait for them at most.
    package var bookThreads = 2
    package var bookReadsMax = 256
    /// Bytes of applied changes that stay in memory although the database has them.
    package var changeBytesKept = 8 << 20
    /// Those who wait for changes.
    package var changeWaitersMax = 4_096
    /// A read of the books waits so long at most for the database to reach a position.
    package var storedWaitMilliseconds: Int64 = 2_000

    /// Sizes of the log's files and writes.
    package var log = LogLimits()
    /// The database's caches, backlog and checkpoints.
    package var store = StoreLimits()
    /// States on their way between nodes.
    package var snapshots = SnapshotLimits()
    /// So many bytes of log are kept for peers that come back, though nobody needs them now.
    ///
    /// Whole segments go, so it should be some of `log.segmentBytes`.
    package var logBytesKept = 64 << 20
    /// From so many bytes on, a peer that needs the log gets a copy of the state instead.
    package var logBytesMax = 1 << 30
    /// The log is looked through for what may go so often at most.
    package var compactionMilliseconds: UInt64 = 1_000

    package init() {}
}
