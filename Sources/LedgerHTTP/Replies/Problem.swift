import NIOCore

/// A refusal, as `application/problem+json` (RFC 9457) tells it.
struct Problem: Error, Equatable, Sendable {
    /// A member beside the standard ones.
    enum Detail: Equatable, Sendable {
        case text(String)
        case number(UInt64)
        case unknown
        /// Objects, such as lines; their members have no lists.
        indirect case list([[Member]])
    }

    var reason: ProblemReason
    /// What is wrong with this very request.
    var detail: String?
    /// Further members, in the order they are printed.
    var members: [Member] = []
    /// The methods that are allowed, for a 405.
    var allow: String?

    /// A named detail.
    struct Member: Equatable, Sendable {
        var name: String
        var value: Detail
    }

    init(_ reason: ProblemReason, detail: String? = nil) {
        self.reason = reason
        self.detail = detail
    }

    static let notFound = Problem(.notFound)

    /// A wrong parameter, by its name.
    static func invalid(_ parameter: String, _ what: String) -> Problem {
        // The name may come from the client, so it is cut to a sensible length.
        let name = String(parameter.prefix(64))
        var problem = Problem(.invalidArgument, detail: "\(name) \(what)")
        problem.members = [Member(name: "parameter", value: .text(name))]
        return problem
    }

    /// A query that can't be read so far as to name the parameter.
    static func invalidQuery(_ detail: String) -> Problem {
        Problem(.invalidArgument, detail: detail)
    }

    /// A method that the resource doesn't know.
    static func methodNotAllowed(_ route: Route) -> Problem {
        var problem = Problem(.methodNotAllowed, detail: "allowed are \(route.allow)")
        problem.allow = route.allow
        return problem
    }

    /// The JSON document.
    func encode(into buffer: inout ByteBuffer) {
        buffer.writeString("{\"type\":\"\(reason.type)\",\"title\":")
        buffer.writeJSONString(reason.title)
        buffer.writeString(",\"status\":\(reason.status),\"reason\":\"\(reason.rawValue)\"")
        if let detail {
            buffer.writeString(",\"detail\":")
            buffer.writeJSONString(detail)
        }
        for member in members {
            buffer.writeStaticString(",")
            Self.write(member, into: &buffer)
        }
        buffer.writeStaticString("}\n")
    }

    private static func write(_ member: Member, into buffer: inout ByteBuffer) {
        buffer.writeString("\"\(member.name)\":")
        switch member.value {
        case .text(let text): buffer.writeJSONString(text)
        case .number(let number): buffer.writeDecimal(number)
        case .unknown: buffer.writeStaticString("null")
        case .list(let objects):
            buffer.writeStaticString("[")
            for (index, object) in objects.enumerated() {
                buffer.writeStaticString(index == 0 ? "{" : ",{")
                for (index, member) in object.enumerated() {
                    if index > 0 { buffer.writeStaticString(",") }
                    write(member, into: &buffer)
                }
                buffer.writeStaticString("}")
            }
            buffer.writeStaticString("]")
        }
    }

    /// The answer that carries it.
    var reply: Reply {
        var body = ByteBuffer()
        encode(into: &body)
        var reply = Reply(
            status: reason.status,
            contentType: "application/problem+json",
            body: body
        )
        if let seconds = reason.retryAfter { reply.fields.append(("retry-after", "\(seconds)")) }
        if let allow { reply.fields.append(("allow", allow)) }
        return reply
    }
}
