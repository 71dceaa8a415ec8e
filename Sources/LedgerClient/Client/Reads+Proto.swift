import Ledger
import LedgerAPI

extension ProtoConsistency {
    init(_ consistency: ReadConsistency) {
        self.init()
        switch consistency {
        case .stale: level = .stale
        case .bounded(let maxStaleness):
            level = .bounded
            let (seconds, attoseconds) = maxStaleness.components
            let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
            maxStalenessMs =
                milliseconds.overflow
                ? .max
                : UInt64(
                    clamping: milliseconds.partialValue + attoseconds / 1_000_000_000_000_000
                )
        case .session(let position):
            level = .session
            minPosition = position.rawValue
        case .linearizable: level = .linearizable
        }
    }
}

extension ReadResult {
    init(_ value: Value, _ stamp: ProtoReadStamp) {
        self.init(
            value: value,
            position: Position(stamp.position),
            staleness: stamp.hasStalenessMs
                ? .milliseconds(Int64(clamping: stamp.stalenessMs)) : nil,
            node: stamp.nodeID,
            role: Role(stamp.role)
        )
    }
}

extension ReadResult.Role {
    init(_ role: ProtoNodeRole) {
        self =
            switch role {
            case .leader: .leader
            case .follower: .follower
            case .candidate: .candidate
            case .learner: .learner
            case .unspecified, .UNRECOGNIZED: .other
            }
    }
}

extension ItemAvailability {
    /// Nil when it makes no sense here.
    init?(_ proto: ProtoAvailability) {
        guard let sku = SKU(proto.sku), let status = Status(proto.status) else { return nil }
        self.init(
            sku: sku,
            status: status,
            available: proto.available,
            price: proto.price,
            currency: proto.currency,
            version: proto.version
        )
    }
}

extension ItemAvailability.Status {
    init?(_ status: ProtoAvailability.Status) {
        switch status {
        case .inStock: self = .inStock
        case .lowStock: self = .lowStock
        case .outOfStock: self = .outOfStock
        case .backorder: self = .backorder
        case .unknownItem: self = .unknownItem
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}
