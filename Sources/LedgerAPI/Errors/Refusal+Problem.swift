package import Ledger

extension Refusal {
    /// The refusal that a problem tells of; nil when it tells of none, or of one that is unknown here.
    package init?(_ problem: Problem) {
        let facts = Facts(metadata: problem.metadata)
        let refusal: Refusal? =
            switch problem.reason {
            case .insufficientStock, .exceedsOpenQuantity, .versionMismatch,
                .exceedsUnavailable, .exceedsSoldQuantity, .exceedsRequested,
                .exceedsInTransit, .countOutdated, .batchRefused:
                problem.detail.flatMap(Self.init)
            case .itemNotFound: facts.sku.map(Self.itemNotFound)
            case .itemArchived: facts.sku.map(Self.itemArchived)
            case .locationNotFound: facts.location.map(Self.locationNotFound)
            case .locationClosed: facts.location.map(Self.locationClosed)
            case .reservationNotFound: facts.reservation.map(Self.reservationNotFound)
            case .reservationExists: facts.reservation.map(Self.reservationExists)
            case .reservationExpired: facts.reservation.map(Self.reservationExpired)
            case .reservationClosed:
                facts.both(facts.reservation, facts.state).map(Self.reservationClosed)
            case .maxTTLReached:
                facts.both(facts.reservation, facts.latestExpireTime)
                    .map { .maxTTLReached($0, latest: $1) }
            case .holdQuotaExceeded:
                facts.both(facts.owner, facts.limit).map { .holdQuotaExceeded($0, limit: $1) }
            case .quantityOverflow:
                facts.both(facts.sku, facts.location).map(Self.quantityOverflow)
            case .stockRemains: .stockRemains(facts.sku, facts.location)
            case .reasonRequired: .reasonRequired
            case .malformed: problem.violations.first.map(Self.malformed)
            case .saleNotFound: facts.sale.map(Self.saleNotFound)
            case .saleExists: facts.sale.map(Self.saleExists)
            case .transferNotFound: facts.transfer.map(Self.transferNotFound)
            case .transferExists: facts.transfer.map(Self.transferExists)
            case .transferClosed:
                facts.both(facts.transfer, facts.transferState).map(Self.transferClosed)
            case .idempotencyKeyReused: facts.request.map(Self.idempotencyKeyReused)
            default: nil
            }
        guard let refusal = refusal ?? Self.aboutStore(problem, facts) else { return nil }
        self = refusal
    }

    private init?(_ detail: Problem.Detail) {
        switch detail {
        case .insufficientStock(let shortages): self = .insufficientStock(shortages)
        case .exceedsOpenQuantity(let shortages): self = .exceedsOpenQuantity(shortages)
        case .versionMismatch(let current): self = .versionMismatch(current: current)
        case .exceedsUnavailable(let shortages): self = .exceedsUnavailable(shortages)
        case .exceedsSoldQuantity(let shortages): self = .exceedsSoldQuantity(shortages)
        case .exceedsRequested(let shortages): self = .exceedsRequested(shortages)
        case .exceedsInTransit(let shortages): self = .exceedsInTransit(shortages)
        case .countOutdated(let views): self = .countOutdated(views)
        case .batchRefused(let index, let problem):
            guard let refusal = Refusal(problem) else { return nil }
            self = .batchRefused(index: index, refusal)
        }
    }
}

/// A problem's metadata with types.
struct Facts {
    private var metadata: [String: String]

    init(metadata: [String: String]) { self.metadata = metadata }

    var sku: SKU? { identifier(MetadataName.sku) }
    var location: LocationID? { identifier(MetadataName.location) }
    var reservation: ReservationID? { identifier(MetadataName.reservation) }
    var request: RequestID? { identifier(MetadataName.request) }
    var sale: SaleID? { identifier(MetadataName.sale) }
    var transfer: TransferID? { identifier(MetadataName.transfer) }
    var transferState: Transfer.State? {
        metadata[MetadataName.state].flatMap(Transfer.State.init(word:))
    }
    var limit: Int? { metadata[MetadataName.limit].flatMap { Int($0) } }
    var latestExpireTime: LogTime? {
        metadata[MetadataName.latestExpireTime].flatMap { UInt64($0) }
            .map(LogTime.init(microseconds:))
    }
    var state: Reservation.State? {
        metadata[MetadataName.state].flatMap(Reservation.State.init(word:))
    }
    var owner: Owner? {
        both(
            metadata[MetadataName.ownerKind].flatMap(Owner.Kind.init(word:)),
            identifier(MetadataName.ownerReference) as Reference?
        ).map(Owner.init)
    }

    var instance: Reference? { identifier(MetadataName.instance) }
    var epoch: UInt32? { number(MetadataName.epoch) }
    var currentEpoch: UInt32? { number(MetadataName.currentEpoch) }
    var sequence: UInt64? { number(MetadataName.sequence) }
    var expectedSequence: UInt64? { number(MetadataName.expectedSequence) }
    var conflict: StoreRecordKey? { metadata[MetadataName.conflict].flatMap { StoreRecordKey($0) } }
    var mark: FactMark? {
        guard let location, let epoch, let sequence else { return nil }
        return FactMark(location: location, epoch: epoch, sequence: sequence)
    }

    private func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
        metadata[name].flatMap { Number($0) }
    }

    func identifier<ID: ClientIdentifier>(_ name: String) -> ID? {
        metadata[name].flatMap { ID($0) }
    }

    func both<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
        guard let first, let second else { return nil }
        return (first, second)
    }
}
