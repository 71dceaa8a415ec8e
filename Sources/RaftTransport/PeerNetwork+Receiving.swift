import Logging
import NIOCore
package import Raft

/// The receiving side: who may come, and what becomes of what they send.
extension PeerNetwork {
    /// Fits out a channel that was just accepted.
    func prepare(_ channel: any Channel) throws {
        guard phase == .running, accepted.count < limits.acceptedConnectionsMax else {
            if let held = strangers.admit(at: now) {
                logger.warning(
                    "too many connections, one was closed",
                    metadata: ["held.back": "\(held)"]
                )
            }
            throw LinkFailure.crowded
        }
        let connection = AcceptedConnection(channel: channel, network: self)
        try FrameHandler.install(connection, in: channel)
        accepted.append(connection)
    }

    func authorize(
        _ peer: NodeID,
        incarnation: Incarnation,
        returnAddress: PeerAddress? = nil
    ) throws(Refusal) {
        let verdict = delegate?.authorize(
            peer,
            incarnation: incarnation,
            returnAddress: returnAddress
        )
        switch verdict {
        case .welcome: break
        case .refused(let text): throw Refusal(.unauthorized, text)
        case .retired(let text): throw Refusal(.retired, text)
        case nil: throw Refusal(.unauthorized, "shutting down")
        }
    }

    /// Takes a connection as that of `hello.node`; an older one of the same node is over.
    func accept(_ connection: AcceptedConnection, _ hello: Hello) -> InboundPeer {
        closeInbound(from: hello.node, .superseded)
        let inbound = inbound(from: hello.node)
        inbound.status.isConnected = true
        inbound.status.since = now
        inbound.status.incarnation = hello.incarnation
        inbound.status.connects += 1
        logger.info("peer connected", metadata: ["peer.id": "\(hello.node)"])
        return inbound
    }

    func noteRefusal(_ refusal: Refusal, of peer: NodeID) {
        // Only for peers, so that strangers can't fill the memory with names.
        guard link(to: peer) != nil else { return }
        inbound(from: peer).status.lastFailure = .mistrusted(refusal)
    }

    private func inbound(from peer: NodeID) -> InboundPeer {
        if let known = inbounds.first(where: { $0.peer == peer }) { return known }
        let inbound = InboundPeer(peer: peer, now: now)
        inbounds.append(inbound)
        inbounds.sort { $0.peer < $1.peer }
        return inbound
    }

    func deliver(kind: UInt8, payload: RawSpan, from peer: NodeID) {
        hasDelivered = true
        delegate?.received(kind: kind, payload: payload, from: peer)
    }

    func readCompleted() {
        guard hasDelivered else { return }
        hasDelivered = false
        delegate?.readCompleted()
    }

    /// Ends the connection on which `peer` sends, because what it sent makes no sense.
    package func dismiss(_ peer: NodeID, because reason: String) {
        eventLoop.assertInEventLoop()
        closeInbound(from: peer, .dismissed(reason))
    }

    func closeInbound(from peer: NodeID, _ failure: LinkFailure) {
        for connection in accepted where connection.peer == peer { connection.ended(failure) }
    }

    func ended(_ connection: AcceptedConnection, _ inbound: InboundPeer?, _ failure: LinkFailure) {
        accepted.removeAll { $0 === connection }
        var metadata: Logger.Metadata = [
            "failure": "\(failure.code)", "failure.details": "\(failure)",
        ]
        if let inbound {
            inbound.status.isConnected = false
            inbound.status.since = now
            inbound.status.lastFailure = failure
            metadata["peer.id"] = "\(inbound.peer)"
            logger.info("peer disconnected", metadata: metadata)
        } else if let held = strangers.admit(at: now) {
            metadata["remote.address"] = "\(String(describing: connection.channel.remoteAddress))"
            metadata["held.back"] = "\(held)"
            logger.warning("connection refused", metadata: metadata)
        }
    }
}
