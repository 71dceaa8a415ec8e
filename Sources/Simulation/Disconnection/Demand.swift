package import Ledger

/// One thing that a customer wants, in the order in which customers come.
package struct Demand: Equatable, Sendable {
    /// Where the customer asks.
    package enum Channel: Sendable {
        /// At the store, with the goods in hand.
        case store
        /// Online; the store is to hand it over or send it.
        case online
    }

    /// Seconds since the Unix epoch.
    package var time: Int64
    /// The item.
    package var sku: SKU
    /// How many units.
    package var quantity: Quantity
    /// Where the customer asks.
    package var channel: Channel

    /// Puts the parts together.
    package init(time: Int64, sku: SKU, quantity: Quantity, channel: Channel) {
        self.time = time
        self.sku = sku
        self.quantity = quantity
        self.channel = channel
    }
}

/// How a retailer keeps a store and its digital channel from selling the same unit twice.
package enum DisconnectionStrategy: String, CaseIterable, Sendable {
    /// It doesn't: both sell from what they believe is there.
    case sharedPool
    /// Online sells only what is above a buffer of a fifth of the week's stock.
    case safetyStock
    /// The store sells what is allotted to it, and nothing else while it is cut off.
    case allotments
    /// The same, but a customer with the goods in hand gets them all the same.
    case allotmentsOverdrawn
}

/// What became of the demand of some weeks.
package struct DisconnectionOutcome: Equatable, Sendable {
    /// Units that customers wanted.
    package var wanted: Quantity = 0
    /// Units that were sold at the store.
    package var soldAtStore: Quantity = 0
    /// Units that were sold online and handed over.
    package var soldOnline: Quantity = 0
    /// Units that were refused at the store.
    package var lostAtStore: Quantity = 0
    /// Units that were refused online.
    package var lostOnline: Quantity = 0
    /// Units that were promised online and had been sold at the store.
    package var oversold: Quantity = 0
    /// Online orders.
    package var orders = 0
    /// Of them those that had to be cancelled.
    package var cancelledOrders = 0

    /// Nothing yet.
    package init() {}

    static func += (left: inout Self, right: Self) {
        left.wanted += right.wanted
        left.soldAtStore += right.soldAtStore
        left.soldOnline += right.soldOnline
        left.lostAtStore += right.lostAtStore
        left.lostOnline += right.lostOnline
        left.oversold += right.oversold
        left.orders += right.orders
        left.cancelledOrders += right.cancelledOrders
    }
}
