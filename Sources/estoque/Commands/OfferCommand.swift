import ArgumentParser
import Ledger
import LedgerClient

/// The noun `offer`.
struct OfferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offer",
        abstract: "What an item costs, and how it is described, at one location.",
        subcommands: [OfferSet.self, OfferGet.self, OfferList.self]
    )
}

/// Which item, and where.
struct LevelTarget: ParsableArguments {
    @Argument(
        help: "The item.",
        transform: { try Arguments.identifier($0) as SKU }
    )
    var sku: SKU

    @Argument(
        help: "Where.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID
}

/// Changes an offer.
struct OfferSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a price or properties for one location, or take them back.",
        discussion: """
            Only what is named changes. What is taken back is the item's own again.

            Example: estoque offer set TEA-250 store-7 --price 2.20 --currency GBP
            """
    )

    @OptionGroup var target: LevelTarget

    @Option(name: .long, help: "A decimal number, such as 2.50; needs --currency.")
    var price: String?

    @Option(name: .long, help: "ISO 4217, such as GBP.")
    var currency: String?

    @Flag(name: .long, help: "The item's own price holds here again.")
    var noPrice = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A property; may come several times, and replaces all that were set here.",
            valueName: "name=value"
        ),
        transform: Arguments.attribute
    )
    var attribute: [Attribute] = []

    @Flag(name: .long, help: "The item's own properties hold here again.")
    var noAttributes = false

    @Option(name: .long, help: "Refuse unless this is its version; 0: must not exist.")
    var expectedVersion: UInt64?

    @OptionGroup var write: WriteOptions

    func validate() throws {
        guard (price == nil) == (currency == nil) else {
            throw ValidationError("--price and --currency come together")
        }
        guard price == nil || !noPrice else {
            throw ValidationError("either --price or --no-price")
        }
        guard attribute.isEmpty || !noAttributes else {
            throw ValidationError("either --attribute or --no-attributes")
        }
        guard !fields.isEmpty else {
            throw ValidationError(
                "nothing to change: give --price, --no-price, --attribute or --no-attributes"
            )
        }
    }

    private var fields: SetOffer.Fields {
        var fields: SetOffer.Fields = []
        if price != nil || noPrice { fields.insert(.price) }
        if !attribute.isEmpty || noAttributes { fields.insert(.attributes) }
        return fields
    }

    func run() async throws {
        var money: Money?
        if let price, let currency {
            let parsed = try PriceOption.parsed(price, currency)
            money = Money(amount: parsed.amount, currency: parsed.currency)
        }
        try await write.run(
            .setOffer(
                SetOffer(
                    sku: target.sku,
                    location: target.location,
                    price: money,
                    attributes: attribute,
                    fields: fields,
                    expectedVersion: expectedVersion
                )
            )
        )
    }
}

/// Shows an offer.
struct OfferGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show what is different about an item at a location.",
        discussion: "Example: estoque offer get TEA-250 store-7"
    )

    @OptionGroup var target: LevelTarget
    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.offer(target.sku, at: target.location, consistency)
        } report: { offer in
            (["offer": offer.json], [.offers([offer])])
        }
    }
}

/// Lists offers.
struct OfferList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all offers, page by page.",
        discussion: "Example: estoque offer list --page-size 50"
    )

    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.offers(request)
        } report: { offers in
            (["offers": .array(offers.map(\.json))], [.offers(offers)])
        }
    }
}

/// Reads prices that people type.
enum PriceOption {
    /// The price, or what is wrong with which flag.
    static func parsed(_ price: String, _ currency: String) throws -> Price {
        do throws(Price.Flaw) {
            return try Price(price, currency: currency)
        } catch {
            throw ValidationError(
                error == .notACurrency
                    ? "--currency '\(Printable.text(currency))' \(error)"
                    : "--price '\(Printable.text(price))' \(error)"
            )
        }
    }
}
