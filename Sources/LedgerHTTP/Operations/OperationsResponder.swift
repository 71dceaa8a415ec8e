import Hummingbird
import NIOCore
import Replica

/// Answers what isn't a read: health, metrics, and every path that doesn't exist.
struct OperationsResponder: HTTPResponder {
    /// Nothing is kept about a request.
    struct Context: InitializableFromSource {
        init(source: ApplicationRequestContextSource) {}
    }

    let node: any LedgerNode
    let metrics: HTTPMetrics
    let feed: Feed

    func respond(to request: Request, context: Context) async throws -> Response {
        let route = RequestTarget(request.head.path ?? "/").route
        let reply: Reply =
            switch (route, request.method) {
            case (.other, _): Problem.notFound.reply
            case (_, .options): .options(route)
            case (_, .get), (_, .head):
                answer(route, wantsJSON: Self.wantsJSON(request.headers[.accept]))
            default: Problem.methodNotAllowed(route).reply
            }
        return Self.response(reply, omitsBody: request.method == .head)
    }

    private func answer(_ route: Route, wantsJSON: Bool) -> Reply {
        switch route {
        case .live:
            return wantsJSON
                ? Reply(
                    status: 200,
                    contentType: Self.json,
                    body: .init(staticString: "{\"live\":true}\n")
                )
                : Reply(status: 200, contentType: Self.text, body: .init(staticString: "ok\n"))
        case .ready: return health(wantsJSON) { $0.isReady ? nil : Problem(.notReady) }
        case .readyForWrites: return health(wantsJSON, unless: Self.problemWithWrites)
        case .metrics:
            var text = PrometheusText()
            let ofNode = node.metrics
            text.write(ofNode.samples + metrics.samples + feed.samples)
            text.write(ofNode.histograms + metrics.histograms)
            return Reply(status: 200, contentType: PrometheusText.contentType, body: text.buffer)
        default:
            // The connection handler answers all others; they don't get here.
            return Problem.notFound.reply
        }
    }

    private func health(_ wantsJSON: Bool, unless problem: (NodeStatus) -> Problem?) -> Reply {
        let status = node.status
        if let problem = problem(status) { return problem.reply }
        let report = HealthReport(status)
        return wantsJSON
            ? Reply(status: 200, contentType: Self.json, body: report.json)
            : Reply(status: 200, contentType: Self.text, body: report.text)
    }

    private static func problemWithWrites(_ status: NodeStatus) -> Problem? {
        if !status.isReady { return Problem(.notReady) }
        if let refusal = status.writeRefusal { return Problem(.writesRefused, detail: refusal) }
        return status.leader == nil ? Problem(.noLeader) : nil
    }

    private static let json = "application/json"
    private static let text = "text/plain; charset=utf-8"

    /// JSON is for those who ask for it by name; a browser or a probe gets text.
    private static func wantsJSON(_ accept: String?) -> Bool {
        accept?.lowercased().contains("application/json") ?? false
    }

    private static func response(_ reply: Reply, omitsBody: Bool) -> Response {
        var fields = HTTPFields()
        if let type = reply.contentType { fields[.contentType] = type }
        fields[.cacheControl] = "\(reply.cacheControl)"
        fields[.accessControlAllowOrigin] = "*"
        for field in reply.fields {
            if let name = HTTPFields.Element.Name(field.name) { fields[name] = field.value }
        }
        if reply.status != 204 { fields[.contentLength] = "\(reply.body.readableBytes)" }
        return Response(
            status: HTTPResponse.Status(
                code: reply.status,
                reasonPhrase: "\(Reply.phrase(reply.status))"
            ),
            headers: fields,
            body: omitsBody || reply.status == 204
                ? ResponseBody() : ResponseBody(byteBuffer: reply.body)
        )
    }
}
