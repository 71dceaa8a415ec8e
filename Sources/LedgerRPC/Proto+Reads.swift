import Ledger
import LedgerAPI
import NIOCore
import Replica

extension ProtoReadStamp {
    init(_ stamp: ReadStamp) {
        self.init()
        position = stamp.position.rawValue
        if let staleness = stamp.staleness {
            stalenessMs = Staleness.milliseconds(staleness)
        }
        nodeID = "\(stamp.node)"
        role = ProtoNodeRole(stamp.role)
    }
}

extension ProtoNodeRole {
    init(_ role: NodeRole) {
        switch role {
        case .leader: self = .leader
        case .follower: self = .follower
        case .candidate: self = .candidate
        case .learner: self = .learner
        }
    }
}

extension ProtoAvailability {
    init(_ sku: SKU, _ view: ItemView?, at location: LocationID?) {
        self.init()
        let availability = Availability(view, at: location)
        self.sku = sku.text
        available = availability.available
        switch availability.status {
        case .inStock: status = .inStock
        case .lowStock: status = .lowStock
        case .outOfStock: status = .outOfStock
        case .backorder: status = .backorder
        case .unknownItem: status = .unknownItem
        }
        guard let view, availability.status != .unknownItem else { return }
        price = availability.price?.amount ?? view.item.price
        currency = availability.price?.currency ?? view.item.currency
        version = view.version
    }
}
