import NIOCore

/// An answer before it has a form on the wire.
struct Reply: Sendable {
    var status: Int
    /// Nil only without a body.
    var contentType: String?
    var body: ByteBuffer
    /// Headers beside those that every answer has.
    var fields: [(name: String, value: String)] = []
    /// What a read says of itself; nil on an answer that shows nothing of the ledger.
    var freshness: Freshness?
    /// The validator of a cacheable representation.
    var tag: EntityTag?
    /// Who may keep it, and for how long.
    var caching = Caching.none
    /// It may come compressed, to those who accept that.
    var isCompressible = false
    /// The body is compressed, or would be.
    var isCompressed = false
    /// No further request can be read from the connection.
    var closesConnection = false

    init(status: Int, contentType: String?, body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// The same with its body compressed, if that could be done.
    func compressed(_ body: ByteBuffer?) -> Reply {
        guard let body else { return self }
        var reply = self
        reply.body = body
        reply.isCompressed = true
        return reply
    }

    /// The standard text of a status line.
    static func phrase(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Unknown"
        }
    }

    enum Caching: Equatable, Sendable {
        /// Nobody.
        case none
        /// Shared caches, for a moment.
        case moment
        /// Anybody, for some minutes: it changes only with the program.
        case minutes
    }

    /// The value of `Cache-Control`.
    var cacheControl: StaticString {
        switch caching {
        case .moment: "public, max-age=1, stale-while-revalidate=5, stale-if-error=60"
        case .minutes: "public, max-age=300"
        case .none: freshness == nil ? "no-store" : "private, no-store"
        }
    }

    /// What scripts of other origins may read.
    static let exposedHeaders: StaticString =
        "Estoque-Position, Estoque-Staleness-Ms, Estoque-Node, Estoque-Role, ETag, Age, Retry-After"

    /// The answer to `OPTIONS`: what may be asked here, for people and for browsers' preflights.
    static func options(_ route: Route) -> Reply {
        var reply = Reply(status: 204, contentType: nil)
        reply.fields = [("allow", route.allow)]
        // A preflight of a write that hears nothing has been refused.
        guard !route.isWrite else { return reply }
        reply.fields += [
            ("access-control-allow-methods", route.allow),
            ("access-control-allow-headers", "content-type, if-none-match, last-event-id"),
            ("access-control-max-age", "86400"),
        ]
        return reply
    }
}
