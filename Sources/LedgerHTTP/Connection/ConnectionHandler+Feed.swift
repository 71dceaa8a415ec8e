import NIOCore
import NIOHTTP1

/// A connection as a watcher's: a stream of chunks, or the late answer to a poll.
extension ConnectionHandler: FeedClient {
    /// Takes the request up, or answers why not.
    func follow(_ exchange: Exchange, _ target: RequestTarget) {
        let request: FeedRequest
        do throws(Problem) {
            guard exchange.head.method == .GET else { throw .methodNotAllowed(exchange.route) }
            guard feed.hasStarted else { throw Problem(.notReady) }
            request = try FeedRequest(
                isPoll: exchange.route == .changesPoll,
                query: target.query,
                lastEventID: exchange.head.headers.first(name: "last-event-id"),
                limits: feed.limits
            )
        } catch {
            return answer(error.reply, exchange)
        }
        let watcher = Watcher(request, client: self)
        phase = .watching(exchange, watcher)
        // The hub keeps all deadlines of a watcher.
        setDeadline(.distantFuture)
        do throws(Problem) {
            try feed.hub(on: eventLoop).open(watcher)
        } catch {
            answer(error.reply, exchange)
        }
    }

    /// The connection is lost, or must not be used any more.
    func forget(_ watcher: Watcher) {
        feed.hub(on: eventLoop).remove(watcher)
    }

    // MARK: FeedClient

    var canTakeMore: Bool { context?.channel.isWritable ?? false }

    func beginStream(_ freshness: Freshness?, socketBytes: Int) {
        guard case .watching(let exchange, _) = phase else { return }
        // What the kernel holds for a client that doesn't read is memory too.
        _ = context?.channel.setOption(
            .socketOption(.so_sndbuf),
            value: SocketOptionValue(socketBytes)
        )
        let now = NIODeadline.now()
        var head = ByteBuffer()
        head.reserveCapacity(640)
        head.writeStaticString("HTTP/1.1 200 OK\r\ndate: ")
        head.writeString(date.now())
        head.writeStaticString(
            "\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-store, no-transform"
        )
        // Proxies that would gather the events of a minute are asked not to.
        head.writeStaticString("\r\nx-accel-buffering: no\r\naccess-control-allow-origin: *")
        head.writeStaticString("\r\naccess-control-expose-headers: ")
        head.writeStaticString(Reply.exposedHeaders)
        head.writeStaticString("\r\n")
        freshness?.writeHeaders(into: &head, at: now)
        if exchange.head.version == .http1_1 {
            head.writeStaticString("transfer-encoding: chunked\r\n")
        }
        head.writeStaticString("connection: close\r\n\r\n")
        isStreaming = true
        writeBytes(head)
        metrics.finished(exchange, status: 200, at: now)
    }

    func send(_ bytes: ByteBuffer) {
        guard case .watching(let exchange, _) = phase, isStreaming else { return }
        if exchange.head.version == .http1_1 {
            var chunk = ByteBuffer()
            chunk.reserveCapacity(bytes.readableBytes + 12)
            chunk.writeString(String(bytes.readableBytes, radix: 16))
            chunk.writeStaticString("\r\n")
            chunk.writeImmutableBuffer(bytes)
            chunk.writeStaticString("\r\n")
            writeBytes(chunk)
        } else {
            writeBytes(bytes)
        }
        flushIfNeeded()
    }

    func endStream() {
        guard case .watching(let exchange, _) = phase, isStreaming else { return }
        if exchange.head.version == .http1_1 {
            writeBytes(ByteBuffer(staticString: "0\r\n\r\n"))
        }
        linger()
    }

    func answer(_ reply: Reply) {
        guard case .watching(let exchange, _) = phase, !isStreaming else { return }
        answer(reply, exchange)
        drain()
        flushIfNeeded()
    }
}
