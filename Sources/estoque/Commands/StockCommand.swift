import ArgumentParser
import Ledger
import LedgerClient

/// The noun `stock`.
struct StockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: "How much there is, and what comes and goes.",
        discussion: """
            A line of stock is written SKU@LOCATION=QUANTITY, such as TEA-250@store-7=3. Several \
            lines of one command are done together or not at all.
            """,
        subcommands: [
            StockGet.self, StockAvailability.self, StockReceive.self, StockAdjust.self,
            StockSell.self, StockCount.self, StockMark.self, StockWriteOff.self, StockPolicy.self,
            StockAsOf.self,
        ]
    )
}

/// Shows one level.
struct StockGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show the exact stock of an item at a location.",
        discussion: "Example: estoque stock get TEA-250 store-7 --consistency linearizable"
    )

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

    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.stockLevel(sku, at: location, consistency)
        } report: { view in
            (["level": view.json], [.levels([view])])
        }
    }
}

/// Shows what may be sold.
struct StockAvailability: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "availability",
        abstract: "Show what the digital channel may sell of up to 100 items.",
        discussion: "Example: estoque stock availability TEA-250 MUG-1 --at store-7"
    )

    @Argument(
        help: "The items.",
        transform: { try Arguments.identifier($0) as SKU }
    )
    var skus: [SKU]

    @Option(
        name: .customLong("at"),
        help: ArgumentHelp(
            "Only what is at this location (default: wherever it is sold online).",
            valueName: "location"
        ),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID?

    @OptionGroup var read: ReadOptions

    func validate() throws {
        guard skus.count <= 100 else { throw ValidationError("at most 100 items at a time") }
    }

    func run() async throws {
        try await read.run { client, consistency in
            try await client.availability(skus, at: location, consistency)
        } report: { entries in
            (["items": .array(entries.map(\.json))], [.availabilities(entries)])
        }
    }
}

/// Goods arrived.
struct StockReceive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Goods arrived: stock on hand rises.",
        discussion: """
            Example: estoque stock receive TEA-250@store-7=40 MUG-1@store-7=12 --document DN-1007
            """
    )

    @Argument(help: "SKU@LOCATION=QUANTITY.", transform: Arguments.line)
    var lines: [StockLine]

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.receive(Receive(lines: lines, document: document.document)))
    }
}

/// Corrects stock.
struct StockAdjust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust",
        abstract: "Correct stock by a difference, with a reason.",
        discussion: """
            Quantities are differences and may be negative.

            Example: estoque stock adjust TEA-250@store-7=-2 --reason damaged
            """
    )

    @Argument(help: "SKU@LOCATION=DIFFERENCE.", transform: Arguments.signedLine)
    var lines: [StockLine]

    @Option(
        name: .long,
        help: "Why, as a code such as damaged, found, stolen.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .adjust(Adjust(lines: lines, reason: reason, document: document.document))
        )
    }
}

/// Sells at a till.
struct StockSell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sell",
        abstract: "Sold at a till: all lines, or none (INSUFFICIENT_STOCK).",
        discussion: "Example: estoque stock sell TEA-250@store-7=1 --document receipt-881"
    )

    @Argument(help: "SKU@LOCATION=QUANTITY.", transform: Arguments.line)
    var lines: [StockLine]

    @Option(
        name: .long,
        help: "Names the sale, for what may come back (default: the request's id).",
        transform: { try Arguments.identifier($0) as SaleID }
    )
    var sale: SaleID?

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .sell(Sell(lines: lines, document: document.document, sale: sale))
        )
    }
}

/// The document that a movement belongs to.
struct DocumentOption: ParsableArguments {
    @Option(
        name: .long,
        help: "A document that it belongs to, such as a delivery note or receipt.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var document: Reference?
}
