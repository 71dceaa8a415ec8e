package import Raft

/// The owner of a ``PeerNetwork``; every call comes on the network's event loop.
package protocol PeerNetworkDelegate: AnyObject {
    /// One frame arrived. The payload is a window on the socket's buffer, valid during the call.
    func received(kind: UInt8, payload: RawSpan, from peer: NodeID)

    /// All frames of one read of one socket were given: the moment to work on them as one batch.
    func readCompleted()

    /// Whether `peer` is a member and may come with this incarnation of its data directory.
    ///
    /// Asked last, when all else of a handshake is in order, on both sides. To keep a wiped node
    /// from coming back under its old identity, the owner remembers the first incarnation it
    /// saw of each.
    /// `returnAddress` is where a node that dialled in says that it listens.
    func authorize(
        _ peer: NodeID,
        incarnation: Incarnation,
        returnAddress: PeerAddress?
    ) -> PeerVerdict

    /// The connection to `peer` changed its state; never called from within a call to the network.
    func peerChanged(_ peer: NodeID, to state: PeerState)

    /// Frames to `peer` are dropped because its buffer is full: told once, and again only after
    /// the buffer was half empty; never called from within a call to the network.
    func peerOverflowed(_ peer: NodeID)
}

/// The owner's answer to a node that wants to connect.
package enum PeerVerdict: Hashable, Sendable {
    /// The node is who it should be.
    case welcome
    /// It is not; the text goes to its log.
    case refused(String)
    /// It was a member once and never will be again; the text goes to its log.
    case retired(String)
}
