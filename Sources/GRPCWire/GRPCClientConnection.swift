package import NIOCore
import NIOHTTP2
import NIOPosix

/// The life of a client's connection: connecting → ready → draining → closed; each may go straight to closed.
package enum GRPCConnectionState: Hashable, Sendable {
    /// The server's settings aren't here yet.
    case connecting
    /// Calls go out.
    case ready
    /// Open calls may end, new ones are refused.
    case draining
    /// Over, for this reason.
    case closed(GRPCStatus)
}

/// The answer of a call with one request and one answer.
package struct GRPCReply: Sendable {
    /// The message.
    package var message: ByteBuffer
    /// The server's headers.
    package var initialMetadata: GRPCMetadata
    /// The server's trailers.
    package var trailers: GRPCMetadata
}

/// One connection to a server, on one event loop.
///
/// It isn't mended when it breaks: its owner connects anew.
///
/// Usable from any thread; `startCall` and `startUnary` only on `eventLoop`, where they cost least.
package final class GRPCClientConnection: Sendable {
    /// The loop on which everything happens.
    package let eventLoop: any EventLoop
    private let connection: NIOLoopBound<ClientConnection>
    private let closeFuture: EventLoopFuture<Void>

    private init(connection: NIOLoopBound<ClientConnection>, channel: any Channel) {
        eventLoop = channel.eventLoop
        self.connection = connection
        closeFuture = channel.closeFuture
    }

    /// Connects, and returns when the server's settings are here.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The port.
    ///   - group: Whose next loop carries the connection.
    ///   - authority: What to tell the server as its own name; by default `host:port`.
    ///   - limits: The bounds.
    ///   - prepareChannel: Adds what is needed below HTTP/2, such as TLS; with it the scheme is https.
    ///   - onStateChange: Told of each new state, on the connection's loop.
    /// - Returns: A connection that is ready for calls.
    /// - Throws: UNAVAILABLE if nobody speaks HTTP/2 there in time.
    package static func connect(
        host: String,
        port: Int,
        on group: any EventLoopGroup,
        authority: String? = nil,
        limits: GRPCLimits = GRPCLimits(),
        prepareChannel: (@Sendable (any Channel) throws -> Void)? = nil,
        onStateChange: (@Sendable (GRPCConnectionState) -> Void)? = nil
    ) async throws(GRPCStatus) -> GRPCClientConnection {
        let eventLoop = group.next()
        let ready = eventLoop.makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(limits.handshakeTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 128 * 1_024, high: 256 * 1_024))
        do {
            let made = try await bootstrap.connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let wire = WireConnection(role: .client, channel: channel, limits: limits)
                    let connection = ClientConnection(
                        wire: wire,
                        authority: authority ?? "\(host):\(port)",
                        isSecure: prepareChannel != nil,
                        ready: ready,
                        onStateChange: onStateChange
                    )
                    try prepareChannel?(channel)
                    try channel.pipeline.syncOperations.addHandlers(
                        WirePipeline.handlers(for: wire)
                    )
                    wire.owner = connection
                    let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
                    return GRPCClientConnection(connection: bound, channel: channel)
                }
            }
            try await ready.futureResult.get()
            return made
        } catch {
            // Settles the promise if nothing ever connected; otherwise it is settled already.
            ready.fail(error)
            if let status = error as? GRPCStatus { throw status }
            throw GRPCStatus(.unavailable, "cannot connect to \(host):\(port): \(error)")
        }
    }

    // MARK: Calls on the event loop

    /// Begins a call of any shape; only on `eventLoop`.
    ///
    /// Send with the call that is returned; what comes back comes to `onEvent`.
    package func startCall(
        _ path: String,
        metadata: GRPCMetadata = [:],
        deadline: NIODeadline? = nil,
        onEvent: @escaping (GRPCClientCallEvent) -> Void
    ) -> GRPCClientCall {
        connection.value.start(path, metadata: metadata, deadline: deadline, onEvent: onEvent)
    }

    /// Begins a call with one request and one answer; only on `eventLoop`.
    ///
    /// `completion` is called once, on the loop.
    @discardableResult
    package func startUnary(
        _ path: String,
        _ message: ByteBuffer,
        metadata: GRPCMetadata = [:],
        deadline: NIODeadline? = nil,
        completion: @escaping (Result<GRPCReply, GRPCCallEnd>) -> Void
    ) -> GRPCClientCall {
        var reply = GRPCReply(message: ByteBuffer(), initialMetadata: [:], trailers: [:])
        var messageCount = 0
        let call = startCall(path, metadata: metadata, deadline: deadline) { event in
            switch event {
            case .initialMetadata(let metadata): reply.initialMetadata = metadata
            case .message(let message):
                messageCount += 1
                reply.message = message
            case .writable: break
            case .finished(let end):
                guard end.status.code == .ok else {
                    completion(.failure(end))
                    return
                }
                guard messageCount == 1 else {
                    let status = GRPCStatus(
                        .unimplemented,
                        "\(messageCount) answers instead of one"
                    )
                    completion(.failure(.unanswered(status)))
                    return
                }
                reply.trailers = end.trailers
                completion(.success(reply))
            }
        }
        if !call.send(message, end: true) {
            call.abandon(GRPCStatus(.resourceExhausted, "too much waits to be sent already"))
        }
        return call
    }

    // MARK: Calls from anywhere

    /// A call with one request and one answer, from any thread.
    ///
    /// It fails with a `GRPCCallEnd`.
    package func unary(
        _ path: String,
        _ message: ByteBuffer,
        metadata: GRPCMetadata = [:],
        deadline: NIODeadline? = nil
    ) -> EventLoopFuture<GRPCReply> {
        let promise = eventLoop.makePromise(of: GRPCReply.self)
        onLoop { this in
            this.startUnary(path, message, metadata: metadata, deadline: deadline) { result in
                promise.completeWith(result.mapError { $0 as any Error })
            }
        }
        return promise.futureResult
    }

    /// A call with one request and one answer; cancelling the task cancels the call.
    package func call(
        _ path: String,
        _ message: ByteBuffer,
        metadata: GRPCMetadata = [:],
        deadline: NIODeadline? = nil
    ) async throws(GRPCCallEnd) -> GRPCReply {
        let promise = eventLoop.makePromise(of: Result<GRPCReply, GRPCCallEnd>.self)
        let started = eventLoop.makePromise(of: GRPCClientCallHandle.self)
        onLoop { this in
            let call = this.startUnary(path, message, metadata: metadata, deadline: deadline) {
                promise.succeed($0)
            }
            started.succeed(call.handle)
        }
        let result: Result<GRPCReply, GRPCCallEnd>
        do {
            result = try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                started.futureResult.whenSuccess { handle in handle.onLoop.cancel() }
            }
        } catch {
            result = .failure(.unanswered(GRPCStatus(.internal, "\(error)")))
        }
        return try result.get()
    }

    /// Runs `body` on the event loop: now, if we are there already.
    package func onLoop(_ body: @escaping @Sendable (GRPCClientConnection) -> Void) {
        if eventLoop.inEventLoop { body(self) } else { eventLoop.execute { body(self) } }
    }

    // MARK: Ends

    /// Begins no more calls, lets the open ones end, closes.
    ///
    /// Returns when it is closed.
    package func drain() async {
        onLoop { $0.connection.value.drain() }
        await waitUntilClosed()
    }

    /// Ends every call and closes.
    package func close() async {
        onLoop { $0.connection.value.close() }
        await waitUntilClosed()
    }

    private func waitUntilClosed() async {
        // The future of a channel's end never fails.
        try? await closeFuture.get()
    }
}
