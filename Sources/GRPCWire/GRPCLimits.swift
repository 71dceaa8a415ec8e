package import NIOCore

/// Every bound of a server or a client connection.
package struct GRPCLimits: Sendable {
    /// Connections that a server holds; more are closed as they come.
    package var connectionsMax = 4_096
    /// Calls at once on a connection, as advertised; clients queue what is beyond.
    package var concurrentStreamsMax = 1_000
    /// Bytes of one received message.
    package var receivedMessageBytesMax = 4 * 1_024 * 1_024
    /// Bytes of one header block as HPACK counts them.
    package var headerListBytesMax = 16 * 1_024
    /// Bytes that the peer may send ahead on one stream.
    package var streamWindowBytes = 512 * 1_024
    /// Bytes that the peer may send ahead on the connection.
    package var connectionWindowBytes = 4 * 1_024 * 1_024
    /// Bytes of unfinished or unread messages kept for a connection; beyond, the call that needs more fails.
    package var bufferedInputBytesMax = 64 * 1_024 * 1_024
    /// Bytes written but not yet taken by the peer.
    ///
    /// A server cuts off a peer that lets more gather; a client refuses new messages.
    package var pendingOutputBytesMax = 64 * 1_024 * 1_024
    /// A call is called unwritable while more than this waits on its stream.
    package var streamOutputHighWaterBytes = 256 * 1_024
    /// Calls that wait in a client for a free stream.
    package var queuedCallsMax = 10_000

    /// From the start of a connection to the peer's settings.
    package var handshakeTimeout = TimeAmount.seconds(10)
    /// Silence after which a PING asks whether the peer lives.
    package var keepaliveInterval = TimeAmount.seconds(30)
    /// How long that PING may stay unanswered.
    package var keepaliveTimeout = TimeAmount.seconds(10)
    /// A server lets a connection without calls go after this.
    package var idleTimeout = TimeAmount.minutes(30)

    /// Calls that a client may reset at once, and steadily per second (rapid reset, CVE-2023-44487).
    package var resetBurst = 4_000
    /// See `resetBurst`.
    package var resetsPerSecond = 200
    /// PING, SETTINGS and PRIORITY frames that a peer may send at once, and steadily per second.
    package var controlFrameBurst = 1_000
    /// See `controlFrameBurst`.
    package var controlFramesPerSecond = 100

    /// The defaults.
    package init() {}
}
