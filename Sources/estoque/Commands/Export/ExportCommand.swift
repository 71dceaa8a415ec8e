import ArgumentParser
import Ledger
import LedgerClient

/// The verb `export`.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write items, stock, reservations or the journal as CSV.",
        discussion: """
            Pages are read and written as they come, however much there is. The first page includes \
            everything that was acknowledged before; what changes while pages are read is in the \
            later ones. What is exported of items, locations and offers can be imported again; an \
            export of stock has a column 'counted' to be filled in and imported.
            """,
        subcommands: [
            ExportItems.self, ExportLocations.self, ExportOffers.self, ExportStock.self,
            ExportReservations.self, ExportJournal.self,
        ]
    )
}

/// What every export has.
struct ExportOptions: ParsableArguments {
    @Argument(
        help: "The CSV file; - is standard output.",
        completion: .file(extensions: ["csv"])
    )
    var file: String

    @OptionGroup var connection: ConnectionOptions

    /// Pages that the nodes give at once.
    static let pageSize = 1_000

    /// Reads page after page and writes the records that each row has.
    func run<Row>(
        _ header: [String],
        _ next: @escaping (EstoqueClient, PageRequest) async throws -> ReadResult<Page<Row>>,
        records: (Row) -> [[String]]
    ) async throws {
        try await ImportJob.reportingFailures {
            var writer = try CSVWriter(file)
            var progress = ProgressLine(total: nil, isShown: Terminal.errIsTerminal)
            var rows = 0
            try writer.write(header)
            try await connection.withClient { client in
                var request = PageRequest(
                    size: Self.pageSize,
                    minPosition: try await client.position(),
                    timeout: connection.chosenTimeout ?? .seconds(30)
                )
                repeat {
                    let page = try await next(client, request).value
                    for row in page.rows {
                        for record in records(row) { try writer.write(record) }
                    }
                    rows += page.rows.count
                    progress.show(bytes: 0, lines: rows)
                    request.token = page.nextPageToken
                } while request.token != nil
            }
            try writer.close()
            progress.clear()
            Terminal.err("\(rows) rows in \(progress.elapsed.milliseconds) ms")
        }
    }
}

/// The properties that get a column each.
struct AttributeColumns: ParsableArguments {
    @Option(
        name: .customLong("attribute"),
        help: ArgumentHelp(
            "A property that gets a column; may come several times.",
            valueName: "name"
        )
    )
    var names: [String] = []

    var header: [String] { names.map { "attribute:\($0)" } }
}

/// Exports the catalogue.
struct ExportItems: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "items",
        abstract: "All items, archived ones too.",
        discussion: "Example: estoque export items catalogue.csv --attribute weight"
    )

    @OptionGroup var attributes: AttributeColumns
    @OptionGroup var options: ExportOptions

    func run() async throws {
        try await options.run(ExportRows.items + attributes.header) { client, page in
            try await client.searchItems(
                includeArchived: true,
                pageSize: page.size,
                pageToken: page.token,
                minPosition: page.minPosition,
                timeout: page.timeout
            )
        } records: {
            [ExportRows.fields($0, attributes: attributes.names)]
        }
    }
}

/// Exports stores and warehouses.
struct ExportLocations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locations",
        abstract: "All locations.",
        discussion: "Example: estoque export locations stores.csv"
    )

    @OptionGroup var options: ExportOptions

    func run() async throws {
        try await options.run(ExportRows.locations) { client, page in
            try await client.locations(page)
        } records: {
            [ExportRows.fields($0)]
        }
    }
}

/// Exports offers.
struct ExportOffers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers",
        abstract: "All offers.",
        discussion: "Example: estoque export offers offers.csv"
    )

    @OptionGroup var attributes: AttributeColumns
    @OptionGroup var options: ExportOptions

    func run() async throws {
        try await options.run(ExportRows.offers + attributes.header) { client, page in
            try await client.offers(page)
        } records: {
            [ExportRows.fields($0, attributes: attributes.names)]
        }
    }
}

/// Exports levels.
struct ExportStock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: "All levels, as a list to count by: fill in 'counted' and import it.",
        discussion: "Example: estoque export stock count-2026-11.csv"
    )

    @OptionGroup var options: ExportOptions

    func run() async throws {
        try await options.run(ExportRows.stock) { client, page in
            try await client.levels(page)
        } records: {
            [ExportRows.fields($0)]
        }
    }
}

/// Exports reservations.
struct ExportReservations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reservations",
        abstract: "All reservations, a record for each line.",
        discussion: "Example: estoque export reservations reservations.csv"
    )

    @OptionGroup var options: ExportOptions

    func run() async throws {
        try await options.run(ExportRows.reservations) { client, page in
            try await client.reservations(page)
        } records: {
            ExportRows.fields($0)
        }
    }
}

/// Exports the journal.
struct ExportJournal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "The journal, oldest first, a record for each movement.",
        discussion: """
            Example: estoque export journal journal.csv --from 2026-11-01 --until 2026-12-01
            """
    )

    @Option(name: .long, help: "Nothing from before this time.", transform: Arguments.time)
    var from: LogTime?

    @Option(name: .long, help: "Nothing from this time on.", transform: Arguments.time)
    var until: LogTime?

    @OptionGroup var options: ExportOptions

    func run() async throws {
        try await options.run(ExportRows.journal) { client, page in
            try await client.history(
                HistoryQuestion(
                    .all,
                    oldestFirst: true,
                    from: from,
                    until: until,
                    pageSize: page.size,
                    pageToken: page.token,
                    minPosition: page.minPosition
                ),
                timeout: page.timeout
            )
        } records: {
            ExportRows.fields($0)
        }
    }
}
