import NIOCore
import NIOHTTP1

/// Stands between the parser and Hummingbird on each connection: answers the reads at once, lets
/// everything else through, and keeps every client within the limits.
///
/// One exchange is under way at a time; what arrives meanwhile waits in `backlog`, and while that
/// holds anything, nothing more is read from the socket. A read's answer is written as bytes past
/// the encoder, in the same turn of the loop that parsed the request: no task, no hop.
///
/// Phases and their successors:
/// ```
///  idle ──▶ collecting ──▶ idle            answered at once
///   │            ├───────▶ waiting ──▶ idle    answered by the node later
///   │            ╰──────────┴▶ compressing ──▶ idle   a long answer to one who takes it compressed
///   ├──▶ passedOn ──▶ idle                 answered by Hummingbird
///   │            ╰───────▶ watching ──▶ idle   a poll is answered; a stream lingers at its end
///   ╰── any ──▶ lingering                  the last answer is out, the peer is to close
/// ```
/// It lives on one event loop and is touched from there only.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What happens to a connection, in the order of its bytes.
    enum Event {
        case part(HTTPServerRequestPart)
        case malformed(Problem)
        case inputClosed
    }

    enum Phase {
        /// Between requests.
        case idle
        /// A read's head is here, its end isn't.
        case collecting(Exchange, RequestTarget, body: ByteBuffer)
        /// The node works on our read.
        case waiting(Exchange, ReadRequest)
        /// The answer is there; another thread compresses its body.
        case compressing(Exchange, Reply)
        /// Hummingbird has the request.
        case passedOn(Exchange, PassedOn)
        /// The feed's hub has the request, and writes what it likes.
        case watching(Exchange, Watcher)
        /// Our side is closed; what still arrives is thrown away.
        case lingering
    }

    /// How far a request is that Hummingbird answers.
    struct PassedOn {
        var bodyBytes = 0
        var requestEnded = false
        var responseEnded = false
        var status = 0
    }

    let eventLoop: any EventLoop
    let service: ReadService
    let metrics: HTTPMetrics
    let limits: HTTPLimits
    let feed: Feed

    var phase = Phase.idle
    var backlog = CircularBuffer<Event>()
    /// The number of the next exchange, so that a late answer finds no other's phase.
    var nextExchange: UInt64 = 0
    var isQuiescing = false
    var standing = Standing.served
    /// Who it is, as far as the network tells.
    var client = ""
    var date = HTTPDate()
    var deadline = NIODeadline.distantFuture
    var timer: Scheduled<Void>?
    var timerAt = NIODeadline.distantFuture
    /// Something went on to Hummingbird that it has not been told to take up yet.
    var hasPassedOn = false
    /// The head of a stream of events is out: nothing else can be answered here any more.
    var isStreaming = false
    /// Between a `channelRead` and its `channelReadComplete`.
    private var isReading = false
    private var isDraining = false
    private var isReadHeld = false
    private var needsFlush = false
    private var isCounted = false
    private(set) var context: ChannelHandlerContext?
    /// Where bytes are written: its `write` goes on towards the socket, past the encoder.
    private var encoder: ChannelHandlerContext?

    init(
        eventLoop: any EventLoop,
        service: ReadService,
        metrics: HTTPMetrics,
        limits: HTTPLimits,
        feed: Feed
    ) {
        self.eventLoop = eventLoop
        self.service = service
        self.metrics = metrics
        self.limits = limits
        self.feed = feed
    }

    // MARK: The channel's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        encoder = try? context.pipeline.syncOperations.context(
            handlerType: HTTPResponseEncoder.self
        )
        if context.channel.isActive { becameActive() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
        encoder = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        becameActive()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    private func becameActive() {
        guard !isCounted else { return }
        isCounted = true
        client = context?.remoteAddress?.ipAddress ?? ""
        standing = Standing(connections: metrics.connectionOpened(), limits)
        switch standing {
        case .served: setDeadline(.now() + limits.firstRequestTimeout)
        case .spare: setDeadline(.now() + limits.lingerTimeout)
        case .turnedAway:
            metrics.connectionWasRefused()
            refuse(Problem(.tooManyConnections))
        }
    }

    private func closed() {
        timer?.cancel()
        timer = nil
        backlog.removeAll()
        switch phase {
        case .collecting(let exchange, _, _), .waiting(let exchange, _),
            .compressing(let exchange, _):
            metrics.abandoned(exchange)
        case .passedOn(let exchange, let passedOn):
            // Answered before the request's body was through: counted then.
            if !passedOn.responseEnded { metrics.abandoned(exchange) }
        case .watching(let exchange, let watcher):
            forget(watcher)
            if !isStreaming { metrics.abandoned(exchange) }
        case .idle, .lingering: break
        }
        phase = .lingering
        if isCounted {
            isCounted = false
            metrics.connectionClosed()
        }
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        arrived(.part(unwrapInboundIn(data)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        hasPassedOn = false
        flushIfNeeded()
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        metrics.requestWasMalformed()
        arrived(.malformed(.malformed(error)))
        flushIfNeeded()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: arrived(.inputClosed)
        case is ChannelShouldQuiesceEvent: quiesce(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        drain()
        flushIfNeeded()
        if case .watching(_, let watcher) = phase, context.channel.isWritable {
            feed.hub(on: eventLoop).flush(watcher)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Reading goes on once everything that has been read is dealt with.
    func read(context: ChannelHandlerContext) {
        if backlog.isEmpty { context.read() } else { isReadHeld = true }
    }

    private func arrived(_ event: Event) {
        backlog.append(event)
        drain()
    }

    /// Works off what has arrived, as far as the phase allows.
    ///
    /// Not from within itself: a write may tell at once, half-way through a step, that the channel
    /// is or isn't writable any more.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        while !backlog.isEmpty, takesEvents { process(backlog.removeFirst()) }
        isDraining = false
        if hasPassedOn, !isReading {
            // Hummingbird takes parts up when a reading ends, and this is outside of any.
            hasPassedOn = false
            context?.fireChannelReadComplete()
        }
        if backlog.isEmpty, isReadHeld {
            isReadHeld = false
            context?.read()
        }
    }

    /// Whether the next event belongs to this phase, and an answer would find room.
    private var takesEvents: Bool {
        switch phase {
        case .idle: context?.channel.isWritable ?? true
        case .collecting, .lingering: true
        case .waiting, .compressing: false
        // A stream is the connection's last answer: what still comes is read and dropped.
        case .watching: isStreaming
        case .passedOn(_, let passedOn): !passedOn.requestEnded
        }
    }

    private func quiesce(_ event: Any) {
        isQuiescing = true
        switch phase {
        case .collecting: setDeadline(min(deadline, .now() + limits.lingerTimeout))
        case .waiting, .compressing: break
        case .watching(_, let watcher): feed.hub(on: eventLoop).end(watcher)
        // Hummingbird closes an idle connection, and a busy one behind its answer.
        case .idle, .passedOn, .lingering: context?.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .passedOn(let exchange, var passedOn) = phase else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var part = unwrapOutboundIn(data)
        if case .head(var head) = part {
            passedOn.status = Int(head.status.code)
            if isLast(exchange) {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                part = .head(head)
            }
        }
        guard case .end = part else {
            phase = .passedOn(exchange, passedOn)
            context.write(wrapOutboundOut(part), promise: promise)
            return
        }
        passedOn.responseEnded = true
        phase = .passedOn(exchange, passedOn)
        context.write(wrapOutboundOut(part), promise: promise)
        needsFlush = true
        metrics.finished(exchange, status: passedOn.status, at: .now())
        if isLast(exchange) {
            linger()
        } else if passedOn.requestEnded {
            becomeIdle(at: .now())
            drain()
        }
        flushIfNeeded()
    }

    /// Whether no further exchange is to follow on this connection.
    func isLast(_ exchange: Exchange) -> Bool {
        isQuiescing || exchange.isLast || standing != .served
    }

    /// Writes bytes past the encoder.
    func writeBytes(_ bytes: ByteBuffer) {
        encoder?.write(NIOAny(bytes), promise: nil)
        needsFlush = true
    }

    func flushIfNeeded() {
        guard needsFlush else { return }
        needsFlush = false
        context?.flush()
    }

    /// Ends our side and waits for the peer to end its own: closing at once, with unread bytes
    /// behind, would reset the connection and could take the answer with it.
    ///
    /// The peer has as long as ever to take the answer; only then is it short.
    func linger() {
        phase = .lingering
        setDeadline(.now() + limits.clientTimeout)
        needsFlush = false
        context?.flush()
        let isOut = eventLoop.makePromise(of: Void.self)
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        isOut.futureResult.whenComplete { _ in handler.value.answerWasTaken() }
        context?.close(mode: .output, promise: isOut)
    }

    private func answerWasTaken() {
        guard isCounted else { return }
        let patience = standing == .turnedAway ? limits.refusalTimeout : limits.lingerTimeout
        setDeadline(min(deadline, .now() + patience))
    }
}
