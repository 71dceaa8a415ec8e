import Ledger
import Logging
import NIOCore
import Raft
import RaftTransport

/// What the loop says of itself.
extension ReplicaLoop {
    func note(_ event: Event) {
        switch event {
        case .roleChanged(let role, let term):
            if role == .candidate { counters.elections += 1 }
            logger.info(
                "role changed",
                metadata: ["raft.role": "\(role)", "raft.term": "\(term)"]
            )
        case .leaderChanged(let leader, let term):
            counters.leaderChanges += 1
            logger.info(
                "leader changed",
                metadata: [
                    "raft.leader": "\(leader?.name ?? "none")", "raft.term": "\(term)",
                ]
            )
        case .leadershipLost(let term, let loss):
            logger.notice(
                "leadership lost",
                metadata: ["raft.term": "\(term)", "raft.reason": "\(loss)"]
            )
        case .configurationActivated(let logged):
            logger.notice(
                "members changed",
                metadata: [
                    "raft.index": "\(logged.index)",
                    "raft.voters": "\(logged.configuration.voters)",
                    "raft.outgoing": "\(logged.configuration.outgoing)",
                    "raft.learners": "\(logged.configuration.learners)",
                ]
            )
            dialPeers()
        case .membershipGaveUp(let node, let reason):
            logger.warning(
                "promotion given up",
                metadata: ["raft.node": "\(node)", "raft.reason": "\(reason)"]
            )
            givenUp = GivenUpPromotion(
                node: node,
                reason: reason,
                configurationIndex: Position(core.raftStatus.configuration.index.rawValue)
            )
        case .transferAbandoned(let target):
            logger.warning("transfer of leadership given up", metadata: ["raft.node": "\(target)"])
        case .storageStalled(let isStalled):
            logger.warning("log disk stalled", metadata: ["stalled": "\(isStalled)"])
        case .messageIgnored(let peer, let fault):
            logger.warning(
                "message ignored",
                metadata: ["peer": "\(peer)", "fault": "\(fault)"]
            )
        default:
            logger.debug("raft event", metadata: ["event": "\(event)"])
        }
    }

    func publishStatus() {
        digests.expire(now: .now())
        shared.tail.expire(now: .now())
        marks.expire(now: .now())
        let raft = core.raftStatus
        dialPeersIfChanged(raft)
        var status = NodeStatus(
            id: raft.id,
            role: role(raft),
            term: raft.term.rawValue,
            leader: raft.leader,
            commit: Position(raft.commitIndex.rawValue),
            applied: Position(core.appliedIndex.rawValue),
            stored: storedPosition,
            logFirst: Position(raft.snapshot.index.rawValue + 1),
            logLast: Position(raft.last.index.rawValue),
            staleness: nil,
            isReady: !isStopped && exchange == nil,
            writeRefusal: writeRefusal,
            members: members(raft)
        )
        status.cluster = cluster
        status.configurationIndex = Position(raft.configuration.index.rawValue)
        status.isJoint = raft.configuration.configuration.isJoint
        status.joining = joining(raft)
        status.transferTarget = raft.transferTarget
        status.givenUp = givenUp
        status.isRemoved = isTurnedAway || hasRetired(raft)
        isOutside =
            raft.leader == nil
            && (status.isRemoved || !raft.configuration.configuration.isMember(raft.id))
        shared.publish(
            status: status,
            completeAsOf: core.completeAsOf,
            isSoleAuthority: core.isSoleAuthority
        )
        counters.publications += 1
        if counters.publications % 10 == 1 {
            shared.publish(metrics: NodeMetrics(samples: samples(raft), histograms: histograms))
        }
    }

    /// Whether the committed configuration says that this node was a member once.
    private func hasRetired(_ raft: Status) -> Bool {
        raft.configuration.index <= raft.commitIndex
            && raft.configuration.configuration.retired.contains(raft.id)
    }

    private func role(_ status: Status) -> NodeRole {
        switch status.role {
        case .leader: .leader
        case .candidate, .preCandidate: .candidate
        case .follower:
            status.configuration.configuration.isVoter(status.id) ? .follower : .learner
        }
    }

    private func joining(_ raft: Status) -> JoiningStatus? {
        raft.configuration.configuration.joining.map { joining in
            JoiningStatus(
                node: joining.node,
                replacing: joining.replacing,
                round: raft.catchUp?.round,
                target: raft.catchUp.map { Position($0.target.rawValue) }
            )
        }
    }

    private func part(of id: NodeID, in configuration: Configuration) -> MemberPart {
        switch (configuration.voters.contains(id), configuration.outgoing.contains(id)) {
        case (true, true): .voter
        case (true, false): configuration.isJoint ? .incoming : .voter
        case (false, true): .outgoing
        case (false, false): .learner
        }
    }

    private func members(_ raft: Status) -> [MemberStatus] {
        let configuration = raft.configuration.configuration
        let connections = network.status
        let progress = raft.role == .leader ? core.peerStatuses : []
        if !statesOnTheirWay.isEmpty {
            let busy = progress.filter { $0.mode == .snapshot }.map(\.id)
            statesOnTheirWay = statesOnTheirWay.filter { busy.contains($0.key) }
        }
        return configuration.members.map { id in
            let outbound = connections.first { $0.peer == id }?.outbound
            let connection =
                id == raft.id ? "self" : outbound.map { describe($0.state) } ?? "unknown"
            let peer = progress.first { $0.id == id }
            var member = MemberStatus(
                id: id,
                peerAddress: peers.address(of: id)?.description ?? "",
                isVoter: configuration.isVoter(id),
                connection: connection,
                match: id == raft.id
                    ? Position(raft.durableIndex.rawValue)
                    : peer.map { Position(reached(by: $0, raft).rawValue) },
                part: part(of: id, in: configuration),
                mode: peer.map { "\($0.mode)" },
                silence: peer.map {
                    .milliseconds(Int64($0.silentTicks) * limits.tickMilliseconds)
                }
            )
            member.state = statesOnTheirWay[id]
            return member
        }
    }

    /// What a peer has; of one that is catching up, what it has applied of that too.
    private func reached(by peer: PeerStatus, _ raft: Status) -> LogIndex {
        guard let catchUp = raft.catchUp, catchUp.node == peer.id else { return peer.match }
        return min(catchUp.match, catchUp.applied)
    }

    private func describe(_ state: PeerState) -> String {
        switch state {
        case .dialling, .greeting: "connecting"
        case .connected: "connected"
        case .waiting(let failure): "\(failure)"
        case .removed: "removed"
        }
    }
}
