import Ledger
import NIOCore
import Replica

extension ReadRequest {
    /// Understands a request for one of the reads, or says what is wrong with it.
    ///
    /// Only a batch get looks at the body.
    init(target: RequestTarget, body: ByteBuffer, limits: HTTPLimits) throws(Problem) {
        switch target.route {
        case .availability:
            let query = try ReadQuery(target.query, skusMax: limits.skusMax, takesLocation: true)
            guard !query.skus.isEmpty else { throw .invalid("sku", "is needed at least once") }
            resource = .availability(query.skus, at: query.location)
            consistency = try query.consistency()
            isCacheable = true
        case .availabilityBatch:
            let query = try ReadQuery(target.query, skusMax: 0, takesLocation: true)
            consistency = try query.consistency()
            let skus = try BatchGetBody.skus(in: body, max: limits.batchSKUsMax)
            resource = .availability(skus, at: query.location)
            isCacheable = false
        case .item:
            let query = try ReadQuery(target.query, skusMax: 0, takesLocation: false)
            resource = .item(try Self.segment(target.segments.first, "sku"))
            consistency = try query.consistency()
            isCacheable = true
        case .stock:
            let query = try ReadQuery(
                target.query,
                skusMax: 0,
                takesLocation: false,
                others: ["as_of"]
            )
            let location: LocationID = try Self.segment(target.segments.first, "location")
            let sku: SKU = try Self.segment(target.segments.last, "sku")
            consistency = try query.consistency()
            isCacheable = true
            if let moment = query.others["as_of"] {
                guard consistency == .stale else {
                    throw .invalid("consistency", "has no effect with as_of")
                }
                resource = .stockAsOf(location, sku, try Self.moment(moment))
            } else {
                resource = .stock(location, sku)
            }
        case .items: self = try .search(target, limits)
        case .history: self = try .history(target, limits)
        case .reservation, .transfer, .sale, .offer:
            let query = try ReadQuery(target.query, skusMax: 0, takesLocation: false)
            resource = try Self.document(target)
            consistency = try query.consistency()
            isCacheable = true
        case .changes, .changesPoll, .live, .ready, .readyForWrites, .metrics, .other:
            throw .notFound
        }
    }

    private static func document(_ target: RequestTarget) throws(Problem) -> Resource {
        let first = target.segments.first
        switch target.route {
        case .reservation: return .reservation(try segment(first, "reservation"))
        case .transfer: return .transfer(try segment(first, "transfer"))
        case .sale: return .sale(try segment(first, "sale"))
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
