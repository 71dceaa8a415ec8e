import ArgumentParser
import Ledger
import LedgerClient

/// The noun `item`.
struct ItemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "item",
        abstract: "The catalogue: what can be sold.",
        subcommands: [ItemUpsert.self, ItemEdit.self, ItemGet.self]
    )
}

/// Creates or replaces an item.
struct ItemUpsert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upsert",
        abstract: "Create an item, or replace what is in it.",
        discussion: """
            Everything that isn't given is emptied. With --expected-version an item that somebody \
            else has changed meanwhile is left alone and the edit refused (VERSION_MISMATCH); 0 \
            means that there must be none yet.

            Example: estoque item upsert TEA-250 --title 'Green tea' --price 2.50 --currency GBP \
            --attribute weight=250g
            """
    )

    @Argument(
        help: "The stock-keeping unit; never changes.",
        transform: { try Arguments.identifier($0) as SKU }
    )
    var sku: SKU

    @Option(name: .long, help: "What people call it.")
    var title: String

    @Option(name: .long, help: "A decimal number, such as 2.50; needs --currency.")
    var price: String?

    @Option(name: .long, help: "ISO 4217, such as GBP.")
    var currency: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A property; may come several times.", valueName: "name=value"),
        transform: Arguments.attribute
    )
    var attribute: [Attribute] = []

    @Option(name: .long, help: "Refuse unless this is its version; 0: must not exist.")
    var expectedVersion: UInt64?

    @Flag(name: .long, help: "No longer sold.")
    var archived = false

    @OptionGroup var write: WriteOptions

    func run() async throws {
        let price = try parsedPrice()
        try await write.run(
            .upsertItem(
                UpsertItem(
                    sku: sku,
                    title: title,
                    attributes: attribute,
                    price: price.amount,
                    currency: price.currency,
                    state: archived ? .archived : .active,
                    expectedVersion: expectedVersion
                )
            )
        )
    }

    private func parsedPrice() throws -> Price {
        switch (price, currency) {
        case (nil, nil): return Price(amount: 0, currency: "")
        case (let price?, let currency?):
            do {
                return try Price(price, currency: currency)
            } catch .notACurrency {
                throw ValidationError(
                    "--currency '\(Printable.text(currency))' \(Price.Flaw.notACurrency)"
                )
            } catch {
                throw ValidationError("--price '\(Printable.text(price))' \(error)")
            }
        default: throw ValidationError("--price and --currency come together")
        }
    }
}

/// Shows an item.
struct ItemGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show an item with its stock everywhere.",
        discussion: "Example: estoque item get TEA-250 --output json"
    )

    @Argument(
        help: "The stock-keeping unit.",
        transform: { try Arguments.identifier($0) as SKU }
    )
    var sku: SKU

    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.item(sku, consistency)
        } report: { stocked in
            (
                ["item": stocked.item.json, "levels": .array(stocked.levels.map(\.json))],
                [.item(stocked.item)] + (stocked.levels.isEmpty ? [] : [.levels(stocked.levels)])
            )
        }
    }
}
