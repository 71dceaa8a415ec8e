import NIOCore
import NIOHTTP2

/// What a connection knows about its peer being alive.
struct Liveness {
    /// Something came since the last tick.
    var isHeard = false
    /// The peer's preface is complete.
    var hasSettings = false
    var isPingOutstanding = false
    var heardAt: NIODeadline
    var busyAt: NIODeadline
    var timer: Scheduled<Void>?

    init(now: NIODeadline) {
        heardAt = now
        busyAt = now
    }
}

/// The beginning, the silence and the end of a connection.
extension WireConnection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { began() }
    }

    func channelActive(context: ChannelHandlerContext) {
        began()
        context.fireChannelActive()
    }

    private func began() {
        guard liveness.timer == nil else { return }
        let initialWindowBytes = 65_535
        if limits.connectionWindowBytes > initialWindowBytes {
            returnCredit(limits.connectionWindowBytes - initialWindowBytes, to: .rootStream)
        }
        liveness.timer = eventLoop.assumeIsolated().scheduleTask(in: limits.handshakeTimeout) {
            self.close(because: GRPCStatus(.unavailable, "no HTTP/2 preface in time"))
        }
    }

    /// The peer's preface is complete; from now on we watch whether it lives.
    func handshakeEnded() {
        liveness.hasSettings = true
        liveness.timer?.cancel()
        scheduleTick()
    }

    private func scheduleTick() {
        let pause = min(limits.keepaliveInterval, limits.keepaliveTimeout, limits.idleTimeout)
        liveness.timer = eventLoop.assumeIsolated().scheduleTask(in: pause) {
            if self.context != nil { self.tick() }
        }
    }

    private func tick() {
        let now = NIODeadline.now()
        if liveness.isHeard {
            liveness.isHeard = false
            liveness.heardAt = now
        }
        if !streams.isEmpty { liveness.busyAt = now }
        if liveness.isPingOutstanding
            && now - liveness.heardAt >= limits.keepaliveInterval + limits.keepaliveTimeout
        {
            close(because: GRPCStatus(.unavailable, "the peer answers no more"))
            return
        }
        if !liveness.isPingOutstanding && now - liveness.heardAt >= limits.keepaliveInterval {
            liveness.isPingOutstanding = true
            write(.ping(HTTP2PingData(), ack: false), on: .rootStream)
        }
        if now - liveness.busyAt >= limits.idleTimeout { owner?.wireIdled(self) }
        scheduleTick()
    }

    // MARK: Deadlines

    /// Makes sure that the timer fires no later than `deadline`.
    ///
    /// One timer serves all calls of the connection.
    func watch(deadline: NIODeadline) {
        guard deadline < deadlineTimerAt, context != nil else { return }
        deadlineTimer?.cancel()
        deadlineTimerAt = deadline
        deadlineTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.expire()
        }
    }

    private func expire() {
        deadlineTimer = nil
        deadlineTimerAt = .distantFuture
        let now = NIODeadline.now()
        var expired: [(deadline: NIODeadline, id: HTTP2StreamID)] = []
        var next = owner?.wire(self, expireAt: now) ?? .distantFuture
        for (id, stream) in streams {
            guard let deadline = stream.activeDeadline else { continue }
            if deadline <= now {
                expired.append((deadline, id))
            } else {
                next = min(next, deadline)
            }
        }
        for (_, id) in expired.sorted(by: <) { streams[id]?.deadlinePassed() }
        if next < .distantFuture { watch(deadline: next) }
    }

    // MARK: Ends

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTP2Errors.StreamError { return }
        if isLibraryReset && !isLibraryGoAway {
            // A stream error: the library has reset that stream, its StreamClosedEvent tells the call.
            isLibraryReset = false
            return
        }
        close(because: GRPCStatus(.unavailable, "connection failed: \(error)"))
    }

    /// Tells the peer why, then closes.
    func fail(_ code: HTTP2ErrorCode, _ message: String) {
        sayGoAway(code, message)
        close(because: GRPCStatus(.unavailable, message))
    }

    // MARK: Going away gracefully

    /// The content of the PING that follows an announcement.
    private static let announcement = HTTP2PingData(withInteger: 0x656E64)

    /// Tells the peer to open no more streams, without refusing any yet: those on their way are still served.
    ///
    /// The library is not told. Once it knows of a GOAWAY it takes DATA for a stream that came too late for a violation of the
    /// protocol, and drops the connection with all the calls that were to end in peace.
    func announceEnd() {
        coalescer.write(frame: Self.goAwayFrame(lastStreamID: .maxID))
        write(.ping(Self.announcement, ack: false), on: .rootStream)
    }

    /// Tells the peer that no stream after the last one seen has been looked at.
    func confirmEnd() {
        coalescer.write(frame: Self.goAwayFrame(lastStreamID: lastPeerStreamID))
    }

    func received(pingAnswer data: HTTP2PingData) {
        liveness.isPingOutstanding = false
        if data == Self.announcement { owner?.wireEndIsKnown(self) }
    }

    /// A GOAWAY frame with NO_ERROR.
    ///
    /// Source: RFC 9113, 6.8.
    private static func goAwayFrame(lastStreamID: HTTP2StreamID) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.writeBytes([0, 0, 8, 7, 0])
        frame.writeInteger(0 as UInt32)
        frame.writeInteger(UInt32(Int(lastStreamID)))
        frame.writeInteger(0 as UInt32)
        return frame
    }

    // MARK: Closing

    func sayGoAway(_ code: HTTP2ErrorCode, _ message: String) {
        let payload = HTTP2Frame.FramePayload.goAway(
            lastStreamID: role == .server ? lastPeerStreamID : .rootStream,
            errorCode: code,
            opaqueData: message.isEmpty ? nil : ByteBuffer(string: message)
        )
        write(payload, on: .rootStream)
    }

    func close(because reason: GRPCStatus) {
        guard let context else { return }
        if closeReason == nil { closeReason = reason }
        context.flush()
        context.close(promise: nil)
    }

    /// Closes after what is written has left: our side first, so that the peer reads everything before it sees the end.
    func closeGently(linger: TimeAmount) {
        guard let context else { return }
        if closeReason == nil { closeReason = GRPCStatus(.unavailable, "connection closed") }
        context.flush()
        let isolated = eventLoop.assumeIsolated()
        let closed = context.eventLoop.makePromise(of: Void.self)
        context.close(mode: .output, promise: closed)
        closed.futureResult.assumeIsolated().whenFailure { _ in self.context?.close(promise: nil) }
        _ = isolated.scheduleTask(in: linger) { self.context?.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended()
    }

    private func ended() {
        guard context != nil else { return }
        context = nil
        liveness.timer?.cancel()
        deadlineTimer?.cancel()
        let reason = closeReason ?? GRPCStatus(.unavailable, "the peer closed the connection")
        let orphans = streams.sorted { $0.key < $1.key }
        streams.removeAll()
        for (_, stream) in orphans {
            stream.stopListening()
            stream.closed(reason: .connectionClosed(reason))
        }
        owner?.wireClosed(self, reason: reason)
        owner = nil
    }
}
