package import Raft

/// Who this node is and how it talks to its peers.
package struct PeerNetworkConfiguration: Sendable {
    /// This node's name.
    package var node: NodeID
    /// The cluster it belongs to.
    package var cluster: ClusterIdentity
    /// The incarnation of its data directory.
    package var incarnation: Incarnation
    /// Where it listens for its peers.
    package var listen: PeerAddress
    /// The versions of the application's messages that it understands.
    package var versions: ClosedRange<UInt16>
    /// The bounds it keeps.
    package var limits = PeerNetworkLimits()
    /// Whether what was sent leaves by itself at the end of the loop's turn.
    ///
    /// An owner that calls ``PeerNetwork/flush()`` after every turn of its own saves one loop task a turn by turning it off.
    package var flushesAutomatically = true

    package init(
        node: NodeID,
        cluster: ClusterIdentity,
        incarnation: Incarnation,
        listen: PeerAddress,
        versions: ClosedRange<UInt16> = 1...1
    ) {
        self.node = node
        self.cluster = cluster
        self.incarnation = incarnation
        self.listen = listen
        self.versions = versions
    }
}
