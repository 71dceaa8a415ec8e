import GRPCWire
import Ledger
import LedgerAPI
import Raft
import Replica
import SwiftProtobuf

/// An admin's changes of the cluster: checked here, decided by the leader.
extension LedgerServices {
    func registerChanges(in router: inout GRPCRouter) {
        registerChange("AddMember", ProtoAddMemberRequest.self, in: &router) {
            (request, fields) in
            let node = fields.node(request.nodeID, "node_id")
            let address = fields.address(request.peerAddress, "peer_address")
            return (
                .add(node, address: address, asLearner: request.asLearner),
                request.hasExpectedConfiguration ? request.expectedConfiguration : nil
            )
        }
        registerChange("RemoveMember", ProtoRemoveMemberRequest.self, in: &router) {
            (request, fields) in
            (
                .remove(fields.node(request.nodeID, "node_id")),
                request.hasExpectedConfiguration ? request.expectedConfiguration : nil
            )
        }
        registerChange("ReplaceMember", ProtoReplaceMemberRequest.self, in: &router) {
            (request, fields) in
            let old = fields.node(request.nodeID, "node_id")
            let new = fields.node(request.newNodeID, "new_node_id")
            if old == new { fields.refuse("new_node_id", "must be another node than node_id") }
            // A learner's address is in the log already.
            let address =
                request.newPeerAddress.isEmpty && isLearner(new)
                ? "" : fields.address(request.newPeerAddress, "new_peer_address")
            return (
                .replace(old, with: new, address: address),
                request.hasExpectedConfiguration ? request.expectedConfiguration : nil
            )
        }
        registerChange("PromoteMember", ProtoPromoteMemberRequest.self, in: &router) {
            (request, fields) in
            (
                .promote(fields.node(request.nodeID, "node_id")),
                request.hasExpectedConfiguration ? request.expectedConfiguration : nil
            )
        }
        registerChange("DemoteMember", ProtoDemoteMemberRequest.self, in: &router) {
            (request, fields) in
            (
                .demote(fields.node(request.nodeID, "node_id")),
                request.hasExpectedConfiguration ? request.expectedConfiguration : nil
            )
        }
        registerTransfer(in: &router)
    }

    private func isLearner(_ node: NodeID) -> Bool {
        self.node.status.members.contains { $0.id == node && $0.part == .learner }
    }

    private func registerChange<Message: SwiftProtobuf.Message & Sendable>(
        _ method: String,
        _ type: Message.Type,
        in router: inout GRPCRouter,
        _ read: @escaping @Sendable (Message, inout ChangeFields) -> (MembershipChange, UInt64?)
    ) {
        register(method, type, in: &router, path: Self.clusterPath) {
            (request, call) throws(InvalidRequest) in
            var fields = ChangeFields()
            let (change, expected) = read(request, &fields)
            try fields.finish()
            administer(.change(change, expecting: expected.map { Position($0) }), for: call) {
                (result) -> ProtoChangeMembersResponse? in
                guard case .accepted(let position) = result else { return nil }
                return ProtoChangeMembersResponse.with {
                    $0.configurationPosition = position.rawValue
                }
            }
        }
    }

    private func registerTransfer(in router: inout GRPCRouter) {
        register(
            "TransferLeadership",
            ProtoTransferLeadershipRequest.self,
            in: &router,
            path: Self.clusterPath
        ) { (request, call) throws(InvalidRequest) in
            var fields = ChangeFields()
            let target =
                request.nodeID.isEmpty ? nil : fields.node(request.nodeID, "node_id")
            try fields.finish()
            administer(.transferLeadership(to: target), for: call) {
                (result) -> ProtoTransferLeadershipResponse? in
                guard case .transferring(let target) = result else { return nil }
                return ProtoTransferLeadershipResponse.with { $0.nodeID = target.name }
            }
        }
    }

    private func administer<Response: SwiftProtobuf.Message>(
        _ request: AdminRequest,
        for call: GRPCServerCall,
        _ respond: @escaping @Sendable (AdminResult) -> Response?
    ) {
        let handle = call.handle
        node.administer(request, deadline: earlyDeadline(of: call)) { result in
            let response = respond(result)
            let problem = problem(result)
            handle.run { call in
                if let response {
                    call.respond(response.wireBytes)
                } else {
                    call.fail(GRPCStatus(problem))
                }
            }
        }
    }

    /// Why there is no answer of the kind that was asked for.
    func problem(_ result: AdminResult) -> Problem {
        switch result {
        case .refused(let refusal):
            Problem(
                cluster: Reason(rawValue: refusal.reason.rawValue),
                refusal.detail,
                configuration: refusal.configuration,
                retryDelay: limits.retryDelay
            )
        case .noLeader:
            noLeader
        case .unknown, .accepted, .transferring:
            .changeUnknown
        }
    }
}

/// Reads the fields of a change and collects what is wrong with them; what is read from a field that is
/// wrong is a placeholder, which ``finish()`` keeps from being used.
struct ChangeFields {
    private var violations: [FieldViolation] = []

    mutating func node(_ text: String, _ field: String) -> NodeID {
        if let node = NodeID(text) { return node }
        refuse(
            field,
            text.isEmpty
                ? "is required"
                : "must be 1 to \(NodeID.byteCountMax) printable ASCII characters without spaces"
        )
        return "?"
    }

    mutating func address(_ text: String, _ field: String) -> String {
        if !AdminRequest.isPeerAddress(text) {
            refuse(field, text.isEmpty ? "is required" : "must be HOST:PORT, such as 10.0.0.4:7001")
        }
        return text
    }

    mutating func refuse(_ field: String, _ description: String) {
        violations.append(FieldViolation(field: field, description: description))
    }

    func finish() throws(InvalidRequest) {
        guard violations.isEmpty else { throw InvalidRequest(violations: violations) }
    }
}
