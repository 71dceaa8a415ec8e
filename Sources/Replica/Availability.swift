package import Ledger

/// What the digital channel is told of one item, over gRPC and HTTP alike.
package struct Availability: Equatable, Sendable {
    package enum Status: String, Sendable {
        case inStock = "IN_STOCK"
        case lowStock = "LOW_STOCK"
        case outOfStock = "OUT_OF_STOCK"
        /// Nothing is there, but promises are taken all the same.
        case backorder = "BACKORDER"
        /// There is no such item, or it is archived.
        case unknownItem = "UNKNOWN_ITEM"
    }

    package var status: Status
    /// Units, from 0 to ``shownMax``.
    package var available: Quantity
    /// What it costs there; nil for what has no price, or isn't known.
    package var price: Money?

    /// More than this is said to nobody outside.
    package static let shownMax: Quantity = 100
    /// Up to this many units are LOW_STOCK.
    package static let lowMax: Quantity = 5

    /// The availability at one location, or over all that sell online when it is nil.
    package init(_ view: ItemView?, at location: LocationID? = nil) {
        guard let view, view.item.state == .active else {
            status = .unknownItem
            available = 0
            return
        }
        var units: Quantity = 0
        var takesBackorders = false
        if let location {
            if let level = view.level(at: location), level.place.sellsOnline {
                units = max(level.level.availableOnline, 0)
                takesBackorders = level.level.takesBackorders
            }
        } else {
            for level in view.levels where level.place.sellsOnline {
                // A location that owes stock takes nothing away from one that has it.
                units += max(level.level.availableOnline, 0)
                takesBackorders = takesBackorders || level.level.takesBackorders
            }
        }
        available = min(units, Self.shownMax)
        price = view.price(at: location)
        status =
            if units > Self.lowMax { .inStock } else if units > 0 {
                .lowStock
            } else if takesBackorders { .backorder } else { .outOfStock }
    }
}

extension StockLevel {
    /// Promises are taken beyond what is there.
    fileprivate var takesBackorders: Bool {
        backorderLimit > 0 && available + backorderLimit > 0
    }
}
