/// Where a peer listens: a host name or IP address, and a TCP port.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name to be resolved at every dial, or an IP address.
    package let host: String
    /// The TCP port; 0 only to bind a free one.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
