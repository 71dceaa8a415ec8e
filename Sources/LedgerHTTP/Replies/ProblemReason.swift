/// Why a request was not answered with what it asked for; one vocabulary with gRPC and the CLI.
///
/// The raw value is the reason; `type` is the same as a URN.
enum ProblemReason: String, CaseIterable, Sendable {
    case invalidArgument = "INVALID_ARGUMENT"
    case malformedRequest = "MALFORMED_REQUEST"
    case bodyNotAllowed = "BODY_NOT_ALLOWED"
    case requestTimeout = "REQUEST_TIMEOUT"
    case notFound = "NOT_FOUND"
    case itemNotFound = "ITEM_NOT_FOUND"
    case locationNotFound = "LOCATION_NOT_FOUND"
    case reservationNotFound = "RESERVATION_NOT_FOUND"
    case transferNotFound = "TRANSFER_NOT_FOUND"
    case saleNotFound = "SALE_NOT_FOUND"
    case offerNotFound = "OFFER_NOT_FOUND"
    case storeNotRegistered = "STORE_NOT_REGISTERED"
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    case bodyTooLarge = "BODY_TOO_LARGE"
    case targetTooLong = "TARGET_TOO_LONG"
    case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
    case headersTooLarge = "HEADERS_TOO_LARGE"
    case transferCodingUnknown = "TRANSFER_CODING_UNKNOWN"
    case feedCompacted = "FEED_COMPACTED"
    case stale = "STALE"
    case sessionAhead = "SESSION_AHEAD"
    case noQuorum = "NO_QUORUM"
    case notReady = "NOT_READY"
    case overloaded = "OVERLOADED"
    case tooManyRequests = "TOO_MANY_REQUESTS"
    case tooManyConnections = "TOO_MANY_CONNECTIONS"
    case unreadable = "UNREADABLE"
    case noLeader = "NO_LEADER"
    case writesRefused = "WRITES_REFUSED"
    case crossOrigin = "CROSS_ORIGIN"
    case insufficientStock = "INSUFFICIENT_STOCK"
    case itemArchived = "ITEM_ARCHIVED"
    case locationClosed = "LOCATION_CLOSED"
    case reservationExists = "RESERVATION_EXISTS"
    case reservationExpired = "RESERVATION_EXPIRED"
    case reservationClosed = "RESERVATION_CLOSED"
    case maxTTLReached = "MAX_TTL_REACHED"
    case holdQuotaExceeded = "HOLD_QUOTA_EXCEEDED"
    case quantityOverflow = "QUANTITY_OVERFLOW"
    case idempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED"
    case outcomeUnknown = "OUTCOME_UNKNOWN"
    // What only the agent of a store says.
    case exceedsOpenQuantity = "EXCEEDS_OPEN_QUANTITY"
    case exceedsUnavailable = "EXCEEDS_UNAVAILABLE"
    case exceedsSoldQuantity = "EXCEEDS_SOLD_QUANTITY"
    case exceedsRequested = "EXCEEDS_REQUESTED"
    case exceedsInTransit = "EXCEEDS_IN_TRANSIT"
    case saleExists = "SALE_EXISTS"
    case reasonRequired = "REASON_REQUIRED"
    case storeFrozen = "STORE_FROZEN"
    case outboxFull = "OUTBOX_FULL"
    case hostUnknown = "HOST_UNKNOWN"

    /// The stable `type` of RFC 9457, like `urn:estoque:problem:session-ahead`.
    var type: String {
        "urn:estoque:problem:"
            + String(rawValue.lowercased().map { $0 == "_" ? "-" : $0 })
    }

    /// The HTTP status that goes with it.
    var status: Int {
        switch self {
        case .invalidArgument, .malformedRequest, .bodyNotAllowed, .reasonRequired: 400
        case .exceedsOpenQuantity, .exceedsUnavailable, .exceedsSoldQuantity, .exceedsRequested,
            .exceedsInTransit, .saleExists, .storeFrozen:
            409
        case .notFound, .itemNotFound, .locationNotFound, .reservationNotFound, .transferNotFound,
            .saleNotFound, .offerNotFound, .storeNotRegistered:
            404
        case .crossOrigin, .hostUnknown: 403
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .insufficientStock, .itemArchived, .locationClosed, .reservationExists,
            .reservationExpired, .reservationClosed, .maxTTLReached, .quantityOverflow:
            409
        case .feedCompacted: 410
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .idempotencyKeyReused: 422
        case .tooManyRequests, .holdQuotaExceeded: 429
        case .headersTooLarge: 431
        case .unreadable: 500
        case .transferCodingUnknown: 501
        case .outcomeUnknown: 504
        case .stale, .sessionAhead, .noQuorum, .notReady, .overloaded, .tooManyConnections,
            .noLeader, .writesRefused, .outboxFull:
            503
        }
    }

    /// Seconds after which another try makes sense; nil when the same request would fail again.
    var retryAfter: Int? {
        switch self {
        case .stale, .sessionAhead, .noQuorum, .overloaded, .tooManyRequests,
            .tooManyConnections, .noLeader, .holdQuotaExceeded, .outcomeUnknown:
            1
        case .notReady, .writesRefused, .outboxFull: 5
        default: nil
        }
    }

    /// A short summary, the same for every occurrence.
    var title: String {
        switch self {
        case .invalidArgument: "A parameter is missing or wrong"
        case .malformedRequest: "The request is not valid HTTP"
        case .bodyNotAllowed: "This method takes no body"
        case .requestTimeout: "The request took too long to arrive"
        case .notFound: "There is nothing at this path"
        case .itemNotFound: "The item does not exist"
        case .locationNotFound: "The location does not exist"
        case .reservationNotFound: "The reservation does not exist"
        case .transferNotFound: "The transfer does not exist"
        case .saleNotFound: "The sale does not exist"
        case .storeNotRegistered: "No agent was ever registered there"
        case .offerNotFound: "Nothing is different about the item there"
        case .methodNotAllowed: "The resource does not know this method"
        case .bodyTooLarge: "The body is too large"
        case .targetTooLong: "The request target is too long"
        case .unsupportedMediaType: "The body must be application/json"
        case .transferCodingUnknown: "The body must be sent plain or in chunks"
        case .headersTooLarge: "The headers are too large"
        case .feedCompacted: "Changes behind this cursor are not kept any more"
        case .stale: "This node's state is older than asked for"
        case .sessionAhead: "This node has not reached the position yet"
        case .noQuorum: "No quorum confirmed the read in time"
        case .notReady: "This node has not loaded its state yet"
        case .overloaded: "Too many reads are waiting"
        case .tooManyRequests: "Too many reads of this client are waiting"
        case .tooManyConnections: "This node has as many connections as it serves"
        case .unreadable: "This node's database could not be read"
        case .noLeader: "No leader is known to this node"
        case .writesRefused: "This node refuses writes"
        case .crossOrigin: "Pages of other origins may not write"
        case .insufficientStock: "There is not enough stock"
        case .itemArchived: "The item is no longer sold"
        case .locationClosed: "The location is closed"
        case .reservationExists: "There is such a reservation already"
        case .reservationExpired: "The hold has run out, and its stock has gone"
        case .reservationClosed: "The reservation has ended or is confirmed"
        case .maxTTLReached: "The hold can't be kept any longer"
        case .holdQuotaExceeded: "The cart has too many open holds"
        case .quantityOverflow: "More than can be counted"
        case .idempotencyKeyReused: "The requestId was used for something else"
        case .outcomeUnknown: "Nobody knows yet whether it was done"
        case .exceedsOpenQuantity: "That is more than is open"
        case .exceedsUnavailable: "That is more than is unavailable"
        case .exceedsSoldQuantity: "That is more than was sold"
        case .exceedsRequested: "That is more than is to be shipped"
        case .exceedsInTransit: "That is more than is on its way"
        case .saleExists: "There is such a sale already"
        case .reasonRequired: "It must be said why"
        case .storeFrozen: "The store must be set up anew before it can sell"
        case .outboxFull: "More facts wait for the cluster than may"
        case .hostUnknown: "The server is not called that"
        }
    }
}
