import Ledger
import Raft

/// Changes of members and of leadership: decided by the leader, asked of any node.
struct AdminRequests {
    enum Origin {
        case local(AdminToken)
        case peer(NodeID, id: UInt64)
    }

    struct Forwarded {
        var token: AdminToken
        var leader: NodeID
        var deadline: NodeInstant
    }

    /// Waits for a leader.
    var waiting: [(token: AdminToken, request: AdminRequest, deadline: NodeInstant)] = []
    var forwarded: [UInt64: Forwarded] = [:]
    var lastID: UInt64 = 0
    /// The request that the core is being asked for in this very step.
    var asking: Origin?
    var results: [(token: AdminToken, result: AdminResult)] = []

    var count: Int { waiting.count + forwarded.count }
}

extension ReplicaCore {
    mutating func administer(
        _ token: AdminToken,
        _ request: AdminRequest,
        deadline: NodeInstant
    ) {
        guard admin.count < settings.adminRequestsMax else {
            admin.results.append((token, .noLeader))
            return
        }
        admin.waiting.append((token, request, deadline))
    }

    /// Asks the core on a leader, forwards on a follower, and otherwise goes on waiting.
    mutating func settleAdmin(now: NodeInstant) {
        guard admin.count > 0 else { return }
        let status = raft.status
        if status.role == .leader {
            let waiting = admin.waiting
            admin.waiting = []
            for entry in waiting { ask(entry.request, for: .local(entry.token)) }
        } else if let leader = status.leader {
            for entry in admin.waiting {
                admin.lastID &+= 1
                admin.forwarded[admin.lastID] = AdminRequests.Forwarded(
                    token: entry.token,
                    leader: leader,
                    deadline: entry.deadline
                )
                peerMessages.append((leader, .admin(id: admin.lastID, entry.request)))
            }
            admin.waiting = []
        }
        expireAdmin(now: now)
    }

    /// A peer forwarded it: it goes no further.
    mutating func receive(_ request: AdminRequest, id: UInt64, from peer: NodeID) {
        guard raft.status.role == .leader else {
            peerMessages.append((peer, .adminReply(id: id, .noLeader)))
            return
        }
        ask(request, for: .peer(peer, id: id))
    }

    mutating func receive(_ result: AdminResult, id: UInt64, from sender: NodeID) {
        guard let request = admin.forwarded[id], request.leader == sender else { return }
        admin.forwarded[id] = nil
        admin.results.append((request.token, result))
    }

    /// The core answers in the step that asks it.
    private mutating func ask(_ request: AdminRequest, for origin: AdminRequests.Origin) {
        admin.asking = origin
        switch request {
        case .change(let change, let expecting):
            stepRaft(
                .changeMembership(
                    MembershipRequest(
                        token: MembershipToken(rawValue: 0),
                        change: change,
                        expecting: expecting.map { LogIndex($0.rawValue) }
                    )
                )
            )
        case .transferLeadership(let target):
            stepRaft(.transferLeadership(to: target))
        }
        for outcome in raftEffects.membershipOutcomes { answerAdmin(AdminResult(outcome.result)) }
        for outcome in raftEffects.transferOutcomes { answerAdmin(AdminResult(outcome)) }
        raftEffects.membershipOutcomes.removeAll(keepingCapacity: true)
        raftEffects.transferOutcomes.removeAll(keepingCapacity: true)
    }

    private mutating func answerAdmin(_ result: AdminResult) {
        guard let origin = admin.asking else { return }
        admin.asking = nil
        switch origin {
        case .local(let token): admin.results.append((token, result))
        case .peer(let peer, let id): peerMessages.append((peer, .adminReply(id: id, result)))
        }
    }

    /// Whoever was asked won't answer any more.
    mutating func abandonAdmin(to peer: NodeID?) {
        let leader = raft.status.leader
        let lost = admin.forwarded.filter { entry in
            peer.map { entry.value.leader == $0 } ?? (entry.value.leader != leader)
        }
        for id in lost.keys.sorted() {
            guard let request = admin.forwarded.removeValue(forKey: id) else { continue }
            admin.results.append((request.token, .unknown))
        }
    }

    private mutating func expireAdmin(now: NodeInstant) {
        for entry in admin.waiting where entry.deadline <= now {
            admin.results.append((entry.token, .noLeader))
        }
        admin.waiting.removeAll { $0.deadline <= now }
        for id in admin.forwarded.filter({ $0.value.deadline <= now }).keys.sorted() {
            guard let request = admin.forwarded.removeValue(forKey: id) else { continue }
            admin.results.append((request.token, .unknown))
        }
    }
}
