import ArgumentParser
import Ledger
import LedgerClient

/// The noun `store`.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Stores that sell while they are cut off: their agents, rights and facts.",
        discussion: """
            A store's agent tells afterwards what happened, as facts, each taken in once; and it \
            asks beforehand for rights to sell without asking, as allotments.
            """,
        subcommands: [
            StoreRun.self, StoreStatus.self, StoreReprovision.self, StoreSalvage.self,
            StoreList.self, StoreShow.self, StoreAllotmentList.self, StoreSettingsEdit.self,
            StoreTakeover.self, StoreRecall.self, StoreRevoke.self, StoreQuarantine.self,
        ]
    )
}

/// Which store.
struct StoreTarget: ParsableArguments {
    @Argument(
        help: "The store's location.",
        transform: { try Arguments.identifier($0) as LocationID }
    )
    var location: LocationID

    /// The store's agent, with all that was acknowledged before; fails when none was registered.
    func report(
        _ client: EstoqueClient
    ) async throws -> (report: StoreReport, stamp: ReadResult<Page<StoreReport>>) {
        // The lists follow by some hundred milliseconds: what is decided by them waits for that.
        let position = try await client.location(location, .linearizable).position
        let page = PageRequest(minPosition: position)
        let found = try await client.stores(at: location, page)
        guard let report = found.value.rows.first else {
            throw CommandFailure(
                "failed: STORE_NOT_REGISTERED: no agent is registered at \(location)"
            )
        }
        return (report, found)
    }

    /// All rights of the store's agent, as of a position at least.
    func allotments(
        _ client: EstoqueClient,
        since position: Position
    ) async throws -> [AllotmentView] {
        var views: [AllotmentView] = []
        var page = PageRequest(size: 1_000, minPosition: position)
        repeat {
            let found = try await client.allotments(at: location, page).value
            views += found.rows
            page.token = found.nextPageToken
        } while page.token != nil && views.count < Self.allotmentsMax
        return views
    }

    /// More than a store has items.
    static let allotmentsMax = 1_000_000
}

/// Lists stores.
struct StoreList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the stores that have an agent, page by page.",
        discussion: "Example: estoque store list"
    )

    @OptionGroup var page: PageOptions

    func run() async throws {
        try await page.run { client, request in
            try await client.stores(request)
        } report: { stores in
            (["stores": .array(stores.map(\.json))], [.stores(stores)])
        }
    }
}

/// Shows a store.
struct StoreShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a store's agent, and the first of its open conflicts.",
        discussion: "Example: estoque store show store-7"
    )

    @OptionGroup var target: StoreTarget
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (found, conflicts) = try await connection.withClient { client in
            let found = try await target.report(client)
            return (found, try await client.conflicts(at: target.location).value)
        }
        var notes = [found.stamp.stampText]
        if conflicts.nextPageToken != nil {
            notes.insert("More with estoque conflict list --location \(target.location)", at: 0)
        }
        Report(
            json: [
                "store": found.report.json,
                "conflicts": .array(conflicts.rows.map(\.json)),
            ] + found.stamp.stampJSON,
            tables: [.store(found.report)]
                + (conflicts.rows.isEmpty ? [] : [.conflicts(conflicts.rows)]),
            notes: notes
        ).print(as: connection.output)
    }
}

/// Lists the rights of a store's agent.
struct StoreAllotmentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allotments",
        abstract: "List the rights of a store's agent, item by item.",
        discussion: """
            OPEN is what the agent may still sell without asking; FROZEN are rights of earlier epochs, \
            which a count frees, or 'estoque store revoke'.

            Example: estoque store allotments store-7
            """
    )

    @OptionGroup var target: StoreTarget
    @OptionGroup var page: PageOptions

    func run() async throws {
        let agent = try await page.connection.withClient { client in
            try await target.report(client).report.agent
        }
        try await page.run { client, request in
            try await client.allotments(at: target.location, request)
        } report: { listed in
            // The ledger moves rights of an ended epoch when it next has to do with them.
            let allotments = listed.map { $0.rolled(to: agent.epoch) }
            return (["allotments": .array(allotments.map(\.json))], [.allotments(allotments)])
        }
    }
}

extension AllotmentView {
    /// As it is in the store's epoch: what was open in an earlier one is frozen.
    func rolled(to epoch: UInt32) -> AllotmentView {
        AllotmentView(sku: sku, allotment: allotment.rolled(to: epoch))
    }
}
