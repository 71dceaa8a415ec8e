import ArgumentParser
import Ledger
import LedgerClient

/// The noun `history`: who changed what, when and why.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show who changed what, when, why and by which request.",
        discussion: """
            Of everything, or of what one of the options names; the newest first, page by page.

            Example: estoque history --item TEA-250 --at store-7 --from 2026-11-01
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp("Of an item.", valueName: "sku"),
        transform: { try Arguments.identifier($0) as SKU }
    )
    var item: SKU?

    @Option(
        name: .customLong("at"),
        help: ArgumentHelp("Of a location; with --item, of that stock.", valueName: "location"),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID?

    @Option(
        name: .long,
        help: ArgumentHelp("Of a reservation.", valueName: "id"),
        transform: { try Arguments.identifier($0) as ReservationID }
    )
    var reservation: ReservationID?

    @Option(
        name: .long,
        help: ArgumentHelp("Of a sale.", valueName: "id"),
        transform: { try Arguments.identifier($0) as SaleID }
    )
    var sale: SaleID?

    @Option(
        name: .long,
        help: ArgumentHelp("Of a transfer.", valueName: "id"),
        transform: { try Arguments.identifier($0) as TransferID }
    )
    var transfer: TransferID?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Of a document, such as an order or a delivery note.",
            valueName: "name"
        ),
        transform: { try Arguments.identifier($0) as Reference }
    )
    var document: Reference?

    @Option(
        name: .long,
        help: ArgumentHelp("Of a request.", valueName: "id"),
        transform: { try Arguments.identifier($0) as RequestID }
    )
    var request: RequestID?

    @Option(name: .long, help: "Nothing from before this time.", transform: Arguments.time)
    var from: LogTime?

    @Option(name: .long, help: "Nothing from this time on.", transform: Arguments.time)
    var until: LogTime?

    @Flag(name: .long, help: "The oldest first.")
    var oldestFirst = false

    @OptionGroup var page: PageOptions

    func validate() throws { _ = try subject() }

    /// What is meant, which is one thing only.
    func subject() throws -> HistoryQuestion.Subject {
        var subjects: [HistoryQuestion.Subject] = []
        switch (item, location) {
        case (let item?, let location?): subjects.append(.level(item, location))
        case (let item?, nil): subjects.append(.item(item))
        case (nil, let location?): subjects.append(.location(location))
        case (nil, nil): break
        }
        if let reservation { subjects.append(.reservation(reservation)) }
        if let sale { subjects.append(.sale(sale)) }
        if let transfer { subjects.append(.transfer(transfer)) }
        if let document { subjects.append(.document(document)) }
        if let request { subjects.append(.request(request)) }
        guard subjects.count <= 1 else {
            throw ValidationError(
                "history is of one thing: only --item and --at go together"
            )
        }
        return subjects.first ?? .all
    }

    func run() async throws {
        let subject = try subject()
        try await page.run { client, request in
            try await client.history(
                HistoryQuestion(
                    subject,
                    oldestFirst: oldestFirst,
                    from: from,
                    until: until,
                    pageSize: request.size,
                    pageToken: request.token,
                    minPosition: request.minPosition
                )
            )
        } report: { entries in
            (["entries": .array(entries.map(\.json))], [.journal(entries)])
        }
    }
}
