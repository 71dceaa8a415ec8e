import LedgerAPI
import SwiftProtobuf

/// An admin's change of who belongs to the cluster.
public enum MemberChange: Equatable, Sendable {
    /// A new node, at the address where the others reach it: a voter as soon as it has caught up, unless
    /// it is to stay a learner.
    case add(String, at: String, asLearner: Bool)
    /// A member goes, for good.
    case remove(String)
    /// A new node takes a voter's place in one step, as soon as it has caught up. For one that is a
    /// learner already the address may be nil.
    case replace(String, with: String, at: String?)
    /// A learner becomes a voter, as soon as it has caught up.
    case promote(String)
    /// A voter becomes a learner.
    case demote(String)
}

extension MemberChange {
    /// The method that asks for it.
    var path: String {
        switch self {
        case .add: ServicePath.addMember
        case .remove: ServicePath.removeMember
        case .replace: ServicePath.replaceMember
        case .promote: ServicePath.promoteMember
        case .demote: ServicePath.demoteMember
        }
    }

    /// Its message.
    func request(expecting configuration: UInt64?) -> any Message {
        switch self {
        case .add(let node, let address, let asLearner):
            ProtoAddMemberRequest.with {
                $0.nodeID = node
                $0.peerAddress = address
                $0.asLearner = asLearner
                if let configuration { $0.expectedConfiguration = configuration }
            }
        case .remove(let node):
            ProtoRemoveMemberRequest.with {
                $0.nodeID = node
                if let configuration { $0.expectedConfiguration = configuration }
            }
        case .replace(let old, let new, let address):
            ProtoReplaceMemberRequest.with {
                $0.nodeID = old
                $0.newNodeID = new
                $0.newPeerAddress = address ?? ""
                if let configuration { $0.expectedConfiguration = configuration }
            }
        case .promote(let node):
            ProtoPromoteMemberRequest.with {
                $0.nodeID = node
                if let configuration { $0.expectedConfiguration = configuration }
            }
        case .demote(let node):
            ProtoDemoteMemberRequest.with {
                $0.nodeID = node
                if let configuration { $0.expectedConfiguration = configuration }
            }
        }
    }

    /// Whether a status shows the change, begun or done.
    func isSeen(in status: ProtoGetStatusResponse) -> Bool {
        func part(_ node: String) -> ProtoMember.Part? {
            status.members.first { $0.nodeID == node }?.part
        }
        func isOnItsWay(_ node: String) -> Bool {
            [.voter, .incoming].contains(part(node)) || status.joining.nodeID == node
        }
        switch self {
        case .add(let node, _, let asLearner):
            return asLearner ? part(node) != nil : isOnItsWay(node)
        case .promote(let node): return isOnItsWay(node)
        case .remove(let node): return [nil, .outgoing].contains(part(node))
        case .demote(let node): return [.learner, .outgoing].contains(part(node))
        case .replace(let old, let new, _):
            return isOnItsWay(new)
                && ([nil, .outgoing].contains(part(old)) || status.joining.replacingID == old)
        }
    }
}
