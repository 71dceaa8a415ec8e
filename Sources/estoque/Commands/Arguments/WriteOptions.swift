import ArgumentParser
import Ledger
import LedgerClient

/// What every change has: a cluster, who asks, and the identity of the request.
struct WriteOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who asks, for the journal.",
            discussion: "Default: $USER, or cli.",
            valueName: "name"
        ),
        transform: { try Arguments.identifier($0) as Ledger.Actor }
    )
    var actor: Ledger.Actor?

    @Option(
        name: .customLong("request-id"),
        help: ArgumentHelp(
            "Names this attempt, so that asking again changes nothing twice.",
            discussion: "Default: a new UUID, which is part of the answer.",
            valueName: "id"
        ),
        transform: { try Arguments.identifier($0) as RequestID }
    )
    var requestID: RequestID?

    @Flag(
        name: .long,
        help: "Ask what the answer would be, and change nothing; refusals end with 1 as ever."
    )
    var validateOnly = false

    /// Sends the command and prints its answer.
    func run(_ command: Command) async throws {
        try await run { _ in command }
    }

    /// Sends the command that belongs to the request's identity, and prints its answer.
    func run(_ command: (RequestID) -> Command) async throws {
        let id = requestID ?? .mint()
        let request = Request(
            id: id,
            actor: actor ?? CommandLineActor.current(),
            command: command(id)
        )
        let violations = request.validate()
        guard violations.isEmpty else {
            throw ValidationError(
                violations.map { "\($0.field) \($0.description)" }.joined(separator: "; ")
            )
        }
        let answer = try await connection.withClient(actor: request.actor) { client in
            validateOnly ? try await client.validate(request) : try await client.send(request)
        }
        Report(answer, to: request).print(as: connection.output)
    }
}
