package import NIOCore
import NIOHPACK
import NIOHTTP2

/// What happens to a call on its server.
package enum GRPCServerCallEvent {
    /// A message came (only for methods registered with `streaming`).
    case message(ByteBuffer)
    /// The client will send no more messages (only for methods registered with `streaming`).
    case requestsEnded
    /// After `isWritable` was false, it is true again.
    case writable
    /// The server shuts down: a call that would go on for long should finish now; what is left after the grace is cut off.
    case draining
    /// The call ended without us: cancelled by the client, past its deadline (which the wire has already answered), broken, or
    /// its connection lost. Nothing that is sent from here on goes anywhere. The last event.
    case cancelled(GRPCStatus)
}

/// One call on the server, confined to its connection's event loop.
///
/// States: open → finished. It is finished by `finish`, `respond` or `fail`, by a deadline, or by the client going away; whatever
/// is sent to a finished call is dropped silently, since an answer and a cancellation may always cross.
package final class GRPCServerCall: WireStream {
    /// The method's path, `/package.Service/Method`.
    package let path: String
    /// The name under which the client called this server.
    package let authority: String
    /// When the caller stops waiting, if it said so.
    package let deadline: NIODeadline?
    /// What happens next; let go when the call is finished.
    package var onEvent: ((GRPCServerCallEvent) -> Void)?

    private let headers: HPACKHeaders
    private var requestHandler: GRPCRouter.RequestHandler?
    private var request: ByteBuffer?
    private var isAnswerBegun = false
    /// Whether the call has ended, from whichever side.
    package private(set) var isFinished = false

    init(wire: WireConnection, id: HTTP2StreamID, head: RequestHead, headers: HPACKHeaders) {
        path = head.path
        authority = head.authority
        deadline = head.timeout.map { .now() + $0 }
        self.headers = headers
        super.init(wire: wire)
        self.id = id
    }

    /// The caller's own headers.
    package var metadata: GRPCMetadata { GRPCMetadata(received: headers) }

    /// Where the caller is.
    package var peerAddress: SocketAddress? { wire.channel.remoteAddress }

    /// The connection, for whoever needs its TLS handler.
    package var channel: any Channel { wire.channel }

    /// A reference to this call that may cross threads.
    package var handle: GRPCServerCallHandle { GRPCServerCallHandle(self) }

    func start(_ handler: GRPCRouter.Handler, admission: ((GRPCServerCall) -> GRPCStatus?)?) {
        if let deadline { wire.watch(deadline: deadline) }
        if let refusal = admission?(self) {
            fail(refusal)
            return
        }
        switch handler {
        case .request(let handle): requestHandler = handle
        case .stream(let handle): handle(self)
        }
    }

    // MARK: Answering

    /// Sends the answer's headers ahead of its first message; otherwise they go with it.
    package func sendInitialMetadata(_ metadata: GRPCMetadata) {
        guard !isFinished, !isAnswerBegun else { return }
        isAnswerBegun = true
        var headers = StatusHeaders.answer
        metadata.write(to: &headers)
        write(headers: headers, endStream: false)
    }

    /// Sends one message.
    ///
    /// Heed `isWritable` in long answers.
    package func send(_ message: ByteBuffer) {
        guard !isFinished else { return }
        if !isAnswerBegun {
            isAnswerBegun = true
            write(headers: StatusHeaders.answer, endStream: false)
        }
        write(message: message)
    }

    /// Ends the call.
    package func finish(_ status: GRPCStatus = .ok, trailers: GRPCMetadata = [:]) {
        guard !isFinished else { return }
        end()
        let block =
            isAnswerBegun
            ? StatusHeaders.trailers(status, trailers)
            : StatusHeaders.trailersOnly(status, trailers)
        write(headers: block, endStream: true)
    }

    /// Sends the one message of an answer and ends the call well.
    package func respond(_ message: ByteBuffer) {
        send(message)
        finish()
    }

    /// Sends the one message of an answer and ends the call well.
    package func respond(_ message: [UInt8]) {
        respond(ByteBuffer(bytes: message))
    }

    /// Ends the call with an error.
    package func fail(_ status: GRPCStatus, trailers: GRPCMetadata = [:]) {
        finish(status, trailers: trailers)
    }

    /// Answers what isn't gRPC in HTTP's own terms.
    func refuse(_ refusal: RequestHead.Refusal) {
        end()
        let block = StatusHeaders.trailersOnly(
            httpStatus: refusal.httpStatus,
            refusal.status,
            [:]
        )
        write(headers: block, endStream: true)
    }

    /// Resets the stream of a request that isn't one.
    func abort() {
        end()
        wire.reset(id, code: .protocolError)
    }

    private func end() {
        isFinished = true
        onEvent = nil
        requestHandler = nil
        request = nil
        stopListening()
    }

    /// Ends the call without its handler, and tells it.
    private func cancel(_ status: GRPCStatus) {
        let tell = onEvent
        end()
        tell?(.cancelled(status))
    }

    // MARK: What the stream brings

    override func received(message: ByteBuffer) {
        if requestHandler == nil {
            onEvent?(.message(message))
        } else if request == nil {
            request = message
        } else {
            fail(GRPCStatus(.unimplemented, "more than one request for \(path)"))
        }
    }

    override func receivedEnd() {
        guard let handle = requestHandler else {
            onEvent?(.requestsEnded)
            return
        }
        guard let request = request.take() else {
            fail(GRPCStatus(.unimplemented, "no request for \(path)"))
            return
        }
        handle(request, self)
    }

    override func inputFailed(_ status: GRPCStatus) {
        let tell = onEvent
        fail(status)
        tell?(.cancelled(status))
    }

    /// Lets a long call know that the server wants to end.
    func drain() {
        onEvent?(.draining)
    }

    override func becameWritable() {
        onEvent?(.writable)
    }

    override var activeDeadline: NIODeadline? { isFinished ? nil : deadline }

    override func deadlinePassed() {
        let status = GRPCStatus(.deadlineExceeded, "the deadline passed before the answer")
        let tell = onEvent
        fail(status)
        tell?(.cancelled(status))
    }

    override func closed(reason: WireStreamEnd?) {
        guard !isFinished else { return }
        switch reason {
        case .connectionClosed(let status): cancel(status)
        default: cancel(GRPCStatus(.cancelled, "the caller cancelled"))
        }
    }
}

/// A call on the server as other threads may hold it: everything it does happens on the call's event loop.
///
/// Who has many answers for one loop should go there once, with `run` of any of them, and answer all in that turn: they leave in
/// one flush for each connection.
package struct GRPCServerCallHandle: Sendable {
    private let call: NIOLoopBound<GRPCServerCall>
    /// The call's event loop.
    package let eventLoop: any EventLoop

    init(_ call: GRPCServerCall) {
        eventLoop = call.eventLoop
        self.call = NIOLoopBound(call, eventLoop: call.eventLoop)
    }

    /// The call itself; only on its event loop.
    package var onLoop: GRPCServerCall { call.value }

    /// Runs `body` with the call on its event loop: now, if we are there already.
    package func run(_ body: @escaping @Sendable (GRPCServerCall) -> Void) {
        if eventLoop.inEventLoop {
            body(call.value)
        } else {
            eventLoop.execute { body(call.value) }
        }
    }

    /// Sends the one message of an answer and ends the call well.
    package func respond(_ message: ByteBuffer) {
        run { $0.respond(message) }
    }

    /// Ends the call with an error.
    package func fail(_ status: GRPCStatus) {
        run { $0.fail(status) }
    }
}
