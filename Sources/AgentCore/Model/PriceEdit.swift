package import Ledger

/// A price that was changed here and isn't in the ledger yet.
package struct PriceEdit: Equatable, Sendable {
    /// Under which it is sent, however often.
    package var request: RequestID
    /// The item.
    package var sku: SKU
    /// Nil: the item's own price holds again.
    package var price: Money?
    /// The price that it was based on.
    package var base: Money?

    /// Puts the parts together.
    package init(request: RequestID, sku: SKU, price: Money?, base: Money?) {
        self.request = request
        self.sku = sku
        self.price = price
        self.base = base
    }

    /// As the ledger is asked.
    func command(at location: LocationID) -> Command {
        .setOffer(
            SetOffer(
                sku: sku,
                location: location,
                price: price,
                fields: .price,
                basePrice: base.map { .price($0) } ?? .nothing
            )
        )
    }
}
