import ArgumentParser
import Ledger
import LedgerClient

/// Which page of something long.
struct PageOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Option(name: .long, help: ArgumentHelp("Rows at most.", valueName: "rows"))
    var pageSize = 100

    @Option(
        name: .long,
        help: ArgumentHelp("Goes on behind the page that gave it.", valueName: "token")
    )
    var pageToken: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A position that must be included, such as that of your last write.",
            valueName: "position"
        ),
        transform: Arguments.position
    )
    var minPosition: Position?

    func validate() throws {
        guard 1...1_000 ~= pageSize else {
            throw ValidationError("--page-size must be 1 to 1000")
        }
    }

    /// Reads a page and prints what `report` makes of it.
    func run<Row>(
        _ body: (EstoqueClient, PageRequest) async throws -> ReadResult<Page<Row>>,
        report: ([Row]) -> (json: JSONValue, tables: [Table])
    ) async throws {
        let result = try await connection.withClient { client in
            try await body(
                client,
                PageRequest(size: pageSize, token: pageToken, minPosition: minPosition)
            )
        }
        let (json, tables) = report(result.value.rows)
        var notes = [result.stampText]
        if let token = result.value.nextPageToken {
            notes.insert("More with --page-token \(token)", at: 0)
        }
        Report(
            json: json + ["nextPageToken": .text(result.value.nextPageToken)] + result.stampJSON,
            tables: tables,
            notes: notes
        ).print(as: connection.output)
    }
}
