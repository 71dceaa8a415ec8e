/// What became of a frame that was to be sent.
package enum SendOutcome: Hashable, Sendable {
    /// It waits in the peer's buffer for the next flush; whether it arrives is not known.
    case queued
    /// It is gone.
    case dropped(Reason)

    /// Why a frame was dropped at once.
    package enum Reason: Hashable, Sendable {
        /// The network doesn't know the peer.
        case unknownPeer
        /// There is no connection to the peer now.
        case disconnected
        /// The peer takes less than it is sent: its buffer is full.
        case overflow
        /// The payload is longer than a frame may be, an error of the caller.
        case oversized
        /// The way to this peer was cut by ``PeerNetwork/cut(_:_:)``.
        case cut
    }
}
