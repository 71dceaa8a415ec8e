import ArgumentParser
import Ledger
import LedgerClient

/// The noun `transfer`.
struct TransferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Goods that move from one location to another.",
        discussion: """
            A transfer is planned, shipped and received, each in as many steps as it takes. What is \
            on its way counts as incoming at the destination. A line is written SKU=QUANTITY.
            """,
        subcommands: [
            TransferCreate.self, TransferGet.self, TransferList.self, TransferShip.self,
            TransferReceive.self, TransferCancel.self,
        ]
    )
}

/// Which transfer.
struct TransferTarget: ParsableArguments {
    @Argument(
        help: "The transfer's identity.",
        transform: { try Arguments.identifier($0) as TransferID }
    )
    var id: TransferID
}

/// Plans a transfer.
struct TransferCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Plan to move goods; no stock moves yet.",
        discussion: """
            Example: estoque transfer create TEA-250=40 MUG-1=12 --from depot --to store-7
            """
    )

    @Argument(help: "SKU=QUANTITY.", transform: Arguments.itemLine)
    var lines: [ItemLine]

    @Option(
        name: .long,
        help: ArgumentHelp("Where the goods are.", valueName: "location"),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var from: LocationID

    @Option(
        name: .long,
        help: ArgumentHelp("Where they are to be.", valueName: "location"),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var to: LocationID

    @Option(
        name: .long,
        help: "The transfer's identity (default: the request's).",
        transform: { try Arguments.identifier($0) as TransferID }
    )
    var id: TransferID?

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run { requestID in
            .createTransfer(
                CreateTransfer(
                    // So that the same request, asked again, names the same transfer.
                    transfer: id ?? TransferID(unchecked: requestID.text),
                    from: from,
                    to: to,
                    lines: lines,
                    document: document.document
                )
            )
        }
    }
}

/// Shows a transfer.
struct TransferGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a transfer with its lines.",
        discussion: "Example: estoque transfer get t-17"
    )

    @OptionGroup var target: TransferTarget
    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.transfer(target.id, consistency)
        } report: { transfer in
            (["transfer": transfer.json], [.transfers([transfer]), .lines(transfer.lines)])
        }
    }
}

/// Lists transfers.
struct TransferList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all transfers in the order of their creation, page by page.",
        discussion: "Example: estoque transfer list --page-size 50"
    )

    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.transfers(request)
        } report: { transfers in
            (["transfers": .array(transfers.map(\.json))], [.transfers(transfers)])
        }
    }
}

/// Goods left.
struct TransferShip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship",
        abstract: "Goods left the source: all that was planned, or the lines given.",
        discussion: "Example: estoque transfer ship t-17 TEA-250=20"
    )

    @OptionGroup var target: TransferTarget

    @Argument(
        help: "SKU=QUANTITY (default: all that has not been shipped).",
        transform: Arguments.itemLine
    )
    var lines: [ItemLine] = []

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .shipTransfer(
                ShipTransfer(transfer: target.id, lines: lines, document: document.document)
            )
        )
    }
}

/// Goods arrived.
struct TransferReceive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Goods arrived: all in transit, or what became of the lines given.",
        discussion: """
            A line says how many arrived well, how many damaged and how many never will: \
            SKU=OK:REJECTED:LOST, where what is 0 at the end may be left out.

            Example: estoque transfer receive t-17 TEA-250=18:1:1 MUG-1=12
            """
    )

    @OptionGroup var target: TransferTarget

    @Argument(
        help: "SKU=OK:REJECTED:LOST (default: everything in transit arrived well).",
        transform: Arguments.arrivalLine
    )
    var lines: [ArrivalLine] = []

    @OptionGroup var document: DocumentOption
    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .receiveTransfer(
                ReceiveTransfer(transfer: target.id, lines: lines, document: document.document)
            )
        )
    }
}

/// Ends a transfer.
struct TransferCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a transfer; what is in transit goes back to the source.",
        discussion: "Example: estoque transfer cancel t-17 --reason truck-broke-down"
    )

    @OptionGroup var target: TransferTarget

    @Option(
        name: .long,
        help: "Why, as a code.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference?

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(.cancelTransfer(CancelTransfer(transfer: target.id, reason: reason)))
    }
}
