import NIOCore
import NIOHPACK
import NIOHTTP2

/// What a connection's two kinds, server and client, do differently.
protocol WireConnectionOwner: AnyObject {
    /// The peer opened a stream.
    func wire(
        _ wire: WireConnection,
        opened id: HTTP2StreamID,
        headers: HPACKHeaders,
        endStream: Bool
    )
    /// The peer's settings came, for the first time or anew.
    func wire(_ wire: WireConnection, received settings: HTTP2Settings)
    /// The peer accepts no streams above `lastStreamID`.
    func wire(_ wire: WireConnection, goingAway code: HTTP2ErrorCode, lastStreamID: HTTP2StreamID)
    /// A stream closed, so that there is room for another, or none is left.
    func wireStreamClosed(_ wire: WireConnection)
    /// Too many bytes wait for the peer.
    func wireOutputOverflowed(_ wire: WireConnection)
    /// The peer has seen everything that was sent before `announceEnd`'s PING.
    func wireEndIsKnown(_ wire: WireConnection)
    /// No call has been open for the limits' idle time.
    func wireIdled(_ wire: WireConnection)
    /// The time at which the earliest of the owner's own deadlines falls, after failing those that have passed.
    func wire(_ wire: WireConnection, expireAt now: NIODeadline) -> NIODeadline?
    /// The connection is gone, all its streams before it.
    func wireClosed(_ wire: WireConnection, reason: GRPCStatus)
}

/// The gRPC end of one HTTP/2 connection: a table of streams on top of `NIOHTTP2Handler`, without a channel per stream.
///
/// `NIOHTTP2Handler` keeps HPACK, the protocol's states and outbound flow control; this handler turns its frames into calls of
/// `WireStream` and gathers everything written in one turn of the event loop into one flush.
///
/// Invariant: nothing is written from within `wroteFrame`, where the library is in the middle of a frame; what that call finds
/// to do is kept for the next turn.
final class WireConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    enum Role {
        case server
        case client
    }

    let role: Role
    let limits: GRPCLimits
    let eventLoop: any EventLoop
    let allocator: ByteBufferAllocator
    let channel: any Channel
    let coalescer = OutboundCoalescer()
    /// Set once, right after creation; let go when the connection has closed, which ends the circle of references.
    var owner: (any WireConnectionOwner)?

    var context: ChannelHandlerContext?
    var streams: [HTTP2StreamID: WireStream] = [:]
    /// The highest stream that the peer has opened.
    var lastPeerStreamID = HTTP2StreamID.rootStream
    /// The last stream that the peer's GOAWAY accepts.
    var lastAcceptedStreamID = HTTP2StreamID.maxID

    /// Bytes of unfinished and unread messages, over all streams.
    var bufferedInputBytes = 0
    /// Bytes of messages that flow control or the socket holds back, over all streams.
    var pendingOutputBytes = 0

    private var isInReadBatch = false
    private var isTurnScheduled = false
    private var isDirty = false
    private var isOverflowing = false
    /// Streams to tell that they may write again.
    private var writableAgain: [WireStream] = []
    /// Streams whose call we ended before the peer ended its side: it need not go on.
    private var endedEarly: [HTTP2StreamID] = []

    /// What `wroteFrame` saw the library write of its own accord, read by `errorCaught`.
    var isLibraryReset = false
    var isLibraryGoAway = false
    private var isWritingFrame = false

    var liveness: Liveness
    var resets: TokenBucket
    var controlFrames: TokenBucket
    var deadlineTimer: Scheduled<Void>?
    var deadlineTimerAt = NIODeadline.distantFuture
    /// Why the connection closes, if we know it.
    var closeReason: GRPCStatus?

    init(role: Role, channel: any Channel, limits: GRPCLimits) {
        self.role = role
        self.limits = limits
        self.channel = channel
        eventLoop = channel.eventLoop
        allocator = channel.allocator
        let now = NIODeadline.now()
        liveness = Liveness(now: now)
        resets = TokenBucket(burst: limits.resetBurst, perSecond: limits.resetsPerSecond, now: now)
        controlFrames = TokenBucket(
            burst: limits.controlFrameBurst,
            perSecond: limits.controlFramesPerSecond,
            now: now
        )
    }

    // MARK: Writing

    func write(headers: HPACKHeaders, on id: HTTP2StreamID, endStream: Bool) {
        write(.headers(.init(headers: headers, endStream: endStream)), on: id)
    }

    func write(data: ByteBuffer, on id: HTTP2StreamID, endStream: Bool) {
        pendingOutputBytes += data.readableBytes
        write(.data(.init(data: .byteBuffer(data), endStream: endStream)), on: id)
        if pendingOutputBytes > limits.pendingOutputBytesMax && !isOverflowing {
            isOverflowing = true
            scheduleTurn()
        }
    }

    /// Ends a stream at once; its `closed` follows before this returns.
    func reset(_ id: HTTP2StreamID, code: HTTP2ErrorCode) {
        write(.rstStream(code), on: id)
    }

    func returnCredit(_ bytes: Int, to id: HTTP2StreamID) {
        write(.windowUpdate(windowSizeIncrement: bytes), on: id)
    }

    func write(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID) {
        guard let context else { return }
        isWritingFrame = true
        context.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
        isWritingFrame = false
        guard !isDirty else { return }
        isDirty = true
        if !isInReadBatch { scheduleTurn() }
    }

    /// Whatever is written until the loop comes round again leaves in one flush.
    private func scheduleTurn() {
        guard !isTurnScheduled else { return }
        isTurnScheduled = true
        eventLoop.assumeIsolated().execute { self.turn() }
    }

    private func turn() {
        isTurnScheduled = false
        flush()
        while let id = endedEarly.popLast() {
            guard let stream = streams[id], !stream.isRemoteEnded else { continue }
            reset(id, code: .noError)
        }
        let writable = writableAgain
        writableAgain.removeAll()
        for stream in writable where stream.isWritable { stream.becameWritable() }
        if isOverflowing {
            isOverflowing = pendingOutputBytes > limits.pendingOutputBytesMax
            if isOverflowing { owner?.wireOutputOverflowed(self) }
            isOverflowing = false
        }
        flush()
    }

    private func flush() {
        guard isDirty else { return }
        isDirty = false
        context?.flush()
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isInReadBatch = true
        liveness.isHeard = true
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let payload):
            received(payload, on: frame.streamID)
        case .data(let payload):
            guard let stream = streams[frame.streamID], case .byteBuffer(let bytes) = payload.data
            else { return }
            let padding = payload.paddingBytes.map { $0 + 1 } ?? 0
            stream.received(
                data: bytes,
                flowControlledBytes: bytes.readableBytes + padding,
                endStream: payload.endStream
            )
        case .rstStream:
            // The library's StreamClosedEvent follows; here the peer only pays for it.
            if !resets.take(now: .now()) { fail(.enhanceYourCalm, "too many resets") }
        case .settings(.settings(let settings)):
            if !liveness.hasSettings { handshakeEnded() }
            takeControlFrame()
            owner?.wire(self, received: settings)
        case .ping(let data, let isAck):
            if isAck { received(pingAnswer: data) } else { takeControlFrame() }
        case .priority:
            takeControlFrame()
        case .goAway(let lastStreamID, let code, _):
            lastAcceptedStreamID = min(lastAcceptedStreamID, lastStreamID)
            owner?.wire(self, goingAway: code, lastStreamID: lastStreamID)
        case .settings(.ack), .windowUpdate, .pushPromise, .alternativeService, .origin:
            break
        }
    }

    private func received(_ payload: HTTP2Frame.FramePayload.Headers, on id: HTTP2StreamID) {
        if let stream = streams[id] {
            stream.received(headers: payload.headers, endStream: payload.endStream)
            if payload.endStream { stream.receivedEndOfStream() }
        } else {
            lastPeerStreamID = max(lastPeerStreamID, id)
            owner?.wire(self, opened: id, headers: payload.headers, endStream: payload.endStream)
        }
    }

    private func takeControlFrame() {
        if !controlFrames.take(now: .now()) { fail(.enhanceYourCalm, "too many control frames") }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isInReadBatch = false
        flush()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Several of these come with every call, so look at the type before paying for a cast.
        let kind = type(of: event)
        if kind == StreamClosedEvent.self, let event = event as? StreamClosedEvent {
            streamClosed(event.streamID, reason: event.reason)
        } else if kind == NIOHTTP2WindowUpdatedEvent.self,
            let event = event as? NIOHTTP2WindowUpdatedEvent,
            event.streamID == .rootStream, let window = event.inboundWindowSize
        {
            refillConnectionWindow(from: window)
        }
    }

    /// The connection's window is given back as bytes come; what bounds a peer is the windows of its streams.
    private func refillConnectionWindow(from window: Int) {
        guard context != nil, window <= limits.connectionWindowBytes / 2 else { return }
        returnCredit(limits.connectionWindowBytes - window, to: .rootStream)
    }

    private func streamClosed(_ id: HTTP2StreamID, reason: HTTP2ErrorCode?) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        pendingOutputBytes -= stream.pendingOutputBytes
        stream.stopListening()
        if id > lastAcceptedStreamID && role == .client {
            stream.closed(reason: .refusedByGoAway)
        } else {
            stream.closed(reason: reason.map { .reset($0) })
        }
        owner?.wireStreamClosed(self)
    }
}

extension WireConnection: NIOHTTP2FrameDelegate {
    /// Sees every frame on its way to the socket, including those that the library writes of its own accord.
    func wroteFrame(_ frame: HTTP2Frame) {
        switch frame.payload {
        case .data(let payload):
            let bytes = payload.data.readableBytes
            guard let stream = streams[frame.streamID] else { return }
            pendingOutputBytes -= bytes
            if stream.outputLeft(bytes) {
                writableAgain.append(stream)
                scheduleTurn()
            }
            if payload.endStream { ended(stream) }
        case .headers(let payload):
            if payload.endStream, let stream = streams[frame.streamID] { ended(stream) }
        case .rstStream:
            if !isWritingFrame { isLibraryReset = true }
        case .goAway(_, let code, _):
            if !isWritingFrame && code != .noError { isLibraryGoAway = true }
        default:
            break
        }
    }

    private func ended(_ stream: WireStream) {
        guard role == .server, !stream.isRemoteEnded else { return }
        endedEarly.append(stream.id)
        scheduleTurn()
    }
}
