package import Ledger

extension Problem {
    /// What a client is told about a refusal.
    package init(_ refusal: Refusal) {
        switch refusal {
        case .insufficientStock(let shortages):
            self.init(
                code: .failedPrecondition,
                reason: .insufficientStock,
                message: Self.describe(shortages, lead: "not enough stock", left: "available"),
                detail: .insufficientStock(shortages)
            )
        case .exceedsOpenQuantity(let shortages):
            self.init(
                code: .failedPrecondition,
                reason: .exceedsOpenQuantity,
                message: Self.describe(shortages, lead: "more than is open", left: "open"),
                detail: .exceedsOpenQuantity(shortages)
            )
        case .itemNotFound(let sku):
            self.init(.notFound, .itemNotFound, "there is no item \(sku)", sku: sku)
        case .itemArchived(let sku):
            self.init(.failedPrecondition, .itemArchived, "item \(sku) is archived", sku: sku)
        case .locationNotFound(let id):
            self.init(.notFound, .locationNotFound, "there is no location \(id)", location: id)
        case .locationClosed(let id):
            self.init(
                .failedPrecondition,
                .locationClosed,
                "location \(id) is closed",
                location: id
            )
        case .quantityOverflow(let sku, let id):
            self.init(
                .failedPrecondition,
                .quantityOverflow,
                "the stock of \(sku) at \(id) would be more than can be counted",
                sku: sku,
                location: id
            )
        case .stockRemains(let sku, let id):
            self.init(
                .failedPrecondition,
                .stockRemains,
                "there is still stock of \(sku?.text ?? "some item") at \(id?.text ?? "some location")",
                sku: sku,
                location: id
            )
        case .versionMismatch(let current):
            self.init(
                code: .aborted,
                reason: .versionMismatch,
                message: current == 0
                    ? "there is no version yet" : "the current version is \(current)",
                detail: .versionMismatch(current: current)
            )
        case .malformed(let violation):
            self.init(InvalidRequest(violations: [violation]))
        case .reasonRequired:
            self.init(
                code: .invalidArgument,
                reason: .reasonRequired,
                message: "an adjustment needs a reason"
            )
        case .idempotencyKeyReused(let id):
            self.init(
                code: .invalidArgument,
                reason: .idempotencyKeyReused,
                message: "request_id \(id) was used before for something else",
                metadata: [MetadataName.request: id.text]
            )
        case .holdQuotaExceeded(let owner, let limit):
            self.init(
                code: .resourceExhausted,
                reason: .holdQuotaExceeded,
                message: "\(owner.reference) has \(limit) open holds, which is the most allowed",
                metadata: [
                    MetadataName.ownerKind: owner.kind.word,
                    MetadataName.ownerReference: owner.reference.text,
                    MetadataName.limit: String(limit),
                ],
                retryDelay: Self.quotaRetryDelay
            )
        case .reservationNotFound, .reservationExists, .reservationExpired, .reservationClosed,
            .maxTTLReached:
            self.init(reservation: refusal)
        case .exceedsUnavailable, .saleNotFound, .saleExists, .exceedsSoldQuantity, .countOutdated,
            .transferNotFound, .transferExists, .transferClosed, .exceedsRequested,
            .exceedsInTransit, .batchRefused:
            preconditionFailure("no command of the API is refused so")
        }
    }

    /// Holds come free one by one as they end; asking sooner than this is of little use.
    private static let quotaRetryDelay = Milliseconds(1_000)

    private init(
        _ code: StatusCode,
        _ reason: Reason,
        _ message: String,
        sku: SKU? = nil,
        location: LocationID? = nil
    ) {
        self.init(code: code, reason: reason, message: message)
        metadata[MetadataName.sku] = sku?.text
        metadata[MetadataName.location] = location?.text
    }

    private init(reservation refusal: Refusal) {
        switch refusal {
        case .reservationNotFound(let id):
            self.init(.notFound, .reservationNotFound, "there is no reservation \(id)", id)
        case .reservationExists(let id):
            self.init(.alreadyExists, .reservationExists, "reservation \(id) exists already", id)
        case .reservationExpired(let id):
            self.init(
                .failedPrecondition,
                .reservationExpired,
                "reservation \(id) has expired",
                id
            )
        case .reservationClosed(let id, let state):
            self.init(
                .failedPrecondition,
                .reservationClosed,
                "reservation \(id) is \(state.word)",
                id
            )
            metadata[MetadataName.reservationState] = state.word
        case .maxTTLReached(let id, let latest):
            self.init(
                .failedPrecondition,
                .maxTTLReached,
                "reservation \(id) cannot be held any longer",
                id
            )
            metadata[MetadataName.latestExpireTime] = String(latest.microseconds)
        default:
            preconditionFailure("\(refusal) is not about a reservation")
        }
    }

    private init(
        _ code: StatusCode,
        _ reason: Reason,
        _ message: String,
        _ reservation: ReservationID
    ) {
        self.init(code: code, reason: reason, message: message)
        metadata[MetadataName.reservation] = reservation.text
    }

    /// For example: `not enough stock: 3 of A-1 at store-7 asked for, 1 available (and 2 more)`.
    private static func describe(_ shortages: [Shortage], lead: String, left: String) -> String {
        guard let first = shortages.first else { return lead }
        let place = first.location.map { " at \($0)" } ?? ""
        let line =
            "\(lead): \(first.requested) of \(first.sku)\(place) asked for, "
            + "\(first.available) \(left)"
        return shortages.count == 1 ? line : line + " (and \(shortages.count - 1) more)"
    }
}
