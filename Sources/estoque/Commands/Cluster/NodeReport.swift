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
}

extension NodeReport {
    init(_ proto: ProtoGetStatusResponse) {
        self.init(
            node: proto.nodeID,
            role: proto.role.word,
            term: proto.term,
            leader: proto.hasLeaderID ? proto.leaderID : nil,
            commit: proto.commitPosition,
            applied: proto.appliedPosition,
            stored: proto.storedPosition,
            logFirst: proto.logFirstPosition,
            logLast: proto.logLastPosition,
            stalenessMilliseconds: proto.hasStalenessMs ? proto.stalenessMs : nil,
            isReady: proto.ready,
            writeRefusal: proto.writeRefusal,
            members: proto.members.map { member in
                Peer(
                    node: member.nodeID,
                    address: member.peerAddress,
                    isVoter: member.voter,
                    connection: member.connection,
                    match: member.hasMatchPosition ? member.matchPosition : nil
                )
            }
        )
    }
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

/// A node that was asked, with its report or why there is none.
struct AskedNode: Sendable {
    var address: NodeAddress
    var report: NodeReport?
    var failure: String?

    static func ask(
        _ address: NodeAddress,
        through client: EstoqueClient,
        timeout: Duration
    ) async -> AskedNode {
        do throws(EstoqueError) {
            let answer: ProtoGetStatusResponse = try await client.ask(
                ServicePath.getStatus,
                ProtoGetStatusRequest(),
                of: address,
                timeout: timeout
            )
            return AskedNode(address: address, report: NodeReport(answer))
        } catch {
            return AskedNode(address: address, failure: "\(error.reason): \(error.explanation)")
        }
    }
}
