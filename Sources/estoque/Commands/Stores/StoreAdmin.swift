import ArgumentParser
import Ledger
import LedgerClient

/// Changes what an admin decides about a store.
struct StoreSettingsEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Change a store's settings; what isn't given stays as it is.",
        discussion: "Example: estoque store settings store-7 --online-share 20 --keep-holds"
    )

    @OptionGroup var target: StoreTarget

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Percent of what is on hand that stays out of allotments; 0: the shelf is the store's.",
            valueName: "percent"
        )
    )
    var onlineShare: UInt8?

    @Flag(
        inversion: .prefixedNo,
        help: "Release holds when a late fact has taken what they promised."
    )
    var releaseHolds: Bool?

    @OptionGroup var write: WriteOptions

    func validate() throws {
        if let onlineShare, onlineShare > 100 {
            throw ValidationError("--online-share must be 0 to 100")
        }
        guard onlineShare != nil || releaseHolds != nil else {
            throw ValidationError("give --online-share, --release-holds or --no-release-holds")
        }
    }

    func run() async throws {
        let agent = try await write.connection.withClient {
            try await target.report($0).report.agent
        }
        var settings = agent.settings
        settings.onlineShare = onlineShare ?? settings.onlineShare
        settings.releasesHolds = releaseHolds ?? settings.releasesHolds
        // Should another agent have taken over meanwhile, this is refused.
        try await write.run(
            .registerStore(
                RegisterStore(
                    location: target.location,
                    instance: agent.instance,
                    settings: settings
                )
            )
        )
    }
}

/// Lets another agent take a store over.
struct StoreTakeover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "takeover",
        abstract: "Let another agent, with a database of its own, take a store over.",
        discussion: """
            The store's epoch is raised: the agent that held it is fenced, and its rights are frozen \
            until a count settles them, or 'estoque store revoke'. It is also how a store goes on whose \
            facts forked.

            Example: estoque store takeover store-7 --instance 0c8e5a1e-5f0d-4a39-9a64-7e4f0c6b1d11
            """
    )

    @OptionGroup var target: StoreTarget

    @Option(
        name: .long,
        help: ArgumentHelp("The name of the new agent's database.", valueName: "name"),
        transform: { try Arguments.identifier($0) as Reference }
    )
    var instance: Reference

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .registerStore(
                RegisterStore(location: target.location, instance: instance, takeover: true)
            )
        )
    }
}

/// Asks for rights back.
struct StoreRecall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recall",
        abstract: "Ask a store's agent to give rights back, when it is heard of next.",
        discussion: "Example: estoque store recall store-7 TEA-250=20 MUG-1=5"
    )

    @OptionGroup var target: StoreTarget

    @Argument(help: "SKU=QUANTITY.", transform: Arguments.itemLine)
    var lines: [ItemLine]

    @OptionGroup var write: WriteOptions

    func run() async throws {
        try await write.run(
            .recallAllotment(RecallAllotment(location: target.location, lines: lines))
        )
    }
}

/// A fact that was put aside.
struct StoreQuarantine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract:
            "Facts that were put aside, since no node could read them, or they were salvaged.",
        subcommands: [QuarantineList.self, QuarantineReplay.self, QuarantineDrop.self]
    )
}

/// Lists facts that were put aside.
struct QuarantineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the facts that were put aside, everywhere or at one store.",
        discussion: "Example: estoque store quarantine list --location store-7"
    )

    @OptionGroup var place: StoreFilter
    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.quarantined(at: place.location, request)
        } report: { facts in
            (["facts": .array(facts.map(\.json))], [.quarantined(facts)])
        }
    }
}

/// Everywhere, or at one store.
struct StoreFilter: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Only of this store.", valueName: "location"),
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID?
}

/// Which fact, and what an admin says of it.
struct FactTarget: ParsableArguments {
    @Argument(
        help: "The store's location.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID

    @Argument(help: "The epoch of the fact.")
    var epoch: UInt32

    @Argument(help: "Its sequence.")
    var sequence: UInt64

    @Option(
        name: .long,
        help: "Why, as a code.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference

    func validate() throws {
        guard epoch > 0, sequence > 0 else {
            throw ValidationError("the epoch and the sequence begin with 1")
        }
    }

    func settle(drop: Bool, _ write: WriteOptions) async throws {
        guard !write.validateOnly else {
            throw ValidationError("--validate-only isn't for facts that were put aside")
        }
        let id = write.requestID ?? .mint()
        let mark = FactMark(location: location, epoch: epoch, sequence: sequence)
        let actor = write.actor ?? CommandLineActor.current()
        let applied = try await write.connection.withClient(actor: actor) { client in
            try await client.replayFact(mark, reason: reason, drop: drop, id: id)
        }
        let answer = Answer(
            position: applied.position,
            logTime: applied.logTime,
            outcome: .facts(applied.value),
            replayed: applied.isReplay
        )
        let command = ReplayFact(mark: mark, hash: .start, fact: nil, reason: reason)
        let request = Request(id: id, actor: actor, command: .replayFact(command))
        Report(answer, to: request).print(as: write.connection.output)
    }
}

/// Settles a fact that was put aside.
struct QuarantineReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Book a fact that was put aside, now that the node that is asked can read it.",
        discussion: "Example: estoque store quarantine replay store-7 3 1234 --reason upgraded"
    )

    @OptionGroup var fact: FactTarget
    @OptionGroup var write: WriteOptions

    func run() async throws { try await fact.settle(drop: false, write) }
}

/// Throws a fact away.
struct QuarantineDrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Throw a fact away that was put aside; the journal keeps that it was.",
        discussion: "Example: estoque store quarantine drop store-7 3 1234 --reason test-data"
    )

    @OptionGroup var fact: FactTarget
    @OptionGroup var write: WriteOptions

    func run() async throws { try await fact.settle(drop: true, write) }
}
