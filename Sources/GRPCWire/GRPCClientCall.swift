package import NIOCore
import NIOHPACK
import NIOHTTP2

/// What happens to a call on its client.
package enum GRPCClientCallEvent {
    /// The server's headers came.
    case initialMetadata(GRPCMetadata)
    /// A message came.
    case message(ByteBuffer)
    /// After `isWritable` was false, it is true again.
    case writable
    /// The call ended. The last event.
    case finished(GRPCCallEnd)
}

/// How a call ended, as its client knows it.
package struct GRPCCallEnd: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server's status, or the one that we give to a call that no server ended.
    package var status: GRPCStatus
    /// The server's trailers.
    package var trailers: GRPCMetadata
    /// False if it is certain that no handler has seen the call: it never left, or the server said that it refused it.
    package var mayHaveRun: Bool

    package var description: String { "\(status)" }
}

/// One call on the client, confined to its connection's event loop.
///
/// States: queued → open → finished. It is queued until the connection is ready and has room for a stream.
package final class GRPCClientCall: WireStream {
    /// The method's path, `/package.Service/Method`.
    package let path: String
    /// When we stop waiting.
    package let deadline: NIODeadline?
    private let metadata: GRPCMetadata
    private var onEvent: ((GRPCClientCallEvent) -> Void)?

    private var isOpen = false
    private var queuedMessages: [ByteBuffer] = []
    private var isEndQueued = false
    private(set) var queuedBytes = 0
    private var isAnswerBegun = false
    private var end: GRPCCallEnd?
    /// Whether the call has ended.
    package private(set) var isFinished = false

    init(
        wire: WireConnection,
        path: String,
        metadata: GRPCMetadata,
        deadline: NIODeadline?,
        onEvent: @escaping (GRPCClientCallEvent) -> Void
    ) {
        self.path = path
        self.metadata = metadata
        self.deadline = deadline
        self.onEvent = onEvent
        super.init(wire: wire)
    }

    /// A reference to this call that may cross threads.
    package var handle: GRPCClientCallHandle { GRPCClientCallHandle(self) }

    // MARK: Sending

    /// Sends a message; false if too much waits on the connection already, and it is not sent.
    ///
    /// Heed `isWritable` in long calls.
    @discardableResult
    package func send(_ message: ByteBuffer, end: Bool = false) -> Bool {
        guard !isFinished, !isLocalEnded, !isEndQueued else { return false }
        let waiting = wire.pendingOutputBytes + message.readableBytes
        guard waiting <= wire.limits.pendingOutputBytesMax else { return false }
        if isOpen {
            write(message: message, endStream: end)
        } else {
            queuedMessages.append(message)
            queuedBytes += message.readableBytes
            wire.pendingOutputBytes += message.readableBytes
            isEndQueued = end
        }
        return true
    }

    /// Says that no more messages follow.
    package func closeSending() {
        guard !isFinished, !isLocalEnded, !isEndQueued else { return }
        if isOpen { writeEnd() } else { isEndQueued = true }
    }

    /// Gives the call up; it ends as CANCELLED.
    package func cancel() {
        abandon(GRPCStatus(.cancelled, "cancelled by the caller"))
    }

    /// Ends the call from our side, and lets the server know.
    func abandon(_ status: GRPCStatus) {
        guard !isFinished else { return }
        finish(GRPCCallEnd(status: status, trailers: [:], mayHaveRun: isOpen))
        if isOpen, wire.streams[id] != nil { wire.reset(id, code: .cancel) }
    }

    /// Sends the headers and what has gathered, on a stream of its own.
    func open(as id: HTTP2StreamID, head: HPACKHeaders) {
        self.id = id
        isOpen = true
        var headers = head
        headers.add(name: ":path", value: path)
        headers.add(name: "te", value: "trailers")
        headers.add(name: "content-type", value: "application/grpc")
        if let deadline {
            let rest = GRPCTimeout.format(deadline - .now())
            headers.add(name: "grpc-timeout", value: rest, indexing: .nonIndexable)
        }
        metadata.write(to: &headers)
        write(headers: headers, endStream: false)
        let messages = queuedMessages
        let isEnd = isEndQueued
        releaseQueue()
        for (index, message) in messages.enumerated() {
            write(message: message, endStream: isEnd && index == messages.count - 1)
        }
        if isEnd && messages.isEmpty { writeEnd() }
    }

    private func releaseQueue() {
        wire.pendingOutputBytes -= queuedBytes
        queuedBytes = 0
        queuedMessages = []
        isEndQueued = false
    }

    // MARK: What the stream brings

    override func received(headers: HPACKHeaders, endStream: Bool) {
        guard !isFinished else { return }
        if endStream {
            end = readEnd(headers)
            return
        }
        guard !isAnswerBegun else { return }
        let httpStatus = headers.first(name: ":status") ?? ""
        // 1xx is no answer yet.
        if httpStatus.hasPrefix("1") { return }
        isAnswerBegun = true
        guard httpStatus == "200" else {
            abandon(StatusHeaders.status(forHTTP: httpStatus))
            return
        }
        guard RequestHead.isGRPC(headers.first(name: "content-type") ?? "") else {
            abandon(GRPCStatus(.unknown, "the answer is not gRPC"))
            return
        }
        onEvent?(.initialMetadata(GRPCMetadata(received: headers)))
    }

    private func readEnd(_ headers: HPACKHeaders) -> GRPCCallEnd {
        var fallback = GRPCStatus(.unknown, "the answer has no status")
        if !isAnswerBegun, let httpStatus = headers.first(name: ":status"), httpStatus != "200" {
            fallback = StatusHeaders.status(forHTTP: httpStatus)
        }
        return GRPCCallEnd(
            status: StatusHeaders.status(in: headers, fallback: fallback),
            trailers: GRPCMetadata(received: headers),
            mayHaveRun: true
        )
    }

    override func received(message: ByteBuffer) {
        onEvent?(.message(message))
    }

    override func receivedEnd() {
        guard !isFinished else { return }
        let ending =
            end
            ?? GRPCCallEnd(
                status: GRPCStatus(.unknown, "the answer has no trailers"),
                trailers: [:],
                mayHaveRun: true
            )
        finish(ending)
        // The server will not read on: whatever we still meant to send is pointless.
        if !isLocalEnded { wire.reset(id, code: .noError) }
    }

    override func inputFailed(_ status: GRPCStatus) {
        if let end, end.status.code != .ok {
            finish(end)
        } else {
            abandon(status)
        }
    }

    override func becameWritable() {
        onEvent?(.writable)
    }

    override var activeDeadline: NIODeadline? { isFinished ? nil : deadline }

    override func deadlinePassed() {
        abandon(GRPCStatus(.deadlineExceeded, "no answer before the deadline"))
    }

    override func closed(reason: WireStreamEnd?) {
        guard !isFinished else { return }
        if let end {
            // The whole answer is here; only its reader has paused.
            finish(end)
            return
        }
        switch reason {
        case nil:
            finish(.unanswered(GRPCStatus(.unknown, "the stream ended without an answer")))
        case .reset(let code):
            finish(.reset(code))
        case .refusedByGoAway:
            finish(.neverRan(GRPCStatus(.unavailable, "the server is going away")))
        case .connectionClosed(let status):
            finish(.unanswered(status))
        }
    }

    /// Ends a call that never got a stream.
    func failInQueue(_ status: GRPCStatus) {
        finish(.neverRan(status))
    }

    private func finish(_ end: GRPCCallEnd) {
        guard !isFinished else { return }
        isFinished = true
        releaseQueue()
        stopListening()
        let tell = onEvent
        onEvent = nil
        tell?(.finished(end))
    }
}

extension GRPCCallEnd {
    static func neverRan(_ status: GRPCStatus) -> Self {
        Self(status: status, trailers: [:], mayHaveRun: false)
    }

    static func unanswered(_ status: GRPCStatus) -> Self {
        Self(status: status, trailers: [:], mayHaveRun: true)
    }

    /// What a reset without trailers means.
    ///
    /// Source: gRPC over HTTP/2, "Errors".
    static func reset(_ code: HTTP2ErrorCode) -> Self {
        switch code {
        case .refusedStream:
            neverRan(GRPCStatus(.unavailable, "the server refused the stream"))
        case .cancel:
            unanswered(GRPCStatus(.cancelled, "the server cancelled the stream"))
        case .enhanceYourCalm:
            unanswered(GRPCStatus(.resourceExhausted, "the server asks for calm"))
        case .inadequateSecurity:
            unanswered(GRPCStatus(.permissionDenied, "the connection is not secure enough"))
        default:
            unanswered(GRPCStatus(.internal, "the stream was reset: \(code)"))
        }
    }
}

/// A call on the client as other threads may hold it: everything it does happens on the call's event loop.
package struct GRPCClientCallHandle: Sendable {
    private let call: NIOLoopBound<GRPCClientCall>
    /// The call's event loop.
    package let eventLoop: any EventLoop

    init(_ call: GRPCClientCall) {
        eventLoop = call.eventLoop
        self.call = NIOLoopBound(call, eventLoop: call.eventLoop)
    }

    /// The call itself; only on its event loop.
    package var onLoop: GRPCClientCall { call.value }

    /// Runs `body` with the call on its event loop: now, if we are there already.
    package func run(_ body: @escaping @Sendable (GRPCClientCall) -> Void) {
        if eventLoop.inEventLoop {
            body(call.value)
        } else {
            eventLoop.execute { body(call.value) }
        }
    }
}
