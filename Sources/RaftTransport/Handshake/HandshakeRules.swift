import Raft

/// What one node demands of another before it trusts its frames.
///
/// Pure, so that each rule can be tried alone. Whether the node is a member is the owner's to say, and asked last.
struct HandshakeRules {
    let node: NodeID
    let cluster: ClusterIdentity
    let incarnation: Incarnation
    let versions: ClosedRange<UInt16>
    let listen: PeerAddress

    init(_ configuration: PeerNetworkConfiguration) {
        node = configuration.node
        cluster = configuration.cluster
        incarnation = configuration.incarnation
        versions = configuration.versions
        listen = configuration.listen
    }

    /// What this node says when it dials `peer`.
    func hello(to peer: NodeID) -> Hello {
        Hello(
            versions: versions,
            incarnation: incarnation,
            cluster: cluster,
            node: node,
            expected: peer,
            returnAddress: listen.port == 0 ? nil : listen
        )
    }

    /// The answer to an acceptable hello; speaks the highest version that both know.
    func welcome(_ hello: Hello) throws(Refusal) -> Welcome {
        guard hello.group == HandshakeFormat.group
        else { throw Refusal(.wrongGroup, "no group \(hello.group)") }
        guard hello.cluster == cluster
        else { throw Refusal(.wrongCluster, "this is cluster \(cluster), not \(hello.cluster)") }
        guard hello.node != node
        else { throw Refusal(.selfConnection, "\(node) was dialled under its own name") }
        guard hello.expected == node
        else { throw Refusal(.wrongNode, "this is \(node), not \(hello.expected)") }
        let version = min(versions.upperBound, hello.versions.upperBound)
        guard versions.contains(version), hello.versions.contains(version) else {
            throw Refusal(.versionMismatch, "speaks \(versions), not \(hello.versions)")
        }
        return Welcome(version: version, incarnation: incarnation, cluster: cluster, node: node)
    }

    /// Checks what the node that was dialled as `peer` says of itself.
    func check(_ welcome: Welcome, from peer: NodeID) throws(Refusal) {
        guard welcome.group == HandshakeFormat.group
        else { throw Refusal(.wrongGroup, "answered for group \(welcome.group)") }
        guard welcome.cluster == cluster
        else { throw Refusal(.wrongCluster, "answered as cluster \(welcome.cluster)") }
        guard welcome.node == peer
        else { throw Refusal(.wrongNode, "answered as \(welcome.node), not \(peer)") }
        guard versions.contains(welcome.version) else {
            throw Refusal(.versionMismatch, "chose \(welcome.version), outside \(versions)")
        }
    }
}
