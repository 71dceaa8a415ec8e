import Logging
import NIOCore
import Raft
import RaftTransport

/// What comes from the peers.
extension ReplicaLoop: PeerNetworkDelegate {
    func received(kind: UInt8, payload: RawSpan, from peer: NodeID) {
        guard !isStopped else { return }
        switch kind {
        case FrameKinds.raft:
            guard let envelope = try? Envelope(decoding: payload), envelope.from == peer else {
                counters.malformedFrames += 1
                return
            }
            step(.raft(envelope))
        case FrameKinds.replica:
            guard let message = try? PeerMessage(decoding: payload) else {
                counters.malformedFrames += 1
                return
            }
            step(.peer(message, from: peer))
        case FrameKinds.status:
            receiveStatus(payload, from: peer)
        default:
            counters.malformedFrames += 1
        }
    }

    /// The turn is scheduled already, behind the sockets that are still to be read.
    func readCompleted() {}

    func authorize(
        _ peer: NodeID,
        incarnation: Incarnation,
        returnAddress: PeerAddress?
    ) -> PeerVerdict {
        let known = peers.peers.count
        let verdict = peers.authorize(
            peer,
            incarnation: incarnation,
            returnAddress: returnAddress
        )
        if peers.peers.count != known {
            // Not now: the network is in the middle of a handshake.
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            eventLoop.execute { bound.value.dialPeers() }
        }
        return verdict
    }

    /// The configuration, or who has come by, says whom to dial.
    func dialPeers() {
        guard !isStopped else { return }
        peersAsOf = PeersAsOf(core.raftStatus)
        let active = core.raftStatus.configuration
        peers.update(
            active.configuration,
            committed: peersAsOf.isCommitted
                ? active.configuration : core.appliedConfiguration.configuration,
            leader: peersAsOf.leader
        )
        network.setPeers(peers.peers)
    }

    /// Who is to be dialled hangs on the members, on whether they are committed, and on who leads.
    func dialPeersIfChanged(_ raft: Status) {
        if peersAsOf != PeersAsOf(raft) { dialPeers() }
    }

    func peerChanged(_ peer: NodeID, to state: PeerState) {
        guard !isStopped else { return }
        logger.debug(
            "peer connection changed",
            metadata: ["peer": "\(peer)", "state": "\(state)"]
        )
        switch state {
        case .waiting(let failure):
            if case .refused(let refusal) = failure, refusal.reason == .retired { noteRemoval() }
            abandonStatusQueries(to: peer)
            step(.peerUnreachable(peer))
        case .connected:
            // A removal that was taken back before it committed.
            isTurnedAway = false
        case .dialling, .greeting, .removed:
            break
        }
    }

    private func noteRemoval() {
        guard !isTurnedAway else { return }
        isTurnedAway = true
        logger.warning("this node was removed from its cluster; stop it and delete its data")
    }

    func peerOverflowed(_ peer: NodeID) {
        guard !isStopped else { return }
        step(.peerUnreachable(peer))
    }
}

/// What the peers were last taken from.
struct PeersAsOf: Equatable {
    var index = LogIndex(0)
    var isCommitted = true
    var leader: NodeID?

    init() {}

    init(_ raft: Status) {
        index = raft.configuration.index
        isCommitted = raft.configuration.index <= raft.commitIndex
        leader = raft.leader
    }
}
