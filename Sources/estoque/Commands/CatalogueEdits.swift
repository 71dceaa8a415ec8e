import ArgumentParser
import Ledger
import LedgerClient

/// Changes some fields of an item.
struct ItemEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change what is named of an item, and leave the rest.",
        discussion: """
            Properties are replaced together. --archive ends its sale, once no stock is left \
            (STOCK_REMAINS).

            Example: estoque item edit TEA-250 --price 2.40 --currency GBP --expected-version 3
            """
    )

    @Argument(
        help: "The stock-keeping unit.",
        transform: { try Arguments.identifier($0) as SKU }
    )
    var sku: SKU

    @Option(name: .long, help: "What people call it.")
    var title: String?

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

    @Flag(name: .long, help: "No longer sold.")
    var archive = false

    @Flag(name: .long, help: "Sold again.")
    var restore = false

    @Option(name: .long, help: "Refuse unless this is its version.")
    var expectedVersion: UInt64?

    @OptionGroup var write: WriteOptions

    private var fields: UpsertItem.Fields {
        var fields: UpsertItem.Fields = []
        if title != nil { fields.insert(.title) }
        if price != nil { fields.insert(.price) }
        if !attribute.isEmpty { fields.insert(.attributes) }
        if archive || restore { fields.insert(.state) }
        return fields
    }

    func validate() throws {
        guard (price == nil) == (currency == nil) else {
            throw ValidationError("--price and --currency come together")
        }
        guard !(archive && restore) else {
            throw ValidationError("--archive or --restore, not both")
        }
        guard !fields.isEmpty else { throw ValidationError("nothing to change is named") }
    }

    func run() async throws {
        var money = Price(amount: 0, currency: "")
        if let price, let currency { money = try PriceOption.parsed(price, currency) }
        try await write.run(
            .upsertItem(
                UpsertItem(
                    sku: sku,
                    title: title ?? "",
                    attributes: attribute,
                    price: money.amount,
                    currency: money.currency,
                    state: archive ? .archived : .active,
                    expectedVersion: expectedVersion,
                    fields: fields
                )
            )
        )
    }
}

/// Changes some fields of a location.
struct LocationEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change what is named of a location, and leave the rest.",
        discussion: "Example: estoque location edit store-7 --state draining"
    )

    @Argument(
        help: "Its identity.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var id: LocationID

    @Option(name: .long, help: "What people call it.")
    var name: String?

    @Option(name: .long, help: "store or warehouse.")
    var kind: LocationWords.Kind?

    @Option(name: .long, help: "Lower is tried first.")
    var priority: Int32?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether the digital channel may sell its stock."
    )
    var online: Bool?

    @Option(name: .long, help: "active, draining or closed.")
    var state: LocationWords.State?

    @Option(name: .long, help: "Refuse unless this is its version.")
    var expectedVersion: UInt64?

    @OptionGroup var write: WriteOptions

    private var fields: UpsertLocation.Fields {
        var fields: UpsertLocation.Fields = []
        if name != nil { fields.insert(.name) }
        if kind != nil { fields.insert(.kind) }
        if priority != nil { fields.insert(.priority) }
        if online != nil { fields.insert(.sellsOnline) }
        if state != nil { fields.insert(.state) }
        return fields
    }

    func validate() throws {
        guard !fields.isEmpty else { throw ValidationError("nothing to change is named") }
    }

    func run() async throws {
        try await write.run(
            .upsertLocation(
                UpsertLocation(
                    id: id,
                    name: name ?? "",
                    kind: kind?.value ?? .store,
                    priority: priority ?? 0,
                    sellsOnline: online ?? false,
                    state: state?.value ?? .active,
                    expectedVersion: expectedVersion,
                    fields: fields
                )
            )
        )
    }
}

/// Lists locations.
struct LocationList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all locations, page by page.",
        discussion: "Example: estoque location list"
    )

    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.locations(request)
        } report: { locations in
            (["locations": .array(locations.map(\.json))], [.locations(locations)])
        }
    }
}
