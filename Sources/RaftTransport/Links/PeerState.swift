/// Where this node stands with the connection on which it sends to a peer.
package enum PeerState: Hashable, Sendable {
    /// TCP is being connected; then ``greeting`` or ``waiting(_:)``.
    case dialling
    /// The handshake is under way; then ``connected`` or ``waiting(_:)``.
    case greeting
    /// Frames flow; then ``waiting(_:)``.
    case connected
    /// The last attempt or connection ended so, and the next dial is due; then ``dialling``.
    case waiting(LinkFailure)
    /// The peer is no longer one.
    case removed
}
