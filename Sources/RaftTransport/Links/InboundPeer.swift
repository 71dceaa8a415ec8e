import NIOCore
import Raft

/// What is remembered of a peer that dials this node, from one of its connections to the next.
final class InboundPeer {
    let peer: NodeID
    var status: PeerLinkStatus.Inbound

    init(peer: NodeID, now: NIODeadline) {
        self.peer = peer
        status = PeerLinkStatus.Inbound(since: now)
    }
}
