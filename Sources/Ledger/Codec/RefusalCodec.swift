/// The tags of refusals; a number is never used again for something else.
private enum RefusalTag: UInt8 {
    case insufficientStock = 1
    case itemNotFound = 2
    case itemArchived = 3
    case locationNotFound = 4
    case locationClosed = 5
    case reservationNotFound = 6
    case reservationExists = 7
    case reservationExpired = 8
    case reservationClosed = 9
    case maxTTLReached = 10
    case holdQuotaExceeded = 11
    case exceedsOpenQuantity = 12
    case versionMismatch = 13
    case reasonRequired = 14
    case quantityOverflow = 15
    case stockRemains = 16
    case idempotencyKeyReused = 17
    case malformed = 18
    case exceedsUnavailable = 19
    case saleNotFound = 20
    case saleExists = 21
    case exceedsSoldQuantity = 22
    case countOutdated = 23
    case transferNotFound = 24
    case transferExists = 25
    case transferClosed = 26
    case exceedsRequested = 27
    case exceedsInTransit = 28
    case batchRefused = 29
    case storeNotRegistered = 30
    case storeTaken = 31
    case storeFrozen = 32
    case epochFenced = 33
    case sequenceGap = 34
    case forked = 35
    case staleEpoch = 36
    case conflictNotFound = 37
    case conflictStands = 38
    case factNotFound = 39
}

extension [UInt8] {
    mutating func append(refusal: Refusal, at time: LogTime) {
        switch refusal {
        case .insufficientStock(let shortages): append(.insufficientStock, shortages)
        case .itemNotFound(let sku): append(.itemNotFound, sku)
        case .itemArchived(let sku): append(.itemArchived, sku)
        case .locationNotFound(let id): append(.locationNotFound, id)
        case .locationClosed(let id): append(.locationClosed, id)
        case .reservationNotFound(let id): append(.reservationNotFound, id)
        case .reservationExists(let id): append(.reservationExists, id)
        case .reservationExpired(let id): append(.reservationExpired, id)
        case .reservationClosed(let id, let state):
            append(.reservationClosed, id)
            append(state.rawValue)
        case .maxTTLReached(let id, let latest):
            append(.maxTTLReached, id)
            append(distanceFrom: time, to: latest)
        case .holdQuotaExceeded(let owner, let limit):
            append(.holdQuotaExceeded)
            append(owner: owner)
            append(signed: Int64(limit))
        case .exceedsOpenQuantity(let shortages): append(.exceedsOpenQuantity, shortages)
        case .versionMismatch(let current):
            append(.versionMismatch)
            append(varint: current)
        case .reasonRequired: append(.reasonRequired)
        case .quantityOverflow(let sku, let location):
            append(.quantityOverflow, sku)
            append(identifier: location)
        case .stockRemains(let sku, let location):
            append(.stockRemains)
            append(identifierIfAny: sku)
            append(identifierIfAny: location)
        case .idempotencyKeyReused(let id): append(.idempotencyKeyReused, id)
        case .malformed(let violation):
            append(.malformed)
            append(text: violation.field)
            append(text: violation.description)
        case .exceedsUnavailable(let shortages): append(.exceedsUnavailable, shortages)
        case .saleNotFound(let id): append(.saleNotFound, id)
        case .saleExists(let id): append(.saleExists, id)
        case .exceedsSoldQuantity(let shortages): append(.exceedsSoldQuantity, shortages)
        case .countOutdated(let views):
            append(.countOutdated)
            append(views: views)
        case .transferNotFound(let id): append(.transferNotFound, id)
        case .transferExists(let id): append(.transferExists, id)
        case .transferClosed(let id, let state):
            append(.transferClosed, id)
            append(state.rawValue)
        case .exceedsRequested(let shortages): append(.exceedsRequested, shortages)
        case .exceedsInTransit(let shortages): append(.exceedsInTransit, shortages)
        case .batchRefused(let index, let refusal):
            append(.batchRefused)
            append(count: index)
            append(refusal: refusal, at: time)
        case .storeNotRegistered(let id): append(.storeNotRegistered, id)
        case .storeTaken(let id, let instance, let epoch):
            append(.storeTaken, id)
            append(identifier: instance)
            append(varint: UInt64(epoch))
        case .storeFrozen(let id): append(.storeFrozen, id)
        case .epochFenced(let id, let current):
            append(.epochFenced, id)
            append(varint: UInt64(current))
        case .sequenceGap(let id, let expected):
            append(.sequenceGap, id)
            append(varint: expected)
        case .forked(let id, let sequence):
            append(.forked, id)
            append(varint: sequence)
        case .staleEpoch(let id, let current):
            append(.staleEpoch, id)
            append(varint: UInt64(current))
        case .conflictNotFound(let key):
            append(.conflictNotFound)
            append(key: key)
        case .conflictStands(let key):
            append(.conflictStands)
            append(key: key)
        case .factNotFound(let mark):
            append(.factNotFound)
            append(mark: mark)
        }
    }

    private mutating func append(_ tag: RefusalTag) { append(tag.rawValue) }

    private mutating func append(_ tag: RefusalTag, _ identifier: some ClientIdentifier) {
        append(tag.rawValue)
        append(identifier: identifier)
    }

    private mutating func append(_ tag: RefusalTag, _ shortages: [Shortage]) {
        append(tag.rawValue)
        append(count: shortages.count)
        for shortage in shortages {
            append(identifier: shortage.sku)
            append(identifierIfAny: shortage.location)
            append(signed: shortage.requested)
            append(signed: shortage.available)
        }
    }
}

extension ByteCursor {
    /// The refusal of a batch is that of a command, so that no bytes make this go deeper.
    mutating func refusal(
        _ bytes: RawSpan,
        at time: LogTime,
        inBatch: Bool = false
    ) throws(LedgerCodecError) -> Refusal {
        let tag: RefusalTag = try enumeration(bytes)
        switch tag {
        case .insufficientStock: return .insufficientStock(try shortages(bytes))
        case .itemNotFound: return .itemNotFound(try identifier(bytes))
        case .itemArchived: return .itemArchived(try identifier(bytes))
        case .locationNotFound: return .locationNotFound(try identifier(bytes))
        case .locationClosed: return .locationClosed(try identifier(bytes))
        case .reservationNotFound: return .reservationNotFound(try identifier(bytes))
        case .reservationExists: return .reservationExists(try identifier(bytes))
        case .reservationExpired: return .reservationExpired(try identifier(bytes))
        case .reservationClosed:
            return .reservationClosed(try identifier(bytes), try enumeration(bytes))
        case .maxTTLReached:
            return .maxTTLReached(
                try identifier(bytes),
                latest: try self.time(bytes, after: time)
            )
        case .holdQuotaExceeded:
            let owner = try owner(bytes)
            return .holdQuotaExceeded(owner, limit: Int(try signed(bytes)))
        case .exceedsOpenQuantity: return .exceedsOpenQuantity(try shortages(bytes))
        case .versionMismatch: return .versionMismatch(current: try varint(bytes))
        case .reasonRequired: return .reasonRequired
        case .quantityOverflow:
            return .quantityOverflow(try identifier(bytes), try identifier(bytes))
        case .stockRemains:
            return .stockRemains(try identifierIfAny(bytes), try identifierIfAny(bytes))
        case .idempotencyKeyReused: return .idempotencyKeyReused(try identifier(bytes))
        case .malformed:
            return .malformed(
                FieldViolation(field: try text(bytes), description: try text(bytes))
            )
        case .exceedsUnavailable: return .exceedsUnavailable(try shortages(bytes))
        case .saleNotFound: return .saleNotFound(try identifier(bytes))
        case .saleExists: return .saleExists(try identifier(bytes))
        case .exceedsSoldQuantity: return .exceedsSoldQuantity(try shortages(bytes))
        case .countOutdated: return .countOutdated(try levelViews(bytes))
        case .transferNotFound: return .transferNotFound(try identifier(bytes))
        case .transferExists: return .transferExists(try identifier(bytes))
        case .transferClosed:
            return .transferClosed(try identifier(bytes), try enumeration(bytes))
        case .exceedsRequested: return .exceedsRequested(try shortages(bytes))
        case .exceedsInTransit: return .exceedsInTransit(try shortages(bytes))
        case .batchRefused:
            guard !inBatch else { throw .unknownKind(tag.rawValue) }
            guard let index = Int(exactly: try varint(bytes)) else { throw .outOfRange }
            return .batchRefused(index: index, try refusal(bytes, at: time, inBatch: true))
        case .storeNotRegistered: return .storeNotRegistered(try identifier(bytes))
        case .storeTaken:
            return .storeTaken(
                try identifier(bytes),
                instance: try identifier(bytes),
                epoch: try narrow(bytes)
            )
        case .storeFrozen: return .storeFrozen(try identifier(bytes))
        case .epochFenced:
            return .epochFenced(try identifier(bytes), current: try narrow(bytes))
        case .sequenceGap:
            return .sequenceGap(try identifier(bytes), expected: try varint(bytes))
        case .forked: return .forked(try identifier(bytes), sequence: try varint(bytes))
        case .staleEpoch: return .staleEpoch(try identifier(bytes), current: try narrow(bytes))
        case .conflictNotFound: return .conflictNotFound(try recordKey(bytes))
        case .conflictStands: return .conflictStands(try recordKey(bytes))
        case .factNotFound: return .factNotFound(try mark(bytes))
        }
    }

    private mutating func shortages(_ bytes: RawSpan) throws(LedgerCodecError) -> [Shortage] {
        let count = try count(ofAtLeast: 5, bytes)
        var shortages: [Shortage] = []
        shortages.reserveCapacity(count)
        for _ in 0..<count {
            shortages.append(
                Shortage(
                    sku: try identifier(bytes),
                    location: try identifierIfAny(bytes),
                    requested: try signed(bytes),
                    available: try signed(bytes)
                )
            )
        }
        return shortages
    }
}
