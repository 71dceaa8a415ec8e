import ArgumentParser
import Ledger
import LedgerClient

/// The noun `sale`.
struct SaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sale",
        abstract: "What tills sold, and what came back of it.",
        discussion:
            "A sale is made by 'estoque stock sell', and is named by --sale or the request.",
        subcommands: [SaleGet.self, SaleReturn.self]
    )
}

/// Which sale.
struct SaleTarget: ParsableArguments {
    @Argument(
        help: "The sale's identity.",
        transform: { try Arguments.identifier($0) as SaleID }
    )
    var id: SaleID
}

/// Shows a sale.
struct SaleGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show what was sold, and what came back.",
        discussion: "Example: estoque sale get receipt-881"
    )

    @OptionGroup var target: SaleTarget
    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.sale(target.id, consistency)
        } report: { sale in
            (["sale": sale.json], [.sale(sale)])
        }
    }
}

/// Takes back what a till sold.
struct SaleReturn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: "What was sold came back, never more than that (EXCEEDS_SOLD_QUANTITY).",
        discussion: """
            A line names where the units had been sold; --to says where they came back, if elsewhere.

            Example: estoque sale return receipt-881 TEA-250@store-7=1 --damaged --reason torn
            """
    )

    @OptionGroup var target: SaleTarget
    @OptionGroup var goods: ReturnOptions
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.returnGoods(goods.command(of: .sale(target.id))))
    }
}

/// What came back, and how.
struct ReturnOptions: ParsableArguments {
    @Argument(help: "SKU@SOLD-AT=QUANTITY.", transform: Arguments.returnLine)
    var lines: [ReturnLine]

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where it came back (default: where it had been sold).",
            valueName: "location"
        ),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var to: LocationID?

    @Flag(name: .long, help: "Not fit to be sold again: it becomes unavailable stock.")
    var damaged = false

    @Option(
        name: .long,
        help: "Why, as a code.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference?

    @OptionGroup var document: DocumentOption

    func command(of origin: ReturnGoods.Origin) -> ReturnGoods {
        ReturnGoods(
            origin: origin,
            lines: lines.map { line in
                var line = line
                line.location = to
                return line
            },
            disposition: damaged ? .damaged : .restock,
            reason: reason,
            document: document.document
        )
    }
}

/// Takes back what a reservation handed over.
struct ReservationReturn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: "What was handed over came back, never more (EXCEEDS_SOLD_QUANTITY).",
        discussion:
            "Example: estoque reservation return cart-17 TEA-250@store-7=1 --reason changed-mind"
    )

    @OptionGroup var target: ReservationTarget
    @OptionGroup var goods: ReturnOptions
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.returnGoods(goods.command(of: .reservation(target.id))))
    }
}
