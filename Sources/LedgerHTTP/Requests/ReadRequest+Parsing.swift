import Ledger
import NIOCore
import Replica

extension ReadRequest {
    /// Understands a request for one of the reads, or says what is wrong with it.
    ///
    /// Only a batch get looks at the body.
    init(target: RequestTarget, body: ByteBuffer, limits: HTTPLimits) throws(Problem) {
        switch target.route {
        case .items: self = try .search(target, limits)
        case .locations: self = try .locations(target, limits)
        case .movements: self = try .movements(target, limits)
        case .stores, .conflicts: self = try .storeTable(target, limits)
        default:
            guard target.route.isRead else { throw .notFound }
            let query = try ReadQuery(target, limits)
            consistency = try query.consistency()
            resource = try Self.resource(target, query, body, limits)
            isCacheable = target.route != .availabilityBatch
        }
    }

    private static func resource(
        _ target: RequestTarget,
        _ query: ReadQuery,
        _ body: ByteBuffer,
        _ limits: HTTPLimits
    ) throws(Problem) -> Resource {
        switch target.route {
        case .availability:
            guard !query.skus.isEmpty else { throw .invalid("sku", "is needed at least once") }
            return .availability(query.skus, at: query.location)
        case .availabilityBatch:
            let skus = try BatchGetBody.skus(in: body, max: limits.batchSKUsMax)
            return .availability(skus, at: query.location)
        case .item: return .item(try segment(target.segments.first, "sku"))
        case .itemLocations: return try itemLocations(target, query, limits)
        case .location: return .location(try segment(target.segments.first, "location"))
        case .stock: return try stock(target, query)
        default: return try document(target)
        }
    }

    private static func stock(
        _ target: RequestTarget,
        _ query: ReadQuery
    ) throws(Problem) -> Resource {
        let location: LocationID = try segment(target.segments.first, "location")
        let sku: SKU = try segment(target.segments.last, "sku")
        guard let text = query.others["as_of"] else { return .stock(location, sku) }
        guard try query.consistency() == .stale else {
            throw .invalid("consistency", "has no effect with as_of")
        }
        return .stockAsOf(location, sku, try moment(text))
    }

    private static func itemLocations(
        _ target: RequestTarget,
        _ query: ReadQuery,
        _ limits: HTTPLimits
    ) throws(Problem) -> Resource {
        let sku: SKU = try segment(target.segments.first, "sku")
        let page = try LocationPage(
            size: try query.pageSize(limits),
            token: query.others["page_token"],
            of: sku
        )
        return .itemLocations(sku, page)
    }

    private static func document(_ target: RequestTarget) throws(Problem) -> Resource {
        let first = target.segments.first
        switch target.route {
        case .reservation: return .reservation(try segment(first, "reservation"))
        case .transfer: return .transfer(try segment(first, "transfer"))
        case .sale: return .sale(try segment(first, "sale"))
        case .store: return .store(try segment(first, "location"))
        default:
            return .offer(
                try segment(first, "location"),
                try segment(target.segments.last, "sku")
            )
        }
    }

    private static func segment<ID: ClientIdentifier>(
        _ bytes: ArraySlice<UInt8>?,
        _ name: String
    ) throws(Problem) -> ID {
        guard let text = bytes.flatMap(PercentEncoding.decode) else {
            throw .invalid(name, "is not percent-encoded UTF-8")
        }
        return try ReadQuery.identifier(text, name)
    }
}
