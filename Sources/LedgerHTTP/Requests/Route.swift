/// The resources that are served; the bounded set of labels in the metrics.
enum Route: Int, CaseIterable, Sendable {
    case availability
    case availabilityBatch
    case item
    case stock
    case items
    case reservation
    case transfer
    case sale
    case offer
    case history
    case holds
    case hold
    case cluster
    case page
    case pageFile
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
        case .stock: "stock"
        case .items: "items"
        case .reservation: "reservation"
        case .transfer: "transfer"
        case .sale: "sale"
        case .offer: "offer"
        case .history: "history"
        case .holds: "holds"
        case .hold: "hold"
        case .cluster: "cluster"
        case .page: "page"
        case .pageFile: "page_file"
        case .live: "livez"
        case .ready: "readyz"
        case .readyForWrites: "readyz_write"
        case .metrics: "metrics"
        case .other: "other"
        }
    }

    /// Whether the connection handler answers it, and not Hummingbird.
    var isRead: Bool {
        switch self {
        case .availability, .availabilityBatch, .item, .stock, .items, .reservation, .transfer,
            .sale, .offer, .history:
            true
        case .holds, .hold, .cluster, .page, .pageFile, .live, .ready, .readyForWrites, .metrics,
            .other:
            false
        }
    }

    /// Whether it changes the ledger: then pages of other origins may not ask for it.
    var isWrite: Bool { self == .holds || self == .hold }

    /// The methods it knows, as `Allow` lists them.
    var allow: String {
        switch self {
        case .availabilityBatch, .holds, .hold: "POST, OPTIONS"
        default: "GET, HEAD, OPTIONS"
        }
    }
}
