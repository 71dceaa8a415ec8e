import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Raft
import Replica

/// What a node knows of itself and of its cluster.
extension LedgerServices {
    static let clusterPath = "/estoque.v1.ClusterService/"

    func registerCluster(in router: inout GRPCRouter) {
        router.unary(Self.clusterPath + "GetStatus") { bytes, call in
            guard let request = ProtoGetStatusRequest(wire: bytes) else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            if request.ofLeader {
                respondWithLeaderStatus(to: call)
            } else {
                call.respond(ProtoGetStatusResponse(node.status).wireBytes)
            }
        }
        register("GetDigest", ProtoGetDigestRequest.self, in: &router, path: Self.clusterPath) {
            request,
            call in
            node.digest(
                at: request.hasPosition ? Position(request.position) : nil,
                deadline: deadline(of: call),
                completion: reply(to: call) { (digest: LedgerDigest) in
                    var response = ProtoGetDigestResponse()
                    response.position = digest.position.rawValue
                    response.digest = digest.description
                    return .success(response)
                }
            )
        }
        registerChanges(in: &router)
    }

    private func respondWithLeaderStatus(to call: GRPCServerCall) {
        let handle = call.handle
        let asked = NIODeadline.now()
        node.leaderStatus(deadline: earlyDeadline(of: call)) { status in
            handle.run { call in
                if let status {
                    call.respond(ProtoGetStatusResponse(status.aged(since: asked)).wireBytes)
                } else {
                    call.fail(GRPCStatus(noLeader))
                }
            }
        }
    }

    /// Three quarters of the time that the caller gives, so that it hears "no leader" rather than
    /// nothing: nothing would mean that its change may have been made.
    func earlyDeadline(of call: GRPCServerCall) -> NIODeadline {
        let now = NIODeadline.now()
        let left = min(deadline(of: call) - now, limits.patience)
        return now + .nanoseconds(max(left.nanoseconds, 0) / 4 * 3)
    }
}

extension ProtoGetStatusResponse {
    init(_ status: NodeStatus) {
        self.init()
        nodeID = "\(status.id)"
        role = ProtoNodeRole(status.role)
        term = status.term
        if let leader = status.leader { leaderID = "\(leader)" }
        commitPosition = status.commit.rawValue
        appliedPosition = status.applied.rawValue
        storedPosition = status.stored.rawValue
        logFirstPosition = status.logFirst.rawValue
        logLastPosition = status.logLast.rawValue
        if let staleness = status.staleness { stalenessMs = Staleness.milliseconds(staleness) }
        ready = status.isReady
        writeRefusal = status.writeRefusal ?? ""
        members = status.members.map(ProtoMember.init)
        clusterID = status.cluster
        configurationPosition = status.configurationIndex.rawValue
        joint = status.isJoint
        if let joining = status.joining { self.joining = ProtoJoining(joining) }
        if let givenUp = status.givenUp { self.givenUp = ProtoGivenUp(givenUp) }
        if let target = status.transferTarget { transferTargetID = "\(target)" }
        removed = status.isRemoved
    }
}

extension ProtoJoining {
    fileprivate init(_ joining: JoiningStatus) {
        self.init()
        nodeID = "\(joining.node)"
        if let replaced = joining.replacing { replacingID = "\(replaced)" }
        if let round = joining.round { self.round = UInt32(clamping: round) }
        if let target = joining.target { targetPosition = target.rawValue }
    }
}

extension ProtoGivenUp {
    fileprivate init(_ givenUp: GivenUpPromotion) {
        self.init()
        nodeID = "\(givenUp.node)"
        switch givenUp.reason {
        case .tooSlow: reason = .tooSlow
        case .noProgress: reason = .noProgress
        }
        configurationPosition = givenUp.configurationIndex.rawValue
    }
}

extension ProtoMember {
    init(_ member: MemberStatus) {
        self.init()
        nodeID = "\(member.id)"
        peerAddress = member.peerAddress
        voter = member.isVoter
        connection = member.connection
        if let match = member.match { matchPosition = match.rawValue }
        if let silence = member.silence { silentMs = Staleness.milliseconds(silence) }
        if let state = member.state {
            stateSentBytes = state.sentBytes
            stateBytes = state.bytes
        }
        switch member.part {
        case .voter: part = .voter
        case .learner: part = .learner
        case .incoming: part = .incoming
        case .outgoing: part = .outgoing
        }
        switch member.mode {
        case "probe": mode = .probe
        case "replicate": mode = .replicate
        case "snapshot": mode = .snapshot
        default: break
        }
    }
}
