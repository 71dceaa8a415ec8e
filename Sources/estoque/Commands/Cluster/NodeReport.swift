import LedgerAPI
import LedgerClient

/// What a node says of itself and of its cluster.
struct NodeReport: Equatable, Sendable {
    /// Another member, as the node sees it.
    struct Peer: Equatable, Sendable {
        var node: String
        var address: String
        var isVoter: Bool
        /// self, connected, connecting, or the last error.
        var connection: String
        /// What it has of the log, if a leader says so.
        var match: UInt64?
        var part = Part.voter
        /// How it is sent entries, if a leader says so: probe, replicate or snapshot.
        var mode: String?
        /// So long nothing has been heard of it, if a leader says so.
        var silentMilliseconds: UInt64?
        /// How much of a copy of the state it has been sent, if a leader says so.
        var state: StateOnItsWay?
    }

    /// A copy of the state that is being brought to a member.
    struct StateOnItsWay: Equatable, Sendable {
        var sentBytes: UInt64
        var bytes: UInt64
    }

    /// A member's part in the configuration.
    enum Part: String, Sendable {
        case voter
        case learner
        /// While two sets of voters decide: only in the new one, or only in the old one.
        case incoming
        case outgoing
        case unknown
    }

    /// A learner on its way to a vote.
    struct Joining: Equatable, Sendable {
        var node: String
        /// The voter whose place it takes.
        var replacing: String?
        /// The round of catching up, from 1, and where it ends; if a leader says so.
        var round: UInt32?
        var target: UInt64?
    }

    /// A promotion that did not come about.
    struct GivenUp: Equatable, Sendable {
        enum Reason: String, Sendable {
            case tooSlow = "too_slow"
            case noProgress = "no_progress"
            case unknown
        }

        var node: String
        var reason: Reason
        var configuration: UInt64
    }

    var node: String
    var role: String
    var term: UInt64
    var leader: String?
    var commit: UInt64
    var applied: UInt64
    var stored: UInt64
    var logFirst: UInt64
    var logLast: UInt64
    var stalenessMilliseconds: UInt64?
    var isReady: Bool
    /// Why it refuses writes; empty when it doesn't.
    var writeRefusal: String
    var members: [Peer]
    /// The cluster's identity, 32 hexadecimal digits.
    var cluster = ""
    /// Where the log has the active configuration.
    var configuration: UInt64 = 0
    var isJoint = false
    var joining: Joining?
    var givenUp: GivenUp?
    var transferTarget: String?
    /// It is no member any more.
    var isRemoved = false
}

extension NodeReport {
    /// Whether the active configuration can't be taken back any more.
    var isConfigurationCommitted: Bool { commit >= configuration }

    func part(of node: String) -> Part? { members.first { $0.node == node }?.part }

    /// The voters; while two sets decide together, those of the new one.
    var voters: [String] {
        members.filter { [.voter, .incoming].contains($0.part) }.map(\.node)
    }

    /// While two sets decide together, the voters of the old one.
    var outgoingVoters: [String] {
        members.filter { [.voter, .outgoing].contains($0.part) }.map(\.node)
    }

    var learners: [String] { members.filter { $0.part == .learner }.map(\.node) }
}

extension ProtoNodeRole {
    var word: String {
        switch self {
        case .leader: "leader"
        case .follower: "follower"
        case .candidate: "candidate"
        case .learner: "learner"
        case .unspecified, .UNRECOGNIZED: "unknown"
        }
    }
}
