import ArgumentParser
import Ledger
import LedgerClient

/// Takes rights from an agent that can't be asked.
struct StoreRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a store's epoch, and make the rights of ended epochs available to others.",
        discussion: """
            For a store that is gone for good, or for long. The agent may have sold what it had rights \
            to, without having told yet: so many units may be promised twice. Without --yes it only \
            says how many.

            The rights to the SKUs named are freed at once, or all of them with --all; those to other \
            items wait for a count.

            Example: estoque store revoke store-7 TEA-250 --reason burnt-down --yes
            """
    )

    @OptionGroup var target: StoreTarget

    @Argument(help: "Whose rights are freed.", transform: { try Arguments.identifier($0) as SKU })
    var skus: [SKU] = []

    @Flag(name: .long, help: "The rights to all items are freed.")
    var all = false

    @Option(
        name: .long,
        help: "The last epoch whose rights are revoked (default: the current one, which ends)."
    )
    var epoch: UInt32?

    @Option(
        name: .long,
        help: "Why, as a code.",
        transform: { try Arguments.identifier($0) as Reference }
    )
    var reason: Reference

    @Flag(name: .long, help: "Do it.")
    var yes = false

    @OptionGroup var write: WriteOptions

    func validate() throws {
        guard !all || skus.isEmpty else {
            throw ValidationError("--all is for no SKUs in particular")
        }
        guard Set(skus).count == skus.count, skus.count <= LedgerLimits.linesMax else {
            throw ValidationError("each SKU once, at most \(LedgerLimits.linesMax)")
        }
        guard !all || write.requestID == nil else {
            throw ValidationError("--all may take several requests: leave --request-id out")
        }
    }

    func run() async throws {
        let (agent, allotments) = try await write.connection.withClient { client in
            let found = try await target.report(client)
            let since = found.stamp.position
            return (found.report.agent, try await target.allotments(client, since: since))
        }
        let exposure = Exposure(agent, allotments, freed: all ? nil : Set(skus), epoch)
        guard yes || write.validateOnly else {
            exposure.report(nil).print(as: write.connection.output)
            throw CommandFailure("nothing was done: add --yes to revoke")
        }
        let epoch = epoch ?? agent.epoch
        let named = all ? exposure.lines.map(\.sku) : skus
        // An epoch that has ended already can be named again, for further items.
        for start in stride(from: 0, to: max(named.count, 1), by: LedgerLimits.linesMax) {
            let part = named[start..<min(start + LedgerLimits.linesMax, named.count)]
            let command = Command.revokeAllotment(
                RevokeAllotment(
                    location: target.location,
                    epoch: epoch,
                    skus: Array(part),
                    reason: reason
                )
            )
            let id = write.requestID ?? .mint()
            let actor = write.actor ?? CommandLineActor.current()
            let request = Request(id: id, actor: actor, command: command)
            let answer = try await write.connection.withClient(actor: actor) { client in
                write.validateOnly
                    ? try await client.validate(request) : try await client.send(request)
            }
            exposure.report(Report(answer, to: request)).print(as: write.connection.output)
        }
    }
}

/// How many units a revocation can have promised twice.
struct Exposure {
    /// The rights that would be freed.
    var lines: [AllotmentView]
    /// Units that the agent may have sold without having told, and that others could be promised now.
    var units: Quantity
    private var agent: StoreAgent

    init(_ agent: StoreAgent, _ all: [AllotmentView], freed: Set<SKU>?, _ epoch: UInt32?) {
        self.agent = agent
        let isCurrentToo = (epoch ?? agent.epoch) == agent.epoch
        lines = all.filter { view in
            guard freed?.contains(view.sku) ?? true else { return false }
            return view.exposed(isCurrentToo: isCurrentToo, agent.epoch) > 0
        }
        units = lines.reduce(0) { $0 + $1.exposed(isCurrentToo: isCurrentToo, agent.epoch) }
    }

    var text: String {
        "\(agent.location) has rights to \(agent.allottedUnits) units; \(units) of them, of "
            + "\(lines.count) items, would be available to others, and may be sold already. It was "
            + "last heard of at \(agent.lastSeen.text)."
    }

    /// The answer with what it exposed, or what would be.
    func report(_ answer: Report?) -> Report {
        let exposed: JSONValue = [
            "location": .string(agent.location.text),
            "epochBefore": .number(UInt64(agent.epoch)),
            "allottedUnits": .integer(agent.allottedUnits),
            "exposedUnits": .integer(units),
            "lastSeen": .string(agent.lastSeen.text),
        ]
        guard let answer else {
            return Report(
                json: exposed + ["allotments": .array(lines.map(\.json))],
                tables: [.allotments(lines)],
                notes: [text]
            )
        }
        return Report(
            json: exposed + answer.json,
            tables: answer.tables,
            notes: [text] + answer.notes
        )
    }
}

extension AllotmentView {
    /// What a revocation frees: what is frozen, and what is open if the epoch ends.
    fileprivate func exposed(isCurrentToo: Bool, _ epoch: UInt32) -> Quantity {
        let rolled = allotment.rolled(to: epoch)
        return max(0, rolled.frozen + (isCurrentToo ? rolled.open : 0))
    }
}
