import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica

/// What a node knows of itself and of its cluster.
extension LedgerServices {
    private static let path = "/estoque.v1.ClusterService/"

    func registerCluster(in router: inout GRPCRouter) {
        router.unary(Self.path + "GetStatus") { bytes, call in
            guard ProtoGetStatusRequest(wire: bytes) != nil else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            call.respond(ProtoGetStatusResponse(node.status).wireBytes)
        }
        register("GetDigest", ProtoGetDigestRequest.self, in: &router, path: Self.path) {
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
    }
}
