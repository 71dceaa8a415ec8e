import ArgumentParser
import Ledger
import LedgerClient

/// The verb `search`.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find items by words of their titles, or by the beginning of their SKU.",
        discussion: """
            All words must be in the title; the last one may be a beginning. Without any, all items \
            come, page by page.

            Example: estoque search green te --page-size 20
            """
    )

    @Argument(help: "Words of the title.")
    var words: [String] = []

    @Option(name: .long, help: ArgumentHelp("The SKU begins so.", valueName: "text"))
    var skuPrefix: String?

    @Flag(name: .long, help: "Also items that are no longer sold.")
    var archived = false

    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.searchItems(
                words.isEmpty ? nil : words.joined(separator: " "),
                skuPrefix: skuPrefix,
                includeArchived: archived,
                pageSize: request.size,
                pageToken: request.token,
                minPosition: request.minPosition
            )
        } report: { items in
            (["items": .array(items.map(\.json))], [.items(items)])
        }
    }
}
