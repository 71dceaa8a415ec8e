package import Ledger
package import NIOCore
package import Raft

/// What a node knows of itself and of its cluster.
package struct NodeStatus: Sendable {
    package var id: NodeID
    package var role: NodeRole
    package var term: UInt64
    package var leader: NodeID?
    package var commit: Position
    /// Applied in memory; answers and reads show it.
    package var applied: Position
    /// In SQLite; a restart replays the log from here.
    package var stored: Position
    package var logFirst: Position
    package var logLast: Position
    /// See ``ReadStamp/staleness``.
    package var staleness: TimeAmount?
    /// Its own state is loaded; reads are served.
    package var isReady: Bool
    /// Why the node refuses writes, if it does (disk full, storage failed).
    package var writeRefusal: String?
    package var members: [MemberStatus]

    package init(
        id: NodeID,
        role: NodeRole,
        term: UInt64,
        leader: NodeID?,
        commit: Position,
        applied: Position,
        stored: Position,
        logFirst: Position,
        logLast: Position,
        staleness: TimeAmount?,
        isReady: Bool,
        writeRefusal: String?,
        members: [MemberStatus]
    ) {
        self.id = id
        self.role = role
        self.term = term
        self.leader = leader
        self.commit = commit
        self.applied = applied
        self.stored = stored
        self.logFirst = logFirst
        self.logLast = logLast
        self.staleness = staleness
        self.isReady = isReady
        self.writeRefusal = writeRefusal
        self.members = members
    }
}

/// A member of the configuration, as this node sees it.
package struct MemberStatus: Sendable {
    package var id: NodeID
    package var peerAddress: String
    package var isVoter: Bool
    /// The connection to it, in a word: `self`, `connected`, `connecting`, or the last error.
    package var connection: String
    /// What it has of the log, known to a leader only.
    package var match: Position?

    package init(
        id: NodeID,
        peerAddress: String,
        isVoter: Bool,
        connection: String,
        match: Position?
    ) {
        self.id = id
        self.peerAddress = peerAddress
        self.isVoter = isVoter
        self.connection = connection
        self.match = match
    }
}

/// Counters and gauges of a node, by Prometheus' kinds.
package struct NodeMetrics: Sendable {
    /// One number with its name, as `/metrics` prints it.
    package struct Sample: Sendable {
        package enum Kind: String, Sendable {
            case counter
            case gauge
        }

        /// Such as `estoque_log_fsync_seconds_total`: with prefix and base unit.
        package var name: String
        package var help: String
        package var kind: Kind
        package var labels: [(name: String, value: String)]
        package var value: Double

        package init(
            _ name: String,
            _ kind: Kind,
            _ value: Double,
            help: String,
            labels: [(name: String, value: String)] = []
        ) {
            self.name = name
            self.help = help
            self.kind = kind
            self.labels = labels
            self.value = value
        }
    }

    package var samples: [Sample]

    package init(samples: [Sample]) {
        self.samples = samples
    }
}
