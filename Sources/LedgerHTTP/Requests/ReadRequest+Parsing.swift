import Ledger
import NIOCore

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
            let query = try ReadQuery(target.query, skusMax: 0, takesLocation: false)
            resource = .stock(
                try Self.segment(target.segments.first, "location"),
                try Self.segment(target.segments.last, "sku")
            )
            consistency = try query.consistency()
            isCacheable = true
        case .live, .ready, .readyForWrites, .metrics, .other:
            throw .notFound
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
