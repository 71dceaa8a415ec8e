package import NIOCore
package import Raft

/// What is known about the connections with one peer, for status pages and metrics.
///
/// The counters begin with the process, or when the peer was added.
package struct PeerLinkStatus: Sendable {
    /// The peer.
    package let peer: NodeID
    /// The connection on which this node sends; nil when the peer's address isn't known.
    package var outbound: Outbound?
    /// The connection on which it receives; nil when the peer never came.
    package var inbound: Inbound?

    /// The sending side.
    package struct Outbound: Sendable {
        /// Where the peer is dialled.
        package var address: PeerAddress
        /// Where the connection stands.
        package var state: PeerState
        /// When it came to stand there.
        package var since: NIODeadline
        /// Why the last attempt or connection ended, if one ever did.
        package var lastFailure: LinkFailure?
        /// The incarnation that the peer last named.
        package var incarnation: Incarnation?
        /// The version of the messages that is spoken, while connected.
        package var version: UInt16?
        /// Frames taken for sending.
        package var frames: UInt64 = 0
        /// Bytes given to the socket, headers and keep-alives included.
        package var bytes: UInt64 = 0
        /// Frames dropped for whatever reason.
        package var dropped: UInt64 = 0
        /// Handshakes that succeeded.
        package var connects: UInt64 = 0
        /// Bytes that wait for the socket now.
        package var waitingBytes = 0
    }

    /// The receiving side.
    package struct Inbound: Sendable {
        /// Whether a connection is open now.
        package var isConnected = false
        /// When that last changed.
        package var since: NIODeadline
        /// Why the last connection ended or was refused, if one ever was.
        package var lastFailure: LinkFailure?
        /// The incarnation that the peer last named.
        package var incarnation: Incarnation?
        /// Frames given to the owner.
        package var frames: UInt64 = 0
        /// Their bytes, headers included.
        package var bytes: UInt64 = 0
        /// Connections that were accepted.
        package var connects: UInt64 = 0
    }
}
