import Ledger
import LedgerStore
import Replica

/// Questions for the past and the catalogue, from their parameters.
extension ReadRequest {
    /// Understands `GET /v1/items`.
    static func search(_ target: RequestTarget, _ limits: HTTPLimits) throws(Problem) -> Self {
        let query = try ReadQuery(target, limits)
        let search = ItemSearch(
            text: query.others["q"],
            skuPrefix: query.others["sku_prefix"],
            pageSize: try query.pageSize(limits),
            pageToken: query.others["page_token"]
        )
        return try book(.search(search), query)
    }

    /// Understands `GET /v1/locations`.
    static func locations(_ target: RequestTarget, _ limits: HTTPLimits) throws(Problem) -> Self {
        let query = try ReadQuery(target, limits)
        let size = try query.pageSize(limits)
        return try book(.locations(pageSize: size, token: query.others["page_token"]), query)
    }

    /// Understands `GET /v1/movements`.
    static func movements(_ target: RequestTarget, _ limits: HTTPLimits) throws(Problem) -> Self {
        let query = try ReadQuery(target, limits)
        let order: HistoryQuery.Order
        switch query.others["order"] {
        case nil, "newest_first": order = .newestFirst
        case "oldest_first": order = .oldestFirst
        default: throw .invalid("order", "must be newest_first or oldest_first")
        }
        let history = HistoryQuery(
            try subject(query),
            order: order,
            from: try time(query, "from"),
            until: try time(query, "until"),
            pageSize: try query.pageSize(limits),
            pageToken: query.others["page_token"]
        )
        return try book(.history(history), query)
    }

    /// Understands `GET /v1/stores` and `GET /v1/conflicts`.
    static func storeTable(_ target: RequestTarget, _ limits: HTTPLimits) throws(Problem) -> Self {
        let query = try ReadQuery(target, limits)
        let table: StoreTable =
            target.route == .stores ? .stores(nil) : .conflicts(query.location)
        let size = try query.pageSize(limits)
        let token = query.others["page_token"]
        return try book(.storeTable(table, pageSize: size, token: token), query)
    }

    /// What `as_of` says: a position, or a time.
    static func moment(_ text: String) throws(Problem) -> AsOf {
        if let position = UInt64(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .position(Position(position))
        }
        if let time = LogTime(rfc3339: text) { return .time(time) }
        throw .invalid("as_of", "must be a position, or a time like 2026-11-25T18:00:00Z")
    }

    private static func book(_ resource: Resource, _ query: ReadQuery) throws(Problem) -> Self {
        ReadRequest(resource: resource, consistency: try query.consistency(), isCacheable: true)
    }

    private static func subject(_ query: ReadQuery) throws(Problem) -> HistoryQuery.Subject {
        let given = Route.subjects.filter { query.others[$0] != nil }
        guard let name = given.first, let text = query.others[name] else {
            switch (query.skus.first, query.location) {
            case (let sku?, let location?): return .level(sku, location)
            case (let sku?, nil): return .item(sku)
            case (nil, let location?): return .location(location)
            case (nil, nil): return .all
            }
        }
        guard given.count == 1, query.skus.isEmpty, query.location == nil else {
            throw .invalid(name, "can't be asked together with another subject")
        }
        switch name {
        case "reservation": return .reservation(try ReadQuery.identifier(text, name))
        case "document": return .document(try ReadQuery.identifier(text, name))
        case "sale": return .sale(try ReadQuery.identifier(text, name))
        case "transfer": return .transfer(try ReadQuery.identifier(text, name))
        default: return .request(try ReadQuery.identifier(text, name))
        }
    }

    private static func time(_ query: ReadQuery, _ name: String) throws(Problem) -> LogTime? {
        guard let text = query.others[name] else { return nil }
        guard let time = LogTime(rfc3339: text) else {
            throw .invalid(name, "must be a time like 2026-11-25T18:00:00Z")
        }
        return time
    }
}
