package import Ledger

extension Problem {
    /// What a client is told about a refusal.
    package init(_ refusal: Refusal) {
        switch refusal {
        case .insufficientStock, .exceedsOpenQuantity, .exceedsUnavailable,
            .exceedsSoldQuantity, .exceedsRequested, .exceedsInTransit:
            self.init(lines: refusal)
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
                message: "it needs a reason"
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
        case .saleNotFound, .saleExists, .transferNotFound, .transferExists, .transferClosed:
            self.init(named: refusal)
        case .storeNotRegistered, .storeTaken, .storeFrozen, .epochFenced, .sequenceGap, .forked,
            .staleEpoch, .conflictNotFound, .conflictStands, .factNotFound:
            self.init(store: refusal)
        case .countOutdated(let views):
            self.init(
                code: .aborted,
                reason: .countOutdated,
                message: "every line was counted against a level that has changed since",
                detail: .countOutdated(views)
            )
        case .batchRefused(let index, let refusal):
            let problem = Problem(refusal)
            self.init(
                code: .failedPrecondition,
                reason: .batchRefused,
                message: "command \(index) of the batch: \(problem.reason): \(problem.message)",
                detail: .batchRefused(index: index, problem)
            )
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
            metadata[MetadataName.state] = state.word
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
}
