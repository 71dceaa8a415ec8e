import Ledger
import LedgerStore
import Replica

/// A read, understood: what is asked for and how fresh it must be.
struct ReadRequest: Equatable, Sendable {
    enum Resource: Equatable, Sendable {
        /// Of each SKU, over all locations that sell online, or at one location.
        case availability([SKU], at: LocationID?)
        case item(SKU)
        /// Where it can be had.
        case itemLocations(SKU, LocationPage)
        case stock(LocationID, SKU)
        case stockAsOf(LocationID, SKU, AsOf)
        case reservation(ReservationID)
        case transfer(TransferID)
        case sale(SaleID)
        case offer(LocationID, SKU)
        case search(ItemSearch)
        case location(LocationID)
        case locations(pageSize: Int, token: String?)
        case history(HistoryQuery)
        /// A page of what is known of stores.
        case storeTable(StoreTable, pageSize: Int, token: String?)
        /// What is known of one store's agent.
        case store(LocationID)
    }

    var resource: Resource
    var consistency: Consistency
    /// Answers to a `POST` are not for caches.
    var isCacheable: Bool

    /// Whether caches that many share may keep it: what the shop window shows, and nobody's documents.
    var isShared: Bool {
        switch resource {
        case .availability, .item, .itemLocations, .stock, .offer, .search, .location,
            .locations:
            isCacheable
        case .stockAsOf, .reservation, .transfer, .sale, .history, .storeTable, .store: false
        }
    }

    /// The items that the node must give; none when something else is asked for.
    var skus: [SKU] {
        switch resource {
        case .availability(let skus, _): skus
        case .item(let sku), .stock(_, let sku), .itemLocations(let sku, _): [sku]
        default: []
        }
    }

    /// The location whose existence an answer depends on.
    var location: LocationID? {
        switch resource {
        case .availability(_, let location): location
        case .stock(let location, _): location
        default: nil
        }
    }

    /// Whether it is answered from the database.
    var asksBooks: Bool {
        switch resource {
        case .search, .history, .stockAsOf, .locations, .storeTable, .store: true
        default: false
        }
    }
}
