import NIOCore
import NIOHTTP2

/// The handlers of a connection and how the HTTP/2 library is set up.
enum WirePipeline {
    /// From the socket inwards.
    static func handlers(for wire: WireConnection) -> [any ChannelHandler] {
        let limits = wire.limits
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.concurrentStreamsMax),
            HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindowBytes),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerListBytesMax),
        ]
        if wire.role == .client {
            connection.initialSettings.append(HTTP2Setting(parameter: .enablePush, value: 0))
        }
        // A tenth of a call's cost goes here; `RequestHead` checks what a request must be, `GRPCMetadata` what we send.
        connection.headerBlockValidation = .disabled
        connection.contentLengthValidation = .disabled
        connection.maximumSequentialEmptyDataFrames = 16
        // Frames for a stream that we reset may be on their way; the library must know them for long enough.
        connection.maximumRecentlyResetStreams = 2 * limits.concurrentStreamsMax
        connection.maximumConnectionGlitches = 10_000
        // Its counters know a window but no steady rate, and keep a time for each event: ours replace them.
        connection.controlFrameRateLimit.windowLength = .nanoseconds(0)
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.streamResetFrameRateLimit.windowLength = .nanoseconds(0)
        stream.streamErrorRateLimit.maximumCount = 1_000
        let http2 = NIOHTTP2Handler(
            mode: wire.role == .server ? .server : .client,
            frameDelegate: wire,
            connectionConfiguration: connection,
            streamConfiguration: stream
        )
        return [wire.coalescer, http2, wire]
    }
}
