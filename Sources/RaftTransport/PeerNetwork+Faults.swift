import NIOCore
package import Raft

/// A way between this node and a peer, as seen from here.
package enum CutDirection: Hashable, Sendable {
    /// What the peer sends.
    case inbound
    /// What this node sends.
    case outbound
}

/// Partitions for tests: the owner decides whether anybody may ask for them.
extension PeerNetwork {
    /// Cuts one way, as a broken cable would.
    ///
    /// Its connection stands, and all that is sent on it is lost, signs of life included, until
    /// somebody notices. No new one comes about.
    package func cut(_ direction: CutDirection, _ peer: NodeID) {
        setCut(true, direction, peer)
    }

    /// Mends what ``cut(_:_:)`` cut.
    package func mend(_ direction: CutDirection, _ peer: NodeID) {
        setCut(false, direction, peer)
    }

    func isCut(_ direction: CutDirection, _ peer: NodeID) -> Bool {
        switch direction {
        case .inbound: cutInbound.contains(peer)
        case .outbound: cutOutbound.contains(peer)
        }
    }

    private func setCut(_ isCut: Bool, _ direction: CutDirection, _ peer: NodeID) {
        eventLoop.preconditionInEventLoop()
        switch direction {
        case .inbound:
            if isCut { cutInbound.insert(peer) } else { cutInbound.remove(peer) }
            for connection in accepted where connection.peer == peer { connection.isCut = isCut }
        case .outbound:
            if isCut { cutOutbound.insert(peer) } else { cutOutbound.remove(peer) }
            link(to: peer)?.isCut = isCut
        }
    }
}
