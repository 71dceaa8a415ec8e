import Ledger

/// The little chain of shops that the demonstration plays with.
enum DemoCatalogue {
    /// Something that is sold.
    struct Product: Sendable {
        let sku: SKU
        let title: String
        /// In cents.
        let price: Int64
        /// Where it is from, which its page shows.
        let origin: String

        init(_ sku: String, _ title: String, _ price: Int64, from origin: String) {
            self.sku = SKU(unchecked: sku)
            self.title = title
            self.price = price
            self.origin = origin
        }
    }

    /// Somewhere that sells.
    struct Shop: Sendable {
        let id: LocationID
        let name: String
        let kind: Location.Kind

        init(_ id: String, _ name: String, _ kind: Location.Kind) {
            self.id = LocationID(unchecked: id)
            self.name = name
            self.kind = kind
        }
    }

    /// What is sold.
    static let products: [Product] = [
        Product("espresso-cup", "Espresso cup, white", 690, from: "Alcobaça"),
        Product("moka-pot", "Moka pot for three", 2_990, from: "Águeda"),
        Product("coffee-beans-1kg", "Coffee beans, dark roast, 1 kg", 1_890, from: "Lisboa"),
        Product("tea-kettle", "Tea kettle, enamel, blue", 3_490, from: "Porto"),
        Product("linen-towel", "Kitchen towel, linen", 1_250, from: "Guimarães"),
        Product("bread-knife", "Bread knife, 21 cm", 4_490, from: "Caldas da Rainha"),
        Product("oak-board", "Cutting board, oak", 3_900, from: "Monchique"),
        Product("olive-oil", "Olive oil, 750 ml", 1_390, from: "Trás-os-Montes"),
        Product("sea-salt", "Sea salt flakes, 250 g", 590, from: "Castro Marim"),
        Product("cast-iron-pan", "Cast iron pan, 26 cm", 5_990, from: "Braga"),
        Product("preserving-jar", "Preserving jar, 1 l", 450, from: "Marinha Grande"),
        Product("beeswax-candle", "Candle, beeswax", 890, from: "Serra da Estrela"),
    ]

    /// Where: four stores, and the warehouse from which the web shop sells.
    static let shops: [Shop] = [
        Shop("lisboa", "Lisboa, Rua Garrett", .store),
        Shop("porto", "Porto, Rua das Flores", .store),
        Shop("coimbra", "Coimbra, Baixa", .store),
        Shop("faro", "Faro, Rua de Santo António", .store),
        Shop("warehouse", "Warehouse, Setúbal", .warehouse),
    ]

    /// Those of them that have an agent, at whose tills customers stand besides those who order; the last
    /// one is cut off.
    static let shopsWithAgents: [LocationID] = [shops[1].id, shops[3].id]
    /// Percent of the shelf that an agent has no rights to: it is for those who order.
    static let onlineShare: UInt8 = 40

    /// Units of each product that each shop begins with, and that a delivery brings.
    static let delivery: Quantity = 200
    /// A shop gets a delivery when fewer than these are left.
    static let low: Quantity = 60

    /// The commands that bring it all into a ledger.
    static var commands: [Command] {
        let items = products.map { product in
            Command.upsertItem(
                UpsertItem(
                    sku: product.sku,
                    title: product.title,
                    attributes: [Attribute(name: "made in", value: product.origin)],
                    price: product.price,
                    currency: "EUR"
                )
            )
        }
        let locations = shops.map { shop in
            Command.upsertLocation(
                UpsertLocation(id: shop.id, name: shop.name, kind: shop.kind, sellsOnline: true)
            )
        }
        let receipts = shops.map { shop in
            Command.receive(
                Receive(
                    lines: products.map {
                        StockLine(sku: $0.sku, location: shop.id, quantity: delivery)
                    },
                    document: Reference(unchecked: "opening")
                )
            )
        }
        return items + locations + receipts
    }
}
