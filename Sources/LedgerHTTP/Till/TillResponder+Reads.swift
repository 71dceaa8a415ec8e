import AgentCore
import Hummingbird
import Ledger
import NIOCore
import Synchronization

/// What is looked at.
extension TillResponder {
    func read(_ route: TillRoute, _ query: ArraySlice<UInt8>) async throws -> Reply {
        let asked = try ListQuery(query, route, limits)
        var body = ByteBuffer()
        switch route {
        case .items:
            let found = try await desk.items(matching: asked.text, limit: asked.limit)
            body.writeList("{\"items\":", found) { $0.writeTillStock($1) }
            body.writeStaticString("}\n")
        case .item(let sku):
            guard let stock = try await desk.stock(sku) else {
                throw Problem(.itemNotFound, detail: "the store's copy has no item \(sku)")
            }
            body.writeTillStock(stock)
            body.writeStaticString("\n")
        case .pickUps:
            let found = try await desk.pickUps(after: asked.after, limit: asked.limit)
            body.writeList("{\"pickups\":", found) { $0.writeReservation($1) }
            body.writeText(",\"nextAfter\":", asked.next(found.last?.id.text, found.count))
            body.writeStaticString("}\n")
        case .transfers:
            let found = try await desk.transfers(after: asked.after, limit: asked.limit)
            body.writeList("{\"transfers\":", found) { $0.writeTransfer($1) }
            body.writeText(",\"nextAfter\":", asked.next(found.last?.id.text, found.count))
            body.writeStaticString("}\n")
        case .status:
            body.writeTillStatus(
                try await desk.status(),
                policy: desk.settings.policy,
                now: Self.now(),
                units: try await desk.openUnits()
            )
            body.writeStaticString("\n")
        case .metrics:
            return Reply(
                status: 200,
                contentType: PrometheusText.contentType,
                body: TillMetrics.text(
                    try await desk.status(),
                    units: try await desk.openUnits(),
                    now: Self.now()
                )
            )
        case .live: body.writeStaticString("{\"live\":true}\n")
        case .write, .file, .changes, .other: throw Problem.notFound
        }
        return Reply(status: 200, contentType: Self.json, body: body)
    }

    /// Server-sent events: the status at once, and again whenever it has changed.
    func follow(omitsBody: Bool) throws(Problem) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = "text/event-stream"
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        guard !omitsBody else { return Response(status: .ok, headers: fields) }
        let following = followers.add(1, ordering: .relaxed).newValue
        guard following <= limits.followersMax else {
            followers.subtract(1, ordering: .relaxed)
            throw Problem(.overloaded, detail: "too many follow the status")
        }
        let place = FollowerPlace(self)
        let events = StatusEvents(desk: desk, limits: limits, place: place)
        return Response(
            status: .ok,
            headers: fields,
            body: ResponseBody(asyncSequence: events)
        )
    }
}

/// The parameters of a list.
struct ListQuery {
    /// Words of a title, or the beginning of an SKU.
    private(set) var text = ""
    /// The name after which a list goes on.
    private(set) var after: String?
    private(set) var limit: Int

    /// Reads a query; what the route doesn't know is refused by name.
    init(
        _ query: ArraySlice<UInt8>,
        _ route: TillRoute,
        _ limits: TillLimits
    ) throws(Problem) {
        limit = limits.pageSizeDefault
        var seen: Set<String> = []
        for pair in QueryParameters(query) {
            guard let name = pair.name, let value = pair.value else {
                throw .invalidQuery("the query isn't well encoded")
            }
            guard Self.names(route).contains(name) else {
                throw .invalid(name, "is not known here")
            }
            guard seen.insert(name).inserted else { throw .invalid(name, "must come once") }
            switch name {
            case "q":
                guard value.utf8.count <= Self.textBytesMax else {
                    throw .invalid(name, "must be at most \(Self.textBytesMax) bytes")
                }
                text = value
            case "after":
                guard Ledger.RequestID(value) != nil else { throw .invalid(name, "must be a name") }
                after = value
            default:
                guard let size = Int(value), (1...limits.pageSizeMax).contains(size) else {
                    throw .invalid(name, "must be 1 to \(limits.pageSizeMax)")
                }
                limit = size
            }
        }
    }

    /// After which name the next page begins; nil: this one wasn't full.
    func next(_ last: String?, _ count: Int) -> String? { count < limit ? nil : last }

    private static let textBytesMax = 200

    private static func names(_ route: TillRoute) -> Set<String> {
        switch route {
        case .items: ["q", "limit"]
        case .pickUps, .transfers: ["after", "limit"]
        default: []
        }
    }
}
