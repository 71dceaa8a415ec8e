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
        let raft = core.raftStatus
        let status = NodeStatus(
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
            isReady: !isStopped,
            writeRefusal: nil,
            members: members(raft)
        )
        shared.publish(
            status: status,
            completeAsOf: core.completeAsOf,
            isSoleAuthority: core.isSoleAuthority
        )
        shared.publish(metrics: samples(raft))
    }

    private func role(_ status: Status) -> NodeRole {
        switch status.role {
        case .leader: .leader
        case .candidate, .preCandidate: .candidate
        case .follower:
            status.configuration.configuration.isVoter(status.id) ? .follower : .learner
        }
    }

    private func members(_ raft: Status) -> [MemberStatus] {
        let configuration = raft.configuration.configuration
        let connections = network.status
        let progress = raft.role == .leader ? core.peerStatuses : []
        return configuration.members.map { id in
            let outbound = connections.first { $0.peer == id }?.outbound
            let connection =
                id == raft.id ? "self" : outbound.map { describe($0.state) } ?? "unknown"
            return MemberStatus(
                id: id,
                peerAddress: addresses[id]?.description ?? "",
                isVoter: configuration.isVoter(id),
                connection: connection,
                match: id == raft.id
                    ? Position(raft.durableIndex.rawValue)
                    : progress.first { $0.id == id }.map { Position($0.match.rawValue) }
            )
        }
    }

    private func describe(_ state: PeerState) -> String {
        switch state {
        case .dialling, .greeting: "connecting"
        case .connected: "connected"
        case .waiting(let failure): "\(failure)"
        case .removed: "removed"
        }
    }

    private func samples(_ raft: Status) -> [NodeMetrics.Sample] {
        typealias Sample = NodeMetrics.Sample
        var samples = [
            Sample(
                "estoque_raft_term",
                .gauge,
                Double(raft.term.rawValue),
                help: "Current term."
            ),
            Sample(
                "estoque_raft_is_leader",
                .gauge,
                raft.role == .leader ? 1 : 0,
                help: "1 on the node that leads."
            ),
            Sample(
                "estoque_raft_commit_index",
                .gauge,
                Double(raft.commitIndex.rawValue),
                help: "Highest log index known to be committed."
            ),
            Sample(
                "estoque_raft_last_index",
                .gauge,
                Double(raft.last.index.rawValue),
                help: "Last index of the log."
            ),
            Sample(
                "estoque_raft_durable_index",
                .gauge,
                Double(raft.durableIndex.rawValue),
                help: "Last index of the log that is on this node's disk."
            ),
            Sample(
                "estoque_raft_elections_total",
                .counter,
                Double(counters.elections),
                help: "Elections this node has stood in."
            ),
            Sample(
                "estoque_raft_leader_changes_total",
                .counter,
                Double(counters.leaderChanges),
                help: "Changes of the leader this node knows."
            ),
            Sample(
                "estoque_applied_position",
                .gauge,
                Double(core.appliedIndex.rawValue),
                help: "Position applied in memory."
            ),
            Sample(
                "estoque_stored_position",
                .gauge,
                Double(storedPosition.rawValue),
                help: "Position that SQLite holds."
            ),
            Sample(
                "estoque_checkpointed_position",
                .gauge,
                Double(checkpointedPosition.rawValue),
                help: "Position that SQLite holds even after a loss of power."
            ),
            Sample(
                "estoque_requests_total",
                .counter,
                Double(counters.requests),
                help: "Requests submitted on this node."
            ),
            Sample(
                "estoque_requests_answered_total",
                .counter,
                Double(counters.answered),
                help: "Requests applied and answered, refusals included."
            ),
            Sample(
                "estoque_requests_refused_total",
                .counter,
                Double(counters.refused),
                help: "Requests refused by a rule of the ledger."
            ),
            Sample(
                "estoque_requests_replayed_total",
                .counter,
                Double(counters.replayed),
                help: "Requests that had been answered before."
            ),
            Sample(
                "estoque_requests_unknown_total",
                .counter,
                Double(counters.unknown),
                help: "Requests whose outcome this node could not tell."
            ),
            Sample(
                "estoque_requests_turned_away_total",
                .counter,
                Double(counters.turnedAway),
                help: "Requests refused before they reached the log."
            ),
            Sample(
                "estoque_requests_in_flight",
                .gauge,
                Double(core.requestsInFlight),
                help: "Requests queued, proposed or forwarded."
            ),
            Sample(
                "estoque_view_items",
                .gauge,
                Double(shared.view.count),
                help: "Items in the readers' memory."
            ),
            Sample(
                "estoque_peer_malformed_frames_total",
                .counter,
                Double(counters.malformedFrames + core.malformedMessages),
                help: "Frames from peers that could not be understood."
            ),
        ]
        for peer in network.status {
            guard let outbound = peer.outbound else { continue }
            let labels = [(name: "peer", value: peer.peer.name)]
            samples.append(
                Sample(
                    "estoque_peer_connected",
                    .gauge,
                    outbound.state == .connected ? 1 : 0,
                    help: "1 while the connection to the peer stands.",
                    labels: labels
                )
            )
            samples.append(
                Sample(
                    "estoque_peer_sent_bytes_total",
                    .counter,
                    Double(outbound.bytes),
                    help: "Bytes sent to the peer.",
                    labels: labels
                )
            )
            samples.append(
                Sample(
                    "estoque_peer_dropped_frames_total",
                    .counter,
                    Double(outbound.dropped),
                    help: "Frames to the peer that were dropped.",
                    labels: labels
                )
            )
        }
        return samples
    }
}
