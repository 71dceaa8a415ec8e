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
    case changes
    case changesPoll
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
        case .changes: "changes"
        case .changesPoll: "changes_poll"
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
            .sale, .offer, .history, .changes, .changesPoll:
            true
        case .live, .ready, .readyForWrites, .metrics, .other: false
        }
    }

    /// Whether a hub of the feed answers it.
    var isFeed: Bool { self == .changes || self == .changesPoll }

    /// The methods it knows, as `Allow` lists them.
    var allow: String {
        switch self {
        case .availabilityBatch: "POST, OPTIONS"
        case .changes, .changesPoll: "GET, OPTIONS"
        default: "GET, HEAD, OPTIONS"
        }
    }
}
