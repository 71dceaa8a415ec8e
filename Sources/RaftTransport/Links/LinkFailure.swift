/// Why a connection between two nodes ended or could not begin.
package enum LinkFailure: Error, Hashable, Sendable {
    /// TCP could not connect; the text is the system's.
    case unreachable(String)
    /// The other side did not say who it is in time.
    case handshakeTimedOut
    /// The peer refused this node.
    case refused(Refusal)
    /// This node refused the peer.
    case mistrusted(Refusal)
    /// Damaged or foreign bytes arrived.
    case damaged(FrameFault)
    /// A frame of this kind has no place in the conversation at this point.
    case outOfPlace(kind: UInt8)
    /// Nothing was heard for longer than ``PeerNetworkLimits/silenceMax``.
    case silent
    /// The other side closed the connection.
    case closed
    /// The socket failed; the text is the system's.
    case socket(String)
    /// A newer connection of the same node took its place.
    case superseded
    /// The owner removed the peer, or changed its address.
    case peersChanged
    /// The owner found fault with what the peer sent.
    case dismissed(String)
    /// A test cut the way.
    case cut
    /// Too many connections are open.
    case crowded
    /// The network is shutting down.
    case shutDown

    /// A short and stable name of the kind of failure, for logs and metrics.
    package var code: String {
        switch self {
        case .unreachable: "unreachable"
        case .handshakeTimedOut: "handshake-timed-out"
        case .refused(let refusal): "refused-\(refusal.reason)"
        case .mistrusted(let refusal): "mistrusted-\(refusal.reason)"
        case .damaged: "damaged"
        case .outOfPlace: "out-of-place"
        case .silent: "silent"
        case .closed: "closed"
        case .socket: "socket"
        case .superseded: "superseded"
        case .peersChanged: "peers-changed"
        case .dismissed: "dismissed"
        case .cut: "cut"
        case .crowded: "crowded"
        case .shutDown: "shut-down"
        }
    }
}

extension LinkFailure: CustomStringConvertible {
    /// The kind of failure and what is known of it, for people: `unreachable: Connection refused`.
    package var description: String {
        switch self {
        case .unreachable(let text), .socket(let text), .dismissed(let text): "\(code): \(text)"
        case .refused(let refusal): "refused: \(refusal.text)"
        case .mistrusted(let refusal): "mistrusted: \(refusal.text)"
        case .damaged(let fault): "damaged: \(fault)"
        case .outOfPlace(let kind): "out of place: a frame of kind \(kind)"
        default: code
        }
    }
}
