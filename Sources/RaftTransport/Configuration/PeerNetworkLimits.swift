package import NIOCore

/// Every bound that the network between peers keeps.
package struct PeerNetworkLimits: Sendable {
    /// The longest payload of one frame, in bytes; a frame that announces more ends its connection.
    package var payloadBytesMax = 8 << 20
    /// What may wait for one peer's socket, in bytes; beyond it frames are dropped.
    package var outboundBytesMax = 32 << 20
    /// The largest buffer that is kept for reuse once it is empty, in bytes.
    package var bufferBytesKept = 256 << 10
    /// How many accepted connections may be open at once.
    package var acceptedConnectionsMax = 64
    /// How long a dial may take until TCP is connected.
    package var connectTimeout = TimeAmount.seconds(2)
    /// How long either side waits for the other's part of the handshake.
    package var handshakeTimeout = TimeAmount.seconds(2)
    /// How long a connection may be silent before it is taken for dead.
    ///
    /// Both ends send a keep-alive when they have had nothing to say for a quarter of this time.
    package var silenceMax = TimeAmount.seconds(5)
    /// The pause after the first failed dial.
    package var backoffFirst = TimeAmount.milliseconds(50)
    /// The longest pause between two dials.
    package var backoffMax = TimeAmount.seconds(1)
    /// At most one log line about strangers and garbage in this time.
    package var logInterval = TimeAmount.seconds(10)

    package init() {}

    /// How often connections are looked at: fine enough for both time-outs.
    var tickInterval: TimeAmount {
        let shortest = min(silenceMax.nanoseconds, handshakeTimeout.nanoseconds)
        return .nanoseconds(max(shortest / 8, 1_000_000))
    }

    /// The ticks without a byte after which a connection is dead.
    ///
    /// Ticks are counted, not time, so that a loop that was itself stopped for a while (a
    /// suspended process) reads what waits in its sockets before it judges its peers.
    var silentTicksMax: Int {
        Int((silenceMax.nanoseconds - 1) / tickInterval.nanoseconds) + 1
    }

    func checkConsistency() {
        precondition(payloadBytesMax > 0 && payloadBytesMax <= Int(UInt32.max))
        precondition(outboundBytesMax >= payloadBytesMax + FrameHeader.byteCount)
        precondition(silenceMax.nanoseconds > 0 && handshakeTimeout.nanoseconds > 0)
        precondition(backoffFirst.nanoseconds > 0 && backoffMax >= backoffFirst)
    }
}
