import ArgumentParser
import Ledger
import LedgerClient
import NIOPosix

/// The verb `import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring in items, locations and stock from CSV files.",
        discussion: """
            Files are CSV (RFC 4180) in UTF-8; their first line names the columns, in any order. \
            They are read as they are sent, however large they are, and unpacked if gzip or xz \
            packed them. Every line is imported, or \
            named with its number and the reason why not.

            The same file can be imported again, for example after a cut: lines that are there \
            already are recognised, by the delivery (--import-id), their number and what is in \
            them, for at least 24 hours. Lines that were refused are tried again.

            Try it first: --dry-run checks every line and shows what would change.

            Exit codes: 0 all lines are in, 1 some were refused, 69 the cluster did not answer.
            """,
        subcommands: [
            ImportItems.self, ImportLocations.self, ImportOffers.self, ImportStock.self,
            ImportReservations.self, ImportOnlineRetail.self,
        ]
    )
}

/// Imports the catalogue.
struct ImportItems: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "items",
        abstract: "Create items, or replace what is in them.",
        discussion: """
            Columns: sku, title; also price with currency, state (active, archived), and \
            attribute:NAME for each property. Prices are decimal numbers such as 2.50.

            Example: estoque import items catalogue.csv --dry-run
            """
    )

    @OptionGroup var options: ImportOptions

    func run() async throws { try await ImportJob.run(ItemRows.self, options) }
}

/// Imports stores and warehouses.
struct ImportLocations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locations",
        abstract: "Create locations, or replace what is in them.",
        discussion: """
            Columns: id, name; also kind (store, warehouse), priority, sells_online (yes, no), \
            state (active, draining, closed).

            Example: estoque import locations stores.csv
            """
    )

    @OptionGroup var options: ImportOptions

    func run() async throws { try await ImportJob.run(LocationRows.self, options) }
}

/// Imports movements of stock.
struct ImportStock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock",
        abstract: "Receive goods, correct or count stock, line by line.",
        discussion: """
            Columns: sku, location, and one that says what its numbers mean:
              receive   goods that arrived: adds to the stock on hand
              adjust    a difference with its sign; needs the column reason
              counted   what a stock-take found; needs the column book, the stock on hand that was
                        shown when counting began, and may have book_version, shown then too:
                        a level that has changed since is left alone and named (COUNT_OUTDATED)
            Also document, such as a delivery note.

            Example: estoque import stock delivery-1007.csv --rejects rejects.csv
            """
    )

    @OptionGroup var options: ImportOptions

    func run() async throws { try await ImportJob.run(StockRows.self, options) }
}

/// Imports offers.
struct ImportOffers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers",
        abstract: "Set prices or properties of items at single locations.",
        discussion: """
            Columns: sku, location; also price with currency, and attribute:NAME for each property. \
            Only what the file has columns for changes; an empty field takes the item's own back.

            Example: estoque import offers offers.csv --dry-run
            """
    )

    @OptionGroup var options: ImportOptions

    func run() async throws { try await ImportJob.run(OfferRows.self, options) }
}

/// Imports holds.
struct ImportReservations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reservations",
        abstract: "Take holds, a reservation for each line.",
        discussion: """
            Columns: reservation (its identity), owner (customer:REF, store:REF or order:REF), sku, \
            location, quantity; also ttl, such as 30m (default: 1d).

            Example: estoque import reservations holds.csv --rejects refused.csv
            """
    )

    @OptionGroup var options: ImportOptions

    func run() async throws { try await ImportJob.run(ReservationRows.self, options) }
}

/// Imports the Online Retail data set.
struct ImportOnlineRetail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "online-retail",
        abstract: "The Online Retail data set (doi.org/10.24432/C5BW33), real orders to try with.",
        discussion: """
            Countries become locations, stock codes items with their first good description and \
            price. Then each order line: a positive quantity is received at its country's \
            location, a negative one is an adjustment there (reason cancellation or correction), \
            with the invoice as the document. Stock codes that can't be SKUs are named and refused.

            Example: estoque import online-retail online-retail.csv --accept-refused
            """
    )

    @OptionGroup var options: ImportOptions

    func validate() throws {
        guard options.file != "-" else {
            throw ValidationError("the file is read twice, so it can't be standard input")
        }
    }

    func run() async throws {
        try await ImportJob.reportingFailures {
            let file = try FileSource(options.file)
            defer { file.close() }
            var job = try ImportJob(
                options,
                kind: OnlineRetailRows.kind,
                fileBytes: file.bytes
            )
            let path = options.file
            let catalogue = try await NIOThreadPool.singleton.runIfActive {
                let file = try FileSource(path)
                defer { file.close() }
                return try OnlineRetailCatalogue.read(file)
            }
            let commands = ListEntries(
                catalogue.commands,
                kind: OnlineRetailRows.kind,
                importID: options.importID,
                limits: options.limits
            )
            let lines = FileEntries<OnlineRetailRows, FileSource>(
                file,
                importID: options.importID,
                limits: options.limits
            )
            try await job.run(catalogue: commands, lines)
        }
    }
}
