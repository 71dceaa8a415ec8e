import Ledger

extension ProtoProblem {
    /// The message that tells of a problem.
    package init(_ problem: Problem) {
        self.init()
        code = Int32(problem.code.rawValue)
        reason = problem.reason.rawValue
        message = problem.message
        metadata = problem.metadata
        fieldViolations = problem.violations.map { violation in
            var field = ProtoFieldViolation()
            field.field = violation.field
            field.description_p = violation.description
            return field
        }
        retryDelayMs = problem.retryDelay?.rawValue ?? 0
        switch problem.detail {
        case .insufficientStock(let shortages):
            insufficientStock = ProtoInsufficientStock(shortages)
        case .exceedsOpenQuantity(let shortages):
            exceedsOpenQuantity = ProtoExceedsOpenQuantity(shortages)
        case .versionMismatch(let current):
            versionMismatch = ProtoVersionMismatch(current: current)
        case nil: break
        }
    }
}

extension Problem {
    /// The problem that a message tells of.
    package init(_ proto: ProtoProblem) {
        self.init(
            code: StatusCode(rawValue: Int(proto.code)) ?? .unknown,
            reason: Reason(rawValue: proto.reason),
            message: proto.message,
            metadata: proto.metadata,
            violations: proto.fieldViolations.map {
                FieldViolation(field: $0.field, description: $0.description_p)
            },
            retryDelay: proto.retryDelayMs == 0 ? nil : Milliseconds(proto.retryDelayMs)
        )
        switch proto.detail {
        case .insufficientStock(let stock):
            detail = .insufficientStock(stock.shortages.compactMap(Shortage.init))
        case .exceedsOpenQuantity(let open):
            detail = .exceedsOpenQuantity(open.shortages.compactMap(Shortage.init))
        case .versionMismatch(let version):
            detail = .versionMismatch(current: version.currentVersion)
        case nil: break
        }
    }
}

extension ProtoInsufficientStock {
    init(_ shortages: some Sequence<Shortage>) {
        self.init()
        self.shortages = shortages.map(ProtoShortage.init)
    }
}

extension ProtoExceedsOpenQuantity {
    init(_ shortages: some Sequence<Shortage>) {
        self.init()
        self.shortages = shortages.map(ProtoShortage.init)
    }
}

extension ProtoVersionMismatch {
    init(current: UInt64) {
        self.init()
        currentVersion = current
    }
}

extension ProtoShortage {
    init(_ shortage: Shortage) {
        self.init()
        sku = shortage.sku.text
        locationID = shortage.location?.text ?? ""
        requested = shortage.requested
        available = shortage.available
    }
}

extension Shortage {
    /// Nil when an identifier is none.
    init?(_ proto: ProtoShortage) {
        guard let sku = SKU(proto.sku), let location = LocationID(proto.locationID) else {
            return nil
        }
        self.init(
            sku: sku,
            location: location,
            requested: proto.requested,
            available: proto.available
        )
    }
}
