import ArgumentParser
import Ledger
import LedgerClient
import LedgerStore
import StoreAgent

/// Which directory of which store.
struct StoreDataOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The store's location.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID

    @Option(name: .long, help: "The directory of the agent's database.")
    var data: String

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("--data must not be empty") }
    }

    /// Runs with a client; what is wrong with the disk becomes the command's failure.
    func run<Value>(
        _ body: (EstoqueClient) async throws -> Value
    ) async throws -> Value {
        do {
            return try await connection.withClient(actor: CommandLineActor.current(), body)
        } catch let error as StoreError {
            throw CommandFailure("failed: \(error)")
        }
    }
}

/// Gives a store a new database.
struct StoreReprovision: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reprovision",
        abstract: "Give a store a new database, which takes the store over with the next epoch.",
        discussion: """
            For a database that is lost, damaged, forked or an old copy. The old directory is kept under \
            another name and never deleted; what the old epoch was allotted stays frozen until a count \
            settles it, or 'estoque store revoke'. Stop the store's agent first.

            Example: estoque store reprovision --data /var/lib/estoque-store --location store-7
            """
    )

    @OptionGroup var options: StoreDataOptions

    func run() async throws {
        let report = try await options.run { client in
            try await Reprovisioning(AgentDirectory(options.data), of: options.location)
                .run(client)
        }
        let agent = report.agent
        var table = Table(("LOCATION", .left), ("EPOCH", .right), ("INSTANCE", .left))
        table.add("\(agent.location)", "\(agent.epoch)", "\(agent.instance)")
        Report(
            json: [
                "location": .string(agent.location.text),
                "epoch": .integer(Int64(agent.epoch)),
                "instance": .string(agent.instance.text),
                "kept": .text(report.aside),
            ],
            tables: [table],
            notes: report.aside.map { ["The old directory is kept as \($0)"] } ?? []
        ).print(as: options.connection.output)
    }
}

/// Tells what an old disk has.
struct StoreSalvage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "salvage",
        abstract: "Tell the ledger what an old database of a store has that was never told.",
        discussion: """
            The facts are put aside, and change no stock until an admin looks at them: see \
            'estoque store quarantine'. The same again does no harm.

            Example: estoque store salvage --data /var/lib/estoque-store.old-1 --location store-7
            """
    )

    @OptionGroup var options: StoreDataOptions

    func run() async throws {
        let report = try await options.run { client in
            try await Salvage(AgentDirectory(options.data), of: options.location).run(client)
        }
        var table = Table(
            ("LOCATION", .left),
            ("EPOCH", .right),
            ("TOLD", .right),
            ("LAST", .right)
        )
        table.add(
            "\(options.location)",
            "\(report.epoch)",
            "\(report.told)",
            "\(report.last)"
        )
        Report(
            json: [
                "location": .string(options.location.text),
                "epoch": .integer(Int64(report.epoch)),
                "told": .number(report.told),
                "lastSequence": .number(report.last),
            ],
            tables: [table],
            notes: report.told == 0 ? ["Everything in it had been told."] : []
        ).print(as: options.connection.output)
    }
}
