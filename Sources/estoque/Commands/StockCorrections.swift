import ArgumentParser
import Ledger
import LedgerClient

/// Counts stock.
struct StockCount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "A stock-take: correct stock by what was counted less what the books said.",
        discussion: """
            BOOK is the stock on hand that was shown when counting began, so that sales made \
            meanwhile stay counted. With VERSION, also shown then, a level that has changed since is \
            left alone and named.

            Example: estoque stock count TEA-250@store-7=12:14 MUG-1@store-7=3:3:8
            """
    )

    @Argument(help: "SKU@LOCATION=COUNTED:BOOK[:VERSION].", transform: Arguments.countLine)
    var lines: [CountLine]

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.count(Count(lines: lines, document: document.document)))
    }
}

/// Why stock changed.
struct ReasonOption: ParsableArguments {
    @Option(
        name: .long,
        help: "Why, as a code such as damaged, on-hold, expired.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference
}

/// Takes units out of sale, or back in.
struct StockMark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark-unavailable",
        abstract: "Units are there but damaged or on hold; negative: no longer.",
        discussion: """
            Example: estoque stock mark-unavailable TEA-250@store-7=2 --reason damaged
            """
    )

    @Argument(help: "SKU@LOCATION=DIFFERENCE.", transform: Arguments.signedLine)
    var lines: [StockLine]

    @OptionGroup var reason: ReasonOption
    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .markUnavailable(
                MarkUnavailable(
                    lines: lines,
                    reason: reason.reason,
                    document: document.document
                )
            )
        )
    }
}

/// Writes unavailable units off.
struct StockWriteOff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write-off",
        abstract: "Unavailable units are gone for good (EXCEEDS_UNAVAILABLE).",
        discussion: "Example: estoque stock write-off TEA-250@store-7=2 --reason scrapped"
    )

    @Argument(help: "SKU@LOCATION=QUANTITY.", transform: Arguments.line)
    var lines: [StockLine]

    @OptionGroup var reason: ReasonOption
    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .writeOff(
                WriteOff(lines: lines, reason: reason.reason, document: document.document)
            )
        )
    }
}

/// Sets how much may be promised.
struct StockPolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract:
            "Set what is kept back from the digital channel, and how much may be backordered.",
        discussion: """
            Example: estoque stock policy TEA-250 store-7 --safety-stock 2 --backorder-limit 10
            """
    )

    @OptionGroup var target: LevelTarget

    @Option(name: .long, help: "Units kept back from the digital channel.")
    var safetyStock: Quantity?

    @Option(name: .long, help: "How far below zero promises may take what is available.")
    var backorderLimit: Quantity?

    @Option(name: .long, help: "Refuse unless this is the level's version.")
    var expectedVersion: UInt64?

    @OptionGroup var write: WriteOptions

    func validate() throws {
        guard safetyStock != nil || backorderLimit != nil else {
            throw ValidationError("give --safety-stock or --backorder-limit")
        }
        for (flag, quantity) in [
            ("--safety-stock", safetyStock), ("--backorder-limit", backorderLimit),
        ] {
            guard 0...LedgerLimits.quantityMax ~= quantity ?? 0 else {
                throw ValidationError("\(flag) must be 0 to \(LedgerLimits.quantityMax)")
            }
        }
    }

    func run() async throws {
        try await write.run(
            .setStockPolicy(
                SetStockPolicy(
                    sku: target.sku,
                    location: target.location,
                    safetyStock: safetyStock,
                    backorderLimit: backorderLimit,
                    expectedVersion: expectedVersion
                )
            )
        )
    }
}

/// Shows what there was.
struct StockAsOf: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "as-of",
        abstract: "Show what there was of an item at an earlier time or position.",
        discussion: """
            Example: estoque stock as-of TEA-250 --time 2026-11-24T18:00:00Z --at store-7
            """
    )

    @Argument(
        help: "The item.",
        transform: { try Arguments.identifier($0) as SKU }
    )
    var sku: SKU

    @Option(
        name: .customLong("at"),
        help: ArgumentHelp("Only at this location.", valueName: "location"),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID?

    @Option(
        name: .long,
        help: "After the last change at or before this time.",
        transform: Arguments.time
    )
    var time: LogTime?

    @Option(name: .long, help: "After the change at this position.", transform: Arguments.position)
    var position: Position?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard (time == nil) != (position == nil) else {
            throw ValidationError("give either --time or --position")
        }
    }

    func run() async throws {
        let moment: PastMoment =
            position.map(PastMoment.position) ?? .time(time ?? LogTime(microseconds: 0))
        let result = try await connection.withClient { client in
            try await client.stock(of: sku, at: location, asOf: moment)
        }
        let past = result.value
        Report(
            json: [
                "levels": .array(past.levels.map(\.json)),
                "asOfPosition": .number(past.position.rawValue),
            ] + result.stampJSON,
            tables: [.levels(past.levels)],
            notes: [
                "As of position \(past.position.rawValue); the node was at \(result.stampText)."
            ]
        ).print(as: connection.output)
    }
}
