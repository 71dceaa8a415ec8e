import Hummingbird
import NIOCore
import Replica

/// Answers what isn't a read: pages, carts' writes, health, metrics, and every path that doesn't exist.
struct OperationsResponder: HTTPResponder {
    /// Nothing is kept about a request.
    struct Context: InitializableFromSource {
        init(source: ApplicationRequestContextSource) {}
    }

    let node: any LedgerNode
    let metrics: HTTPMetrics
    let feed: Feed
    private let cluster: ClusterWatch
    private let stores: StoreWatch
    /// Of those beside this server.
    private let samples: @Sendable () -> [NodeMetrics.Sample]
    private let holds: HoldResponder
    private let pages = PageResponder()

    init(
        node: any LedgerNode,
        metrics: HTTPMetrics,
        feed: Feed,
        limits: HTTPLimits,
        samples: @escaping @Sendable () -> [NodeMetrics.Sample]
    ) {
        self.node = node
        self.samples = samples
        self.metrics = metrics
        self.feed = feed
        cluster = ClusterWatch(node: node, limits: limits)
        stores = StoreWatch(
            node: node,
            interval: limits.storesInterval,
            patience: limits.storesPatience
        )
        holds = HoldResponder(node: node, limits: limits)
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let target = RequestTarget(request.head.path ?? "/")
        let route = target.route
        let omitsBody = request.method == .head
        switch (route, request.method) {
        case (.other, _): return Problem.notFound.reply.response(omitsBody: omitsBody)
        case (_, .options):
            return Reply.options(route).response(omitsBody: omitsBody, isShared: !route.isWrite)
        case (.holds, _), (.hold, _):
            let reply = await holds.respond(to: request, target)
            return reply.response(omitsBody: omitsBody, isShared: false)
        case (.page, .get), (.page, .head), (.pageFile, .get), (.pageFile, .head):
            return pages.respond(to: request, target)
        case (.cluster, .get), (.cluster, .head):
            return await clusterReply().response(omitsBody: omitsBody)
        case (.metrics, .get), (.metrics, .head):
            return await metricsReply().response(omitsBody: omitsBody)
        case (_, .get), (_, .head):
            let wantsJSON = Self.wantsJSON(request.headers[.accept])
            return answer(route, wantsJSON: wantsJSON).response(omitsBody: omitsBody)
        default: return Problem.methodNotAllowed(route).reply.response(omitsBody: omitsBody)
        }
    }

    private func clusterReply() async -> Reply {
        let report = await cluster.report()
        let ofNode = node.metrics
        let body = ClusterBody(
            node: node.status,
            others: report,
            now: .now(),
            samples: ofNode.samples,
            requests: ofNode.histograms,
            // Those who follow the feed wait for changes, those who look here for other nodes, and neither
            // for this one.
            routes: metrics.histograms.filter { histogram in
                !Route.allCases.contains {
                    ($0.isFeed || $0 == .cluster) && $0.label == histogram.labels.first?.value
                }
            }
        )
        return Reply(status: 200, contentType: Self.json, body: body.json)
    }

    /// What can't be read of stores now is left out, and the rest told all the same.
    private func metricsReply() async -> Reply {
        let ofStores = await stores.summary()?.samples ?? []
        let ofNode = node.metrics
        var text = PrometheusText()
        text.write(ofNode.samples + metrics.samples + feed.samples + ofStores + samples())
        text.write(ofNode.histograms + metrics.histograms)
        return Reply(status: 200, contentType: PrometheusText.contentType, body: text.buffer)
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
        default:
            // The connection handler answers the reads, and the rest is answered above.
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
}

extension Reply {
    /// The answer in Hummingbird's form; `isShared` lets scripts of other origins read it.
    func response(omitsBody: Bool, isShared: Bool = true) -> Response {
        var fields = HTTPFields()
        if let type = contentType { fields[.contentType] = type }
        fields[.cacheControl] = "\(cacheControl)"
        fields[.xContentTypeOptions] = "nosniff"
        if isShared { fields[.accessControlAllowOrigin] = "*" }
        for field in self.fields {
            if let name = HTTPFields.Element.Name(field.name) { fields[name] = field.value }
        }
        if status != 204 { fields[.contentLength] = "\(body.readableBytes)" }
        return Response(
            status: HTTPResponse.Status(
                code: status,
                reasonPhrase: "\(Reply.phrase(status))"
            ),
            headers: fields,
            body: omitsBody || status == 204
                ? ResponseBody() : ResponseBody(byteBuffer: body)
        )
    }
}
