package import NIOCore

/// Finds the method for a path.
///
/// Handlers run on the event loop of their connection and must not block it. They are called from several loops if the server has several.
package struct GRPCRouter: Sendable {
    /// Takes the one request of a call; answers now or later with `respond` or `fail`, or with `send` and `finish` if it streams.
    package typealias RequestHandler =
        @Sendable (_ request: ByteBuffer, _ call: GRPCServerCall) -> Void
    /// Takes a call whose messages will come as events: sets `onEvent` before it returns.
    package typealias StreamHandler = @Sendable (_ call: GRPCServerCall) -> Void

    enum Handler: Sendable {
        case request(RequestHandler)
        case stream(StreamHandler)
    }

    private var handlers: [String: Handler] = [:]
    /// Looks at every call before its method does; a status that it returns ends the call.
    package var admission: (@Sendable (GRPCServerCall) -> GRPCStatus?)?

    /// A router without methods.
    package init() {}

    /// Adds a method with one request and one answer, by its path `/package.Service/Method`.
    package mutating func unary(_ path: String, _ handler: @escaping RequestHandler) {
        add(path, .request(handler))
    }

    /// Adds a method with one request and any number of answers.
    package mutating func serverStreaming(_ path: String, _ handler: @escaping RequestHandler) {
        add(path, .request(handler))
    }

    /// Adds a method with any number of requests; answers in any order.
    package mutating func streaming(_ path: String, _ handler: @escaping StreamHandler) {
        add(path, .stream(handler))
    }

    private mutating func add(_ path: String, _ handler: Handler) {
        precondition(
            path.hasPrefix("/") && handlers[path] == nil,
            "one handler for each method's path"
        )
        handlers[path] = handler
    }

    /// The full names of all services, sorted.
    package var serviceNames: [String] {
        let names = handlers.keys.compactMap { path in
            path.split(separator: "/").first.map(String.init)
        }
        return Set(names).sorted()
    }

    func handler(for path: String) -> Handler? {
        handlers[path]
    }
}
