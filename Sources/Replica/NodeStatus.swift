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
    /// The cluster's identity, 32 hexadecimal digits.
    package var cluster = ""
    /// Where the log has the active configuration; an admin's change can be bound to it.
    package var configurationIndex = Position(0)
    /// A change of voters is half-way: two sets decide together.
    package var isJoint = false
    /// The learner that is to become a voter, and how far it has come.
    package var joining: JoiningStatus?
    /// To whom leadership is on its way; known to a leader only.
    package var transferTarget: NodeID?
    /// The last promotion that this node gave up while it led.
    package var givenUp: GivenUpPromotion?
    /// The node is no member any more, and never will be again.
    package var isRemoved = false

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

extension NodeStatus {
    /// The status with the bound that its age has later, where it is told.
    ///
    /// Another node's clock can't be asked, but it spoke after it was asked: so the bound is what it said and
    /// all the time since then, by this node's own monotonic clock.
    package func aged(since asked: NIODeadline, at now: NIODeadline = .now()) -> NodeStatus {
        var status = self
        status.staleness = staleness.map { told in
            let passed = max((now - asked).nanoseconds, 0)
            let (age, isTooLong) = told.nanoseconds.addingReportingOverflow(passed)
            return .nanoseconds(isTooLong ? .max : age)
        }
        return status
    }
}

/// A promotion that did not come about: the node stays a learner.
package struct GivenUpPromotion: Equatable, Sendable {
    package var node: NodeID
    package var reason: GiveUpReason
    /// Where the log says so.
    package var configurationIndex: Position

    package init(node: NodeID, reason: GiveUpReason, configurationIndex: Position) {
        self.node = node
        self.reason = reason
        self.configurationIndex = configurationIndex
    }
}

/// A learner on its way to a vote.
package struct JoiningStatus: Equatable, Sendable {
    package var node: NodeID
    /// The voter whose place it takes.
    package var replacing: NodeID?
    /// The round of catching up, from 1, and where it ends; known to a leader only.
    package var round: Int?
    package var target: Position?

    package init(node: NodeID, replacing: NodeID?, round: Int?, target: Position?) {
        self.node = node
        self.replacing = replacing
        self.round = round
        self.target = target
    }
}

/// A member's part in the configuration.
package enum MemberPart: String, Sendable {
    case voter
    case learner
    /// While two sets decide: only in the new one.
    case incoming
    /// While two sets decide: only in the old one.
    case outgoing
}

/// How much of a copy of the state has been sent to a member.
package struct StateOnItsWay: Equatable, Sendable {
    package var sentBytes: UInt64
    package var bytes: UInt64

    package init(sentBytes: UInt64, bytes: UInt64) {
        self.sentBytes = sentBytes
        self.bytes = bytes
    }
}

/// A member of the configuration, as this node sees it.
package struct MemberStatus: Sendable {
    package var id: NodeID
    package var peerAddress: String
    package var isVoter: Bool
    package var part: MemberPart
    /// How entries are sent to it, known to a leader only: `probe`, `replicate`, `snapshot`.
    package var mode: String?
    /// The connection to it, in a word: `self`, `connected`, `connecting`, or the last error.
    package var connection: String
    /// What it has of the log, known to a leader only.
    package var match: Position?
    /// So long nothing has been heard of it, known to a leader only.
    package var silence: TimeAmount?
    /// The copy of the state that it is being brought, known to a leader only.
    package var state: StateOnItsWay?

    package init(
        id: NodeID,
        peerAddress: String,
        isVoter: Bool,
        connection: String,
        match: Position?,
        part: MemberPart? = nil,
        mode: String? = nil,
        silence: TimeAmount? = nil
    ) {
        self.id = id
        self.peerAddress = peerAddress
        self.isVoter = isVoter
        self.part = part ?? (isVoter ? .voter : .learner)
        self.mode = mode
        self.silence = silence
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

    /// A histogram, as `/metrics` prints it.
    package struct Histogram: Sendable {
        package var name: String
        package var help: String
        package var labels: [(name: String, value: String)]
        /// Upper bounds of the buckets, rising; a last one without a bound follows.
        package var bounds: [Double]
        /// One more than bounds; not cumulative.
        package var counts: [UInt64]
        package var sum: Double

        package init(
            _ name: String,
            help: String,
            bounds: [Double],
            counts: [UInt64],
            sum: Double,
            labels: [(name: String, value: String)] = []
        ) {
            self.name = name
            self.help = help
            self.labels = labels
            self.bounds = bounds
            self.counts = counts
            self.sum = sum
        }
    }

    package var samples: [Sample]
    package var histograms: [Histogram]

    /// A sample's value by its name, and by the value of its first label where there are several.
    package func value(of name: String, _ label: String? = nil) -> Double? {
        samples.first {
            $0.name == name && (label == nil || $0.labels.first?.value == label)
        }?.value
    }

    package init(samples: [Sample], histograms: [Histogram] = []) {
        self.samples = samples
        self.histograms = histograms
    }
}
