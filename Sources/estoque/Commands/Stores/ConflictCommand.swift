import ArgumentParser
import Ledger
import LedgerClient

/// The noun `conflict`.
struct ConflictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflict",
        abstract: "What late facts have left for people to look at.",
        discussion: """
            OVERSOLD and NEGATIVE_ON_HAND end by themselves as soon as it is so no more: by a receipt, \
            a count, or promises taken back. FORK ends when an agent takes the store over. The others \
            wait for a person's word.
            """,
        subcommands: [ConflictList.self, ConflictResolve.self]
    )
}

/// Lists conflicts.
struct ConflictList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the conflicts that are open, everywhere or at one store.",
        discussion: "Example: estoque conflict list --location store-7"
    )

    @OptionGroup var place: StoreFilter
    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.conflicts(at: place.location, request)
        } report: { conflicts in
            (["conflicts": .array(conflicts.map(\.json))], [.conflicts(conflicts)])
        }
    }
}

/// A person's word on a conflict.
struct ConflictResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say what is done with what waits in a conflict.",
        discussion: """
            With --apply the units of an unknown item are booked, now that it is in the catalogue, or \
            the price that the store wanted is taken. With --dismiss what the ledger has, stands.

            Example: estoque conflict resolve 7-700000003-4d2-0 --apply --reason item-created
            """
    )

    /// What is done.
    enum Decision: String, EnumerableFlag {
        case apply
        case dismiss
    }

    @Argument(
        help: "The conflict's name, as the list shows it.",
        transform: { text in
            guard let key = StoreRecordKey(text), key.isConflict else {
                throw ValidationError(
                    "'\(Printable.text(text))' must be a conflict's name, as the list shows it"
                )
            }
            return key
        }
    )
    var conflict: StoreRecordKey

    @Flag(help: "What is done.")
    var decision: Decision

    @Option(
        name: .long,
        help: "Why, as a code.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .resolveConflict(
                ResolveConflict(
                    conflict: conflict,
                    decision: decision == .apply ? .apply : .dismiss,
                    reason: reason
                )
            )
        )
    }
}
