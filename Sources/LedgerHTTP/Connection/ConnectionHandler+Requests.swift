import NIOCore
import NIOHTTP1
import Replica

/// What becomes of a request, step by step.
extension ConnectionHandler {
    func process(_ event: Event) {
        switch event {
        case .part(let part):
            switch (phase, part) {
            case (.idle, .head(let head)): begin(head)
            case (.collecting(let exchange, let target, let body), .body(let bytes)):
                collect(bytes, after: body, exchange, target)
            case (.collecting(let exchange, let target, let body), .end):
                perform(exchange, target, body)
            case (.passedOn(let exchange, let passedOn), _):
                passOn(part, exchange, passedOn)
            case (.lingering, _), (.watching, _): break
            // The parser gives each head its end before the next head.
            case (.idle, _), (.collecting, .head), (.waiting, _), (.compressing, _):
                preconditionFailure("a part of a request out of order")
            }
        case .malformed(let problem): refuse(problem)
        case .inputClosed where isStreaming: context?.close(promise: nil)
        case .inputClosed: context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        let now = NIODeadline.now()
        let target = RequestTarget(head.uri)
        let exchange = Exchange(
            number: nextExchange,
            head: head,
            route: target.route,
            startedAt: now
        )
        nextExchange += 1
        metrics.began()
        setDeadline(now + limits.clientTimeout)
        // Set first, so that a refusal below ends this exchange.
        phase = .collecting(exchange, target, body: ByteBuffer())
        if let problem = problem(with: head, target.route) { return refuse(problem) }
        if target.route.isRead || target.route.isStatic || target.route.isFeed {
            if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
                writeBytes(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
            }
            return
        }
        phase = .passedOn(exchange, PassedOn())
        hasPassedOn = true
        context?.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// What is wrong with a request already by its head, so that the rest isn't worth reading.
    private func problem(with head: HTTPRequestHead, _ route: Route) -> Problem? {
        if standing != .served, !route.isProbe { return Problem(.tooManyConnections) }
        guard head.uri.utf8.count <= limits.targetBytesMax else { return Problem(.targetTooLong) }
        // Without one host, intermediaries may disagree about whom it is for (RFC 9112, 3.2).
        if head.version == .http1_1, head.headers["host"].count != 1 {
            return Problem(.malformedRequest, detail: "exactly one Host is needed")
        }
        // An operation answers by the path alone, so another scheme's must not get that far.
        if route == .other, !head.uri.hasPrefix("/"), head.uri.contains("://"),
            !head.uri.lowercased().hasPrefix("http")
        {
            return Problem(.malformedRequest, detail: "the target must be a path or an http URL")
        }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) }
        if let length, length > limits.bodyBytesMax { return .bodyTooLarge(limits.bodyBytesMax) }
        let isChunked = head.headers.contains(name: "transfer-encoding")
        if isChunked, let problem = Self.problem(withCodingOf: head) { return problem }
        let hasBody = (length ?? 0) > 0 || isChunked
        switch head.method {
        case .GET, .HEAD:
            guard hasBody else { return nil }
            // Where the method itself is wrong, that is what the client must know.
            return route.knowsGet ? Problem(.bodyNotAllowed) : .methodNotAllowed(route)
        default: return nil
        }
    }

    /// Only what is understood for certain is read as a body: where two readers of one message disagree
    /// about its end, a second one can be hidden in it.
    private static func problem(withCodingOf head: HTTPRequestHead) -> Problem? {
        guard head.version != .http1_0 else {
            return Problem(.malformedRequest, detail: "HTTP/1.0 knows no transfer coding")
        }
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        guard codings.count == 1, codings[0].lowercased() == "chunked" else {
            return Problem(.transferCodingUnknown)
        }
        return nil
    }

    private func collect(
        _ bytes: ByteBuffer,
        after body: ByteBuffer,
        _ exchange: Exchange,
        _ target: RequestTarget
    ) {
        var body = body
        guard body.readableBytes + bytes.readableBytes <= limits.bodyBytesMax else {
            return refuse(.bodyTooLarge(limits.bodyBytesMax))
        }
        // The phase must not hold a second reference to the buffer that grows.
        phase = .idle
        body.writeImmutableBuffer(bytes)
        phase = .collecting(exchange, target, body: body)
    }

    private func passOn(
        _ part: HTTPServerRequestPart,
        _ exchange: Exchange,
        _ passedOn: PassedOn
    ) {
        var passedOn = passedOn
        switch part {
        case .head: preconditionFailure("a part of a request out of order")
        case .body(let bytes):
            passedOn.bodyBytes += bytes.readableBytes
            guard passedOn.bodyBytes <= limits.bodyBytesMax else {
                if passedOn.status == 0 { return refuse(.bodyTooLarge(limits.bodyBytesMax)) }
                context?.close(promise: nil)
                return
            }
            phase = .passedOn(exchange, passedOn)
        case .end:
            passedOn.requestEnded = true
            phase = .passedOn(exchange, passedOn)
            if passedOn.responseEnded {
                becomeIdle(at: .now())
            } else {
                // It's the server's turn now, and an event stream may take it for hours.
                setDeadline(.distantFuture)
            }
        }
        hasPassedOn = true
        context?.fireChannelRead(wrapInboundOut(part))
    }

    private func perform(_ exchange: Exchange, _ target: RequestTarget, _ body: ByteBuffer) {
        guard exchange.head.method != .OPTIONS else {
            return answer(.options(target.route), exchange)
        }
        if exchange.route.isFeed { return follow(exchange, target) }
        let request: ReadRequest
        do throws(Problem) {
            try Self.checkMethodAndType(exchange)
            if let page = StaticPages.reply(to: target.route) { return answer(page, exchange) }
            request = try ReadRequest(target: target, body: body, limits: limits)
        } catch {
            return answer(error.reply, exchange)
        }
        if let reply = service.immediateReply(to: request) { return answer(reply, exchange) }
        let deadline = service.deadline(for: request)
        phase = .waiting(exchange, request)
        // The node keeps the deadline; this one is for a node that doesn't.
        setDeadline(deadline + limits.readTimeout)
        let number = exchange.number
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let problem = service.load(request, of: client, deadline: deadline) { [eventLoop] result in
            eventLoop.execute { handler.value.loaded(number, result) }
        }
        if let problem { answer(service.reply(with: problem), exchange) }
    }

    private static func checkMethodAndType(_ exchange: Exchange) throws(Problem) {
        guard exchange.route == .availabilityBatch else {
            guard exchange.head.method == .GET || exchange.head.method == .HEAD else {
                throw .methodNotAllowed(exchange.route)
            }
            return
        }
        guard exchange.head.method == .POST else { throw .methodNotAllowed(exchange.route) }
        guard let type = exchange.head.headers.first(name: "content-type") else { return }
        let media = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        if media != "application/json" { throw Problem(.unsupportedMediaType) }
    }

    private func loaded(_ number: UInt64, _ result: ReadResult) {
        guard case .waiting(let exchange, let request) = phase, exchange.number == number else {
            // The client went away, or was told that it took too long.
            return
        }
        answer(service.reply(to: request, with: result), exchange)
        drain()
        flushIfNeeded()
    }

    /// Answers an exchange in the form that the client wants: not at all if it has it, or compressed.
    func answer(_ reply: Reply, _ exchange: Exchange) {
        var reply = reply
        let isWanted = reply.isCompressible && compresses(reply.body, for: exchange)
        if let tag = reply.tag, let field = exchange.head.joined("if-none-match"),
            let match = tag.match(ifNoneMatch: field)
        {
            reply.status = 304
            reply.contentType = nil
            reply.isCompressed = match == .any ? isWanted : match == .compressed
        } else if isWanted {
            return compress(reply, exchange)
        }
        finish(reply, exchange)
    }

    private func compresses(_ body: ByteBuffer, for exchange: Exchange) -> Bool {
        guard body.readableBytes >= limits.compressedBytesMin,
            let field = exchange.head.joined("accept-encoding")
        else { return false }
        return Gzip.isAccepted(field)
    }

    /// Short bodies at once, long ones on another thread, so that nobody else on this loop waits for it.
    private func compress(_ reply: Reply, _ exchange: Exchange) {
        guard reply.body.readableBytes > limits.compressedInPlaceMax else {
            return finish(reply.compressed(Gzip.compress(reply.body)), exchange)
        }
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let isTaken = service.compress(reply.body) { [eventLoop, number = exchange.number] body in
            eventLoop.execute { handler.value.compressed(number, body) }
        }
        guard isTaken else { return finish(reply, exchange) }
        phase = .compressing(exchange, reply)
        setDeadline(.now() + limits.readTimeout)
    }

    private func compressed(_ number: UInt64, _ body: ByteBuffer?) {
        guard case .compressing(let exchange, let reply) = phase, exchange.number == number else {
            return
        }
        finish(reply.compressed(body), exchange)
        drain()
        flushIfNeeded()
    }

    /// Writes an answer and ends its exchange.
    func finish(_ reply: Reply, _ exchange: Exchange) {
        let closes = reply.closesConnection || isLast(exchange)
        let now = NIODeadline.now()
        writeBytes(
            reply.encode(
                Reply.Framing(
                    omitsBody: exchange.head.method == .HEAD,
                    closes: closes,
                    date: date.now(),
                    now: now
                )
            )
        )
        metrics.finished(exchange, status: reply.status, at: now)
        if closes { linger() } else { becomeIdle(at: now) }
    }

    /// Answers what can't be understood or isn't allowed to go on, and closes.
    func refuse(_ problem: Problem) {
        var reply = problem.reply
        reply.closesConnection = true
        switch phase {
        case .lingering: return
        case .collecting(let exchange, _, _), .waiting(let exchange, _),
            .compressing(let exchange, _):
            finish(reply, exchange)
        case .watching:
            context?.close(promise: nil)
        case .passedOn(let exchange, let passedOn):
            // Half an answer of Hummingbird's may be out already.
            guard passedOn.status == 0 else {
                context?.close(promise: nil)
                return
            }
            finish(reply, exchange)
        case .idle:
            writeBytes(
                reply.encode(
                    Reply.Framing(
                        omitsBody: false,
                        closes: true,
                        date: date.now(),
                        now: .now()
                    )
                )
            )
            linger()
        }
    }

    func becomeIdle(at now: NIODeadline) {
        phase = .idle
        setDeadline(now + limits.clientTimeout)
    }
}

extension HTTPRequestHead {
    /// All fields of a name in one list; nil without any.
    fileprivate func joined(_ name: String) -> String? {
        guard let first = headers.first(name: name) else { return nil }
        let all = headers[canonicalForm: name]
        return all.count > 1 ? all.joined(separator: ",") : String(first)
    }
}

extension Problem {
    /// The body is longer than the limit.
    fileprivate static func bodyTooLarge(_ max: Int) -> Problem {
        Problem(.bodyTooLarge, detail: "at most \(max) bytes are allowed")
    }

    /// What the parser could not read.
    static func malformed(_ error: HTTPParserError) -> Problem {
        error == .headerOverflow ? Problem(.headersTooLarge) : Problem(.malformedRequest)
    }
}
