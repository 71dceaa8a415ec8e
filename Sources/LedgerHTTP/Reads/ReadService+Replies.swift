import Ledger
import NIOCore
import Replica

extension ReadService {
    /// The answer that a read's result makes, as of now.
    func reply(to request: ReadRequest, with result: ReadResult) -> Reply {
        switch result.outcome {
        case .failed(let failure): return reply(to: failure)
        case .refused(let problem): return problem.reply
        case .document(let document, let missing):
            let freshness = Freshness(stamp: document.stamp, since: result.at)
            if let refusal = refusal(of: request.consistency, freshness) { return refusal }
            guard let body = document.value else { return Self.notFound(missing, freshness) }
            return representation(body, request, freshness)
        case .items(let items):
            let freshness = Freshness(stamp: items.stamp, since: result.at)
            if let refusal = refusal(of: request.consistency, freshness) { return refusal }
            return success(request, items.value, freshness)
        case .located(let items, let location):
            let stamp = location.value == nil ? location.stamp : items.stamp
            let freshness = Freshness(stamp: stamp, since: result.at)
            if let refusal = refusal(of: request.consistency, freshness) { return refusal }
            if location.value == nil { return Self.notFound(.locationNotFound, freshness) }
            return success(request, items.value, freshness)
        }
    }

    /// A bound is checked once more against the age that will be stated.
    private func refusal(of consistency: Consistency, _ freshness: Freshness) -> Reply? {
        guard case .bounded(let maxStaleness) = consistency else { return nil }
        let age = freshness.age(at: .now())
        if let age, age <= maxStaleness { return nil }
        return reply(to: .tooStale(age: age))
    }

    private func success(
        _ request: ReadRequest,
        _ views: [ItemView?],
        _ freshness: Freshness
    ) -> Reply {
        precondition(views.count == request.skus.count, "the node answers each SKU asked for")
        var body = ByteBuffer()
        if case .availability(let skus, let location) = request.resource {
            body.writeAvailability(of: skus, views: views, at: location)
            return representation(body, request, freshness)
        }
        guard let view = views.first, let view else {
            return Self.notFound(.itemNotFound, freshness)
        }
        switch request.resource {
        case .item: body.writeItem(view)
        case .itemLocations(_, let page): body.writeLocations(of: view, page)
        case .stock(let location, let sku):
            // Never any stock here: all zeros.
            let level = view.level(at: location)?.level ?? StockLevel()
            body.writeStock(level, sku: sku, at: location)
        default: preconditionFailure("documents and pages come as bodies")
        }
        return representation(body, request, freshness)
    }

    private func representation(
        _ body: ByteBuffer,
        _ request: ReadRequest,
        _ freshness: Freshness
    ) -> Reply {
        var reply = Reply(status: 200, contentType: "application/json", body: body)
        reply.freshness = freshness
        if request.isCacheable {
            reply.tag = EntityTag(of: body)
            if request.isShared, request.consistency == .stale { reply.caching = .moment }
        }
        reply.isCompressible = true
        return reply
    }

    private static func notFound(_ reason: ProblemReason, _ freshness: Freshness) -> Reply {
        var reply = Problem(reason).reply
        reply.freshness = freshness
        return reply
    }
}
