import ArgumentParser
import Ledger
import LedgerClient

/// What a read promises about its age.
struct ReadOptions: ParsableArguments {
    /// The levels by name.
    enum Level: String, CaseIterable, ExpressibleByArgument {
        case stale
        case bounded
        case session
        case linearizable
    }

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How fresh the answer must be.",
            discussion: """
                stale: any age, which is stated. bounded: at most --max-staleness old. session: \
                includes --min-position, such as your last write's. linearizable: includes \
                everything acknowledged before.
                """
        )
    )
    var consistency: Level?

    @Option(
        name: .long,
        help: ArgumentHelp("The greatest age, for bounded reads.", valueName: "duration"),
        transform: Arguments.duration
    )
    var maxStaleness: Duration?

    @Option(
        name: .long,
        help: ArgumentHelp("A position that must be included.", valueName: "position"),
        transform: Arguments.position
    )
    var minPosition: Position?

    func validate() throws { _ = try readConsistency() }

    /// The level; a bound alone says which one is meant.
    func readConsistency() throws -> ReadConsistency {
        let level =
            consistency
            ?? (maxStaleness != nil ? .bounded : minPosition != nil ? .session : .stale)
        if maxStaleness != nil, level != .bounded {
            throw ValidationError("--max-staleness is for --consistency bounded")
        }
        if minPosition != nil, level != .session {
            throw ValidationError("--min-position is for --consistency session")
        }
        switch level {
        case .stale: return .stale
        case .linearizable: return .linearizable
        case .bounded:
            guard let maxStaleness else {
                throw ValidationError("--consistency bounded needs --max-staleness")
            }
            return .bounded(maxStaleness: maxStaleness)
        case .session:
            guard let minPosition else {
                throw ValidationError("--consistency session needs --min-position")
            }
            return .session(minPosition: minPosition)
        }
    }

    /// Reads and prints what `body` makes of it.
    func run<Value>(
        _ body: (EstoqueClient, ReadConsistency) async throws -> ReadResult<Value>,
        report: (Value) -> (json: JSONValue, tables: [Table])
    ) async throws {
        let consistency = try readConsistency()
        let result = try await connection.withClient { client in
            try await body(client, consistency)
        }
        let (json, tables) = report(result.value)
        Report(json: json + result.stampJSON, tables: tables, notes: [result.stampText])
            .print(as: connection.output)
    }
}

extension ReadResult {
    /// For example `position 42, at most 60 ms old, from n2 (follower)`.
    var stampText: String {
        let age = staleness.map { "at most \($0.milliseconds) ms old" } ?? "of unknown age"
        return "position \(position.rawValue), \(age), from \(node) (\(role))"
    }
}
