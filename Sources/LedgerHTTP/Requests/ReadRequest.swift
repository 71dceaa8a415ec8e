import Ledger
import Replica

/// A read, understood: what is asked for and how fresh it must be.
struct ReadRequest: Equatable, Sendable {
    enum Resource: Equatable, Sendable {
        /// Of each SKU, over all locations that sell online, or at one location.
        case availability([SKU], at: LocationID?)
        case item(SKU)
        case stock(LocationID, SKU)
    }

    var resource: Resource
    var consistency: Consistency
    /// Answers to a `POST` are not for caches.
    var isCacheable: Bool

    /// The items that the node must give.
    var skus: [SKU] {
        switch resource {
        case .availability(let skus, _): skus
        case .item(let sku), .stock(_, let sku): [sku]
        }
    }
}
