import ArgumentParser
import Ledger
import LedgerClient

/// The noun `location`.
struct LocationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "location",
        abstract: "Stores and warehouses: where stock is.",
        subcommands: [
            LocationUpsert.self, LocationEdit.self, LocationGet.self, LocationList.self,
        ]
    )
}

/// Creates or replaces a location.
struct LocationUpsert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upsert",
        abstract: "Create a location, or replace what is in it.",
        discussion: """
            Example: estoque location upsert store-7 --name 'Porto, Rua de Santa Catarina'
            """
    )

    @Argument(
        help: "Its identity; never changes.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var id: LocationID

    @Option(name: .long, help: "What people call it.")
    var name: String

    @Option(name: .long, help: "store or warehouse.")
    var kind: LocationWords.Kind = .store

    @Option(name: .long, help: "Lower is tried first when an order is placed.")
    var priority: Int32 = 100

    @Flag(
        name: .customLong("no-online"),
        help: "The digital channel may not sell what is here."
    )
    var isOffline = false

    @Option(name: .long, help: "active, draining (takes no new stock or holds) or closed.")
    var state: LocationWords.State = .active

    @Option(name: .long, help: "Refuse unless this is its version; 0: must not exist.")
    var expectedVersion: UInt64?

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .upsertLocation(
                UpsertLocation(
                    id: id,
                    name: name,
                    kind: kind.value,
                    priority: priority,
                    sellsOnline: !isOffline,
                    state: state.value,
                    expectedVersion: expectedVersion
                )
            )
        )
    }
}

/// The words for what a location is, on the command line and in files.
enum LocationWords {
    /// What kind it is.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case store
        case warehouse

        var value: Location.Kind {
            switch self {
            case .store: .store
            case .warehouse: .warehouse
            }
        }
    }

    /// Where it stands in its life.
    enum State: String, CaseIterable, ExpressibleByArgument {
        case active
        case draining
        case closed

        var value: Location.State {
            switch self {
            case .active: .active
            case .draining: .draining
            case .closed: .closed
            }
        }
    }
}

/// Shows a location.
struct LocationGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a location.",
        discussion: "Example: estoque location get store-7"
    )

    @Argument(
        help: "Its identity.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var id: LocationID

    @OptionGroup var read: ReadOptions

    func run() async throws {
        try await read.run { client, consistency in
            try await client.location(id, consistency)
        } report: { location in
            (["location": location.json], [.location(location)])
        }
    }
}
