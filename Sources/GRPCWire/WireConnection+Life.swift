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
            if self.liveness.hasSettings {
                self.tick()
            } else {
                self.close(because: GRPCStatus(.unavailable, "no HTTP/2 preface in time"))
            }
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
        let pause = min(limits.keepaliveInterval, limits.keepaliveTimeout, limits.idleTimeout)
        liveness.timer = eventLoop.assumeIsolated().scheduleTask(in: pause) {
            if self.context != nil { self.tick() }
        }
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
