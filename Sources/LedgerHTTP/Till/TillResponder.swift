import AgentCore
import Hummingbird
import Ledger
import NIOCore
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Answers the tills of a store, and whoever looks at them.
final class TillResponder: HTTPResponder {
    /// Nothing is kept about a request.
    struct Context: InitializableFromSource {
        init(source: ApplicationRequestContextSource) {}
    }

    let desk: any StoreDesk
    let limits: TillLimits
    /// It listens on this machine alone, and so is known by its names alone.
    private let isLocal: Bool
    private let pages = PageResponder()
    private let writes = Atomic<Int>(0)
    let followers = Atomic<Int>(0)

    init(desk: any StoreDesk, limits: TillLimits, isLocal: Bool) {
        self.desk = desk
        self.limits = limits
        self.isLocal = isLocal
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let omitsBody = request.method == .head
        do {
            return try await answer(request, omitsBody)
        } catch let problem as Problem {
            return problem.reply.response(omitsBody: omitsBody, isShared: false)
        } catch is DeskClosed {
            let problem = Problem(.notReady, detail: "the agent is stopping")
            return problem.reply.response(omitsBody: omitsBody, isShared: false)
        }
    }

    private func answer(_ request: Request, _ omitsBody: Bool) async throws -> Response {
        try checkHost(request)
        let (route, query) = Self.target(request)
        if route == .other { throw Problem.notFound }
        guard route.allow.contains(request.method.rawValue) else {
            var problem = Problem(.methodNotAllowed, detail: "allowed are \(route.allow)")
            problem.allow = route.allow
            throw problem
        }
        switch route {
        case .write(let write):
            guard query.isEmpty else {
                throw Problem.invalidQuery("no parameters are known here")
            }
            return try await answer(write, request).response(omitsBody: false, isShared: false)
        case .file(let name): return pages.respond(to: request, file: name)
        case .changes: return try follow(omitsBody: omitsBody)
        default:
            return try await read(route, query).response(omitsBody: omitsBody, isShared: false)
        }
    }

    private static func target(_ request: Request) -> (TillRoute, ArraySlice<UInt8>) {
        let bytes = Array((request.head.path ?? "/").utf8)
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else {
            return (TillRoute(bytes[...]), [])
        }
        return (TillRoute(bytes[..<mark]), bytes[(mark + 1)...])
    }

    /// A page elsewhere may have its own name point here; it is not answered under that.
    private func checkHost(_ request: Request) throws(Problem) {
        guard isLocal else { return }
        let host = request.head.authority.map(HostName.host)
        guard let host, HostName.isLocal(String(host)) else {
            throw Problem(.hostUnknown, detail: "this server is localhost, and nothing else")
        }
    }

    // MARK: Writes

    private func answer(_ write: TillWrite, _ request: Request) async throws -> Reply {
        try SameOrigin.check(request.headers, authority: request.head.authority)
        try Self.checkContentType(request.headers[.contentType])
        let id = try Self.key(of: request)
        let held = writes.add(1, ordering: .relaxed).newValue
        defer { writes.subtract(1, ordering: .relaxed) }
        guard held <= limits.writesMax else {
            throw Problem(.overloaded, detail: "too many requests are under way")
        }
        let value = try BodyValue.read(try await body(of: request))
        let asked = try TillBody.request(write, value, id: id, at: desk.location)
        switch try await answer(asked) {
        case .done(let receipt):
            var body = ByteBuffer()
            body.writeTillReceipt(receipt)
            return Reply(status: 200, contentType: Self.json, body: body)
        case .refused(let refusal): throw try await problem(refusal)
        case .unavailable(let trouble): throw trouble.problem
        }
    }

    /// An agent that stops meanwhile may have done it: the same request asks again.
    private func answer(_ request: TillRequest) async throws(Problem) -> TillAnswer {
        do {
            return try await desk.ask(request)
        } catch {
            throw Problem(.outcomeUnknown, detail: "the agent stopped; ask again with the same key")
        }
    }

    /// Says with a shortage whether the cluster could have been asked for more.
    private func problem(_ refusal: Refusal) async throws(DeskClosed) -> Problem {
        var problem = Problem(refusal)
        guard case .insufficientStock = refusal else { return problem }
        let since = try await desk.status().cutOffSince
        problem.members.append(
            Problem.Member(
                name: "cutOffSince",
                value: since.map { .text($0.rfc3339) } ?? .unknown
            )
        )
        return problem
    }

    private static let keyName = HTTPFields.Element.Name("idempotency-key")

    private static func key(of request: Request) throws(Problem) -> Ledger.RequestID {
        guard let keyName, let text = request.headers[keyName] else {
            throw .invalid("Idempotency-Key", "is required: a name for the request, such as a UUID")
        }
        guard let id = Ledger.RequestID(text) else {
            throw .invalid(
                "Idempotency-Key",
                "must be 1 to 64 visible ASCII characters without spaces"
            )
        }
        return id
    }

    private static func checkContentType(_ field: String?) throws(Problem) {
        let media = field?.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        if media != "application/json" { throw Problem(.unsupportedMediaType) }
    }

    private func body(of request: Request) async throws(Problem) -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: limits.bodyBytesMax)
        } catch {
            throw Problem(.bodyTooLarge, detail: "at most \(limits.bodyBytesMax) bytes are allowed")
        }
    }

    static let json = "application/json"

    /// By this machine's clock.
    static func now() -> LogTime {
        LogTime(microseconds: UInt64(max(0, Date().timeIntervalSince1970) * 1_000_000))
    }
}
