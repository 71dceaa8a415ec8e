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
            try await client.send(request)
        }
        Report(answer, to: request).print(as: connection.output)
    }
}

extension Report {
    /// What an answer says, which is no refusal.
    init(_ answer: Answer, to request: Request) {
        let result: JSONValue
        switch answer.outcome {
        case .version(let version):
            result = ["version": .number(version)]
            tables = [.version(version, of: request.command)]
        case .levels(let levels):
            result = ["levels": .array(levels.map(\.json))]
            tables = [.levels(levels)]
        case .reservation(let reservation):
            result = ["reservation": reservation.json]
            tables = [.reservation(reservation), .lines(reservation.lines)]
        case .counted, .sale, .transfer, .offer, .batch:
            preconditionFailure("no command of this program is answered so")
        case .refused(let refusal):
            preconditionFailure("the client throws refusals: \(refusal)")
        }
        json =
            [
                "requestID": .string(request.id.text),
                "position": .number(answer.position.rawValue),
                "logTime": .string(answer.logTime.text),
                "replayed": .bool(answer.replayed),
            ] + result
        if answer.replayed {
            notes = [
                "This request had been applied before, at position \(answer.position.rawValue); "
                    + "this is the answer it got then."
            ]
        }
    }
}

extension Table {
    fileprivate static func version(_ version: UInt64, of command: Command) -> Table {
        let name: String
        switch command {
        case .upsertItem(let item): name = item.sku.text
        case .upsertLocation(let location): name = location.id.text
        default: name = ""
        }
        var table = Table(("NAME", .left), ("VERSION", .right))
        table.add(Cell(name), Cell("\(version)"))
        return table
    }
}
