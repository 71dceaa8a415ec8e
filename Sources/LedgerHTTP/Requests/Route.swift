/// The resources that are served; the bounded set of labels in the metrics.
enum Route: Int, CaseIterable, Sendable {
    case availability
    case availabilityBatch
    case item
    case itemLocations
    case items
    case location
    case locations
    case stock
    case offer
    case movements
    case reservation
    case transfer
    case sale
    case stores
    case store
    case conflicts
    case changes
    case changesPoll
    case holds
    case hold
    case cluster
    case page
    case pageFile
    case openAPI
    case docs
    case docsStyle
    case live
    case ready
    case readyForWrites
    case metrics
    /// Every path that is none of the above.
    case other

    /// The label in the metrics.
    var label: String {
        switch self {
        case .availability: "availability"
        case .availabilityBatch: "availability_batch"
        case .item: "item"
        case .itemLocations: "item_locations"
        case .items: "items"
        case .location: "location"
        case .locations: "locations"
        case .stock: "stock"
        case .offer: "offer"
        case .movements: "movements"
        case .reservation: "reservation"
        case .transfer: "transfer"
        case .sale: "sale"
        case .stores: "stores"
        case .store: "store"
        case .conflicts: "conflicts"
        case .changes: "changes"
        case .changesPoll: "changes_poll"
        case .holds: "holds"
        case .hold: "hold"
        case .cluster: "cluster"
        case .page: "page"
        case .pageFile: "page_file"
        case .openAPI: "openapi"
        case .docs: "docs"
        case .docsStyle: "docs_style"
        case .live: "livez"
        case .ready: "readyz"
        case .readyForWrites: "readyz_write"
        case .metrics: "metrics"
        case .other: "other"
        }
    }

    /// Whether it reads the ledger.
    var isRead: Bool {
        switch self {
        case .availability, .availabilityBatch, .item, .itemLocations, .items, .location,
            .locations, .stock, .offer, .movements, .reservation, .transfer, .sale,
            .stores, .store, .conflicts:
            true
        default: false
        }
    }

    /// Whether it is the same for as long as the node runs.
    var isStatic: Bool {
        switch self {
        case .openAPI, .docs, .docsStyle: true
        default: false
        }
    }

    /// Whether those ask for it who watch over the node; they are let in when nobody else is.
    var isProbe: Bool {
        switch self {
        case .live, .ready, .readyForWrites, .metrics: true
        default: false
        }
    }

    /// Whether it changes the ledger: then pages of other origins may not ask for it.
    var isWrite: Bool { self == .holds || self == .hold }

    /// Whether a hub of the feed answers it.
    var isFeed: Bool { self == .changes || self == .changesPoll }

    /// Whether there is something to get.
    var knowsGet: Bool { self != .availabilityBatch && !isWrite }

    /// The methods it knows, as `Allow` lists them.
    var allow: String {
        if isFeed { return "GET, OPTIONS" }
        return knowsGet ? "GET, HEAD, OPTIONS" : "POST, OPTIONS"
    }
}
